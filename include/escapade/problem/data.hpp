// Data sets: tables of numbers with named columns, read from CSV files with a header.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace escapade {

struct Table {
  std::vector<std::string> names;
  std::vector<std::vector<double>> columns;                // one per name, all of the same length
  std::vector<std::pair<std::string, std::string>> unread; // columns left out, and why
  std::string path;
  std::string checksum; // of the file's bytes, XXH64 in hexadecimal
  std::size_t rows() const { return columns.empty() ? 0 : columns.front().size(); }
};

/// Reads a CSV file: the first line holds the names (quotes around them are dropped), every other
/// line one value per name. Separators are the commas, semicolons or tabs of the first line; lines
/// that begin with # are comments. A column that holds anything but finite numbers, or has no name,
/// is left out. Throws BadInput with the line for anything else.
Table read_csv(const std::string& option, const std::string& path);

/// Index of a column; throws BadInput that lists the columns there are.
std::size_t column_of(const Table& table, const std::string& option, const std::string& name);

/// Rows with the same values in all of `keys` drawn together: for each group its values of the
/// keys, its weight (share of the rows), and mean and variance of the target, if there is one (else
/// 0). A sum over all rows then costs the number of distinct ones.
struct DistinctRows {
  std::vector<std::vector<double>> keys; // one vector per key column
  std::vector<double> weight, mean, variance;
};
DistinctRows distinct_rows(const Table& table, const std::vector<std::size_t>& keys,
                           std::optional<std::size_t> target);

} // namespace escapade
