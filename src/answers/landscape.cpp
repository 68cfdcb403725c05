#include "escapade/answers/landscape.hpp"

#include "answers/grids/cell_fields.hpp"
#include "answers/grids/chain_run.hpp"
#include "escapade/error.hpp"
#include "landscape/basins.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

Sym2 operator-(Sym2 a, Sym2 b) {
  return {a.xx - b.xx, a.xy - b.xy, a.yy - b.yy};
}
double frobenius(Sym2 a) {
  return std::sqrt(a.xx * a.xx + 2 * a.xy * a.xy + a.yy * a.yy);
}

/// SGD's noise against the Hessian model, at one point.
struct NoiseOfData {
  const Loss& loss;
  double batch = 1;
  std::optional<Sym2> hessian;
  bool line = false; // of one variable

  Sym2 covariance(Vec2 at) const { return gradient_covariance(loss, batch, at); }
  double mismatch(Vec2 at) const {
    const double l = values_at(loss.gradient, 3, at)[0];
    const Sym2 difference = covariance(at) - (2 * l / batch) * *hessian;
    return line ? std::abs(difference.xx) : frobenius(difference);
  }
};

std::optional<NoiseOfData> noise_of_data(const Problem& problem, const Domain& domain,
                                         const Loss* loss) {
  if (!loss || loss->samples == 0)
    return std::nullopt;
  NoiseOfData noise{*loss, 1, std::nullopt, domain.line};
  if (problem.sgd) {
    noise.batch = problem.sgd->batch_size;
    noise.hessian = problem.sgd->hessian;
  }
  return noise;
}

void add_points(LandscapeAnswer& answer, const std::vector<CriticalPoint>& points,
                const std::optional<NoiseOfData>& noise) {
  for (const CriticalPoint& p : points) {
    LandscapePoint& one = answer.points.emplace_back();
    one.point = p;
    if (!noise)
      continue;
    one.noise_covariance = (noise->batch / (2 * p.value)) * noise->covariance(p.position);
    if (noise->hessian)
      one.covariance_mismatch = noise->mismatch(p.position),
      one.relative_mismatch = *one.covariance_mismatch / frobenius(noise->covariance(p.position));
  }
}

/// The six components of the landscape at the cells' centres: component k of cell u at k·n + u.
struct OnCells {
  std::size_t n;
  std::vector<Vec2> centre;
  std::vector<double> v;
};

OnCells on_cells(const Problem& problem, const Cells& cells) {
  OnCells on{static_cast<std::size_t>(cells.unknowns()), {}, {}};
  std::vector<double> x, y;
  for (std::size_t u = 0; u < on.n; ++u) {
    on.centre.push_back(cells.centre(static_cast<std::int32_t>(u)));
    x.push_back(on.centre.back().x), y.push_back(on.centre.back().y);
  }
  on.v.resize(6 * on.n);
  problem.landscape(on.n, x.data(), y.data(), on.v.data());
  return on;
}

void add_fields(LandscapeAnswer& answer, const Problem& problem, const Cells& cells,
                const OnCells& on, bool is_loss, const std::optional<NoiseOfData>& noise) {
  answer.fields = field_file(cells, problem);
  const auto add = [&](const char* name, int components, const auto& f) {
    answer.fields.fields.push_back(cell_field(cells, name, "", components, f));
  };
  add(is_loss ? "loss" : "potential", 1, [&](std::size_t u, double* w) { *w = on.v[u]; });
  add("gradient", 2,
      [&](std::size_t u, double* w) { w[0] = on.v[on.n + u], w[1] = on.v[2 * on.n + u]; });
  if (noise && noise->hessian)
    add("covariance_mismatch", 1,
        [&](std::size_t u, double* w) { *w = noise->mismatch(on.centre[u]); });
  answer.positive = true;
  for (std::size_t u = 0; u < on.n; ++u)
    answer.positive = answer.positive && on.v[u] > 0;
}

/// Between two centres the lattice may step over a ridge: that much lower it may seem.
double height_of_a_step(const CriticalPoint& saddle, const Grid& grid) {
  const Sym2& k = saddle.hessian;
  if (grid.domain.line)
    return 0.5 * std::abs(k.xx) * grid.h[0] * grid.h[0];
  return 0.5 * (std::abs(k.xx) + 2 * std::abs(k.xy) + std::abs(k.yy)) *
         (grid.h[0] * grid.h[0] + grid.h[1] * grid.h[1]);
}

/// Where the sides are not periodic; infinite without a rim.
double lowest_on_rim(const Field& landscape, const Domain& d) {
  constexpr int n = 1000;
  std::vector<double> x, y;
  for (int k = 0; k <= n; ++k) {
    const Vec2 p{d.x0 + d.width() * k / n, d.y0 + d.height() * k / n};
    if (!d.periodic(0))
      x.insert(x.end(), {d.x0, d.x1}), y.insert(y.end(), {p.y, p.y});
    if (!d.periodic(1))
      x.insert(x.end(), {p.x, p.x}), y.insert(y.end(), {d.y0, d.y1});
  }
  if (x.empty())
    return INFINITY;
  std::vector<double> v(6 * x.size());
  landscape(x.size(), x.data(), y.data(), v.data());
  return *std::min_element(v.begin(), v.begin() + static_cast<std::ptrdiff_t>(x.size()));
}

