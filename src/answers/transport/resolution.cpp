#include "answers/transport/resolution.hpp"

#include "answers/check.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace escapade {

namespace {

/// tr D at cells [begin, end) of this rank, which begins with cell `first`.
std::vector<double> traces(const Problem& problem, const Cells& grid, std::int64_t first,
                           std::size_t begin, std::size_t end) {
  const std::size_t n = end - begin;
  const bool line = grid.lattice() && grid.lattice()->domain.line;
  std::vector<double> x(n), y(n), value(5 * n), trace_of_d(n);
  for (std::size_t i = 0; i < n; ++i) {
    const Vec2 p =
        grid.centre(static_cast<std::int32_t>(first + static_cast<std::int64_t>(begin + i)));
    x[i] = p.x, y[i] = p.y;
  }
  problem.coefficients(n, x.data(), y.data(), value.data());
  for (std::size_t i = 0; i < n; ++i)
    trace_of_d[i] = value[2 * n + i] + (line ? 0 : value[4 * n + i]);
  return trace_of_d;
}

/// The landscape is searched on a lattice of twice the grid's cells, so that wells which the grid
/// steps over are found; on a coarser one for sums over data, which cost more, and beside large
/// grids, whose memory it would double.
void tell_narrow_points(const GridQuestion& question, const Cells& cells, GridAnswer& answer) {
  if (!question.problem.landscape)
    return;
  const Grid* const lattice = cells.lattice();
  const std::int64_t n = lattice ? std::max(lattice->cells[0], lattice->cells[1]) : 128;
  const int side = question.problem.sgd ? 128
                   : n > 256            ? 384
                                        : static_cast<int>(std::max<std::int64_t>(2 * n, 256));
  const CriticalPoints found =
      critical_points(question.problem.landscape, question.domain, side, side);
  const CriticalPoint* narrowest = nullptr;
  double least = 1;
  int others = -1;
  for (const CriticalPoint& p : found.points) {
    if (part_at(question.exit, p.position) >= 0)
      continue;
    const double across = cells_across(question.problem, cells, p);
    if (!(across < 1))
      continue;
    ++others;
    if (across < least)
      narrowest = &p, least = across;
  }
  if (narrowest)
    answer.warnings.push_back(
        "the " + name_of(narrowest->type) + " " + point_text(narrowest->position) +
        (others > 0 ? " (and " + std::to_string(others) + " more critical points)"
                    : std::string()) +
        printed(" is narrower than a cell: sqrt(D / curvature) there is %.3g cells, and the grid "
                "does not resolve it; give more cells, or grade them",
                least));
}

} // namespace

double cells_across(const Problem& problem, const Cells& cells, const CriticalPoint& point) {
  double b[5];
  problem.coefficients(1, &point.position.x, &point.position.y, b);
  const Sym2 d{b[2], b[3], b[4]};
  if (const Grid* const grid = cells.lattice(); grid && grid->domain.line)
    return std::sqrt(d.xx / std::abs(point.hessian.xx)) /
           grid->side(0, grid->lattice_position(point.position).x + 0.5);
  const auto h = eigen(point.hessian);
  Sym2 spread{};
  for (std::size_t k = 0; k < 2; ++k) {
    const double angle = h.angle + (k == 0 ? 0.0 : 0.5 * std::numbers::pi);
    const Vec2 e{std::cos(angle), std::sin(angle)};
    const double square = dot(e, d * e) / std::abs(h.value[k]);
    spread.xx += square * e.x * e.x;
    spread.xy += square * e.x * e.y;
    spread.yy += square * e.y * e.y;
  }
  Vec2 side;
  if (const Grid* const grid = cells.lattice()) {
    spread = in_frame(spread, grid->angle);
    const Vec2 at = grid->lattice_position(point.position);
    side = {grid->side(0, at.x + 0.5), grid->side(1, at.y + 0.5)};
  } else {
    side.x = side.y = report_of(cells).spacing[0];
  }
  const double least = eigen(Sym2{spread.xx / (side.x * side.x), spread.xy / (side.x * side.y),
                                  spread.yy / (side.y * side.y)})
                           .value[0];
  return least > 0 ? std::sqrt(least) : NAN;
}

Resolution resolution_of(const Problem& problem, const Chain& chain, const LogVector& log_weight,
                         const Halo& halo) {
  constexpr std::size_t block = 65536; // cells whose noise is held at once
  constexpr float well_resolved = 2;
  const Generator& rows = chain.generator;
  long double top = -INFINITY;
  for (long double l : log_weight)
    top = std::max(top, l);
  top = halo.max(top);
  if (!std::isfinite(top)) // nothing is left
    return {};
  long double weight = 0, outweighed = 0, jumps = 0, noise = 0;
  std::vector<double> trace_of_d;
  for (std::size_t u = 0; u < log_weight.size(); ++u) {
    if (u % block == 0)
      trace_of_d =
          traces(problem, chain.grid, rows.first, u, std::min(u + block, log_weight.size()));
    const long double p = exp_in_double(log_weight[u] - top);
    if (!(p > 1e-30L))
      continue;
    const auto cell = static_cast<std::int32_t>(rows.first + static_cast<std::int64_t>(u));
    double spread = chain.flow ? trace_of_d[u % block] + chain.flow->excess[u] : 0;
    for (std::int64_t k = rows.row_start[u]; k < rows.row_start[u + 1] && !chain.flow; ++k) {
      const Vec2 step = chain.grid.step(cell, rows.column[k]);
      spread += 0.5 * rows.rate[k] * dot(step, step);
    }
    weight += p;
    outweighed += chain.peclet[u] > well_resolved ? p : 0;
    jumps += p * spread;
    noise += p * trace_of_d[u % block];
  }
  weight = halo.sum(weight), outweighed = halo.sum(outweighed);
  jumps = halo.sum(jumps), noise = halo.sum(noise);
  return {static_cast<double>(outweighed / weight), static_cast<double>(jumps / noise - 1)};
}

void tell_resolution(const GridQuestion& question, const ChainRun& run, const LogVector& log_weight,
                     const Halo& halo, GridAnswer& answer) {
  constexpr double some_cells = 0.01, some_diffusion = 0.1, most = 1;
  const Resolution r = resolution_of(question.problem, run.chain, log_weight, halo);
  tell_narrow_points(question, run.chain.grid, answer);
  answer.grid.outweighed = r.outweighed;
  if (std::isfinite(r.scheme_diffusion)) // there is noise
    answer.grid.scheme_diffusion = r.scheme_diffusion;
  if (!std::isfinite(r.scheme_diffusion)) {
    answer.unresolved = "there is no noise where the probability lies, only the scheme's own "
                        "diffusion spreads it, so that no grid tells an error";
    return;
  }
  const std::string diffuses =
      printed("the scheme itself diffuses %.3g times as much as the noise", r.scheme_diffusion);
  if (r.scheme_diffusion > most) {
    answer.unresolved = diffuses + ", so that no grid tells an error";
    return;
  }
  std::string line;
  if (r.outweighed > some_cells)
    line = printed("in cells that hold %.3g %% of the probability the drift over an edge outweighs "
                   "the noise (|g| > 2)",
                   100 * r.outweighed);
  if (r.scheme_diffusion > some_diffusion)
    line += (line.empty() ? "" : ", and ") + diffuses;
  if (!line.empty())
    answer.warnings.push_back(line + ": errors are large; give more cells");
}

} // namespace escapade
