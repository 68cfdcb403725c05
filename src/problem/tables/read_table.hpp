// Table files on their way to values on a lattice; private to this folder.
#pragma once

#include "escapade/error.hpp"
#include "escapade/problem/table_function.hpp"

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace escapade {

/// Who is to blame: "-table F.dat: WHY".
struct TableFile {
  std::string option, path;
  BadInput bad(const std::string& why) const { return BadInput(option + " " + path + ": " + why); }
};

/// What a file says of an axis beside its points.
struct StatedAxis {
  std::optional<double> low, high, bins;
};

/// Points in any order, and their values.
struct TablePoints {
  std::array<std::string, 2> axes;               // the second empty: of one variable
  std::array<std::vector<double>, 2> coordinate; // likewise
  std::vector<double> value;
  std::array<std::optional<double>, 2> period;
  std::array<StatedAxis, 2> stated;
};

/// On the lattice that the points make. BadInput where they make none: missing ones, some twice,
/// uneven distances, a period that does not fit.
TableValues on_lattice(const TableFile& file, const TablePoints& points);

/// The name among those there are, or BadInput that lists them.
std::size_t column_named(const TableFile& file, const std::string& wanted,
                         const std::vector<std::string>& names);

TablePoints plumed_points(const TableFile& file, const std::string& text,
                          const std::string& column);
TablePoints csv_points(const TableFile& file, const std::string& text, const std::string& column);
TableValues image_values(const TableFile& file, const std::string& column);

} // namespace escapade
