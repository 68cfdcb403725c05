#include "answers/grids/grid_sequence.hpp"

#include "escapade/grid/mesh.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

/// By flow all have an even number of cells if the fine one has: a line of centres on a line of
/// symmetry, such as v = 0, changes numbers more than the spacing does.
GridShape coarser(const GridShape& fine, double ratio) {
  GridShape shape = fine;
  for (std::size_t a = 0; a < (fine.line() ? 1 : 2); ++a) {
    const double cells = static_cast<double>(fine.cells[a]) / ratio;
    const bool even = fine.transport == Transport::flow && fine.cells[a] % 2 == 0;
    shape.cells[a] = even ? 2 * std::llround(cells / 2) : std::llround(cells);
  }
  return shape;
}

double middle_ratio(const GridShape& fine) {
  constexpr int ratios[][2] = {{3, 2}, {4, 3}, {8, 5}, {5, 3}, {7, 4}, {5, 4}};
  for (const auto& [p, q] : ratios)
    if (fine.cells[0] * q % p == 0 && (fine.line() || fine.cells[1] * q % p == 0))
      return static_cast<double>(p) / q;
  return 1.5;
}

} // namespace

std::vector<GridShape> grid_sequence(const GridShape& fine, bool with_coarser) {
  std::vector<GridShape> shapes{fine};
  if (fine.mesh) { // each was cut into four: h, 2h, 4h, 8h, as far as they go
    for (auto mesh = fine.mesh->coarser; mesh && with_coarser && shapes.size() < 4;
         mesh = mesh->coarser) {
      shapes.push_back(fine);
      shapes.back().mesh = mesh;
    }
    return shapes;
  }
  const std::int64_t fewest = fine.line() ? fine.cells[0] : std::min(fine.cells[0], fine.cells[1]);
  if (!with_coarser || fewest < fewest_cells)
    return shapes;
  const double middle = middle_ratio(fine);
  for (const double ratio : {middle, 2.0, 2 * middle})
    if (ratio <= 2 || static_cast<double>(fewest) >= ratio * fewest_of_fourth)
      shapes.push_back(coarser(fine, ratio));
  return shapes;
}

Expansion expansion_of(const Chain& chain, Demand demand) {
  if (chain.flow && chain.flow->along_lines && demand != Demand::more)
    return demand == Demand::exits ? Expansion::scattered : Expansion::slow;
  const Grid* const grid = chain.grid.lattice();
  if (chain.cut_anywhere || !grid)
    return Expansion::cut;
  if (chain.flow)
    return Expansion::by_flow;
  return grid->graded() || grid->walls ? Expansion::uneven : Expansion::even;
}

double table_error(const Measured& whole, const Measured& coarser) {
  if (whole.value == coarser.value)
    return 0;
  return static_cast<double>(std::abs(whole.value - coarser.value) / 3);
}

double step_error(const Measured& whole, const Measured& half) {
  if (whole.value == half.value)
    return 0;
  return static_cast<double>(std::abs(whole.value - half.value) * 4 / 3);
}

Number with_error(const std::vector<Measured>& measured, const std::vector<double>& ratios,
                  double certificate, const std::string& doubt, double tables, LimitKind limit,
                  double steps) {
  constexpr double rounding = 1e-14; // of sums over some 10⁵ cells
  const Measured& fine = measured.front();
  if (fine.logarithmic && fine.value == log_of_zero)
    return number(0.0, 0.0); // exactly nothing, on every grid
  const auto with = [&](std::optional<double> error) {
    return fine.logarithmic ? positive(fine.value, error)
                            : number(static_cast<double>(fine.value), error);
  };
  const auto unknown = [&](const std::string& why) {
    Number n = with({});
    n.error_unknown = why;
    return n;
  };
  if (!doubt.empty())
    return unknown(doubt);
  std::vector<long double> values;
  for (const Measured& m : measured)
    if (std::isfinite(m.value) || values.size() < grids_needed)
      values.push_back(m.value);
    else
      break;
  if (!std::all_of(values.begin(), values.end(), [](long double v) { return std::isfinite(v); }))
    return unknown("a coarser grid does not give this number");
  const long double scale = std::max(fine.scale, fine.logarithmic ? 0 : std::abs(fine.value));
  const ErrorEstimate e = estimate_error(values, std::span(ratios).first(values.size()),
                                         {static_cast<double>((certificate + rounding) * scale),
                                          static_cast<double>(scale), fine.expansion, limit});
  if (!e.error)
    return unknown(e.unknown);
  if (!std::isfinite(tables))
    return unknown("coarser tables do not give this number");
  if (!std::isfinite(steps))
    return unknown("steps of half the time do not give this number");
  Number n = with(*e.error + tables + steps);
  n.order = e.order;
  if (tables > 0 && n.value)
    n.table_error = fine.logarithmic ? *n.value * tables : tables;
  // One that is less certain than the grid's own value is none.
  const bool worth = e.extrapolated && *e.extrapolated_error < *e.error;
  if (worth && fine.logarithmic) {
    n.log_extrapolated = e.extrapolated;
    n.log_extrapolated_error = *e.extrapolated_error + tables + steps;
    if (n.value) {
      n.extrapolated = std::exp(*e.extrapolated);
      n.extrapolated_error = *n.extrapolated * *n.log_extrapolated_error;
    }
  } else if (worth) {
    n.extrapolated = e.extrapolated;
    n.extrapolated_error = *e.extrapolated_error + tables + steps;
  }
  return n;
}

} // namespace escapade
