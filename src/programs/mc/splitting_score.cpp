// The score of splitting: a probability from the finite volumes, tabulated.
#include "programs/mc/questions.hpp"

#include "answers/check.hpp"
#include "answers/grids/chain_run.hpp"
#include "escapade/error.hpp"
#include "generator/distribute.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

namespace escapade {
namespace {

/// φ(θ) = r² − (θ − m)ᵀ C⁻¹ (θ − m) with r = ½, widened where the grid is coarse.
Part core_around(const std::vector<Vec2>& points, double cell) {
  Vec2 m;
  for (Vec2 p : points)
    m = m + (1.0 / static_cast<double>(points.size())) * p;
  Sym2 c;
  for (Vec2 p : points) {
    const Vec2 d = p - m;
    c.xx += d.x * d.x, c.xy += d.x * d.y, c.yy += d.y * d.y;
  }
  c = (1.0 / static_cast<double>(points.size())) * c;
  // half axes 0.5 √eigenvalue, one cell at least
  const double floor = 4 * cell * cell, ridge = std::max(0.0, floor - eigen(c).value[0]);
  c.xx += ridge, c.yy += ridge;
  Part core;
  core.name = "core";
  core.phi_and_gradient = pointwise(3, [m, c](double x, double y, double* out) {
    const Vec2 d{x - m.x, y - m.y}, s = solve(c, d);
    out[0] = 0.25 - dot(d, s);
    out[1] = -2 * s.x, out[2] = -2 * s.y;
  });
  core.phi = pointwise(1, [m, c](double x, double y, double* out) {
    const Vec2 d{x - m.x, y - m.y};
    out[0] = 0.25 - dot(d, solve(c, d));
  });
  return core;
}

/// Values on all lattice cells: 0 in the exit, just below the smallest one in the core, and the
/// mean of neighbours where a cell carries no unknown for another reason.
std::vector<double> filled(const Grid& grid, const Region& exit, const Part& core,
                           const LogVector& log_q) {
  const auto nx = grid.cells[0], ny = grid.cells[1];
  std::vector<double> v(static_cast<std::size_t>(nx * ny), NAN);
  double lowest = 0;
  for (std::size_t u = 0; u < log_q.size(); ++u)
    if (std::isfinite(log_q[u])) {
      v[static_cast<std::size_t>(grid.cell(u))] = static_cast<double>(log_q[u]);
      lowest = std::min(lowest, static_cast<double>(log_q[u]));
    }
  for (std::int64_t j = 0; j < ny; ++j)
    for (std::int64_t i = 0; i < nx; ++i) {
      double& value = v[static_cast<std::size_t>(i + nx * j)];
      if (!std::isnan(value))
        continue;
      const Vec2 p = grid.centre(i, j);
      double phi;
      core.phi(1, &p.x, &p.y, &phi);
      if (part_at(exit, p) >= 0)
        value = 0;
      else if (phi >= 0)
        value = lowest - 1;
    }
  for (bool again = true; again;) {
    again = false;
    const std::vector<double> before = v;
    for (std::int64_t j = 0; j < ny; ++j)
      for (std::int64_t i = 0; i < nx; ++i) {
        if (!std::isnan(before[static_cast<std::size_t>(i + nx * j)]))
          continue;
        double sum = 0, n = 0;
        for (const auto& [a, b] : {std::pair{-1, 0}, {1, 0}, {0, -1}, {0, 1}}) {
          if (i + a < 0 || i + a >= nx || j + b < 0 || j + b >= ny)
            continue;
          const double w = before[static_cast<std::size_t>(i + a + nx * (j + b))];
          if (!std::isnan(w))
            sum += w, n += 1;
        }
        if (n > 0) {
          v[static_cast<std::size_t>(i + nx * j)] = sum / n;
          again = true;
        }
      }
  }
  return v;
}

Field bilinear(const Grid& grid, std::vector<double> values) {
  // lattice position as an affine map of the variables
  const Vec2 o = grid.lattice_position({0, 0});
  const Vec2 ex = grid.lattice_position({1, 0}) - o, ey = grid.lattice_position({0, 1}) - o;
  const auto nx = grid.cells[0], ny = grid.cells[1];
  const auto v = std::make_shared<std::vector<double>>(std::move(values));
  return [=](std::size_t n, const double* x, const double* y, double* out) {
    const double *at = v->data(), last_x = static_cast<double>(nx - 1),
                 last_y = static_cast<double>(ny - 1);
    for (std::size_t k = 0; k < n; ++k) {
      const double s = std::clamp(o.x + ex.x * x[k] + ey.x * y[k], 0.0, last_x);
      const double t = std::clamp(o.y + ex.y * x[k] + ey.y * y[k], 0.0, last_y);
      const auto i = std::min(static_cast<std::int64_t>(s), nx - 2);
      const auto j = std::clamp<std::int64_t>(static_cast<std::int64_t>(t), 0,
                                              std::max<std::int64_t>(ny - 2, 0));
      const double a = s - static_cast<double>(i), b = t - static_cast<double>(j);
      const double* c = at + i + nx * j;
      const auto up = ny > 1 ? nx : 0; // to the next row
      out[k] = (1 - b) * ((1 - a) * c[0] + a * c[1]) + b * ((1 - a) * c[up] + a * c[up + 1]);
    }
  };
}

/// A score need not be sharp: half as fine as an answer.
GridShape score_shape(const Options& options, const Setup& setup) {
  GridShape shape = setup.shape;
  if (!options.given("cells"))
    for (std::int64_t& c : shape.cells)
      if (c > 1)
        c = std::max<std::int64_t>(c / 2, 16);
  return shape;
}

} // namespace

void check_finite_volume_score(Session& session, const Options& options, const Setup& setup) {
  Effort effort = effort_of(session, setup);
  effort.announce = {}; // the run does
  const GridShape shape = score_shape(options, setup);
  start_chain({.comm = session.comm(),
               .problem = setup.problem,
               .domain = setup.domain,
               .shape = shape,
               .exit = setup.exit,
               .effort = effort,
               .rule = CutRule::shortley_weller,
               .with_solver = false},
              shape);
}

Field finite_volume_score(Session& session, const Options& options, const Setup& setup,
                          const std::vector<Vec2>& points, Json& description) {
  const GridShape shape = score_shape(options, setup);
  const double along = setup.domain.width() / static_cast<double>(shape.cells[0]);
  const double cell =
      shape.line() ? along
                   : std::max(along, setup.domain.height() / static_cast<double>(shape.cells[1]));
  const Part core = core_around(points, cell);
  Region all = setup.exit;
  all.push_back(core);
  const auto core_part = static_cast<std::int32_t>(setup.exit.size());
  const Effort effort = effort_of(session, setup);
  ChainRun run = start_chain({.comm = session.comm(),
                              .problem = setup.problem,
                              .domain = setup.domain,
                              .shape = shape,
                              .exit = all,
                              .effort = effort,
                              .rule = CutRule::shortley_weller},
                             shape);
  LogVector into(static_cast<std::size_t>(run.chain.generator.rows()), 0.0L);
  for (const PartKilling& k : run.chain.generator.part_killing)
    if (k.part != core_part)
      into[static_cast<std::size_t>(k.row)] += k.rate;
  for (long double& rate : into)
    rate = std::log(rate); // −∞ where there is no way out
  const LogVector log_q = gathered(session.comm(), run.solver->backward(into));
  const Grid& grid = *run.chain.grid.lattice();
  std::vector<double> values(static_cast<std::size_t>(grid.cells[0] * grid.cells[1]));
  on_first_rank(session.comm(), [&] { values = filled(grid, setup.exit, core, log_q); });
  MPI_Bcast(values.data(), static_cast<int>(values.size()), MPI_DOUBLE, 0, session.comm());
  description = to_json(report_of(run));
  return bilinear(grid, std::move(values));
}

} // namespace escapade
