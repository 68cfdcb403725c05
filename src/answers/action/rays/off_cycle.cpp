#include "answers/action/quasi_potential_beside.hpp"
#include "answers/action/search.hpp"
#include "answers/grids/cell_fields.hpp"
#include "answers/grids/chain_run.hpp"
#include "escapade/error.hpp"

#include <algorithm>

namespace escapade {

namespace {

/// Saddles from which the drift leads to the cycle on one side and elsewhere on the other.
std::vector<Vec2> saddles_around(const Problem& problem, const Domain& domain) {
  std::vector<Vec2> out;
  for (const RestPoint& p : rest_points(problem.coefficients, domain)) {
    if (p.type != RestPoint::Type::saddle)
      continue;
    int elsewhere = 0;
    for (const Vec2 side : beside_saddle(p, domain))
      elsewhere += follow_drift(problem.coefficients, domain, side).end.has_value();
    if (elsewhere == 1)
      out.push_back(p.position);
  }
  return out;
}

std::vector<Vec2> targets_of(const Problem& problem, const Domain& domain, const PathEnds& ends,
                             const Region& exit) {
  if (ends.target)
    return {*ends.target};
  if (!exit.empty())
    return {};
  std::vector<Vec2> saddles = saddles_around(problem, domain);
  if (saddles.empty())
    throw BadInput("the start " + point_text(ends.start) +
                   ": leads to a limit cycle, and no saddle inside the domain leads out of its "
                   "basin; give a target point or an exit set");
  return saddles;
}

FieldFile drift_on(const Grid& grid, const Problem& problem) {
  FieldFile file = field_file(grid, problem);
  file.fields.push_back(cell_field(grid, "drift", "", 2, [&](std::size_t u, double* w) {
    const Vec2 p = grid.centre(static_cast<std::int32_t>(u));
    double v[5];
    problem.coefficients(1, &p.x, &p.y, v);
    w[0] = v[0], w[1] = v[1];
  }));
  return file;
}

} // namespace

PathAnswer action_off_cycle(const Problem& problem, const Domain& domain, const GridShape& shape,
                            const PathEnds& ends, const Region& exit, const LimitCycle& cycle) {
  const std::vector<Vec2> targets = targets_of(problem, domain, ends, exit);
  if (ends.target && !domain.contains(*ends.target))
    throw BadInput("the target point " + point_text(*ends.target) +
                   ": outside the domain; give a point in it");
  const auto found = ray_action(problem, domain, cycle, targets, exit);
  if (!found)
    throw NotTrusted("no path of least action from the limit cycle through " +
                     point_text(cycle.point) +
                     " to there was found by rays; give a target in the basin of the cycle or on "
                     "its border");
  const Grid grid = make_grid(domain, {shape.cells, 0}, {});
  PathAnswer answer;
  answer.grid = report_of(Cells{grid});
  answer.fields = drift_on(grid, problem);
  answer.action = found->action;
  answer.guesses = {{"ray", found->ray.total()}};
  answer.from = found->from;
  answer.points = found->ray.points, answer.action_along = found->ray.action;
  answer.sides = static_cast<int>(answer.points.size()) - 1;
  answer.crossing = found->end;
  answer.through = ends.target    ? "target point"
                   : exit.empty() ? "saddle"
                                  : exit[found->ray.part].name;
  answer.cycle =
      CycleOfPath{cycle.period, cycle.period_error, cycle.multiplier, cycle.point, cycle.points};
  if (problem.landscape)
    answer.height_along = heights(problem, answer.points);
  return answer;
}

} // namespace escapade
