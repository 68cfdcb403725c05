#include "answers/grids/grid_sequence.hpp"

#include "escapade/grid/mesh.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escapade {

namespace {

GridShape coarser(const GridShape& fine, double ratio) {
  GridShape shape = fine;
  for (std::size_t a = 0; a < 2; ++a)
    shape.cells[a] = std::llround(static_cast<double>(fine.cells[a]) / ratio);
  return shape;
}

double middle_ratio(const GridShape& fine) {
  constexpr int ratios[][2] = {{3, 2}, {4, 3}, {8, 5}, {5, 3}, {7, 4}, {5, 4}};
  for (const auto& [p, q] : ratios)
    if (fine.cells[0] * q % p == 0 && fine.cells[1] * q % p == 0)
      return static_cast<double>(p) / q;
  return 1.5;
}

/// Where reflecting sides are oblique the error may be of order 1; it is of order 2 as long as
/// nothing happens there. The three grids tell.
ErrorEstimate judged(std::span<const long double> values, std::span<const double> ratios,
                     bool oblique_walls) {
  const ErrorEstimate second = estimate_error(values, ratios, 2);
  if (!oblique_walls || second.extrapolated)
    return second;
  return estimate_error(values, ratios, 1);
}

} // namespace

std::vector<GridShape> grid_sequence(const GridShape& fine, bool with_coarser) {
  std::vector<GridShape> shapes{fine};
  if (fine.mesh) { // each was cut into four: h, 2h, 4h, as far as they go
    for (auto mesh = fine.mesh->coarser; mesh && with_coarser && shapes.size() < 3;
         mesh = mesh->coarser) {
      shapes.push_back(fine);
      shapes.back().mesh = mesh;
    }
    return shapes;
  }
  if (with_coarser && std::min(fine.cells[0], fine.cells[1]) >= fewest_cells) {
    shapes.push_back(coarser(fine, middle_ratio(fine)));
    shapes.push_back(coarser(fine, 2));
  }
  return shapes;
}

Number with_error(const std::vector<Measured>& measured, const std::vector<double>& ratios,
                  bool oblique_walls) {
  const Measured& fine = measured.front();
  std::vector<long double> values;
  bool all_finite = true;
  for (const Measured& m : measured) {
    values.push_back(m.value);
    all_finite = all_finite && std::isfinite(m.value);
  }
  if (fine.logarithmic && fine.value == -std::numeric_limits<long double>::infinity())
    return number(0.0, 0.0); // exactly nothing, on every grid
  if (values.size() == 1 || !all_finite)
    return fine.logarithmic ? positive(fine.value) : number(static_cast<double>(fine.value));
  const ErrorEstimate e = judged(values, ratios, oblique_walls);
  Number n = fine.logarithmic ? positive(fine.value, e.error)
                              : number(static_cast<double>(fine.value), e.error);
  if (e.extrapolated && fine.logarithmic) {
    n.log_extrapolated = e.extrapolated;
    if (n.value)
      n.extrapolated = std::exp(*e.extrapolated);
  } else if (e.extrapolated) {
    n.extrapolated = e.extrapolated;
  }
  return n;
}

} // namespace escapade
