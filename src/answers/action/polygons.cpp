#include "answers/action/polygons.hpp"

#include "answers/action/exact_action.hpp"
#include "answers/action/rough_action.hpp"
#include "answers/grids/grid_sequence.hpp"
#include "escapade/error.hpp"
#include "landscape/action/minimum_action.hpp"
#include "paths/outline.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

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

/// The same points between the rest points that coarser tables have for the path's two ends.
std::vector<Vec2> with_ends_moved(const Search& s, std::vector<Vec2> points) {
  constexpr double reach = 0.1; // a coarser table's rest points are near, or others
  const auto move = [&](Vec2& p) {
    if (const auto rest = rest_point_near(s.problem.coefficients, s.domain, p, reach))
      p = rest->position;
  };
  move(points.front());
  if (s.target == Target::saddle)
    move(points.back());
  return points;
}

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
    const std::vector<Vec2> points = with_ends_moved(s, best.path.points);
    const ActionPath one =
        minimum_action_path(s.problem.coefficients, s.domain, points, finest, best.part);
    levels.front().of_coarser_tables =
        MeasuredPath{levels.front().numbers.action, {one.points.back().x}, {one.points.back().y}};
    levels.front().of_coarser_tables->action.value = one.total();
  }
  return levels;
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
    const double climb = climb_between(s, answer.points.back());
    const Coarser coarser(s.problem);
    rounding += std::abs(climb_between(s, answer.points.back()) - climb) / 3; // as table_error
  }
  answer.action = number(*exact, rounding);
}

} // namespace

std::string name_of_end(const Search& s, const Part* part) {
  return s.target == Target::point    ? "target point"
         : s.target == Target::saddle ? "saddle"
                                      : part->name;
}

std::vector<std::pair<std::string, double>>
rough_polygons(const Search& s, const std::vector<EscapeGuess>& guesses) {
  std::vector<std::pair<std::string, double>> out;
  try {
    for (const Candidate& c : best_of_each_kind(s, guesses))
      out.emplace_back(c.kind, c.path.total());
  } catch (const NotTrusted&) {
    // no polygon to compare with
  }
  return out;
}

void take_polygons(const Search& s, const std::vector<EscapeGuess>& guesses, const Effort& effort,
                   PathAnswer& answer) {
  answer.sides = fine_sides;
  answer.guesses.clear();
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
  take_exact(s, levels, best.part, answer);
  answer.crossing = {with_error(levels, &MeasuredPath::x), with_error(levels, &MeasuredPath::y)};
  answer.through = name_of_end(s, best.part);
}

} // namespace escapade
