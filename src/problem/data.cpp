#include "escapade/problem/data.hpp"

#include "escapade/error.hpp"
#include "escapade/problem/expression.hpp"
#include "support/memory.hpp"
#include "support/read_file.hpp"

#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <sstream>
#include <string_view>

namespace escapade {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\"");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t\r\"") - first + 1);
}

std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  for (std::size_t begin = 0;;) {
    const auto comma = line.find(',', begin);
    fields.push_back(trimmed(line.substr(begin, comma - begin)));
    if (comma == std::string_view::npos)
      return fields;
    begin = comma + 1;
  }
}

} // namespace

Table read_csv(const std::string& option, const std::string& path) {
  const auto bad = [&](const std::string& why) {
    return BadInput(option + " " + path + ": " + why);
  };
  const std::string bytes =
      read_regular_file(path, option + " " + path, "give a CSV file with a header line",
                        available_memory() / 4); // the numbers take more than their text
  Table table;
  table.path = path;
  std::ostringstream hex;
  hex << std::hex << XXH64(bytes.data(), bytes.size(), 0);
  table.checksum = hex.str();

  std::string_view rest = bytes;
  if (rest.substr(0, 3) == "\xEF\xBB\xBF")
    rest.remove_prefix(3);
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const auto end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (trimmed(line).empty())
      continue;
    const auto fields = fields_of(line);
    const std::string where = "line " + std::to_string(number) + ": ";
    if (table.names.empty()) {
      for (std::string_view name : fields) {
        check_name(option + " " + path + " (header)", std::string(name));
        if (std::find(table.names.begin(), table.names.end(), name) != table.names.end())
          throw bad(where + "column '" + std::string(name) + "' twice; give each its own name");
        table.names.emplace_back(name);
      }
      table.columns.resize(fields.size());
      continue;
    }
    if (fields.size() != table.names.size())
      throw bad(where + std::to_string(fields.size()) + " values, the header names " +
                std::to_string(table.names.size()));
    for (std::size_t c = 0; c < fields.size(); ++c) {
      double value = 0;
      const char *begin = fields[c].data(), *stop = begin + fields[c].size();
      if (begin != stop && *begin == '+')
        ++begin;
      const auto [read, error] = std::from_chars(begin, stop, value);
      if (error != std::errc() || read != stop || !std::isfinite(value))
        throw bad(where + "'" + std::string(fields[c]) + "' in column '" + table.names[c] +
                  "' is not a finite number");
      table.columns[c].push_back(value);
    }
  }
  if (table.rows() == 0)
    throw bad("holds no data; give a header line and at least one line of numbers");
  return table;
}

std::size_t column_of(const Table& table, const std::string& option, const std::string& name) {
  const auto found = std::find(table.names.begin(), table.names.end(), name);
  if (found == table.names.end()) {
    std::string known;
    for (const std::string& n : table.names)
      known += (known.empty() ? "" : ", ") + n;
    throw BadInput(option + " " + name + ": no such column in " + table.path + "; it has " + known);
  }
  return static_cast<std::size_t>(found - table.names.begin());
}

DistinctRows distinct_rows(const Table& table, const std::vector<std::size_t>& keys,
                           std::size_t target) {
  std::map<std::vector<double>, std::vector<double>> groups; // sorted: the same on every rank
  for (std::size_t r = 0; r < table.rows(); ++r) {
    std::vector<double> key;
    for (std::size_t k : keys)
      key.push_back(table.columns[k][r]);
    groups[key].push_back(table.columns[target][r]);
  }
  DistinctRows out;
  out.keys.resize(keys.size());
  for (const auto& [key, values] : groups) {
    long double sum = 0, squares = 0;
    for (double v : values)
      sum += v;
    const long double mean = sum / static_cast<long double>(values.size());
    for (double v : values)
      squares += (v - mean) * (v - mean);
    for (std::size_t k = 0; k < key.size(); ++k)
      out.keys[k].push_back(key[k]);
    out.weight.push_back(static_cast<double>(values.size()) / static_cast<double>(table.rows()));
    out.mean.push_back(static_cast<double>(mean));
    out.variance.push_back(static_cast<double>(squares / static_cast<long double>(values.size())));
  }
  return out;
}

} // namespace escapade
