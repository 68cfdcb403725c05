#include "programs/exports/wanted_fields.hpp"

#include "escapade/error.hpp"
#include "support/parse.hpp"

#include <algorithm>
#include <map>

namespace escapade {

namespace {

/// What the programs write; a name that ends with "_" goes on with a number or a name.
const std::map<std::string, std::vector<std::string>>& known_fields() {
  static const std::vector<std::string> density{"density"};
  static const std::map<std::string, std::vector<std::string>> known{
      {"fp-landscape", {"potential", "loss", "gradient", "covariance_mismatch", "basin"}},
      {"fp-stationary",
       {"density", "log_density", "current", "entropy_production", "current_curl", "drift",
        "diffusion"}},
      {"fp-exit", {"mean_exit_time", "log_mean_exit_time", "exit_probability_"}},
      {"fp-rate", {"quasi_stationary_density", "log_quasi_stationary_density"}},
      {"fp-committor",
       {"committor_forward", "committor_backward", "reactive_density", "reactive_current"}},
      {"fp-network", {"hitting_probability_"}},
      {"fp-modes", {"mode_"}},
      {"fp-evolve", density},
      {"fp-path", {"potential", "loss", "quasi_potential"}},
      {"mc-stationary", density},
      {"fp-crosscheck",
       {"density_fv", "density_mc", "z_density", "current_fv", "current_mc", "z_current"}}};
  return known;
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
  const auto known = known_fields().find(options.program());
  if (!options.given("fields") || !writes_fields(options) || known == known_fields().end())
    return;
  for (const std::string& name : wanted(options))
    if (std::none_of(known->second.begin(), known->second.end(), [&](const std::string& one) {
          return one.back() == '_' ? name.starts_with(one) : name == one;
        }))
      throw no_such_field(name, known->second);
}

bool writes_fields(const Options& options) {
  return !options.given("fields") || options.text("fields") != "none";
}

void keep_wanted_fields(const Options& options, FieldFile& file) {
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
