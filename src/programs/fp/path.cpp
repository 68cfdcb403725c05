// fp-path: most probable escape path and its action.
#include "escapade/answers/path.hpp"

#include "escapade/error.hpp"
#include "escapade/grid/mesh.hpp"
#include "programs/fp/questions.hpp"
#include "programs/setup/readers.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

/// A mesh as a box about it: the lattice of the quasi-potential covers the box, its absorbing
/// curves are parts of the exit set.
Setup in_a_box(const Setup& setup) {
  Setup box = setup;
  const Domain& d = setup.domain;
  const double w = 0.1 * d.width(), h = 0.1 * d.height();
  box.domain = {d.x0 - w, d.x1 + w, d.y0 - h, d.y1 + h, {}};
  box.exit = setup.paths_exit();
  box.shape = {};
  const double side = std::max(box.domain.width(), box.domain.height()) / 256;
  for (std::size_t axis = 0; axis < 2; ++axis)
    box.shape.cells[axis] = std::max<std::int64_t>(
        16, std::llround((axis == 0 ? box.domain.width() : box.domain.height()) / side));
  return box;
}

/// What lies beyond reflecting curves. Only for a setup with a mesh.
Region beyond_walls(const Setup& setup) {
  const auto outline = setup.outline;
  const auto curves = static_cast<std::int32_t>(setup.shape.mesh->exit_name.size());
  const auto phi = [outline, curves](double x, double y, double* out) {
    *out = -outline->depth({x, y});
    for (std::int32_t k = 0; k < curves; ++k)
      *out = std::min(*out, -outline->distance(k, {x, y})[0]);
  };
  return {{"beyond the walls", pointwise(1, phi), {}, {}}};
}

struct Unit {
  double factor;
  std::string name; // what the action is multiplied with
};

/// What makes the action a number of the landscape alone.
std::optional<Unit> unit_of_noise(const Options& options, const Setup& setup) {
  if (options.given("noise_level"))
    return Unit{options.number("noise_level"), "noise level"};
  if (setup.kinetic_temperature)
    return Unit{*setup.kinetic_temperature, "temperature"};
  const auto& sgd = setup.problem.sgd;
  if (sgd && sgd->noise != "isotropic")
    return Unit{sgd->learning_rate / sgd->batch_size, "learning rate / batch size"};
  if ((sgd || setup.problem.landscape) && setup.problem.gradient)
    return Unit{1 / setup.problem.gradient->k.xx, "temperature"};
  return std::nullopt;
}

Number scaled(Number n, double factor) {
  Number out =
      number(*n.value * factor, n.error ? std::optional<double>(*n.error * factor) : std::nullopt);
  out.order = n.order;
  out.error_unknown = n.error_unknown;
  if (n.extrapolated)
    out.extrapolated = *n.extrapolated * factor;
  if (n.extrapolated_error)
    out.extrapolated_error = *n.extrapolated_error * factor;
  return out;
}

PathEnds ends_of(const Session& session, const Options& options, const Setup& setup,
                 const Region& removed) {
  PathEnds ends{setup.starts.front(), {}, setup.exit, setup.outline, removed};
  if (options.given("target_point")) {
    if (options.given("exit"))
      session.notice("-exit is of no use with -target_point: the path ends at the point");
    ends.target = read_point(options, "target_point", setup.symbols);
  }
  return ends;
}

/// A point to a millionth of the box: what is left of a path's end beyond is rounding.
std::string told(Vec2 p, const Setup& setup) {
  const Domain& d = setup.domain;
  const double unit = std::pow(10, std::floor(std::log10(1e-6 * std::max(d.width(), d.height()))));
  return point_text({std::round(p.x / unit) * unit + 0.0, std::round(p.y / unit) * unit + 0.0});
}

