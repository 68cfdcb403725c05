#include "programs/report/outcome.hpp"

#include <utility>

namespace escapade {

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

Effort effort_of(Session& session, const Setup& setup) {
  return {setup.solve, setup.error_estimate,
          [&session](const std::string& line) { session.print(line); }};
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

} // namespace escapade
