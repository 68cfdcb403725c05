// fp-landscape: minima, saddles and maxima, basins and passes; the noise of SGD there.
#include "escapade/answers/landscape.hpp"

#include "escapade/answers/network.hpp"
#include "escapade/error.hpp"
#include "programs/fp/questions.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

std::string text_of(const std::vector<double>& values) {
  std::string text;
  for (const double v : values)
    text += printed(text.empty() ? "%.6g" : ", %.6g", v);
  return text;
}

/// Where the landscape is highest along a line it is a saddle in the plane.
std::string type_of(const Setup& setup, const CriticalPoint& p) {
  return name_of(setup.domain.line && p.type == CriticalPoint::Type::saddle
                     ? CriticalPoint::Type::maximum
                     : p.type);
}

/// Of a matrix; of one variable its one entry.
std::vector<double> eigenvalues_of(const Setup& setup, Sym2 matrix) {
  const auto e = eigen(matrix).value;
  return setup.domain.line ? std::vector{matrix.xx} : std::vector{e[0], e[1]};
}

/// The number of each minimum as a well, from 1 on; 0 of other points.
std::vector<std::size_t> well_numbers(const Setup& setup, const LandscapeAnswer& a) {
  std::vector<Vec2> minima;
  for (const LandscapePoint& one : a.points)
    if (one.point.type == CriticalPoint::Type::minimum)
      minima.push_back(one.point.position);
  sort_wells(minima, setup.domain);
  std::vector<std::size_t> out;
  for (const LandscapePoint& one : a.points) {
    const Vec2 p = one.point.position;
    const auto at = std::find_if(minima.begin(), minima.end(),
                                 [&](Vec2 m) { return m.x == p.x && m.y == p.y; });
    out.push_back(at == minima.end() ? 0 : static_cast<std::size_t>(at - minima.begin()) + 1);
  }
  return out;
}

void add_points(Outcome& out, const Setup& setup, const LandscapeAnswer& a) {
  const std::vector<std::size_t> well = well_numbers(setup, a);
  out.results["critical_points"] = Json::array();
  for (std::size_t k = 0; k < a.points.size(); ++k) {
    const LandscapePoint& one = a.points[k];
    const CriticalPoint& p = one.point;
    const auto e = eigenvalues_of(setup, p.hessian);
    Json entry{{"position", to_json(setup, p.position)},
               {"type", type_of(setup, p)},
               {"value", p.value},
               {"hessian_eigenvalues", e}};
    if (well[k] > 0)
      entry["well"] = well[k];
    out.table.emplace_back(type_of(setup, p) + " " + point_text(p.position),
                           well[k] > 0 ? "well " + std::to_string(well[k]) : "");
    out.table.emplace_back("value", to_text(number(p.value)));
    out.table.emplace_back("Hessian eigenvalues", text_of(e));
    if (one.noise_covariance) {
      const auto noise = eigenvalues_of(setup, *one.noise_covariance);
      entry["noise_eigenvalues"] = noise;
      out.table.emplace_back("eigenvalues of covariance B/(2L)", text_of(noise));
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

void add_passes(Outcome& out, const Setup& setup, const LandscapeAnswer& a) {
  out.results["communication_heights"] = Json::array();
  for (const Pass& pass : a.passes) {
    Json entry{{"from", to_json(setup, pass.from)},
               {"to", to_json(setup, pass.to)},
               {"value", pass.value},
               {"saddle", nullptr}};
    if (pass.saddle)
      entry["saddle"] = to_json(setup, *pass.saddle);
    if (pass.on_grid)
      entry["on_grid"] = *pass.on_grid;
    out.results["communication_heights"].push_back(std::move(entry));
    out.table.emplace_back("pass between " + point_text(pass.from) + " and " + point_text(pass.to),
                           to_text(number(pass.value)) + (pass.saddle
                                                              ? " at " + point_text(*pass.saddle)
                                                              : " at the rim of the domain"));
  }
}

void add_basins(Outcome& out, const Setup& setup, LandscapeAnswer& a) {
  out.results["basins"] = Json::array();
  for (std::size_t k = 0; k < a.basins.size(); ++k) {
    Basin& basin = a.basins[k];
    out.results["basins"].push_back(
        {{"label", k}, {"minimum", to_json(setup, basin.minimum)}, {"area", basin.area}});
    if (setup.domain.line)
      continue; // an interval
    for (std::vector<Vec2>& polygon : basin.boundary) {
      const std::vector<double> which(polygon.size(), static_cast<double>(k));
      out.paths.push_back({std::move(polygon), {{"basin", which}}});
    }
  }
}

} // namespace

Outcome landscape_question(Session& session, const Options& options, const Setup& setup) {
  if (!setup.problem.landscape && setup.problem.coefficients && !setup.shape.mesh) {
    if (options.flag("plot") && setup.domain.line)
      throw BadInput("-plot: there is nothing to draw of a bare drift's rest points on a line; "
                     "leave it out");
    Outcome out = rest_points_question(setup);
    if (session.rank() != 0)
      out.fields.reset(), out.paths.clear();
    return out;
  }
  LandscapeAnswer a =
      landscape(setup.problem, setup.domain, setup.shape, setup.loss ? &*setup.loss : nullptr);
  Outcome out;
  take_answer(session, a, out);
  out.solver = Json::object();
  add_points(out, setup, a);
  if (!a.grid.triangles) {
    add_passes(out, setup, a);
    add_basins(out, setup, a);
  }
  return out;
}

} // namespace escapade
