#include "programs/report/csv.hpp"

#include "support/exact.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace escapade {

namespace {

constexpr std::array<const char*, 8> columns{"value",
                                             "error",
                                             "log",
                                             "log_error",
                                             "extrapolated",
                                             "extrapolated_error",
                                             "log_extrapolated",
                                             "log_extrapolated_error"};

struct CsvNumber {
  std::string name;
  std::optional<double> time;
  std::array<std::optional<double>, columns.size()> of{};
};

using Parts = std::array<const Json*, columns.size()>;

Parts parts_of(const Json& json) {
  Parts parts{};
  for (std::size_t c = 0; c < parts.size(); ++c)
    parts[c] = json.find(columns[c]);
  if (const Json* const standard = json.find("standard_error"))
    parts[1] = standard;
  return parts;
}

/// Entry i of lists.
Parts entry_of(const Parts& lists, std::size_t i) {
  Parts one{};
  for (std::size_t c = 0; c < lists.size(); ++c)
    if (lists[c] && lists[c]->is_list() && i < lists[c]->size())
      one[c] = &lists[c]->items()[i];
  return one;
}

/// A number, or a list of them entry by entry.
void take(const Parts& parts, const std::string& name, std::optional<double> time,
          std::vector<CsvNumber>& out) {
  if (!parts[0] || !parts[0]->is_list()) {
    CsvNumber number{name, time, {}};
    for (std::size_t c = 0; c < parts.size(); ++c)
      if (parts[c])
        number.of[c] = parts[c]->number();
    if (std::any_of(number.of.begin(), number.of.end(), [](const auto& v) { return v; }))
      out.push_back(std::move(number));
    return;
  }
  for (std::size_t i = 0; i < parts[0]->size(); ++i)
    take(entry_of(parts, i), name + "[" + std::to_string(i) + "]", time, out);
}

/// All numbers of `json`; lists as long as `times` belong to these.
void collect(const Json& json, const std::string& name, const Json* times,
             std::optional<double> time, std::vector<CsvNumber>& out) {
  const Json* const own = json.find("times");
  if (own)
    times = own;
  if (json.find("value")) {
    const Parts parts = parts_of(json);
    if (!own)
      take(parts, name, time, out);
    for (std::size_t i = 0; own && i < own->size(); ++i)
      take(entry_of(parts, i), name, own->items()[i].number(), out);
  } else if (json.is_object()) {
    for (std::size_t k = 0; k < json.size(); ++k)
      if (json.keys()[k] != "times")
        collect(json.items()[k], name + (name.empty() ? "" : ".") + json.keys()[k], times, time,
                out);
  } else if (json.is_list()) {
    const bool in_time = times && times->size() == json.size();
    for (std::size_t i = 0; i < json.size(); ++i)
      collect(json.items()[i], in_time ? name : name + "[" + std::to_string(i) + "]",
              in_time ? nullptr : times, in_time ? times->items()[i].number() : time, out);
  } else if (const auto value = json.number()) {
    CsvNumber number{name, time, {}};
    number.of[0] = value;
    out.push_back(std::move(number));
  }
}

std::string in_csv(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos)
    return text;
  std::string quoted = "\"";
  for (const char c : text)
    quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string in_csv(std::optional<double> value) {
  return value ? exact(*value) : "";
}

} // namespace

std::string csv_of_numbers(const Json& results) {
  std::vector<CsvNumber> numbers;
  collect(results, "", nullptr, std::nullopt, numbers);
  std::string text = "quantity,time";
  for (const char* const column : columns)
    text += std::string(",") + column;
  text += "\n";
  for (const CsvNumber& number : numbers) {
    text += in_csv(number.name) + "," + in_csv(number.time);
    for (const auto& value : number.of)
      text += "," + in_csv(value);
    text += "\n";
  }
  return text;
}

std::string csv_of_runs(const std::vector<std::string>& names, const std::vector<CsvRun>& runs) {
  std::vector<std::string> order; // of the columns: as they first appear
  std::vector<std::map<std::string, double>> rows;
  for (const CsvRun& run : runs) {
    std::vector<CsvNumber> numbers;
    collect(run.results, "", nullptr, std::nullopt, numbers);
    auto& row = rows.emplace_back();
    for (const CsvNumber& number : numbers)
      for (std::size_t c = 0; c < columns.size(); ++c) {
        if (!number.of[c])
          continue;
        const std::string at = number.time ? "(" + exact(*number.time) + ")" : "";
        const std::string name = number.name + at + (c == 0 ? "" : std::string("_") + columns[c]);
        if (std::find(order.begin(), order.end(), name) == order.end())
          order.push_back(name);
        row[name] = *number.of[c];
      }
  }
  std::string text;
  for (const std::string& name : names)
    text += (text.empty() ? "" : ",") + in_csv(name);
  for (const std::string& name : order)
    text += "," + in_csv(name);
  text += "\n";
  for (std::size_t k = 0; k < runs.size(); ++k) {
    std::string line;
    for (const double value : runs[k].at)
      line += (line.empty() ? "" : ",") + exact(value);
    for (const std::string& name : order) {
      const auto found = rows[k].find(name);
      line += "," + (found == rows[k].end() ? "" : exact(found->second));
    }
    text += line + "\n";
  }
  return text;
}

} // namespace escapade
