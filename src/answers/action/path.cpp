#include "escapade/answers/path.hpp"

#include "answers/action/exact_action.hpp"
#include "answers/action/path_floor.hpp"
#include "answers/action/quasi_potential_beside.hpp"
#include "answers/action/rough_action.hpp"
#include "answers/action/search.hpp"
#include "answers/grids/grid_sequence.hpp"
#include "escapade/error.hpp"
#include "landscape/action/escape_guesses.hpp"
#include "landscape/action/minimum_action.hpp"
#include "landscape/action/quasi_potential.hpp"
#include "paths/outline.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

constexpr int coarse_sides = 48, fine_sides = 480, most_sides = 3840;

struct Candidate {
  ActionPath path;
  const Part* part = nullptr;
  std::string kind;
};

constexpr const char* leaves_the_mesh =
    "the path of least action runs into a reflecting curve of the mesh, along which it cannot be "
    "followed; take the escape rate at several levels of the noise";

/// Whether a path keeps within the boundary of the mesh, if there is one; its end lies on it.
bool stays_inside(const Search& s, const ActionPath& path) {
  if (!s.ends.outline)
    return true;
  const double rounding = 1e-6 * std::max(s.domain.width(), s.domain.height());
  return std::all_of(path.points.begin(), path.points.end() - 1,
                     [&](Vec2 p) { return s.ends.outline->depth(p) > -rounding; });
}

/// The best path of each kind of guess, on coarse polygons; the best of all first.
std::vector<Candidate> best_of_each_kind(const Search& s, const std::vector<EscapeGuess>& guesses) {
  std::vector<Candidate> best;
  std::string why;
  for (const EscapeGuess& g : guesses)
    try {
      Candidate one{
          minimum_action_path(s.problem.coefficients, s.domain, g.points, coarse_sides, g.part),
          g.part, g.kind};
      if (!stays_inside(s, one.path)) {
        why = leaves_the_mesh;
        continue;
      }
      const auto known = std::find_if(best.begin(), best.end(),
                                      [&](const Candidate& c) { return c.kind == g.kind; });
      if (known == best.end())
        best.push_back(std::move(one));
      else if (one.path.total() < known->path.total())
        *known = std::move(one);
    } catch (const NotTrusted& e) {
      why = e.what(); // another guess may do
    }
  if (best.empty())
    throw NotTrusted(why);
  return best;
}

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

/// The best of all guesses, followed on finer polygons.
Candidate best_candidate(const Search& s, const std::vector<EscapeGuess>& guesses,
                         PathAnswer& answer) {
  std::vector<Candidate> found = best_of_each_kind(s, guesses);
  for (Candidate& c : found) {
    c.path = minimum_action_path(s.problem.coefficients, s.domain, c.path.points, fine_sides / 2,
                                 c.part);
    answer.guesses.emplace_back(c.kind, c.path.total());
  }
  std::sort(found.begin(), found.end(),
            [](const Candidate& a, const Candidate& b) { return a.path.total() < b.path.total(); });
  const double least = found.front().path.total();
  answer.spread_of_guesses = found.back().path.total() - least;
  if (answer.spread_of_guesses > 1e-4 * least)
    answer.warnings.push_back(
        "the guesses \"" + found.front().kind + "\" and \"" + found.back().kind +
        "\" lead to different paths, of action " + to_text(number(least)) + " and " +
        to_text(number(found.back().path.total())) + "; the lower one is taken");
  return std::move(found.front());
}

struct MeasuredPath {
  Measured action, x, y;
};

