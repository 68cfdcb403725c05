#include "programs/fp/landscape.hpp"

#include "answers/chain_run.hpp"
#include "escapade/error.hpp"
#include "landscape/basins.hpp"
#include "output/summary.hpp"

#include <cmath>
#include <cstdio>

namespace escapade {

namespace {

Sym2 operator-(Sym2 a, Sym2 b) {
  return {a.xx - b.xx, a.xy - b.xy, a.yy - b.yy};
}
double frobenius(Sym2 a) {
  return std::sqrt(a.xx * a.xx + 2 * a.xy * a.xy + a.yy * a.yy);
}

std::string text_of(const char* form, double a, double b) {
  char text[96];
  std::snprintf(text, sizeof text, form, a, b);
  return text;
}

/// Which minimum each place descends to, and the passes between the minima.
void add_basins(Session& session, Outcome& out, const Setup& setup, const Grid& grid,
                const std::vector<double>& v, const std::vector<CriticalPoint>& points) {
  std::vector<CriticalPoint> minima;
  for (const CriticalPoint& p : points)
    if (p.type == CriticalPoint::Type::minimum)
      minima.push_back(p);
  out.results["communication_heights"] = nlohmann::ordered_json::array();
  for (const CommunicationHeight& h :
       communication_heights(setup.problem.landscape, grid, v, points)) {
    if (!std::isfinite(h.value))
      continue; // two minima in one cell, or no way between them inside the box
    const Vec2 a = minima[h.a].position, b = minima[h.b].position;
    nlohmann::ordered_json entry{
        {"from", {a.x, a.y}}, {"to", {b.x, b.y}}, {"value", h.value}, {"saddle", nullptr}};
    if (h.saddle)
      entry["saddle"] = {h.saddle->position.x, h.saddle->position.y};
    if (std::isfinite(h.on_lattice))
      entry["on_grid"] = h.on_lattice;
    out.results["communication_heights"].push_back(std::move(entry));
    out.table.emplace_back("pass between " + point_text(a) + " and " + point_text(b),
                           to_text(number(h.value)) + (h.saddle
                                                           ? " at " + point_text(h.saddle->position)
                                                           : " at the rim of the domain"));
    // Between two centres the lattice may step over a ridge: that much lower it may seem.
    const double step =
        !h.saddle ? 0
                  : 0.5 * (std::abs(h.saddle->hessian.xx) + std::abs(h.saddle->hessian.yy)) *
                        (grid.h[0] * grid.h[0] + grid.h[1] * grid.h[1]);
    if (h.saddle && h.on_lattice < h.value - step)
      session.notice("between " + point_text(a) + " and " + point_text(b) +
                     " the grid has a pass lower than the lowest saddle, over the rim of the "
                     "domain; give a wider -domain");
  }
  out.results["basins"] = nlohmann::ordered_json::array();
  const std::vector<int> label = basins(grid, v, minima);
  out.fields->fields.push_back(cell_field(
      grid, "basin", "", 1, [&](std::size_t u, double* w) { *w = static_cast<double>(label[u]); }));
  for (std::size_t k = 0; k < minima.size(); ++k) {
    double area = 0;
    for (int l : label)
      area += l == static_cast<int>(k) ? grid.cell_area() : 0.0;
    out.results["basins"].push_back(
        {{"label", k}, {"minimum", {minima[k].position.x, minima[k].position.y}}, {"area", area}});
    for (std::vector<Vec2>& polygon : basin_boundary(grid, label, static_cast<int>(k))) {
      const std::vector<double> which(polygon.size(), static_cast<double>(k));
      out.paths.push_back({std::move(polygon), {{"basin", which}}});
    }
  }
}

} // namespace

Outcome landscape_study(Session& session, const Options&, const Setup& setup) {
  if (!setup.problem.landscape)
    throw BadInput("fp-landscape needs -potential, -loss or -model: a bare drift has no landscape");
  Outcome out;
  const CriticalPoints found = critical_points(setup.problem.landscape, setup.domain);
  if (!found.complete)
    session.notice("minima + maxima - saddles inside the domain differ from the winding number " +
                   std::to_string(found.winding) +
                   " of the gradient along its rim: a critical point may be missing");
  const bool data = setup.loss && setup.loss->samples > 0;
  const auto& sgd = setup.problem.sgd;
  const double batch = sgd ? sgd->batch_size : 1;
  const auto mismatch = [&](Vec2 at) {
    const double l = values_at(setup.loss->gradient, 3, at)[0];
    return frobenius(gradient_covariance(*setup.loss, batch, at) - (2 * l / batch) * *sgd->hessian);
  };
  out.results["critical_points"] = nlohmann::ordered_json::array();
  for (const CriticalPoint& p : found.points) {
    const auto e = eigen(p.hessian).value;
    nlohmann::ordered_json entry{{"position", {p.position.x, p.position.y}},
                                 {"type", name_of(p.type)},
                                 {"value", p.value},
                                 {"hessian_eigenvalues", {e[0], e[1]}}};
    out.table.emplace_back(name_of(p.type) + " " + point_text(p.position), "");
    out.table.emplace_back("value", to_text(number(p.value)));
    out.table.emplace_back("Hessian eigenvalues", text_of("%.6g, %.6g", e[0], e[1]));
    if (data) {
      const Sym2 sigma = gradient_covariance(*setup.loss, batch, p.position);
      const auto s = eigen((batch / (2 * p.value)) * sigma).value;
      entry["noise_eigenvalues"] = {s[0], s[1]};
      out.table.emplace_back("eigenvalues of covariance B/(2L)", text_of("%.6g, %.6g", s[0], s[1]));
      if (sgd && sgd->hessian) {
        entry["covariance_mismatch"] = mismatch(p.position);
        out.table.emplace_back("covariance mismatch", to_text(number(mismatch(p.position))));
      }
    }
    out.results["critical_points"].push_back(entry);
  }
  if (found.points.empty())
    out.table.emplace_back("no critical point inside the domain", "");
  out.results["winding_number"] = found.winding;

  Cells cells;
  if (setup.shape.mesh)
    cells = make_mesh_cells(setup.shape.mesh, {});
  else
    cells = make_grid(setup.domain, {setup.shape.cells, 0}, {});
  out.grid = describe_cells(cells);
  const auto n = static_cast<std::size_t>(cells.unknowns());
  std::vector<double> x(n), y(n), v(6 * n);
  for (std::size_t u = 0; u < n; ++u) {
    const Vec2 p = cells.centre(static_cast<std::int32_t>(u));
    x[u] = p.x, y[u] = p.y;
  }
  setup.problem.landscape(n, x.data(), y.data(), v.data());
  FieldFile file = field_file(cells, setup.problem);
  file.fields.push_back(cell_field(cells, setup.loss ? "loss" : "potential", "", 1,
                                   [&](std::size_t u, double* w) { *w = v[u]; }));
  file.fields.push_back(cell_field(cells, "gradient", "", 2, [&](std::size_t u, double* w) {
    w[0] = v[n + u], w[1] = v[2 * n + u];
  }));
  if (data && sgd && sgd->hessian)
    file.fields.push_back(
        cell_field(cells, "covariance_mismatch", "", 1, [&](std::size_t u, double* w) {
          *w = mismatch({x[u], y[u]});
        }));
  out.fields = std::move(file);
  if (cells.lattice())
    add_basins(session, out, setup, *cells.lattice(), v, found.points);
  else
    session.notice("basins and passes are found on a grid only: give -domain instead of -mesh");
  Picture picture;
  picture.scalar = setup.loss ? "loss" : "potential";
  picture.title = setup.loss ? "loss and its critical points" : "potential and its critical points";
  bool positive_everywhere = true;
  for (std::size_t u = 0; u < n; ++u)
    positive_everywhere = positive_everywhere && v[u] > 0;
  picture.log_colour = positive_everywhere;
  for (const CriticalPoint& p : found.points)
    picture.markers.push_back(
        {p.type == CriticalPoint::Type::minimum ? Marker::Shape::dot : Marker::Shape::cross,
         p.position, name_of(p.type)});
  out.picture = picture;
  return out;
}

} // namespace escapade