void warn_of_lower_passes(LandscapeAnswer& answer, const std::vector<Pass>& lower,
                          const char* why) {
  if (lower.empty())
    return;
  const std::size_t more = lower.size() - 1;
  answer.warnings.push_back("between " + point_text(lower.front().from) + " and " +
                            point_text(lower.front().to) +
                            (more > 0 ? " (and " + std::to_string(more) + " more " +
                                            (more == 1 ? "pair" : "pairs") + " of minima)"
                                      : "") +
                            " the grid has a pass lower than the lowest saddle" + why);
}

void add_passes(LandscapeAnswer& answer, const Problem& problem, const Grid& grid,
                const std::vector<double>& v, const std::vector<CriticalPoint>& points,
                const std::vector<CriticalPoint>& minima) {
  std::vector<Pass> over_rim, over_ridge;
  for (const CommunicationHeight& h : communication_heights(problem.landscape, grid, v, points)) {
    if (!std::isfinite(h.value))
      continue; // two minima in one cell, or no way between them inside the box
    Pass& pass = answer.passes.emplace_back(
        Pass{minima[h.a].position, minima[h.b].position, h.value, {}, {}});
    if (h.saddle)
      pass.saddle = h.saddle->position;
    if (std::isfinite(h.on_lattice))
      pass.on_grid = h.on_lattice;
    if (h.saddle && h.on_lattice < h.value - height_of_a_step(*h.saddle, grid))
      (lowest_on_rim(problem.landscape, grid.domain) < h.value ? over_rim : over_ridge)
          .push_back(pass);
  }
  warn_of_lower_passes(answer, over_rim, ", over the rim of the domain; give a wider domain");
  warn_of_lower_passes(answer, over_ridge, ": its cells step over the ridge; give more cells");
}

/// Which minimum each place descends to.
void add_basins(LandscapeAnswer& answer, const Grid& grid, const std::vector<double>& v,
                const std::vector<CriticalPoint>& minima) {
  const std::vector<int> label = basins(grid, v, minima);
  answer.fields.fields.push_back(cell_field(
      grid, "basin", "", 1, [&](std::size_t u, double* w) { *w = static_cast<double>(label[u]); }));
  for (std::size_t k = 0; k < minima.size(); ++k) {
    double area = 0;
    for (int l : label)
      area += l == static_cast<int>(k) ? grid.cell_area() : 0.0;
    answer.basins.push_back(
        {minima[k].position, area, basin_boundary(grid, label, static_cast<int>(k))});
  }
}

} // namespace

LandscapeAnswer landscape(const Problem& problem, const Domain& domain, const GridShape& shape,
                          const Loss* loss) {
  if (!problem.landscape)
    throw BadInput("a bare drift has no landscape; give a potential or a loss");
  LandscapeAnswer answer;
  const CriticalPoints found = critical_points(problem.landscape, domain);
  answer.winding_number = found.winding;
  if (!found.complete && !domain.inside) // else the rim of the box is not that of the domain
    answer.warnings.push_back(
        "minima + maxima - saddles inside the domain differ from the winding number " +
        std::to_string(found.winding) +
        " of the gradient along its rim: a critical point may be missing");
  if (!found.valley.empty())
    answer.warnings.push_back("the " + std::string(loss ? "loss" : "potential") +
                              " has critical points along a curve, as at " +
                              point_text(found.valley.front()) + " and " +
                              point_text(found.valley[found.valley.size() / 2]) +
                              ": they are not isolated and not listed, and there are no basins");
  const std::optional<NoiseOfData> noise = noise_of_data(problem, domain, loss);
  add_points(answer, found.points, noise);
  Cells cells;
  if (shape.mesh)
    cells = make_mesh_cells(shape.mesh, {});
  else
    cells = make_grid(domain, {shape.cells, 0}, {});
  answer.grid = report_of(cells);
  const OnCells on = on_cells(problem, cells);
  add_fields(answer, problem, cells, on, loss != nullptr, noise);
  if (!cells.lattice()) {
    answer.warnings.emplace_back("basins and passes are found on a grid only, not on a mesh");
    return answer;
  }
  if (!found.valley.empty())
    return answer;
  std::vector<CriticalPoint> minima;
  for (const CriticalPoint& p : found.points)
    if (p.type == CriticalPoint::Type::minimum)
      minima.push_back(p);
  add_passes(answer, problem, *cells.lattice(), on.v, found.points, minima);
  add_basins(answer, *cells.lattice(), on.v, minima);
  return answer;
}

} // namespace escapade
