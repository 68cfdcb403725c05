#include "programs/fp/path.hpp"

#include "answers/chain_run.hpp"
#include "answers/grid_sequence.hpp"
#include "escapade/error.hpp"
#include "escapade/grid/mesh.hpp"
#include "landscape/action/escape_guesses.hpp"
#include "landscape/action/minimum_action.hpp"
#include "landscape/action/quasi_potential.hpp"
#include "output/summary.hpp"
#include "programs/fp/path_domain.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace escapade {

namespace {

constexpr int coarse_sides = 48, fine_sides = 480;

enum class Target { point, exit, saddle };

struct Candidate {
  ActionPath path;
  const Part* part = nullptr;
  std::string kind;
};

constexpr const char* leaves_the_mesh =
    "the path of least action runs into a reflecting curve of the mesh, along which it cannot be "
    "followed; take fp-rate at several levels of the noise";

/// The best path of each kind of guess, on coarse polygons; the best of all first.
std::vector<Candidate> best_of_each_kind(const Setup& setup,
                                         const std::vector<EscapeGuess>& guesses) {
  std::vector<Candidate> best;
  std::string why;
  for (const EscapeGuess& g : guesses)
    try {
      Candidate one{minimum_action_path(setup.problem.coefficients, setup.domain, g.points,
                                        coarse_sides, g.part),
                    g.part, g.kind};
      if (!stays_inside(setup, one.path)) {
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

struct Unit {
  double factor;
  std::string name; // what the action is multiplied with
};

/// What makes the action a number of the landscape alone.
std::optional<Unit> unit_of_noise(const Options& options, const Setup& setup) {
  if (options.given("noise_level"))
    return Unit{options.number("noise_level"), "noise level"};
  const auto& sgd = setup.problem.sgd;
  if (sgd && sgd->noise != "isotropic")
    return Unit{sgd->learning_rate / sgd->batch_size, "learning rate / batch size"};
  if ((sgd || setup.problem.landscape) && setup.problem.gradient)
    return Unit{1 / setup.problem.gradient->k.xx, "temperature"};
  return std::nullopt;
}

/// Where D⁻¹b = −k ∇Φ and the drift leads from the path's end back to its start, the action is
/// k ΔΦ: the drift's own way, run backwards, costs that and no other costs less.
std::optional<double> exact_action(const Setup& setup, const RestPoint& from, Vec2 end) {
  const auto& g = setup.problem.gradient;
  if (!g || std::abs(g->k.xy) > 1e-14 * trace(g->k) ||
      std::abs(g->k.xx - g->k.yy) > 1e-14 * trace(g->k))
    return std::nullopt;
  const Field& b = setup.problem.coefficients;
  const double near = 1e-6 * std::max(setup.domain.width(), setup.domain.height());
  const auto back = [&](Vec2 p) {
    const Flow flow = follow_drift(b, setup.domain, p);
    return flow.end && norm(flow.end->position - from.position) < near;
  };
  const auto rest = rest_point_near(b, setup.domain, end, 1e-6);
  bool leads_back = false;
  if (rest && rest->type == RestPoint::Type::saddle)
    for (Vec2 p : beside_saddle(*rest, setup.domain))
      leads_back = leads_back || back(p);
  else
    leads_back = back(end);
  if (!leads_back)
    return std::nullopt;
  double high = 0, low = 0;
  g->phi(1, &end.x, &end.y, &high);
  g->phi(1, &from.position.x, &from.position.y, &low);
  return g->k.xx * (high - low);
}

Number scaled(Number n, double factor) {
  Number out =
      number(*n.value * factor, n.error ? std::optional<double>(*n.error * factor) : std::nullopt);
  if (n.extrapolated)
    out.extrapolated = *n.extrapolated * factor;
  return out;
}

std::vector<EscapeGuess> guesses_for(const Options& options, const Setup& setup, Target target,
                                     const RestPoint& from, const Region& exit) {
  const Field& b = setup.problem.coefficients;
  if (target == Target::point) {
    const std::vector<double> v = options.numbers("target_point", 2);
    const Vec2 to{v[0], v[1]};
    if (!setup.domain.contains(to) || (setup.outline && !setup.outline->contains(to)))
      throw BadInput("-target_point " + point_text(to) + ": outside " +
                     (setup.outline ? "-mesh" : "-domain") + "; give a point in it");
    if (norm(to - from.position) < 1e-9 * std::max(setup.domain.width(), setup.domain.height()))
      throw BadInput("-target_point " + point_text(to) +
                     ": is the rest point that -start leads to; give another point");
    return guesses_to_point(b, setup.domain, from, to);
  }
  if (target == Target::exit) {
    auto out = guesses_to_exit(b, setup.domain, from, exit);
    if (out.empty())
      throw BadInput("-exit: its boundary was not found inside -domain; give a set with a boundary "
                     "there");
    return out;
  }
  auto out = guesses_to_saddles(b, setup.domain, from);
  if (out.empty())
    throw BadInput("-start " + point_text(setup.starts.front()) +
                   ": no saddle inside -domain leads out of its basin; give -target_point, -exit, "
                   "or a wider -domain");
  return out;
}

/// The ways that the quasi-potential came to the ends of the other guesses, or to where it is least
/// on the exit's boundary: found without any guess.
void add_ways_of_quasi_potential(std::vector<EscapeGuess>& guesses, const QuasiPotential& U,
                                 const Grid& grid, Target target, Vec2 from, const Region& exit) {
  const auto add = [&](Vec2 to, const Part* part) {
    EscapeGuess guess{way_to(U, grid, from, to), part, "quasi-potential"};
    if (guess.points.size() > 1)
      guesses.push_back(std::move(guess));
  };
  if (target == Target::exit) {
    if (const auto least = least_on_boundary(U, grid, exit))
      add(least->at, &exit[least->part]);
    return;
  }
  const std::vector<EscapeGuess> known = guesses;
  for (const EscapeGuess& g : known)
    if (g.kind == "straight line")
      add(g.points.back(), nullptr);
}

/// Loss or potential along points.
std::vector<double> heights(const Setup& setup, const std::vector<Vec2>& points) {
  std::vector<double> x, y, v(6 * points.size());
  for (Vec2 p : points)
    x.push_back(p.x), y.push_back(p.y);
  setup.problem.landscape(x.size(), x.data(), y.data(), v.data());
  v.resize(points.size());
  return v;
}

FieldFile fields_of(const Setup& setup, const Grid& grid, const QuasiPotential& U) {
  FieldFile file = field_file(grid, setup.problem);
  if (setup.problem.landscape) {
    std::vector<Vec2> centres;
    for (std::int64_t u = 0; u < grid.unknowns(); ++u)
      centres.push_back(grid.centre(static_cast<std::int32_t>(u)));
    const std::vector<double> v = heights(setup, centres);
    file.fields.push_back(cell_field(grid, setup.loss ? "loss" : "potential", "", 1,
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
std::optional<double> barrier_on(const QuasiPotential& U, const Grid& grid, const Setup& setup,
                                 Target target, Vec2 end) {
  if (target != Target::exit)
    return value_at(U, grid, end);
  std::optional<double> best;
  if (const auto least = least_on_boundary(U, grid, setup.exit))
    best = least->value;
  if (setup.domain.absorbing()) {
    const auto side = value_at(U, grid, end);
    if (side && (!best || *side < *best))
      best = side;
  }
  return best;
}

/// The same barrier by the second method, which shares nothing but b and D with the first.
void add_quasi_potential(Session& session, Outcome& out, const Options& options, const Setup& setup,
                         Target target, const RestPoint& from, const Grid& grid,
                         const QuasiPotential& U, Vec2 end, double action, const Region& removed) {
  out.grid = {{"kind", "lattice"},
              {"cells", grid.cells},
              {"frame_angle", grid.angle * 180 / std::numbers::pi},
              {"unknowns", grid.unknowns()},
              {"isolated", grid.isolated},
              {"reach", U.reach}};
  if (session.rank() == 0)
    out.fields = fields_of(setup, grid, U);
  const auto fine = barrier_on(U, grid, setup, target, end);
  if (!fine) {
    session.notice("the quasi-potential on the grid does not reach the path's end: no second value "
                   "of the barrier; give more -cells or a wider -domain");
    return;
  }
  std::optional<double> error;
  if (setup.error_estimate && std::min(setup.shape.cells[0], setup.shape.cells[1]) >= 16) {
    GridShape half = setup.shape;
    half.cells = {half.cells[0] / 2, half.cells[1] / 2};
    const Grid coarse = make_grid(setup.domain, half, removed);
    const auto value = barrier_on(quasi_potential(setup.problem.coefficients, coarse, from), coarse,
                                  setup, target, end);
    if (value)
      error = std::abs(*value - *fine);
  }
  const Number barrier = number(*fine, error);
  out.results["quasi_potential"] = to_json(barrier);
  out.table.emplace_back("quasi-potential on the grid", to_text(barrier));
  if (const auto unit = unit_of_noise(options, setup))
    out.results["reduced_quasi_potential"] = to_json(scaled(barrier, unit->factor));
  if (std::abs(*fine - action) > 0.02 * action + error.value_or(0))
    session.notice("the action " + to_text(number(action)) +
                   " of the path and the quasi-potential " + to_text(barrier) +
                   " on the grid differ: if the latter is less, there may be a better path; if it "
                   "is more, give more -cells or a tighter -domain");
}

Outcome study(Session& session, const Options& options, const Setup& setup, const Region& removed) {
  for (int axis : {0, 1})
    if (setup.domain.periodic(axis))
      throw BadInput("-boundary " + options.text("boundary") +
                     ": fp-path does not go around periodic sides; give reflecting ones and a "
                     "-domain that holds the path");
  const Field& coefficients = setup.problem.coefficients;
  const Region exit = with_absorbing_sides(setup);
  const Target target = options.given("target_point") ? Target::point
                        : exit.empty()                ? Target::saddle
                                                      : Target::exit;
  const RestPoint from = settle(coefficients, setup.domain, setup.starts.front(), "-start");
  std::vector<EscapeGuess> guesses = guesses_for(options, setup, target, from, exit);
  const Grid grid = make_grid(setup.domain, setup.shape, removed);
  const QuasiPotential U = quasi_potential(coefficients, grid, from);
  add_ways_of_quasi_potential(guesses, U, grid, target, from.position, exit);
  std::vector<Candidate> found = best_of_each_kind(setup, guesses);

  Outcome out;
  out.results["action"] = nullptr; // first in the file
  for (Candidate& c : found) {
    c.path = minimum_action_path(coefficients, setup.domain, c.path.points, fine_sides / 2, c.part);
    out.results["guesses"].push_back({{"guess", c.kind}, {"action", c.path.total()}});
  }
  std::sort(found.begin(), found.end(),
            [](const Candidate& a, const Candidate& b) { return a.path.total() < b.path.total(); });
  const double spread = found.back().path.total() - found.front().path.total();
  if (spread > 1e-4 * found.front().path.total())
    session.notice("the guesses \"" + found.front().kind + "\" and \"" + found.back().kind +
                   "\" lead to different paths, of action " +
                   to_text(number(found.front().path.total())) + " and " +
                   to_text(number(found.back().path.total())) + "; the lower one is taken");
  out.results["spread_of_guesses"] = spread;

  std::vector<Level> levels;
  ActionPath path;
  for (int sides : {fine_sides, fine_sides * 2 / 3, fine_sides / 2}) {
    const ActionPath one = sides == fine_sides / 2 ? found.front().path
                                                   : minimum_action_path(coefficients, setup.domain,
                                                                         found.front().path.points,
                                                                         sides, found.front().part);
    // True: order 1 is feared. Where a path winds out of a focus, the order is less than 2.
    levels.push_back({{{"action", one.total(), false},
                       {"x", one.points.back().x, false},
                       {"y", one.points.back().y, false}},
                      1.0 / sides,
                      true});
    if (!stays_inside(setup, one))
      throw NotTrusted(leaves_the_mesh);
    if (levels.size() == 1)
      path = one;
    if (!setup.error_estimate)
      break;
  }
  const auto numbers = with_errors(levels);
  Number action = numbers[0].second;
  const Vec2 end = path.points.back();
  if (action.error) { // no smaller than rounding
    const auto extrapolated = action.extrapolated;
    action = number(*action.value, std::max(*action.error, 1e-14 * std::abs(*action.value)));
    action.extrapolated = extrapolated;
  }
  if (action.error && *action.error > 0.05 * *action.value)
    throw NotTrusted(
        "the action " + to_text(action) + ": its error between polygons of " +
        std::to_string(fine_sides / 2) + " and " + std::to_string(fine_sides) +
        " sides is more than 5 %; where the noise vanishes on the way it may be infinite");
  if (const auto exact = exact_action(setup, from, end)) {
    out.results["action_by_minimisation"] = to_json(action);
    // Along the exit's boundary Φ is least at the true end: it varies there in second order.
    double rounding = 1e-14 * std::abs(*exact);
    if (found.front().part && levels.size() > 1)
      if (const auto coarser = exact_action(setup, from,
                                            {static_cast<double>(levels[1].measured[1].value),
                                             static_cast<double>(levels[1].measured[2].value)}))
        rounding += std::abs(*coarser - *exact);
    action = number(*exact, rounding);
  }
  out.results["action"] = to_json(action);
  out.table.emplace_back("path", point_text(from.position) + " to " + point_text(end));
  out.table.emplace_back("action", to_text(action));
  if (const auto unit = unit_of_noise(options, setup)) {
    const Number reduced = scaled(action, unit->factor);
    out.results["reduced_action"] = to_json(reduced);
    out.results["reduced_by"] = unit->name;
    out.table.emplace_back("action times " + unit->name, to_text(reduced));
  }
  const auto error_of = [](const Number& n) { return n.error.value_or(0); };
  out.results["crossing"] =
      numbers_array({end.x, end.y}, setup.error_estimate ? std::vector{error_of(numbers[1].second),
                                                                       error_of(numbers[2].second)}
                                                         : std::vector<double>{});
  const std::string through = target == Target::point    ? "target point"
                              : target == Target::saddle ? "saddle"
                                                         : found.front().part->name;
  out.results["crossing_through"] = through;
  out.table.emplace_back("ends at the " + std::string(target == Target::exit ? "exit" : "end"),
                         through);
  out.results["rest_points_on_the_way"] = nlohmann::ordered_json::array();
  for (Vec2 p : path.rest_points) {
    out.results["rest_points_on_the_way"].push_back({p.x, p.y});
    out.table.emplace_back("by way of", point_text(p));
  }
  out.solver = {{"kind", "minimum action"}, {"sides", fine_sides}};

  Polyline line{path.points, {{"action", path.action}}};
  if (setup.problem.landscape)
    line.data[setup.loss ? "loss" : "potential"] = heights(setup, path.points);
  out.paths.push_back(std::move(line));
  add_quasi_potential(session, out, options, setup, target, from, grid, U, end, *action.value,
                      removed);
  Picture picture;
  picture.scalar = setup.loss ? "loss" : setup.problem.landscape ? "potential" : "quasi_potential";
  picture.title = "path of least action";
  picture.curves.push_back({path.points, ""});
  picture.markers.push_back({Marker::Shape::dot, from.position, ""});
  picture.markers.push_back({Marker::Shape::cross, end, ""});
  out.picture = picture;
  out.headline = action;
  out.headline_name = "action";
  return out;
}

} // namespace

Outcome path_study(Session& session, const Options& options, const Setup& setup) {
  return setup.outline ? study(session, options, in_a_box(setup), beyond_walls(setup))
                       : study(session, options, setup, {});
}

} // namespace escapade