void add_action(Outcome& out, const Setup& setup, const PathAnswer& a,
                const std::optional<Unit>& unit) {
  out.results["action"] = nullptr; // first in the file
  for (const auto& [kind, action] : a.guesses)
    out.results["guesses"].push_back({{"guess", kind}, {"action", action}});
  out.results["spread_of_guesses"] = a.spread_of_guesses;
  if (a.by_minimisation)
    out.results["action_by_minimisation"] = to_json(*a.by_minimisation);
  out.results["action"] = to_json(a.action);
  if (a.cycle) {
    out.results["cycle"] = {{"period", a.cycle->period},
                            {"period_error", a.cycle->period_error},
                            {"multiplier", a.cycle->multiplier},
                            {"point", {a.cycle->point.x, a.cycle->point.y}},
                            {"points", Json::array()}};
    for (const Vec2 p : a.cycle->points)
      out.results["cycle"]["points"].push_back({p.x, p.y});
    out.table.emplace_back("from the limit cycle through " + point_text(a.cycle->point),
                           "period " + to_text(number(a.cycle->period, a.cycle->period_error)));
  }
  out.table.emplace_back("path", told(a.from, setup) + " to " + told(a.points.back(), setup));
  out.table.emplace_back("action", to_text(a.action));
  if (!unit)
    return;
  const Number reduced = scaled(a.action, unit->factor);
  out.results["reduced_action"] = to_json(reduced);
  out.results["reduced_by"] = unit->name;
  out.table.emplace_back("action times " + unit->name, to_text(reduced));
}

void add_crossing(Outcome& out, const Setup& setup, const PathAnswer& a, bool to_exit) {
  out.results["crossing"] = to_json(setup, a.crossing);
  out.results["crossing_through"] = a.through;
  out.table.emplace_back(std::string("ends at the ") + (to_exit ? "exit" : "end"), a.through);
  out.results["rest_points_on_the_way"] = Json::array();
  for (Vec2 p : a.rest_points) {
    out.results["rest_points_on_the_way"].push_back(to_json(setup, p));
    out.table.emplace_back("by way of", point_text(p));
  }
}

void add_quasi_potential(Outcome& out, const PathAnswer& a, const std::optional<Unit>& unit) {
  if (!a.quasi_potential)
    return;
  out.results["quasi_potential"] = to_json(*a.quasi_potential);
  out.table.emplace_back("quasi-potential on the grid", to_line(*a.quasi_potential));
  if (unit)
    out.results["reduced_quasi_potential"] = to_json(scaled(*a.quasi_potential, unit->factor));
}

Outcome ask(Session& session, const Options& options, const Setup& setup, const Region& removed) {
  const PathEnds ends = ends_of(session, options, setup, removed);
  PathAnswer a = least_action(setup.problem, setup.domain, setup.shape, ends,
                              effort_of(session, setup), setup.loss.has_value());
  Outcome out;
  take_answer(session, a, out);
  out.grid = {{"kind", "lattice"},
              {"cells", a.grid.cells},
              {"frame_angle", a.grid.frame_angle},
              {"unknowns", a.grid.unknowns},
              {"isolated", a.grid.isolated},
              {"reach", a.grid.reach}};
  out.solver = {{"kind", a.guesses.front().first == "ray" ? "rays" : "minimum action"},
                {"sides", a.sides}};
  if (session.rank() != 0)
    out.fields.reset();
  const std::optional<Unit> unit = unit_of_noise(options, setup);
  add_action(out, setup, a, unit);
  add_crossing(out, setup, a, !ends.target && a.through != "saddle");
  add_quasi_potential(out, a, unit);
  Polyline line{a.points, {{"action", a.action_along}}};
  if (setup.problem.landscape)
    line.data[setup.loss ? "loss" : "potential"] = a.height_along;
  out.paths.push_back(std::move(line));
  out.headline = {"action", a.action};
  if (a.action.error && *a.action.error > 1) // of the logarithm of a rate
    out.must_resolve = {{{"the action", a.action}}};
  return out;
}

} // namespace

Outcome path_question(Session& session, const Options& options, const Setup& setup) {
  return setup.outline ? ask(session, options, in_a_box(setup), beyond_walls(setup))
                       : ask(session, options, setup, {});
}

} // namespace escapade
