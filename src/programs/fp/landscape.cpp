// fp-landscape: minima, saddles and maxima, basins and passes; the noise of SGD there.
#include "escapade/answers/landscape.hpp"

#include "escapade/error.hpp"
#include "programs/fp/questions.hpp"
#include "support/exact.hpp"

#include <cmath>

namespace escapade {

namespace {

std::string text_of(std::array<double, 2> v) {
  return printed("%.6g, %.6g", v[0], v[1]);
}

Json position_of(Vec2 p) {
  return {p.x, p.y};
}

void add_points(Outcome& out, const LandscapeAnswer& a) {
  out.results["critical_points"] = Json::array();
  for (const LandscapePoint& one : a.points) {
    const CriticalPoint& p = one.point;
    const auto e = eigen(p.hessian).value;
    Json entry{{"position", position_of(p.position)},
               {"type", name_of(p.type)},
               {"value", p.value},
               {"hessian_eigenvalues", e}};
    out.table.emplace_back(name_of(p.type) + " " + point_text(p.position), "");
    out.table.emplace_back("value", to_text(number(p.value)));
    out.table.emplace_back("Hessian eigenvalues", text_of(e));
    if (one.noise_eigenvalues) {
      entry["noise_eigenvalues"] = *one.noise_eigenvalues;
      out.table.emplace_back("eigenvalues of covariance B/(2L)", text_of(*one.noise_eigenvalues));
    }
    if (one.covariance_mismatch) {
      entry["covariance_mismatch"] = *one.covariance_mismatch;
      out.table.emplace_back("covariance mismatch", to_text(number(*one.covariance_mismatch)));
      if (std::isfinite(*one.relative_mismatch)) {
        entry["relative_mismatch"] = *one.relative_mismatch;
        out.table.back().second += printed("  (%.3g of the covariance)", *one.relative_mismatch);
      }
    }
    out.results["critical_points"].push_back(entry);
  }
  if (a.points.empty())
    out.table.emplace_back("no critical point inside the domain", "");
  out.results["winding_number"] = a.winding_number;
}

void add_passes(Outcome& out, const LandscapeAnswer& a) {
  out.results["communication_heights"] = Json::array();
  for (const Pass& pass : a.passes) {
    Json entry{{"from", position_of(pass.from)},
               {"to", position_of(pass.to)},
               {"value", pass.value},
               {"saddle", nullptr}};
    if (pass.saddle)
      entry["saddle"] = position_of(*pass.saddle);
    if (pass.on_grid)
      entry["on_grid"] = *pass.on_grid;
    out.results["communication_heights"].push_back(std::move(entry));
    out.table.emplace_back("pass between " + point_text(pass.from) + " and " + point_text(pass.to),
                           to_text(number(pass.value)) + (pass.saddle
                                                              ? " at " + point_text(*pass.saddle)
                                                              : " at the rim of the domain"));
  }
}

void add_basins(Outcome& out, LandscapeAnswer& a) {
  out.results["basins"] = Json::array();
  for (std::size_t k = 0; k < a.basins.size(); ++k) {
    Basin& basin = a.basins[k];
    out.results["basins"].push_back(
        {{"label", k}, {"minimum", position_of(basin.minimum)}, {"area", basin.area}});
    for (std::vector<Vec2>& polygon : basin.boundary) {
      const std::vector<double> which(polygon.size(), static_cast<double>(k));
      out.paths.push_back({std::move(polygon), {{"basin", which}}});
    }
  }
}

} // namespace

Outcome landscape_question(Session& session, const Options&, const Setup& setup) {
  if (!setup.problem.landscape)
    throw BadInput("fp-landscape needs -potential, -loss or -model: a bare drift has no landscape");
  LandscapeAnswer a =
      landscape(setup.problem, setup.domain, setup.shape, setup.loss ? &*setup.loss : nullptr);
  Outcome out;
  take_answer(session, a, out);
  out.solver = Json::object();
  add_points(out, a);
  if (!a.grid.triangles) {
    add_passes(out, a);
    add_basins(out, a);
  }
  const std::string height = setup.loss ? "loss" : "potential";
  Picture& picture = out.picture.emplace(Picture{
      .scalar = height, .title = height + " and its critical points", .log_colour = a.positive});
  for (const LandscapePoint& one : a.points)
    picture.markers.push_back(
        {one.point.type == CriticalPoint::Type::minimum ? Marker::Shape::dot : Marker::Shape::cross,
         one.point.position, name_of(one.point.type)});
  return out;
}

} // namespace escapade
