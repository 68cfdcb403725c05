#include "programs/exports/wanted_fields.hpp"

#include "escapade/error.hpp"
#include "programs/main/program_table.hpp"
#include "support/parse.hpp"

#include <algorithm>
#include <stdexcept>

namespace escapade {

namespace {

bool is_named(const std::string& name, const std::vector<std::string>& known) {
  return std::any_of(known.begin(), known.end(), [&](const std::string& one) {
    return one.back() == '_' ? name.starts_with(one) : name == one;
  });
}

std::vector<std::string> wanted(const Options& options) {
  return split(options.text("fields"), ',');
}

BadInput no_such_field(const std::string& name, const std::vector<std::string>& there) {
  std::string listed;
  for (const std::string& known : there)
    listed += (listed.empty() ? "" : ", ") + known + (known.back() == '_' ? "..." : "");
  return BadInput("-fields: there is no field '" + name + "'; there are " + listed +
                  ", or give none");
}

} // namespace

void check_fields(const Options& options) {
  const std::vector<std::string>& known = program_named(options.program()).fields;
  if (!options.given("fields") || !writes_fields(options) || known.empty())
    return;
  for (const std::string& name : wanted(options))
    if (!is_named(name, known))
      throw no_such_field(name, known);
}

bool writes_fields(const Options& options) {
  return !options.given("fields") || options.text("fields") != "none";
}

void keep_wanted_fields(const Options& options, FieldFile& file) {
  for (const CellField& field : file.fields)
    if (!is_named(field.name, program_named(options.program()).fields))
      throw std::logic_error("program_table.cpp does not name the field " + field.name);
  if (!options.given("fields"))
    return;
  std::vector<CellField> kept;
  for (const std::string& name : wanted(options)) {
    const auto found = std::find_if(file.fields.begin(), file.fields.end(),
                                    [&](const CellField& field) { return field.name == name; });
    if (found == file.fields.end()) {
      std::vector<std::string> there;
      for (const CellField& field : file.fields)
        there.push_back(field.name);
      throw no_such_field(name, there);
    }
    kept.push_back(*found);
  }
  file.fields = std::move(kept);
}

} // namespace escapade
