// A function known on a lattice of points: a free-energy surface, a measured diffusion.
//
// Bicubic: Hermite's polynomials on each rectangle of the lattice, from the values and from slopes
// that five-point differences of them give. Continuously differentiable, second derivatives jump by
// little; the error is f⁗h⁴/384 along each axis, order 4. Derivatives are those of the polynomials,
// exactly. Next to holes, and at the rim, differences take the points that there are, up to five
// in a row.
//
// Holes are rectangles with a corner whose value is not finite, and what lies beyond the lattice of
// an axis that is not periodic. The function goes on there, so that arithmetic beside a hole has
// something to work with: with averages of neighbours, and with what it is at the rim. Nobody
// should ask for that: see Domain::inside.
#pragma once

#include "escapade/problem/plane.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace escapade {

/// What a file holds. A function of one variable has one point along the second axis.
struct TableValues {
  std::string path;                              // for messages
  std::array<std::string, 2> axes;               // their names in the file
  std::array<std::size_t, 2> points{1, 1};       // of a periodic axis without its last point
  std::array<double, 2> first{0, 0}, step{1, 1}; // coordinate of the first point, and between two
  std::array<bool, 2> periodic{false, false};    // with the period points · step
  std::vector<double> value;                     // the first axis fastest
};

struct TableView;

class TableFunction {
public:
  /// BadInput where the values make no function: fewer than two points along an axis, nothing
  /// finite, all the same.
  explicit TableFunction(TableValues values);
  ~TableFunction();
  TableFunction(const TableFunction&) = delete;
  TableFunction& operator=(const TableFunction&) = delete;

  /// 1 or 2.
  int variables() const { return values_.points[1] == 1 ? 1 : 2; }
  const TableValues& values() const { return values_; }

  /// The derivative of these orders; NaN where a coordinate is.
  double at(Vec2 p, int order_x = 0, int order_y = 0) const;
  bool covers(Vec2 p) const;

  /// What evaluators read; its address stays as long as the table lives.
  const TableView& view() const { return *view_; }

  /// From now on the function is that of every second point, on the same lattice; or the whole one
  /// again. What comes of it tells how far the interpolation can be trusted. Not while others ask.
  void leave_out_points(bool every_second) const;

private:
  TableValues values_;
  std::vector<char> hole_;              // of each rectangle
  std::vector<double> whole_, coarser_; // value, slopes and mixed derivative of each node
  std::unique_ptr<TableView> view_;
};

/// The table of a file: a grid as PLUMED writes it, a CSV file (header; x, y, values) or a .vti.
/// `column` names the values, empty: the only ones, or of PLUMED's the first. `option` begins the
/// messages.
std::shared_ptr<const TableFunction> read_table(const std::string& option, const std::string& path,
                                                const std::string& column);

} // namespace escapade
