// The table of options and programs as JSON: manual pages, completion, the reference page and the
// schemas are made from it.
#include "escapade/version.hpp"
#include "programs/main/program_table.hpp"
#include "programs/options/option_table.hpp"
#include "support/parse.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace escapade {

namespace {

using Tree = nlohmann::ordered_json;

const char* kind_name(OptionKind kind) {
  switch (kind) {
  case OptionKind::flag:
    return "flag";
  case OptionKind::boolean:
    return "boolean";
  case OptionKind::number:
    return "number";
  case OptionKind::integer:
    return "integer";
  case OptionKind::numbers:
    return "numbers";
  case OptionKind::integers:
    return "integers";
  case OptionKind::choice:
    return "choice";
  case OptionKind::text:
    break;
  }
  return "text";
}

const char* range_name(OptionRange range) {
  return range == OptionRange::positive       ? "positive"
         : range == OptionRange::not_negative ? "not negative"
                                              : "any";
}

bool is_word(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

/// What may be typed as it stands: of "axes|noise|way_out|DEGREES" the first three.
std::vector<std::string> words(const OptionEntry& option) {
  std::vector<std::string> found;
  std::string value = option.value;
  std::erase_if(value, [](char c) { return c == '[' || c == ']'; });
  if (value.find('|') != std::string::npos)
    for (const std::string& piece : split(value, '|'))
      if (is_word(piece))
        found.push_back(piece);
  return found;
}

/// Patterns of the files that may be named: "*.csv" of FILE.csv, "*" of FILE or PREFIX.
std::vector<std::string> files(const OptionEntry& option) {
  for (const std::string extension : {"yaml", "json", "csv", "msh"})
    if (option.value.ends_with("." + extension))
      return extension == "yaml" ? std::vector<std::string>{"*.yaml", "*.yml"}
                                 : std::vector<std::string>{"*." + extension};
  for (const char* const any : {"FILE", "PREFIX"})
    if (option.value.find(any) != std::string::npos)
      return {"*"};
  return {};
}

Tree of(const OptionEntry& option) {
  Tree entry{{"name", option.name},
             {"group", option.group},
             {"kind", kind_name(option.kind)},
             {"value", option.value},
             {"default", option.default_value},
             {"units", option.units},
             {"range", range_name(option.range)},
             {"count", option.count},
             {"separator", std::string(1, option.separator)}};
  entry["choices"] = option.kind == OptionKind::boolean ? std::vector<std::string>{"true", "false"}
                                                        : option.choices();
  entry["words"] = words(option);
  entry["files"] = files(option);
  entry["programs"] = option.programs;
  entry["help"] = option.help;
  return entry;
}

} // namespace

std::string table_json() {
  Tree table{{"version", version}};
  table["programs"] = Tree::array();
  for (const ProgramEntry& program : program_table())
    table["programs"].push_back({{"name", program.name},
                                 {"purpose", program.purpose},
                                 {"joins_files", program.joins_files}});
  table["options"] = Tree::array();
  for (const OptionEntry& option : option_table())
    table["options"].push_back(of(option));
  table["solver_prefixes"] = solver_prefixes();
  return table.dump(1) + "\n";
}

} // namespace escapade
