#include "programs/main/progress.hpp"
#include "programs/report/outcome.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

namespace escapade {

bool resolved(const Number& n) {
  if (n.log)
    return !n.log_error || *n.log_error <= std::max(1.0, 0.02 * std::abs(*n.log));
  return !n.error || !n.value || *n.error < std::abs(*n.value);
}

void put(Json& place, Json value, bool several) {
  if (several)
    place.push_back(std::move(value));
  else
    place = std::move(value);
}

void Outcome::add(Json& place, const std::string& line, const Number& number, bool several) {
  put(place, to_json(number), several);
  table.emplace_back(line, to_line(number));
}

void Outcome::add_time_by_part(const std::vector<std::string>& parts, std::size_t k,
                               const Number& time, bool several) {
  put(results["conditional_mean_exit_time"][parts[k]], to_json(time), several);
  if (parts.size() > 1)
    table.emplace_back("mean time through " + parts[k], to_line(time));
}

Json to_json(const Setup& setup, Vec2 point) {
  return setup.domain.line ? Json(std::vector{point.x}) : Json(std::vector{point.x, point.y});
}

Json to_json(const Setup& setup, const std::array<Number, 2>& v) {
  return to_json(setup.domain.line ? std::vector{v[0]} : std::vector{v[0], v[1]});
}

Json to_json(const Setup& setup, const std::array<Number, 3>& c) {
  return setup.domain.line ? to_json({c[0]}, 1) : to_json({c[0], c[1], c[1], c[2]}, 2);
}

std::vector<NamedMoment> means_of(const Setup& setup) {
  const auto& v = setup.problem.variables;
  if (setup.domain.line)
    return {{"mean of " + v[0], 0}};
  return {{"mean of " + v[0], 0}, {"mean of " + v[1], 1}};
}

std::vector<NamedMoment> covariances_of(const Setup& setup) {
  const auto& v = setup.problem.variables;
  if (setup.domain.line)
    return {{"variance of " + v[0], 0}};
  return {{"variance of " + v[0], 0},
          {"covariance of " + v[0] + ", " + v[1], 1},
          {"variance of " + v[1], 2}};
}

std::vector<std::pair<std::string, Number>> variances_of(const Setup& setup,
                                                         const std::array<Number, 3>& covariance) {
  std::vector<std::pair<std::string, Number>> out;
  for (const auto& [name, k] : covariances_of(setup))
    if (k != 1)
      out.emplace_back("the " + name, covariance[k]);
  return out;
}

Effort effort_of(Session& session, const Setup& setup) {
  return {setup.solve, setup.error_estimate,
          [&session](const std::string& line) { session.print(line); },
          [line = std::make_shared<Progress>("working", session.rank())](const std::string& what) {
            line->say(what);
          }};
}

Json to_json(const GridReport& r) {
  Json out;
  if (r.triangles) {
    out = {{"kind", "triangles"},  {"cells", r.cells[0]},     {"vertices", r.vertices},
           {"refined", r.refined}, {"spacing", r.spacing[0]}, {"smallest_angle", r.smallest_angle},
           {"area", r.area},       {"unknowns", r.unknowns},  {"isolated", r.isolated}};
  } else {
    out = {{"kind", "lattice"},    {"cells", r.cells},       {"frame_angle", r.frame_angle},
           {"spacing", r.spacing}, {"unknowns", r.unknowns}, {"isolated", r.isolated}};
    if (r.cells[1] == 1) // one variable
      out["cells"] = Json(std::vector{r.cells[0]}),
      out["spacing"] = Json(std::vector{r.spacing[0]});
    for (const auto& sides : r.graded_spacing)
      out["graded_spacing"].push_back(sides);
  }
  if (r.form.empty()) // cells without a chain
    return out;
  out["form"] = r.form;
  out["transport"] = r.flow ? "flow" : "edges";
  if (!r.triangles)
    out["reach"] = r.reach;
  out["largest_edge_drift"] = r.largest_edge_drift;
  if (r.outweighed)
    out["outweighed"] = *r.outweighed;
  if (r.scheme_diffusion)
    out["scheme_diffusion"] = *r.scheme_diffusion;
  return out;
}

Json to_json(const SolverReport& r) {
  Json json{{"kind", r.kind},
            {"precision", r.precision},
            {"iterations", r.iterations},
            {"certificate", r.certificate},
            {"seconds", r.seconds},
            {"memory_bytes", r.memory_bytes}};
  if (r.kind == "multilevel")
    json["products"] = r.products;
  return json;
}

void take_answer(const Session& session, GridAnswer& answer, Outcome& out) {
  for (const std::string& line : answer.warnings)
    session.notice(line);
  out.grid = to_json(answer.grid);
  out.unresolved = answer.unresolved;
  out.solver = to_json(answer.solver);
  out.fields = std::move(answer.fields);
}

void refuse_unresolved(const Session& session, const Setup& setup, const Options& options,
                       const Outcome& outcome) {
  if (options.flag("accept_unresolved") || !setup.error_estimate) {
    if (!outcome.unresolved.empty())
      session.notice(outcome.unresolved);
    return;
  }
  const bool names_its_own = outcome.unresolved.find("; ") != std::string::npos;
  const std::string remedy =
      (names_its_own ? ", or "
       : outcome.remedy.empty()
           ? ": give more -cells, more noise, for weak noise -frame way_out, or "
           : ": " + outcome.remedy + ", give more -cells or more noise, or ") +
      std::string("-accept_unresolved true to see the numbers");
  if (!outcome.unresolved.empty())
    throw NotTrusted(outcome.unresolved + remedy);
  for (const auto& numbers : outcome.must_resolve)
    if (!numbers.empty() && std::none_of(numbers.begin(), numbers.end(),
                                         [](const auto& one) { return resolved(one.second); }))
      throw NotTrusted(numbers.front().first + " " + to_text(numbers.front().second) +
                       " is not resolved by the grids" + remedy);
}

} // namespace escapade