/// The path on polygons of four numbers of sides, the finest first; it is kept in `path`.
std::vector<Level<MeasuredPath>> on_polygons(const Search& s, const Candidate& best, bool errors,
                                             int finest, ActionPath& path) {
  std::vector<Level<MeasuredPath>> levels;
  for (int sides : {finest, finest * 2 / 3, finest / 2, finest / 3}) {
    const ActionPath one = sides == fine_sides / 2
                               ? best.path
                               : minimum_action_path(s.problem.coefficients, s.domain,
                                                     best.path.points, sides, best.part);
    levels.push_back({{with_expansion({one.total()}, Expansion::irregular),
                       {one.points.back().x},
                       {one.points.back().y}},
                      1.0 / sides});
    if (!stays_inside(s, one))
      throw NotTrusted(leaves_the_mesh);
    if (levels.size() == 1)
      path = one;
    if (!errors)
      break;
  }
  if (errors && !s.problem.approximations.empty()) {
    const Coarser coarser(s.problem);
    const ActionPath one =
        minimum_action_path(s.problem.coefficients, s.domain, best.path.points, finest, best.part);
    levels.front().of_coarser_tables =
        MeasuredPath{levels.front().numbers.action, {one.points.back().x}, {one.points.back().y}};
    levels.front().of_coarser_tables->action.value = one.total();
  }
  return levels;
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

/// The exact action where it is known, with what the position of the path's end leaves open.
void take_exact(const Search& s, const std::vector<Level<MeasuredPath>>& levels, const Part* part,
                PathAnswer& answer) {
  const auto exact = exact_action(s, answer.points.back());
  if (!exact)
    return;
  answer.by_minimisation = answer.action;
  // Along the exit's boundary Φ is least at the true end: it varies there in second order.
  double rounding = 1e-14 * std::abs(*exact);
  if (part && levels.size() > 1) {
    const MeasuredPath& coarser = levels[1].numbers;
    if (const auto other = exact_action(
            s, {static_cast<double>(coarser.x.value), static_cast<double>(coarser.y.value)}))
      rounding += std::abs(*other - *exact);
  }
  if (!s.problem.approximations.empty()) {
    const Coarser coarser(s.problem);
    if (const auto other = exact_action(s, answer.points.back()))
      rounding += std::abs(*other - *exact) / 3; // as table_error
  }
  answer.action = number(*exact, rounding);
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

/// Where the noise is regular.
PathAnswer regular_least_action(const Search& s, const Effort& effort, bool is_loss) {
  PathAnswer answer;
  answer.from = s.from.position;
  answer.sides = fine_sides;
  std::vector<EscapeGuess> guesses = guesses_for(s);
  const Region removed = removed_cells(s);
  const Grid grid = make_grid(s.domain, s.shape, removed);
  const QuasiPotential U = quasi_potential(s.problem.coefficients, grid, s.from);
  add_ways_of_quasi_potential(s, guesses, U, grid);
  const Candidate best = best_candidate(s, guesses, answer);
  ActionPath path;
  auto levels = on_polygons(s, best, effort.errors, fine_sides, path);
  answer.action = with_error(levels, &MeasuredPath::action);
  // Many turns out of a focus need many sides.
  while (effort.errors && is_rough(answer.action) && answer.sides < most_sides) {
    answer.sides *= 2;
    levels = on_polygons(s, {path, best.part, best.kind}, true, answer.sides, path);
    answer.action = with_error(levels, &MeasuredPath::action);
  }
  answer.points = path.points;
  answer.action_along = path.action;
  answer.rest_points = path.rest_points;
  if (s.problem.landscape)
    answer.height_along = heights(s.problem, path.points);
  take_exact(s, levels, best.part, answer);
  answer.crossing = {with_error(levels, &MeasuredPath::x), with_error(levels, &MeasuredPath::y)};
  answer.through = s.target == Target::point    ? "target point"
                   : s.target == Target::saddle ? "saddle"
                                                : best.part->name;
  add_quasi_potential(s, effort, is_loss, grid, removed, U, answer);
  settle_action(effort.errors, answer);
  tell_of_sides(s, answer);
  return answer;
}

} // namespace

PathAnswer least_action(const Problem& problem, const Domain& domain, const GridShape& shape,
                        const PathEnds& ends, const Effort& effort, bool is_loss) {
  for (int axis : {0, 1})
    if (domain.periodic(axis))
      throw BadInput("a path of least action does not go around periodic sides; give reflecting "
                     "ones and a domain that holds the path");
  const Region exit = with_absorbing_sides(ends.exit, domain);
  const Target target = ends.target ? Target::point : exit.empty() ? Target::saddle : Target::exit;
  const RestPoint from = settle(problem.coefficients, domain, ends.start, "the start");
  const auto ask = [&](const Problem& p) {
    return regular_least_action({p, domain, shape, ends, exit, target, from}, effort, is_loss);
  };
  return rank_one_at(problem, from.position) ? without_floor(problem, domain, from.position, ask)
                                             : ask(problem);
}

} // namespace escapade
