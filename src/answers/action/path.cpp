#include "escapade/answers/path.hpp"

#include "answers/action/path_floor.hpp"
#include "answers/grids/cell_fields.hpp"
#include "answers/grids/chain_run.hpp"
#include "answers/grids/grid_sequence.hpp"
#include "escapade/error.hpp"
#include "landscape/action/escape_guesses.hpp"
#include "landscape/action/minimum_action.hpp"
#include "landscape/action/quasi_potential.hpp"
#include "paths/outline.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace escapade {

namespace {

constexpr int coarse_sides = 48, fine_sides = 480, most_sides = 3840;

enum class Target { point, exit, saddle };

/// What is sought, by the data that does not change on the way.
struct Search {
  const Problem& problem;
  const Domain& domain;
  const GridShape& shape;
  const PathEnds& ends;
  Region exit; // with absorbing sides
  Target target;
  RestPoint from;
};

struct Candidate {
  ActionPath path;
  const Part* part = nullptr;
  std::string kind;
};

constexpr const char* leaves_the_mesh =
    "the path of least action runs into a reflecting curve of the mesh, along which it cannot be "
    "followed; take the escape rate at several levels of the noise";

/// Sides that absorb are parts of the exit set.
Region with_absorbing_sides(Region exit, const Domain& d) {
  const double at[4] = {d.x0, d.x1, d.y0, d.y1};
  for (std::size_t side = 0; side < 4; ++side) {
    if (d.boundary[side] != Boundary::absorbing)
      continue;
    const bool x = side < 2;
    const double sign = side % 2 == 1 ? 1 : -1, c = at[side];
    exit.push_back({side_names[side],
                    pointwise(1, [=](double px, double py,
                                     double* out) { out[0] = sign * ((x ? px : py) - c); }),
                    pointwise(3,
                              [=](double px, double py, double* out) {
                                out[0] = sign * ((x ? px : py) - c);
                                out[1] = x ? sign : 0.0, out[2] = x ? 0.0 : sign;
                              }),
                    HalfPlane{x ? 0 : 1, c, sign > 0}});
  }
  return exit;
}

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

/// Where D⁻¹b = −k ∇Φ and the drift leads from the path's end back to its start, the action is
/// k ΔΦ: the drift's own way, run backwards, costs that and no other costs less.
std::optional<double> exact_action(const Search& s, Vec2 end) {
  const auto& g = s.problem.gradient;
  if (!g || std::abs(g->k.xy) > 1e-14 * trace(g->k) ||
      std::abs(g->k.xx - g->k.yy) > 1e-14 * trace(g->k))
    return std::nullopt;
  const Field& b = s.problem.coefficients;
  const double near = 1e-6 * std::max(s.domain.width(), s.domain.height());
  const auto back = [&](Vec2 p) {
    const Flow flow = follow_drift(b, s.domain, p);
    return flow.end && norm(flow.end->position - s.from.position) < near;
  };
  const auto rest = rest_point_near(b, s.domain, end, 1e-6);
  bool leads_back = false;
  if (rest && rest->type == RestPoint::Type::saddle)
    for (Vec2 p : beside_saddle(*rest, s.domain))
      leads_back = leads_back || back(p);
  else
    leads_back = back(end);
  if (!leads_back)
    return std::nullopt;
  double high = 0, low = 0;
  g->phi(1, &end.x, &end.y, &high);
  g->phi(1, &s.from.position.x, &s.from.position.y, &low);
  return g->k.xx * (high - low);
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

/// Potential or loss at points.
std::vector<double> heights(const Problem& problem, const std::vector<Vec2>& points) {
  std::vector<double> x, y, v(6 * points.size());
  for (Vec2 p : points)
    x.push_back(p.x), y.push_back(p.y);
  problem.landscape(x.size(), x.data(), y.data(), v.data());
  v.resize(points.size());
  return v;
}

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

/// The same barrier by the second method, which shares nothing but b and D with the first.
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
  std::vector<Level<Measured>> levels{{Measured{*fine}, Cells{grid}.spacing()}};
  for (const GridShape& shape : grid_sequence(s.shape, effort.errors)) {
    if (shape.cells == s.shape.cells)
      continue;
    const Grid coarse = make_grid(s.domain, shape, removed);
    const auto value =
        barrier_on(s, quasi_potential(s.problem.coefficients, coarse, s.from), coarse, end);
    if (!value)
      break;
    levels.push_back({Measured{*value}, Cells{coarse}.spacing()});
  }
  answer.quasi_potential = with_error(levels, [](const Measured& m) { return m; });
  const double action = *answer.action.value;
  if (std::abs(*fine - action) > 0.02 * action + answer.quasi_potential->error.value_or(0))
    answer.warnings.push_back(
        "the action " + to_text(number(action)) + " of the path and the quasi-potential " +
        to_text(*answer.quasi_potential) +
        " on the grid differ: if the latter is less, there may be a better path; if it is more, "
        "give more cells or a tighter domain");
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
    levels.push_back(
        {{Measured{one.total()}, {one.points.back().x}, {one.points.back().y}}, 1.0 / sides});
    if (!stays_inside(s, one))
      throw NotTrusted(leaves_the_mesh);
    if (levels.size() == 1)
      path = one;
    if (!errors)
      break;
  }
  return levels;
}

/// Whether an error is more than 5 % of the value, or not known.
bool is_rough(const Number& n) {
  return !n.value || !n.error || *n.error > 0.05 * std::abs(*n.value);
}

/// The lower of the path's action and the quasi-potential, or the one that its grids or polygons
/// agree on: a path that winds out of a focus needs more turns than a polygon can follow, and the
/// best way may be one that no guess led to.
void settle_action(bool errors, PathAnswer& answer) {
  if (answer.by_minimisation || !errors)
    return;
  const auto& other = answer.quasi_potential;
  const bool rough = is_rough(answer.action);
  if (rough && (!other || is_rough(*other)))
    throw NotTrusted("the action " + to_text(answer.action) + ": its error between polygons of " +
                     std::to_string(answer.sides / 2) + " and " + std::to_string(answer.sides) +
                     " sides is more than 5 %, and the quasi-potential on the grid" +
                     (other ? ", " + to_text(*other) + "," : std::string()) +
                     " is no better; give more "
                     "cells; where the noise vanishes on the way it may be infinite");
  if (!other || is_rough(*other))
    return;
  const bool lower =
      *other->value + 3 * *other->error < *answer.action.value - 3 * *answer.action.error;
  if (!rough && !lower)
    return;
  answer.warnings.push_back(
      (rough ? "polygons do not agree on the action (" : "the path found costs more (") +
      to_text(answer.action) +
      (rough ? "), as where a path winds out of a focus" : ") than the best way on the grid") +
      ": the quasi-potential on the grid is given for it");
  answer.action = *other;
}

/// Tells of a path along the sides of the box, beyond which a better one may be.
void tell_of_sides(const Search& s, PathAnswer& answer) {
  const Domain& d = s.domain;
  constexpr double beside = 1e-3; // of the box
  std::size_t along = 0;
  for (const Vec2 p : answer.points)
    along += std::min({(p.x - d.x0) / d.width(), (d.x1 - p.x) / d.width(),
                       (p.y - d.y0) / d.height(), (d.y1 - p.y) / d.height()}) < beside;
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
