#include "programs/exports/units.hpp"

#include "escapade/error.hpp"
#include "support/parse.hpp"

#include <algorithm>
#include <map>

namespace escapade {
namespace {

using Units = std::map<std::string, std::string>;

std::vector<std::string> names_of_variables(const Options& options) {
  std::vector<std::string> names;
  for (const std::string& name : split(options.text("variables"), ','))
    names.push_back(trimmed(name));
  return names;
}

Units read_units(const Options& options) {
  Units units;
  if (!options.given("units") || options.text("units") == "none")
    return units;
  const std::string& text = options.text("units");
  std::vector<std::string> known = names_of_variables(options);
  known.insert(known.end(), {"time", "energy"});
  std::string listed;
  for (const std::string& name : known)
    listed += (listed.empty() ? "" : ", ") + name;
  for (const std::string& item : split(text, ',')) {
    const auto equals = item.find('=');
    const std::string name = trimmed(item.substr(0, equals));
    const std::string unit =
        equals == std::string::npos ? std::string() : trimmed(item.substr(equals + 1));
    if (unit.empty())
      throw BadInput("-units \"" + text + "\": '" + trimmed(item) +
                     "' is no NAME=UNIT; give e.g. \"" + known.front() + "=nm, time=ns\"");
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw BadInput("-units \"" + text + "\": there is no '" + name + "'; units are those of " +
                     listed);
    units[name] = unit;
  }
  return units;
}

std::string unit(const Units& units, const std::string& name) {
  const auto found = units.find(name);
  return found == units.end() ? std::string() : found->second;
}

/// nm^2, or nm rad of two that differ; nothing where one is not known.
std::string product(const std::string& a, const std::string& b) {
  return a.empty() || b.empty() ? std::string() : a == b ? a + "^2" : a + " " + b;
}

std::string over(const std::string& below) {
  return below.empty() ? std::string()
                       : "1/" + (below.find(' ') == std::string::npos ? below : "(" + below + ")");
}

std::string ratio(const std::string& above, const std::string& below) {
  return above.empty() || below.empty() ? std::string() : above + "/" + below;
}

/// A field's unit: what "1/(area time)" is in the given ones; as it was where they do not tell.
std::string in_units(const std::string& kind, const Units& units,
                     const std::vector<std::string>& variables) {
  const std::string x = unit(units, variables.front()), y = unit(units, variables.back()),
                    time = unit(units, "time"), area = variables.size() > 1 ? product(x, y) : x;
  const std::string length = x == y ? x : std::string();
  const auto with_time = [&](const std::string& other) {
    return other.empty() || time.empty() ? std::string() : over(other + " " + time);
  };
  const Units known{{"time", time},
                    {"1/time", over(time)},
                    {"1/area", over(area)},
                    {"1/(area time)", with_time(area)},
                    {"1/(length time)", with_time(length)},
                    {"length/time", ratio(length, time)},
                    {"area/time", ratio(product(length, length), time)}};
  const std::string found = unit(known, kind);
  return found.empty() ? kind : found;
}

/// The unit of a line of the table, by its first words.
std::string unit_of_line(const std::string& line, const Units& units,
                         const std::vector<std::string>& variables) {
  const std::string time = unit(units, "time"), energy = unit(units, "energy");
  const auto begins = [&](const char* words) { return line.starts_with(words); };
  if (begins("mean exit time") || begins("standard deviation") || begins("mean time through") ||
      begins("correlation time"))
    return time;
  if (begins("action times temperature") || line == "value")
    return energy;
  if (begins("escape rate") || begins("transition rate") || begins("rate constant") ||
      begins("entropy production rate") || begins("formula ") || begins("mode "))
    return over(time);
  for (const std::string& name : variables) {
    const std::string length = unit(units, name), square = product(length, length);
    const auto is = [&](const std::string& what) {
      return line == what + name || line == what + name + " over a period";
    };
    if (is("mean of "))
      return length;
    if (is("variance of "))
      return square;
    if (is("mean velocity of "))
      return ratio(length, time);
    if (line == "effective diffusion " + name + "," + name)
      return ratio(square, time);
  }
  if (begins("covariance of"))
    return product(unit(units, variables.front()), unit(units, variables.back()));
  return {};
}

} // namespace

void check_units(const Options& options) {
  static_cast<void>(read_units(options));
}

void put_units(const Options& options, std::vector<std::pair<std::string, std::string>>& table) {
  const Units units = read_units(options);
  if (units.empty())
    return;
  const std::vector<std::string> variables = names_of_variables(options);
  for (auto& [name, value] : table)
    if (const std::string found = unit_of_line(name, units, variables); !found.empty())
      value.insert(std::min(value.find("  ("), value.size()), " " + found);
}

void put_units(const Options& options, FieldFile& file) {
  const Units units = read_units(options);
  if (units.empty())
    return;
  const std::vector<std::string> variables = names_of_variables(options);
  for (CellField& field : file.fields)
    field.units = in_units(field.units, units, variables);
}

} // namespace escapade
