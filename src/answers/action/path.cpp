#include "escapade/answers/path.hpp"

#include "answers/action/path_floor.hpp"
#include "answers/action/polygons.hpp"
#include "answers/action/quasi_potential_beside.hpp"
#include "answers/action/rough_action.hpp"
#include "answers/action/search.hpp"
#include "answers/grids/grid_sequence.hpp"
#include "escapade/error.hpp"
#include "landscape/action/escape_guesses.hpp"
#include "landscape/action/quasi_potential.hpp"
#include "paths/outline.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

std::vector<EscapeGuess> guesses_to_target(const Search& s) {
  const Vec2 to = *s.ends.target;
  const auto& outline = s.ends.outline;
  if (!s.domain.contains(to) || (outline && !outline->contains(to)))
    throw BadInput("the target point " + point_text(to) + ": outside the " +
                   (outline ? "mesh" : "domain") + "; give a point in it");
  if (norm(to - s.from.position) < 1e-9 * std::max(s.domain.width(), s.domain.height()))
    throw BadInput("the target point " + point_text(to) +
                   ": is the rest point that the start leads to; give another point");
  return guesses_to_point(s.problem.coefficients, s.domain, s.from, to);
}

std::vector<EscapeGuess> guesses_for(const Search& s) {
  const Field& b = s.problem.coefficients;
  if (s.target == Target::point)
    return guesses_to_target(s);
  if (s.target == Target::exit) {
    auto out = guesses_to_exit(b, s.domain, s.from, s.exit);
    if (out.empty())
      throw BadInput("the exit set: its boundary was not found inside the domain; give a set with "
                     "a boundary there");
    return out;
  }
  auto out = guesses_to_saddles(b, s.domain, s.from);
  if (out.empty())
    throw BadInput("the start " + point_text(s.ends.start) +
                   ": no saddle inside the domain leads out of its basin; give a target point, an "
                   "exit set, or a wider domain");
  return out;
}

/// The ways that the quasi-potential came to the ends of the other guesses, or to where it is least
/// on the exit's boundary: found without any guess.
void add_ways_of_quasi_potential(const Search& s, std::vector<EscapeGuess>& guesses,
                                 const QuasiPotential& U, const Grid& grid) {
  const auto add = [&](Vec2 to, const Part* part) {
    EscapeGuess guess{way_to(U, grid, s.from.position, to), part, "quasi-potential"};
    if (guess.points.size() > 1)
      guesses.push_back(std::move(guess));
  };
  if (s.target == Target::exit) {
    if (const auto least = least_on_boundary(U, s.problem.coefficients, grid, s.exit))
      add(least->at, &s.exit[least->part]);
    return;
  }
  const std::vector<EscapeGuess> known = guesses;
  for (const EscapeGuess& g : known)
    if (g.kind == "straight line")
      add(g.points.back(), nullptr);
}

/// Tells of a path along the sides of the box, beyond which a better one may be.
void tell_of_sides(const Search& s, PathAnswer& answer) {
  const Domain& d = s.domain;
  constexpr double beside = 1e-3; // of the box
  std::size_t along = 0;
  for (const Vec2 p : answer.points)
    along += std::min({(p.x - d.x0) / d.width(), (d.x1 - p.x) / d.width(),
                       (p.y - d.y0) / d.height(), (d.y1 - p.y) / d.height()}) < beside;
  if (std::ranges::any_of(answer.points, [&](Vec2 p) { return d.in_hole(p); }))
    answer.warnings.emplace_back("the path leads through what is no part of the domain, a hole of "
                                 "a table: its action means nothing; give other ends");
  if (along > answer.points.size() / 20)
    answer.warnings.emplace_back("the path runs along a side of the domain: the action depends on "
                                 "the domain, and a wider one may hold a better path");
}

/// Where one may walk. An exit set in which drift or noise are no such thing is left out: nothing
/// is asked of them there.
Region removed_cells(const Search& s) {
  Region removed = s.ends.removed;
  if (s.ends.exit.empty())
    return removed;
  const Grid grid = make_grid(s.domain, s.shape, {});
  const auto n = static_cast<std::size_t>(grid.cells[0]);
  std::vector<double> x(n), y(n), v(5 * n);
  std::vector<int> part(n);
  bool usable = true;
  for (std::int64_t j = 0; j < grid.cells[1] && usable; ++j) {
    for (std::size_t i = 0; i < n; ++i) {
      const Vec2 p = grid.centre(static_cast<std::int64_t>(i), j);
      x[i] = p.x, y[i] = p.y;
    }
    part_at(s.ends.exit, n, x.data(), y.data(), part.data());
    s.problem.coefficients(n, x.data(), y.data(), v.data());
    for (std::size_t i = 0; i < n; ++i) {
      const Sym2 d{v[2 * n + i], v[3 * n + i], v[4 * n + i]};
      usable = usable && (part[i] < 0 || (std::isfinite(v[i] + v[n + i]) && d.xx >= 0 &&
                                          determinant(d) >= -1e-12 * trace(d) * trace(d)));
    }
  }
  if (!usable)
    removed.insert(removed.end(), s.ends.exit.begin(), s.ends.exit.end());
  return removed;
}

