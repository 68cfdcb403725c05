#include "generator/rates/stencils.hpp"

#include "escapade/error.hpp"
#include "generator/rates/edges.hpp"
#include "grid/walls.hpp"

#include <algorithm>
#include <array>

namespace escapade {

namespace {

Sym2 cell_units(Sym2 d, std::array<double, 2> h) {
  return {d.xx / (h[0] * h[0]), d.xy / (h[0] * h[1]), d.yy / (h[1] * h[1])};
}

/// Selling's stencil, or what to do where there is none.
Stencil stencil_of(const Problem& problem, Sym2 in_cells, Sym2 d) {
  try {
    return selling(in_cells);
  } catch (const BadInput& e) {
    throw BadInput(std::string(e.what()) + "; " +
                   (problem.constant_direction
                        ? "use the frame of the noise, or cells closer to its proportions"
                        : noise_floor_advice(d)));
  }
}

} // namespace

Stencils::Stencils(const Problem& problem, const Grid& grid, bool diagonal)
    : problem_(problem), grid_(grid), diagonal_(diagonal) {
  // Graded cells change the tensor's shape, in cell units, from place to place.
  if (!diagonal_ && problem.constant_direction && !grid.graded())
    shape_ =
        stencil_of(problem, cell_units(in_frame(*problem.constant_direction, grid.angle), grid.h),
                   *problem.constant_direction);
}

std::vector<Stencil> Stencils::at(std::int64_t first, std::int64_t last) const {
  std::vector<double> x, y;
  for (std::int64_t u = first; u < last; ++u) {
    const Vec2 p = grid_.centre(static_cast<std::int32_t>(u));
    x.push_back(p.x), y.push_back(p.y);
  }
  auto values = coefficients_at(problem_, grid_.angle, x, y, nullptr);
  if (diagonal_ && grid_.walls) {
    // The noise along either axis where the mass of the cell lies across it.
    std::vector<double> xc = x, yc = y;
    for (std::size_t k = 0; k < x.size(); ++k) {
      const Vec2 p =
          centroid(grid_, static_cast<std::int32_t>(first + static_cast<std::int64_t>(k)));
      xc[k] = p.x, yc[k] = p.y;
    }
    const auto along_x = coefficients_at(problem_, 0, x, yc, nullptr);
    const auto along_y = coefficients_at(problem_, 0, xc, y, nullptr);
    for (std::size_t k = 0; k < x.size(); ++k)
      values[k].d.xx = along_x[k].d.xx, values[k].d.yy = along_y[k].d.yy;
  }
  std::vector<Stencil> out(values.size());
  for (std::size_t k = 0; k < values.size(); ++k) {
    const Vec2 t = grid_.place(static_cast<std::int32_t>(first + static_cast<std::int64_t>(k)));
    const Sym2 d = cell_units(values[k].d, {grid_.side(0, t.x), grid_.side(1, t.y)});
    if (diagonal_) {
      out[k] = {Spoke{1, 0, d.xx}, Spoke{0, 1, d.yy}, Spoke{}};
    } else if (shape_) {
      const Sym2 d0 = cell_units(in_frame(*problem_.constant_direction, grid_.angle), grid_.h);
      out[k] = *shape_;
      for (Spoke& spoke : out[k])
        spoke.rho *= trace(d) / trace(d0);
    } else {
      out[k] = stencil_of(problem_, d, values[k].d);
    }
  }
  return out;
}

StencilsAround::StencilsAround(const Stencils& stencils, const Grid& grid, RowRange rows,
                               std::int64_t around) {
  if (rows.first >= rows.last)
    return;
  const std::int64_t nx = grid.cells[0], ny = grid.cells[1];
  const std::int64_t low = grid.cell(rows.first) / nx - around;
  const std::int64_t high = grid.cell(rows.last - 1) / nx + 1 + around;
  const auto add = [&](std::int64_t first, std::int64_t last) {
    Range range{
        {grid.numbering.unknowns_before(first * nx), grid.numbering.unknowns_before(last * nx)},
        {}};
    for (std::int64_t u = range.rows.first; u < range.rows.last; u += block_rows)
      for (const Stencil& s : stencils.at(u, std::min(u + block_rows, range.rows.last)))
        range.stencil.push_back(s);
    ranges_.push_back(std::move(range));
  };
  if (high - low >= ny) {
    add(0, ny);
    return;
  }
  const bool wraps = grid.domain.periodic(1);
  if (wraps && high > ny)
    add(0, high - ny);
  add(std::max<std::int64_t>(low, 0), std::min(high, ny));
  if (wraps && low < 0)
    add(ny + low, ny);
}

const Stencil& StencilsAround::of(std::int64_t u) const {
  auto range = ranges_.begin();
  while (u >= range->rows.last)
    ++range;
  return range->stencil[static_cast<std::size_t>(u - range->rows.first)];
}

} // namespace escapade
