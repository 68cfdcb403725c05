// The landscape of a potential or loss inside a box: where it rests, which minimum each place
// descends to, how high the passes between minima are, and how SGD's noise at a critical point
// compares with the Hessian model.
//
//   covariance mismatch  ‖Σ − (2L/B) H*‖_F, Σ the covariance of the mini-batch gradient
//   noise eigenvalues    of Σ B/(2L): those of H where the Hessian model holds
//   communication height least over paths of the greatest V on the way between two minima
#pragma once

#include "escapade/answers/answer.hpp"
#include "escapade/grid/shape.hpp"
#include "escapade/landscape/critical_points.hpp"
#include "escapade/problem/problem.hpp"
#include "escapade/problem/sgd.hpp"

#include <array>
#include <optional>
#include <vector>

namespace escapade {

struct LandscapePoint {
  CriticalPoint point;
  std::optional<Sym2> noise_covariance;      ///< of SGD on data: times B/(2L)
  std::optional<double> covariance_mismatch; ///< where H* is known too
  std::optional<double> relative_mismatch;   ///< over the norm of the covariance: without units
};

/// Between two minima.
struct Pass {
  Vec2 from, to;
  double value = 0;              ///< V on top
  std::optional<Vec2> saddle;    ///< none where the pass lies on the rim of the domain
  std::optional<double> on_grid; ///< the same on the grid's cells
};

struct Basin {
  Vec2 minimum;
  double area = 0;
  std::vector<std::vector<Vec2>> boundary; ///< closed polygons, counter-clockwise around it
};

/// Fields: potential or loss, gradient, covariance_mismatch, basin.
struct LandscapeAnswer : GridAnswer {
  std::vector<LandscapePoint> points;
  int winding_number = 0; ///< of the gradient along the rim
  std::vector<Pass> passes;
  std::vector<Basin> basins;
  bool positive = false; ///< V > 0 on all cells
};

/// `loss`: that of SGD, null for a potential. On a mesh without basins and passes. BadInput for a
/// problem without landscape. Serial.
LandscapeAnswer landscape(const Problem& problem, const Domain& domain, const GridShape& shape,
                          const Loss* loss = nullptr);

} // namespace escapade
