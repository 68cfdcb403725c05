#include "grid/grid.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace escapade {

namespace {

Vec2 turn(Vec2 v, double angle) {
  if (angle == 0)
    return v;
  const double c = std::cos(angle), s = std::sin(angle);
  return {c * v.x - s * v.y, s * v.x + c * v.y};
}

/// Faces on exit lines: with the lines at lo and hi (sides of the box where there is none), the
/// spacing divides hi − lo; the lattice may then overrun the box by part of a cell, but only
/// beyond a line, where every cell is removed.
void place_axis(double x0, double x1, double lo, double hi, std::int64_t n, double& corner,
                double& h) {
  const double wanted = (x1 - x0) / static_cast<double>(n);
  const double active = std::max(1.0, std::round((hi - lo) / wanted));
  h = (hi - lo) / active;
  const double before = lo > x0 ? std::ceil((lo - x0) / h - 1e-9) : 0.0;
  corner = lo - before * h;
}

void place_on_exit_lines(Grid& grid, const Region& removed) {
  const Domain& d = grid.domain;
  const double low[2] = {d.x0, d.y0}, high[2] = {d.x1, d.y1};
  for (int axis = 0; axis < 2; ++axis) {
    double lo = low[axis], hi = high[axis];
    if (!d.periodic(axis))
      for (const Part& part : removed)
        if (part.half_plane && part.half_plane->axis == axis) {
          const double c = part.half_plane->position;
          if (part.half_plane->above && c > lo)
            hi = std::min(hi, c);
          else if (!part.half_plane->above && c < hi)
            lo = std::max(lo, c);
        }
    const auto a = static_cast<std::size_t>(axis);
    if (lo >= hi) // the lines leave nothing; make_grid says so
      lo = low[axis], hi = high[axis];
    const std::int64_t n = grid.cells[a];
    place_axis(low[axis], high[axis], lo, hi, n, grid.corner[a], grid.h[a]);
    // Cells beyond a line carry nothing; the lattice covers the box all the same.
    const double cover = std::ceil((high[axis] - grid.corner[a]) / grid.h[a] - 1e-9);
    grid.cells[a] = std::max<std::int64_t>(1, static_cast<std::int64_t>(cover));
  }
}

} // namespace

std::array<std::array<double, 2>, 2> frame_bounds(const Domain& d, double angle) {
  if (angle == 0)
    return {{{d.x0, d.x1}, {d.y0, d.y1}}};
  constexpr double inf = std::numeric_limits<double>::infinity();
  std::array<std::array<double, 2>, 2> bounds{{{inf, -inf}, {inf, -inf}}};
  for (double x : {d.x0, d.x1})
    for (double y : {d.y0, d.y1}) {
      const Vec2 z = in_frame(Vec2{x, y}, angle);
      bounds[0] = {std::min(bounds[0][0], z.x), std::max(bounds[0][1], z.x)};
      bounds[1] = {std::min(bounds[1][0], z.y), std::max(bounds[1][1], z.y)};
    }
  return bounds;
}

double Grid::coordinate(std::size_t axis, double t) const {
  return map[axis] ? map[axis]->position(t) : corner[axis] + h[axis] * t;
}

double Grid::side(std::size_t axis, double t) const {
  return map[axis] ? map[axis]->side(t) : h[axis];
}

Vec2 Grid::point(double t1, double t2) const {
  return turn({coordinate(0, t1), coordinate(1, t2)}, angle);
}

std::vector<std::int64_t> Grid::places(std::int64_t first, std::int64_t last) const {
  std::vector<std::int64_t> out;
  out.reserve(static_cast<std::size_t>(last - first));
  for (std::int64_t u = first; u < last; ++u)
    out.push_back(cell(u));
  return out;
}

Vec2 Grid::place(std::int32_t unknown_index) const {
  const std::int64_t c = cell(unknown_index);
  return {static_cast<double>(c % cells[0]) + 0.5, static_cast<double>(c / cells[0]) + 0.5};
}

double Grid::cell_area(std::int32_t unknown_index) const {
  if (!graded())
    return cell_area();
  const Vec2 t = place(unknown_index);
  return side(0, t.x) * side(1, t.y);
}

Vec2 Grid::centre(std::int64_t i, std::int64_t j) const {
  return point(static_cast<double>(i) + 0.5, static_cast<double>(j) + 0.5);
}

Vec2 Grid::centre(std::int32_t unknown_index) const {
  const std::int64_t c = cell(unknown_index);
  return centre(c % cells[0], c / cells[0]);
}

Vec2 Grid::edge(int di, int dj) const {
  return turn({h[0] * di, h[1] * dj}, angle);
}

std::array<std::vector<double>, 2> lattice_centres(const Grid& grid) {
  std::array<std::vector<double>, 2> centres;
  for (std::int64_t j = 0; j < grid.cells[1]; ++j)
    for (std::int64_t i = 0; i < grid.cells[0]; ++i) {
      const Vec2 p = grid.centre(i, j);
      centres[0].push_back(p.x), centres[1].push_back(p.y);
    }
  return centres;
}

