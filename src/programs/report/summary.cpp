#include "programs/report/summary.hpp"

#include "escapade/error.hpp"
#include "escapade/version.hpp"
#include "programs/main/program_table.hpp"
#include "programs/options/options.hpp"
#include "support/atomic_file.hpp"

#include <petscversion.h>
#include <slepcversion.h>
#include <vtkVersion.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace escapade {

namespace {

Json or_null(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

void require_finite(const Json& json, const std::string& place) {
  if (const std::string found = json.not_finite(place); !found.empty())
    throw NotTrusted(found + " is not a finite number; nothing is written");
}

std::string dotted(int major, int minor, int patch) {
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

} // namespace

Json to_json(const Number& n) {
  Json json;
  json["value"] = or_null(n.value);
  if (n.log)
    json["log"] = *n.log;
  if (n.standard_error) {
    json["standard_error"] = *n.standard_error;
    if (n.samples)
      json["samples"] = *n.samples;
  } else {
    json["error"] = or_null(n.error);
    if (n.log_error)
      json["log_error"] = *n.log_error;
  }
  for (const auto& [key, value] : {std::pair("order", n.order),
                                   {"extrapolated", n.extrapolated},
                                   {"extrapolated_error", n.extrapolated_error},
                                   {"log_extrapolated", n.log_extrapolated},
                                   {"log_extrapolated_error", n.log_extrapolated_error}})
    if (value)
      json[key] = *value;
  if (!n.error_unknown.empty())
    json["error_unknown"] = n.error_unknown;
  require_finite(json, "a result");
  return json;
}

Json to_json(const std::vector<Number>& numbers, std::size_t columns) {
  if (columns > 0 && numbers.size() % columns != 0)
    throw std::logic_error("to_json: columns do not fit the numbers");
  Json json;
  const auto put = [&](const char* key, std::optional<double> Number::*which, bool always) {
    Json rows = Json::array(), row = rows;
    bool any = false;
    for (const Number& n : numbers) {
      any = any || n.*which;
      (columns > 0 ? row : rows).push_back(or_null(n.*which));
      if (columns > 0 && row.size() == columns)
        rows.push_back(std::exchange(row, Json::array()));
    }
    if (any || always)
      json[key] = any ? rows : Json(nullptr);
  };
  put("value", &Number::value, true);
  put("error", &Number::error, true);
  if (std::ranges::any_of(numbers, [](const Number& n) { return !n.value; })) {
    put("log", &Number::log, false);
    put("log_error", &Number::log_error, false);
  }
  put("order", &Number::order, false);
  put("extrapolated", &Number::extrapolated, false);
  put("extrapolated_error", &Number::extrapolated_error, false);
  for (const Number& n : numbers)
    if (!n.error_unknown.empty())
      json["error_unknown"] = n.error_unknown;
  require_finite(json, "a result");
  return json;
}

std::string to_line(const Number& n) {
  std::string text = to_text(n);
  Number limit;
  limit.value = n.extrapolated, limit.error = n.extrapolated_error;
  if (!n.extrapolated)
    limit.log = n.log_extrapolated, limit.log_error = n.log_extrapolated_error;
  if (n.extrapolated || n.log_extrapolated)
    text += "  (h -> 0: " + to_text(limit) + ")";
  if (!n.error_unknown.empty() && n.error_unknown != one_grid_only) // a notice says that
    text += "  (error unknown: " + n.error_unknown + ")";
  return text;
}

std::vector<std::pair<std::string, std::string>> libraries() {
  return {{"PETSc", dotted(PETSC_VERSION_MAJOR, PETSC_VERSION_MINOR, PETSC_VERSION_SUBMINOR)},
          {"SLEPc", dotted(SLEPC_VERSION_MAJOR, SLEPC_VERSION_MINOR, SLEPC_VERSION_SUBMINOR)},
          {"VTK", vtkVersion::GetVTKVersion()}};
}

Summary begin_summary(const Options& options, int ranks) {
  Summary summary;
  summary.program = options.program();
  summary.options = options.given("sweep") ? options.all_typed() : options.all_given();
  summary.ranks = ranks;
  if (program_named(options.program()).draws_random_numbers)
    summary.seed = options.integer("mc_seed");
  summary.unused_options = options.unused(); // now that all else has been asked for
  return summary;
}

std::string to_text(const Summary& summary) {
  Json json;
  json["schema"] = summary_schema;
  json["program"] = summary.program;
  json["version"] = version;
  json["commit"] = commit;
  for (const auto& [name, number] : libraries())
    json["libraries"][name] = number;
  json["seed"] = summary.seed ? Json(*summary.seed) : Json(nullptr);
  json["options"] = Json::object();
  for (const auto& [name, value] : summary.options)
    json["options"][name] = value;
  json["problem"] = summary.problem;
  json["grid"] = summary.grid;
  json["solver"] = summary.solver;
  if (!summary.table.empty())
    json["table"] = summary.table;
  json["ranks"] = summary.ranks;
  json["unused_options"] = summary.unused_options;
  if (summary.partial)
    json["partial"] = true;
  json["results"] = summary.results;
  require_finite(json, "");
  return json.dump(2) + "\n";
}

void write_summary(const std::string& prefix, const Summary& summary) {
  write_file(prefix + ".json", to_text(summary));
}

} // namespace escapade
