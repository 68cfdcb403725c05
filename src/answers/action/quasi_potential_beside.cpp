#include "answers/action/quasi_potential_beside.hpp"

#include "answers/grids/cell_fields.hpp"
#include "answers/grids/chain_run.hpp"
#include "answers/grids/grid_sequence.hpp"
#include "answers/transport/transport.hpp"
#include "landscape/action/escape_guesses.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace escapade {

std::vector<double> heights(const Problem& problem, const std::vector<Vec2>& points) {
  std::vector<double> x, y, v(6 * points.size());
  for (Vec2 p : points)
    x.push_back(p.x), y.push_back(p.y);
  problem.landscape(x.size(), x.data(), y.data(), v.data());
  v.resize(points.size());
  return v;
}

namespace {

FieldFile fields_of(const Problem& problem, bool is_loss, const Grid& grid,
                    const QuasiPotential& U) {
  FieldFile file = field_file(grid, problem);
  if (problem.landscape) {
    std::vector<Vec2> centres;
    for (std::int64_t u = 0; u < grid.unknowns(); ++u)
      centres.push_back(grid.centre(static_cast<std::int32_t>(u)));
    const std::vector<double> v = heights(problem, centres);
    file.fields.push_back(cell_field(grid, is_loss ? "loss" : "potential", "", 1,
                                     [&](std::size_t u, double* w) { *w = v[u]; }));
  }
  file.fields.push_back(cell_field(grid, "quasi_potential", "", 1, [&](std::size_t u, double* w) {
    const double value = U.value[static_cast<std::size_t>(grid.cell(u))];
    *w = std::isfinite(value) ? value : std::numeric_limits<double>::quiet_NaN();
  }));
  return file;
}

/// The barrier by the ordered line integral method on one grid; nothing where it does not get
/// there.
std::optional<double> barrier_on(const Search& s, const QuasiPotential& U, const Grid& grid,
                                 Vec2 end) {
  if (s.target != Target::exit)
    return value_at(U, grid, end);
  std::optional<double> best;
  if (const auto least = least_on_boundary(U, s.problem.coefficients, grid, s.ends.exit))
    best = least->value;
  if (s.domain.absorbing()) {
    const auto side = value_at(U, grid, end);
    if (side && (!best || *side < *best))
      best = side;
  }
  return best;
}

} // namespace

void add_quasi_potential(const Search& s, const Effort& effort, bool is_loss, const Grid& grid,
                         const Region& removed, const QuasiPotential& U, PathAnswer& answer) {
  answer.grid = report_of(Cells{grid});
  answer.grid.reach = U.reach;
  answer.fields = fields_of(s.problem, is_loss, grid, U);
  const Vec2 end = answer.points.back();
  const auto fine = barrier_on(s, U, grid, end);
  if (!fine) {
    answer.warnings.emplace_back(
        "the quasi-potential on the grid does not reach the path's end: no second value of the "
        "barrier; give more cells or a wider domain");
    return;
  }
  std::vector<Level<Measured>> levels{
      {with_expansion({*fine}, Expansion::first_order), Cells{grid}.spacing()}};
  for (const GridShape& shape : grid_sequence(s.shape, effort.errors)) {
    if (shape.cells == s.shape.cells)
      continue;
    std::optional<Level<Measured>> level;
    unless_refused([&] {
      const Grid coarse = make_grid(s.domain, shape, removed);
      if (const auto value =
              barrier_on(s, quasi_potential(s.problem.coefficients, coarse, s.from), coarse, end))
        level = Level<Measured>{Measured{*value}, Cells{coarse}.spacing()};
    });
    if (!level)
      break;
    levels.push_back(*level);
  }
  // The way begins within a cell, which holds another share of it on every grid.
  for (Level<Measured>& level : levels)
    level.limit = LimitKind::none;
  answer.quasi_potential = with_error(levels, [](const Measured& m) { return m; });
  const double action = *answer.action.value;
  // Errors of 10¹⁵ were seen near noise of rank one; e^(±100) tells nothing of a rate either.
  if (answer.quasi_potential->error.value_or(0) > 100 * std::max(action, 1.0)) {
    answer.quasi_potential = number(*fine);
    answer.quasi_potential->error_unknown = "the grids do not converge";
  }
  if (std::abs(*fine - action) > 0.02 * action + answer.quasi_potential->error.value_or(0))
    answer.warnings.push_back(
        "the action " + to_text(number(action)) + " of the path and the quasi-potential " +
        to_text(*answer.quasi_potential) +
        " on the grid differ: if the latter is less, there may be a better path; if it is more, "
        "give more cells or a tighter domain");
}

} // namespace escapade
