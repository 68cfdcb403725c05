#include "answers/grid_sequence.hpp"

#include "answers/error_estimate.hpp"
#include "escapade/grid/mesh.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

namespace escapade {

namespace {

constexpr std::int64_t fewest_cells = 8; // along each axis of a grid that errors are estimated of

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

void tell_of_no_errors(const Session& session, const Setup& setup) {
  const GridShape& fine = setup.shape;
  if (!setup.error_estimate || grid_sequence(fine, true).size() > 1)
    return;
  if (fine.mesh)
    session.notice("-refine 0: no errors are estimated, that needs a coarser mesh; give -refine 1 "
                   "or more");
  else
    session.notice("-cells " + std::to_string(fine.cells[0]) + "," + std::to_string(fine.cells[1]) +
                   ": no errors are estimated, the coarser grids for that would be too small; "
                   "give at least " +
                   std::to_string(fewest_cells) + " cells along each axis");
}

std::vector<std::pair<std::string, Number>> with_errors(const std::vector<Level>& levels) {
  std::vector<std::pair<std::string, Number>> out;
  std::vector<double> ratios;
  for (const Level& level : levels)
    ratios.push_back(level.spacing / levels.front().spacing);
  for (std::size_t m = 0; m < levels.front().measured.size(); ++m) {
    const Measurement& fine = levels.front().measured[m];
    std::vector<long double> values;
    for (const Level& level : levels)
      values.push_back(level.measured.at(m).value);
    bool all_finite = true;
    for (long double v : values)
      all_finite = all_finite && std::isfinite(v);
    Number n;
    if (fine.logarithmic && fine.value == -std::numeric_limits<long double>::infinity()) {
      n = number(0.0, 0.0); // exactly nothing, on every grid
    } else if (values.size() == 1 || !all_finite) {
      n = fine.logarithmic ? positive(fine.value) : number(static_cast<double>(fine.value));
    } else {
      const ErrorEstimate e = judged(values, ratios, levels.front().oblique_walls);
      n = fine.logarithmic ? positive(fine.value, e.error)
                           : number(static_cast<double>(fine.value), e.error);
      if (e.extrapolated && fine.logarithmic) {
        n.log_extrapolated = e.extrapolated;
        if (n.value)
          n.extrapolated = std::exp(*e.extrapolated);
      } else if (e.extrapolated) {
        n.extrapolated = e.extrapolated;
      }
    }
    out.emplace_back(fine.name, n);
  }
  return out;
}

const Number& number_named(const std::vector<std::pair<std::string, Number>>& numbers,
                           const std::string& name) {
  for (const auto& [known, n] : numbers)
    if (known == name)
      return n;
  throw std::logic_error("no number named " + name);
}

} // namespace escapade
