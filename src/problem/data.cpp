#include "escapade/problem/data.hpp"

#include "escapade/error.hpp"
#include "support/files/csv.hpp"
#include "support/files/read_file.hpp"
#include "support/memory.hpp"

#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <sstream>
#include <string_view>

namespace escapade {

namespace {

std::optional<double> number_in(std::string_view field) {
  if (!field.empty() && field.front() == '+')
    field.remove_prefix(1);
  double value = 0;
  const auto [read, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc() || read != field.data() + field.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

/// The columns of a file while it is read: why one cannot be used, if so.
struct Columns {
  std::vector<std::string> name, flaw;
  std::vector<std::vector<double>> value;
};

Columns columns_of(const std::vector<std::string_view>& header) {
  Columns all;
  for (std::string_view field : header) {
    all.name.emplace_back(field);
    all.flaw.emplace_back();
    if (field.empty())
      all.flaw.back() = "a column has no name";
  }
  all.value.resize(header.size());
  return all;
}

void add_row(Columns& all, const std::vector<std::string_view>& fields, std::size_t line) {
  for (std::size_t c = 0; c < all.name.size(); ++c) {
    if (!all.flaw[c].empty())
      continue;
    if (const auto value = number_in(fields[c]))
      all.value[c].push_back(*value);
    else
      all.flaw[c] = "line " + std::to_string(line) + ": '" + std::string(fields[c]) +
                    "' in column '" + all.name[c] + "' is not a finite number";
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

  const std::vector<TextLine> lines = lines_of(bytes);
  if (lines.size() < 2)
    throw bad("holds no data; give a header line and at least one line of numbers");
  const char separator = separator_of(lines.front().text);
  Columns all = columns_of(fields_of(lines.front().text, separator));
  const std::size_t named = all.name.size();
  const bool trailing = named > 1 && all.name.back().empty(); // every line ends with a separator
  for (std::size_t i = 1; i < lines.size(); ++i) {
    auto fields = fields_of(lines[i].text, separator);
    if (fields.size() == named + 1 && fields.back().empty())
      fields.pop_back();
    if (trailing && fields.size() + 1 == named)
      fields.emplace_back();
    if (fields.size() != named)
      throw bad("line " + std::to_string(lines[i].number) + ": " + std::to_string(fields.size()) +
                " values, the header names " + std::to_string(named));
    add_row(all, fields, lines[i].number);
  }
  for (std::size_t c = 0; c < named; ++c) {
    if (std::find(all.name.begin(), all.name.begin() + static_cast<std::ptrdiff_t>(c),
                  all.name[c]) != all.name.begin() + static_cast<std::ptrdiff_t>(c) &&
        !all.name[c].empty())
      throw bad("line " + std::to_string(lines.front().number) + ": column '" + all.name[c] +
                "' twice; give each its own name");
    if (!all.flaw[c].empty()) {
      table.unread.emplace_back(all.name[c], all.flaw[c]);
      continue;
    }
    table.names.push_back(all.name[c]);
    table.columns.push_back(std::move(all.value[c]));
  }
  if (table.columns.empty())
    throw bad(all.flaw.front());
  return table;
}

std::size_t column_of(const Table& table, const std::string& option, const std::string& name) {
  const std::string bare{without_quotes(name)};
  const auto found = std::find(table.names.begin(), table.names.end(), bare);
  if (found == table.names.end()) {
    for (const auto& [unread, why] : table.unread)
      if (unread == bare)
        throw BadInput(option + " " + name + ": in " + table.path + ", " + why);
    std::string known;
    for (const std::string& n : table.names)
      known += (known.empty() ? "" : ", ") + n;
    throw BadInput(option + " " + name + ": no such column in " + table.path + "; it has " + known);
  }
  return static_cast<std::size_t>(found - table.names.begin());
}

DistinctRows distinct_rows(const Table& table, const std::vector<std::size_t>& keys,
                           std::optional<std::size_t> target) {
  std::map<std::vector<double>, std::vector<double>> groups; // sorted: the same on every rank
  for (std::size_t r = 0; r < table.rows(); ++r) {
    std::vector<double> key;
    for (std::size_t k : keys)
      key.push_back(table.columns[k][r]);
    groups[key].push_back(target ? table.columns[*target][r] : 0);
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
