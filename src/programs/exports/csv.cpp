#include "programs/exports/csv.hpp"

#include "support/exact.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

namespace escapade {
namespace {

using Variables = std::vector<std::string>;

/// A number with its name; texts that are empty where there is nothing to tell.
struct Entry {
  std::string name;
  std::string value, error, log, log_error;
};

std::string text_of(const Json* json) {
  const std::optional<double> number = json ? json->number() : std::nullopt;
  return number ? exact(*number) : std::string();
}

bool is_number(const Json& json) {
  return json.is_object() && json.find("value") &&
         (json.find("error") || json.find("standard_error") || json.find("log"));
}

/// The k-th part of a list, if there is one.
const Json* part(const Json* json, std::size_t k) {
  return json && k < json->items().size() ? &json->items()[k] : nullptr;
}

const Json* error_of(const Json& number) {
  const Json* const error = number.find("error");
  return error ? error : number.find("standard_error");
}

/// A number, or the parts of a vector or matrix: mean_x, covariance_x_y.
void add_number(const std::string& name, const Json& number, const Variables& variables,
                std::vector<Entry>& out) {
  const Json& value = *number.find("value");
  if (!value.is_list()) {
    out.push_back({name, text_of(&value), text_of(error_of(number)), text_of(number.find("log")),
                   text_of(number.find("log_error"))});
    return;
  }
  const auto suffix = [&](std::size_t k) {
    return "_" + (k < variables.size() ? variables[k] : std::to_string(k));
  };
  for (std::size_t k = 0; k < value.items().size(); ++k) {
    const Json &row = value.items()[k], *const error = part(error_of(number), k);
    if (!row.is_list())
      out.push_back({name + suffix(k), text_of(&row), text_of(error), "", ""});
    for (std::size_t l = 0; row.is_list() && l < row.items().size(); ++l)
      out.push_back({name + suffix(k) + suffix(l), text_of(&row.items()[l]),
                     text_of(part(error, l)), "", ""});
  }
}

/// [at, number], as spectra are lists of.
bool is_pair(const Json& json) {
  return json.is_list() && json.items().size() == 2 && json.items()[0].number() &&
         is_number(json.items()[1]);
}

/// All numbers in a part of the results, in their order.
void flatten(const std::string& name, const Json& json, const Variables& variables,
             std::vector<Entry>& out) {
  const auto inner = [&](const std::string& key) {
    return name.empty() ? key : name + "[" + key + "]";
  };
  if (is_number(json)) // eigenvalues are no vectors in the plane
    add_number(name, json, name.starts_with("eigenvalues") ? Variables{} : variables, out);
  else if (json.is_object())
    for (std::size_t k = 0; k < json.keys().size(); ++k)
      flatten(inner(json.keys()[k]), json.items()[k], variables, out);
  else if (json.is_list()) {
    for (std::size_t k = 0; k < json.items().size(); ++k)
      if (is_pair(json.items()[k]))
        add_number(name + "[" + text_of(&json.items()[k].items()[0]) + "]",
                   json.items()[k].items()[1], {}, out);
      else if (json.items()[k].is_object())
        flatten(inner(std::to_string(k)), json.items()[k], variables, out);
  } else if (json.number())
    out.push_back({name, text_of(&json), "", "", ""});
}

/// Eigenvalues of fp-modes, whose errors stand beside them, as a number.
Json with_errors(Json results) {
  const Json* const errors = results.find("eigenvalue_errors");
  if (errors && results.find("eigenvalues"))
    results["eigenvalues"] = {{"value", *results.find("eigenvalues")}, {"error", *errors}};
  return results;
}

std::string cell(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos)
    return text;
  std::string out = "\"";
  for (const char c : text)
    out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string line_of(const std::vector<std::string>& cells) {
  std::string out;
  for (std::size_t k = 0; k < cells.size(); ++k)
    out += (k == 0 ? "" : ",") + cell(cells[k]);
  return out + "\n";
}

/// Rows of entries under the union of their names.
class Wide {
public:
  void add(std::vector<std::string> front, const std::vector<Entry>& entries) {
    Row row{std::move(front), {}};
    for (const Entry& one : entries) {
      if (row.cells.emplace(one.name, one).second &&
          std::find(names_.begin(), names_.end(), one.name) == names_.end())
        names_.push_back(one.name);
    }
    rows_.push_back(std::move(row));
  }
  std::string text(std::vector<std::string> header) const {
    for (const std::string& name : names_) {
      header.insert(header.end(), {name, name + "_error"});
      if (has_log(name))
        header.push_back(name + "_log");
    }
    std::string out = line_of(header);
    for (const Row& row : rows_) {
      std::vector<std::string> cells = row.front;
      for (const std::string& name : names_) {
        const auto found = row.cells.find(name);
        const Entry entry = found == row.cells.end() ? Entry{} : found->second;
        cells.insert(cells.end(), {entry.value, entry.error});
        if (has_log(name))
          cells.push_back(entry.log);
      }
      out += line_of(cells);
    }
    return out;
  }

private:
  struct Row {
    std::vector<std::string> front;
    std::map<std::string, Entry> cells;
  };
  std::vector<std::string> names_;
  std::vector<Row> rows_;

