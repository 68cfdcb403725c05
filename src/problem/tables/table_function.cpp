#include "escapade/problem/table_function.hpp"

#include "escapade/error.hpp"
#include "problem/tables/slopes.hpp"
#include "problem/tables/table_view.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

namespace escapade {

namespace {

/// The lattice with the wrapped point of periodic axes, and with a second row for functions of one
/// variable.
struct Nodes {
  std::size_t nx, ny;
  std::vector<double> value;
  std::vector<char> known;
};

Nodes nodes_of(const TableValues& t) {
  Nodes nodes;
  nodes.nx = t.points[0], nodes.ny = t.points[1];
  for (double v : t.value) {
    nodes.known.push_back(std::isfinite(v));
    nodes.value.push_back(v);
  }
  return nodes;
}

/// Gives unknown nodes the mean of their known neighbours, then those beyond, and so on.
void fill_holes(Nodes& nodes, const TableValues& t) {
  const auto nx = static_cast<std::int64_t>(nodes.nx), ny = static_cast<std::int64_t>(nodes.ny);
  std::vector<char> filled = nodes.known;
  std::vector<std::int64_t> open;
  for (std::int64_t k = 0; k < nx * ny; ++k)
    if (!filled[k])
      open.push_back(k);
  while (!open.empty()) {
    std::vector<std::pair<std::int64_t, double>> found;
    std::vector<std::int64_t> left;
    for (std::int64_t k : open) {
      double sum = 0;
      int count = 0;
      for (std::int64_t b = -1; b <= 1; ++b)
        for (std::int64_t a = -1; a <= 1; ++a) {
          std::int64_t i = k % nx + a, j = k / nx + b;
          if (t.periodic[0])
            i = (i + nx) % nx;
          if (t.periodic[1])
            j = (j + ny) % ny;
          if (i >= 0 && i < nx && j >= 0 && j < ny && filled[i + nx * j])
            sum += nodes.value[i + nx * j], ++count;
        }
      if (count > 0)
        found.emplace_back(k, sum / count);
      else
        left.push_back(k);
    }
    for (const auto& [k, value] : found)
      nodes.value[k] = value, filled[k] = 1;
    open = std::move(left);
  }
}

/// Slopes of `value` along an axis; of the coarser table the values change, too.
std::vector<double> slopes_along(const Nodes& nodes, std::vector<double>& value, std::size_t axis,
                                 bool periodic, bool coarser) {
  const std::size_t length = axis == 0 ? nodes.nx : nodes.ny,
                    lines = axis == 0 ? nodes.ny : nodes.nx, stride = axis == 0 ? 1 : nodes.nx,
                    next = axis == 0 ? nodes.nx : 1;
  std::vector<double> out(value.size());
  TableLine line;
  line.periodic = periodic;
  for (std::size_t l = 0; l < lines; ++l) {
    line.value.clear(), line.known.clear();
    for (std::size_t k = 0; k < length; ++k) {
      line.value.push_back(value[l * next + k * stride]);
      line.known.push_back(nodes.known[l * next + k * stride]);
    }
    const std::vector<double> slope = coarser ? slopes_of_every_second(line) : slopes(line);
    for (std::size_t k = 0; k < length; ++k) {
      out[l * next + k * stride] = slope[k];
      value[l * next + k * stride] = line.value[k];
    }
  }
  return out;
}

/// Value, slopes and mixed derivative of every node, the wrapped ones repeated.
std::vector<double> jets_of(const Nodes& nodes, const TableValues& t, bool coarser) {
  std::vector<double> f = nodes.value;
  std::vector<double> fx = slopes_along(nodes, f, 0, t.periodic[0], coarser);
  std::vector<double> fy(f.size()), fxy(f.size());
  const bool plane = nodes.ny > 1;
  if (plane) {
    fy = slopes_along(nodes, f, 1, t.periodic[1], coarser);
    fxy = slopes_along(nodes, fx, 1, t.periodic[1], coarser);
  }
  const std::size_t wide = nodes.nx + (t.periodic[0] ? 1 : 0);
  const std::size_t high = plane ? nodes.ny + (t.periodic[1] ? 1 : 0) : 2;
  std::vector<double> out;
  out.reserve(4 * wide * high);
  for (std::size_t j = 0; j < high; ++j)
    for (std::size_t i = 0; i < wide; ++i) {
      const std::size_t k = i % nodes.nx + nodes.nx * (j % nodes.ny);
      out.insert(out.end(), {f[k], fx[k], fy[k], fxy[k]});
    }
  return out;
}

void check_values(const TableValues& t) {
  const auto bad = [&](const std::string& why) { return BadInput(t.path + ": " + why); };
  constexpr std::size_t most = std::size_t{1} << 26;
  if (t.value.size() > most)
    throw bad("holds " + std::to_string(t.value.size()) + " points, at most " +
              std::to_string(most) + " are taken; leave out some");
  for (std::size_t a = 0; a < 2; ++a)
    if (t.points[a] < 2 && !(a == 1 && t.axes[1].empty()))
      throw bad("has one value of " + t.axes[a] +
                " only; a table needs two or more along each axis");
  double low = INFINITY, high = -INFINITY;
  for (double v : t.value)
    if (std::isfinite(v))
      low = std::min(low, v), high = std::max(high, v);
  if (low > high)
    throw bad("holds no finite value");
  if (low == high)
    throw bad(printed("all values are the same, %.10g; write that number in the expression", low));
}

} // namespace

TableFunction::TableFunction(TableValues values) : values_(std::move(values)) {
  check_values(values_);
  Nodes nodes = nodes_of(values_);
  fill_holes(nodes, values_);
  whole_ = jets_of(nodes, values_, false);
  coarser_ = jets_of(nodes, values_, true);
  const auto cells = [&](std::size_t a) {
    const std::size_t n = values_.points[a];
    return static_cast<int>(values_.periodic[a] ? n : std::max<std::size_t>(n, 2) - 1);
  };
  view_ = std::make_unique<TableView>(
      TableView{values_.first[0], values_.first[1], 1 / values_.step[0], 1 / values_.step[1],
                whole_.data(), cells(0), cells(1), values_.periodic[0], values_.periodic[1]});
  const auto known = [&](std::size_t i, std::size_t j) {
    return nodes.known[i % nodes.nx + nodes.nx * (j % nodes.ny)] != 0;
  };
  for (std::size_t j = 0; j < static_cast<std::size_t>(view_->cells_y); ++j)
    for (std::size_t i = 0; i < static_cast<std::size_t>(view_->cells_x); ++i)
      hole_.push_back(!(known(i, j) && known(i + 1, j) && known(i, j + 1) && known(i + 1, j + 1)));
}

TableFunction::~TableFunction() = default;

double TableFunction::at(Vec2 p, int order_x, int order_y) const {
  if (order_x > highest_order || order_y > highest_order)
    return 0;
  return value_of(*view_, p.x, p.y, order_x, order_y);
}

bool TableFunction::covers(Vec2 p) const {
  constexpr double rounding = 1e-9; // of a step: coordinates in files have few digits
  const TableView& t = *view_;
  const auto beyond = [](double u, int cells, bool periodic) {
    return !periodic && !(u >= -rounding && u <= cells + rounding);
  };
  if (beyond((p.x - t.x0) * t.per_x, t.cells_x, t.periodic_x != 0) ||
      (variables() == 2 && beyond((p.y - t.y0) * t.per_y, t.cells_y, t.periodic_y != 0)))
    return false;
  const double u = lattice_coordinate(p.x, t.x0, t.per_x, t.cells_x, t.periodic_x != 0);
  const double v = lattice_coordinate(p.y, t.y0, t.per_y, t.cells_y, t.periodic_y != 0);
  return !hole_[cell_of(v, t.cells_y) * t.cells_x + cell_of(u, t.cells_x)];
}

void TableFunction::leave_out_points(bool every_second) const {
  view_->node = every_second ? coarser_.data() : whole_.data();
}

} // namespace escapade