/// Whether the ray is the better path: rough polygons of other guesses are not lower by a tenth.
bool takes_ray(const Search& s, const std::vector<EscapeGuess>& guesses, PathAnswer& answer) {
  if (!s.ray)
    return false;
  answer.guesses.emplace_back("ray", s.ray->ray.total());
  const auto rough = rough_polygons(s, guesses);
  answer.guesses.insert(answer.guesses.end(), rough.begin(), rough.end());
  return std::all_of(rough.begin(), rough.end(),
                     [&](const auto& guess) { return guess.second >= 0.9 * s.ray->ray.total(); });
}

void take_ray(const Search& s, PathAnswer& answer) {
  const Ray& ray = s.ray->ray;
  answer.action = s.ray->action;
  answer.points = ray.points, answer.action_along = ray.action;
  answer.sides = static_cast<int>(ray.points.size()) - 1;
  answer.crossing = s.ray->end;
  answer.through = name_of_end(s, s.exit.empty() ? nullptr : &s.exit[ray.part]);
}

/// Where the noise is regular.
PathAnswer regular_least_action(const Search& s, const Effort& effort, bool is_loss) {
  PathAnswer answer;
  answer.from = s.from.position;
  std::vector<EscapeGuess> guesses = guesses_for(s);
  const Region removed = removed_cells(s);
  const Grid grid = make_grid(s.domain, s.shape, removed);
  const QuasiPotential U = quasi_potential(s.problem.coefficients, grid, s.from);
  add_ways_of_quasi_potential(s, guesses, U, grid);
  if (takes_ray(s, guesses, answer))
    take_ray(s, answer);
  else
    take_polygons(s, guesses, effort, answer);
  if (s.problem.landscape)
    answer.height_along = heights(s.problem, answer.points);
  add_quasi_potential(s, effort, is_loss, grid, removed, U, answer);
  settle_action(effort.errors, answer);
  tell_of_sides(s, answer);
  return answer;
}

/// The ray of least action out of a focus, if the start is one.
std::optional<RayAction> ray_out_of(const Search& s) {
  if (!winds_about(s.from) || s.domain.line || s.ends.outline)
    return std::nullopt;
  std::vector<Vec2> targets;
  if (s.ends.target)
    targets = {*s.ends.target};
  else if (s.target == Target::saddle)
    for (const EscapeGuess& g : guesses_to_saddles(s.problem.coefficients, s.domain, s.from))
      if (g.kind == "straight line")
        targets.push_back(g.points.back());
  if (targets.empty() && s.target != Target::exit)
    return std::nullopt;
  return ray_action(s.problem, s.domain, s.from, targets, s.exit);
}

/// The stable rest point that the start leads to, where it leads to no cycle.
RestPoint attractor_of(const Problem& problem, const Domain& domain, Vec2 start) {
  if (const auto rest = rest_point_near(problem.coefficients, domain, start, 1e-6);
      rest && rest->type != RestPoint::Type::stable)
    throw BadInput("the start " + point_text(start) +
                   ": the drift rests there without being "
                   "stable; give a point in the basin of a stable rest point or of a stable "
                   "limit cycle");
  return settle(problem.coefficients, domain, start, "the start");
}

} // namespace

PathAnswer least_action(const Problem& problem, const Domain& domain, const GridShape& shape,
                        const PathEnds& ends, const Effort& effort, bool is_loss) {
  const Region exit = with_absorbing_sides(ends.exit, domain);
  const Target target = ends.target ? Target::point : exit.empty() ? Target::saddle : Target::exit;
  const bool around = domain.periodic(0) || domain.periodic(1);
  if (around || !follow_drift(problem.coefficients, domain, ends.start).end)
    if (const auto cycle = cycle_from(problem.coefficients, domain, ends.start))
      return action_off_cycle(problem, domain, shape, ends, exit, *cycle);
  if (around)
    return action_around_sides(problem, domain, shape, ends, effort, is_loss);
  const RestPoint from = attractor_of(problem, domain, ends.start);
  const std::optional<RayAction> ray =
      ray_out_of({problem, domain, shape, ends, exit, target, from, {}});
  const auto ask = [&](const Problem& p) {
    return regular_least_action({p, domain, shape, ends, exit, target, from, ray}, effort, is_loss);
  };
  return rank_one_at(problem, from.position) ? without_floor(problem, domain, from.position, ask)
                                             : ask(problem);
}

} // namespace escapade