  bool has_log(const std::string& name) const {
    return std::any_of(rows_.begin(), rows_.end(), [&](const Row& row) {
      const auto found = row.cells.find(name);
      return found != row.cells.end() && !found->second.log.empty();
    });
  }
};

std::string of_sweep(const Json& runs, const std::vector<std::string>& swept,
                     const Variables& variables) {
  Wide table;
  for (const Json& plain : runs.items()) {
    const Json run = with_errors(plain);
    const Json* const inner = run.find("at");
    const Json& at = inner ? *inner : run;
    std::vector<std::string> front;
    for (const std::string& name : swept)
      front.push_back(text_of(at.find(name)));
    std::vector<Entry> entries;
    for (std::size_t k = 0; k < run.keys().size(); ++k) {
      const std::string& key = run.keys()[k];
      const bool about = key == "at" || key == "grid" || key == "solver" || key == "table" ||
                         std::find(swept.begin(), swept.end(), key) != swept.end();
      if (!about)
        flatten(key, run.items()[k], variables, entries);
    }
    table.add(std::move(front), entries);
  }
  return table.text(swept);
}

/// The k-th of every list of as many numbers as there are times.
void flatten_series(const std::string& name, const Json& json, std::size_t count, std::size_t k,
                    const Variables& variables, std::vector<Entry>& out) {
  if (json.is_list() && json.items().size() == count && is_number(json.items().front()))
    add_number(name, json.items()[k], variables, out);
  else if (json.is_object() && !is_number(json))
    for (std::size_t i = 0; i < json.keys().size(); ++i)
      flatten_series(name.empty() ? json.keys()[i] : name + "[" + json.keys()[i] + "]",
                     json.items()[i], count, k, variables, out);
}

std::string of_series(const Json& results, const Variables& variables) {
  Wide table;
  const Json& times = *results.find("times");
  for (std::size_t k = 0; k < times.items().size(); ++k) {
    std::vector<Entry> entries;
    flatten_series("", results, times.items().size(), k, variables, entries);
    table.add({text_of(&times.items()[k])}, entries);
  }
  return table.text({"time"});
}

/// [[at, number], …]: a row a pair.
void add_pairs(const std::string& name, const Json& pairs, std::string& out) {
  for (const Json& pair : pairs.items()) {
    std::vector<Entry> entry;
    add_number(name, pair.items()[1], {}, entry);
    out += line_of({name, text_of(&pair.items()[0]), entry[0].value, entry[0].error, entry[0].log,
                    entry[0].log_error});
  }
}

void add_survival(const std::string& name, const Json& curve, std::string& out) {
  const Json* const times = curve.find("times");
  for (std::size_t k = 0; times && k < times->items().size(); ++k)
    out += line_of({name, text_of(&times->items()[k]), text_of(part(curve.find("value"), k)),
                    text_of(part(curve.find("standard_error"), k)), "", ""});
}

std::string of_numbers(const Json& plain, const Variables& variables) {
  const Json results = with_errors(plain);
  std::string out = "quantity,at,value,error,log,log_error\n";
  std::vector<Entry> entries;
  for (std::size_t k = 0; k < results.keys().size(); ++k)
    if (results.keys()[k] != "survival" && results.keys()[k] != "power_spectral_density" &&
        results.keys()[k] != "correlation")
      flatten(results.keys()[k], results.items()[k], variables, entries);
  for (const Entry& one : entries)
    out += line_of({one.name, "", one.value, one.error, one.log, one.log_error});
  for (const char* name : {"power_spectral_density", "correlation"})
    if (const Json* const pairs = results.find(name))
      add_pairs(name, *pairs, out);
  if (const Json* const survival = results.find("survival")) {
    if (!survival->is_list())
      add_survival("survival", *survival, out);
    else
      for (std::size_t k = 0; k < survival->items().size(); ++k)
        add_survival("survival[" + std::to_string(k) + "]", survival->items()[k], out);
  }
  return out;
}

} // namespace

bool wants_csv(const Options& options, const Json& results) {
  return options.flag("csv") || options.given("sweep") || results.find("times") ||
         results.find("survival") || results.find("sum_rule");
}

std::string csv_of(const Json& results, const std::vector<std::string>& swept,
                   const std::vector<std::string>& variables) {
  if (const Json* const states = results.find("states")) { // of fp-network: the names of its parts
    std::vector<std::string> names;
    for (const Json& state : states->items())
      names.push_back(state.text(""));
    return of_numbers(results, names);
  }
  if (const Json* const runs = results.find("sweep"))
    return of_sweep(*runs, swept, variables);
  return results.find("times") ? of_series(results, variables) : of_numbers(results, variables);
}

} // namespace escapade