Vec2 Grid::lattice_position(Vec2 point) const {
  const Vec2 z = in_frame(point, angle);
  return {(map[0] ? map[0]->inverse(z.x) : (z.x - corner[0]) / h[0]) - 0.5,
          (map[1] ? map[1]->inverse(z.y) : (z.y - corner[1]) / h[1]) - 0.5};
}

std::int64_t Grid::lattice_cell(std::int64_t i, std::int64_t j) const {
  if (domain.periodic(0))
    i = (i % cells[0] + cells[0]) % cells[0];
  if (domain.periodic(1))
    j = (j % cells[1] + cells[1]) % cells[1];
  if (i < 0 || j < 0 || i >= cells[0] || j >= cells[1])
    return -1;
  return i + cells[0] * j;
}

Grid place_grid(const Domain& domain, const GridShape& shape, const Region& removed) {
  if (domain.line && shape.cells[1] != 1)
    throw BadInput("the grid's cells " + std::to_string(shape.cells[0]) + "," +
                   std::to_string(shape.cells[1]) + ": in one dimension give N,1");
  for (std::int64_t n : {shape.cells[0], domain.line ? 3 : shape.cells[1]})
    if (n < 3)
      throw BadInput("the grid's cells " + std::to_string(shape.cells[0]) + "," +
                     std::to_string(shape.cells[1]) + ": at least 3 cells are needed each way");
  if (static_cast<double>(shape.cells[0]) * static_cast<double>(shape.cells[1]) >= 2147483647.0)
    throw BadInput("the grid's cells " + std::to_string(shape.cells[0]) + "," +
                   std::to_string(shape.cells[1]) +
                   ": the product must stay below 2147483647; give fewer cells");
  Grid grid;
  grid.domain = domain;
  grid.angle = shape.angle;
  grid.cells = shape.cells;
  const auto bounds = frame_bounds(domain, shape.angle);
  for (std::size_t a = 0; a < 2; ++a) {
    grid.corner[a] = bounds[a][0];
    grid.h[a] = (bounds[a][1] - bounds[a][0]) / static_cast<double>(shape.cells[a]);
  }
  if (shape.grading) {
    if (domain.periodic(0) || domain.periodic(1))
      throw BadInput(
          "the grading: periodic sides need uniform cells; leave out the grading or the periodic "
          "sides");
    for (std::size_t a = 0; a < 2; ++a)
      if (shape.grading->density[a])
        grid.map[a] = std::make_shared<const AxisMap>(bounds[a][0], bounds[a][1], shape.cells[a],
                                                      shape.grading->density[a]);
  } else if (shape.angle == 0) {
    place_on_exit_lines(grid, removed);
  }

  return grid;
}

Numbering number_rows(const Grid& grid, const Region& removed, std::int64_t first,
                      std::int64_t last) {
  const std::int64_t nx = grid.cells[0];
  Numbering numbering;
  std::vector<double> x(static_cast<std::size_t>(nx)), y(x.size());
  std::vector<int> part(x.size());
  std::vector<double> inside(x.size(), 1.0); // positive: of the domain
  for (std::int64_t j = first; j < last; ++j) {
    for (std::int64_t i = 0; i < nx; ++i) {
      const Vec2 p = grid.centre(i, j);
      x[static_cast<std::size_t>(i)] = p.x;
      y[static_cast<std::size_t>(i)] = p.y;
    }
    part_at(removed, x.size(), x.data(), y.data(), part.data());
    if (grid.domain.inside)
      grid.domain.inside(x.size(), x.data(), y.data(), inside.data());
    const auto carries = [&](std::int64_t i) {
      return part[i] < 0 && inside[i] > 0 &&
             (grid.angle == 0 || grid.domain.box_contains({x[i], y[i]}));
    };
    const auto row = static_cast<std::int32_t>(nx * j);
    for (std::int32_t i = 0; i < nx; ++i) {
      const std::int32_t begin = i;
      while (i < nx && carries(i))
        ++i;
      numbering.append(row + begin, row + i);
    }
  }
  return numbering;
}

Grid make_grid(const Domain& domain, const GridShape& shape, const Region& removed) {
  Grid grid = place_grid(domain, shape, removed);
  grid.numbering = number_rows(grid, removed, 0, grid.cells[1]);
  return grid;
}

GridShape balanced_shape(const Domain& domain, double angle, std::array<double, 2> eigenvalues,
                         std::int64_t total) {
  const auto bounds = frame_bounds(domain, angle);
  const double w0 = (bounds[0][1] - bounds[0][0]) / std::sqrt(eigenvalues[0]);
  const double w1 = (bounds[1][1] - bounds[1][0]) / std::sqrt(eigenvalues[1]);
  const double scale = std::sqrt(static_cast<double>(total) / (w0 * w1));
  const auto count = [&](double w) {
    // Even numbers: the grid of twice the spacing then halves them exactly.
    return std::max<std::int64_t>(16, 2 * static_cast<std::int64_t>(std::llround(0.5 * scale * w)));
  };
  return {{count(w0), count(w1)}, angle};
}

void drop_unknowns(Grid& grid, const std::vector<std::int32_t>& dropped) {
  grid.numbering = without(grid.numbering, dropped);
  grid.isolated += static_cast<std::int64_t>(dropped.size());
}

} // namespace escapade
