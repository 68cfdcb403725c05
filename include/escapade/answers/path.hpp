// The most probable path out of a well and its cost.
//
//   S[φ] = ½ ∫ ( |b|_{D⁻¹} |φ′|_{D⁻¹} − b·D⁻¹φ′ ) ds,     log(rate) ≈ −S, dimensionless
// is minimised over paths from the stable rest point or limit cycle that the drift from the start
// leads to, to a point, to the boundary of an exit set, or to the saddle of least action (Heymann,
// Vanden-Eijnden 2008, doi:10.1002/cpa.20238); the quasi-potential on a grid (Dahiya, Cameron 2018,
// doi:10.1007/s10915-017-0590-9) is a second value of the same barrier.
#pragma once

#include "escapade/answers/answer.hpp"
#include "escapade/grid/shape.hpp"
#include "escapade/problem/problem.hpp"
#include "escapade/problem/region.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace escapade {

class Outline;

/// Where a path begins and where it may end.
struct PathEnds {
  Vec2 start;
  std::optional<Vec2> target; ///< to this point; else to the exit set
  Region exit = {};           ///< with absorbing sides; empty without target: to the best saddle
  std::shared_ptr<const Outline> outline = nullptr; ///< of a mesh: paths stay within it
  Region removed = {};                              ///< cells that the grid leaves out
};

/// The limit cycle that a path leaves.
struct CycleOfPath {
  double period = 0, period_error = 0, multiplier = 0;
  Vec2 point;
  std::vector<Vec2> points; ///< once around: where the action from the cycle is 0
};

/// Fields: potential or loss, quasi_potential; from a cycle drift.
struct PathAnswer : GridAnswer {
  Number action;
  std::optional<Number> by_minimisation; ///< where `action` is exact, k ΔΦ
  std::optional<Number> quasi_potential; ///< of the same barrier, on the grid
  Vec2 from;                             ///< the rest point, or a point of the cycle
  std::optional<CycleOfPath> cycle;      ///< if it is not a rest point that the path leaves
  std::array<Number, 2> crossing;        ///< where the path ends
  std::string through;                   ///< "target point", "saddle", or the part of the exit
  std::vector<Vec2> points;         ///< of the path, in the variables; not cut at periodic sides
  std::vector<double> action_along; ///< at each point
  std::vector<double> height_along; ///< potential or loss at each, where there is one
  std::vector<Vec2> rest_points;    ///< that the path pauses at on its way
  std::vector<std::pair<std::string, double>> guesses; ///< where the search began, and its action
  double spread_of_guesses = 0;
  int sides = 0; ///< of the polygon
};

/// `is_loss` names the landscape's field. Serial. BadInput: a start that settles nowhere, a target
/// outside, an exit whose boundary is not inside the domain, no saddle. NotTrusted: an action that
/// the polygons do not agree on to 5 %.
PathAnswer least_action(const Problem& problem, const Domain& domain, const GridShape& shape,
                        const PathEnds& ends, const Effort& effort = {}, bool is_loss = false);

} // namespace escapade
