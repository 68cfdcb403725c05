#include "answers/transport/resolution.hpp"

#include "support/exact.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

/// tr D at cells [begin, end) of this rank, which begins with cell `first`.
std::vector<double> traces(const Problem& problem, const Cells& grid, std::int64_t first,
                           std::size_t begin, std::size_t end) {
  const std::size_t n = end - begin;
  std::vector<double> x(n), y(n), value(5 * n), trace_of_d(n);
  for (std::size_t i = 0; i < n; ++i) {
    const Vec2 p =
        grid.centre(static_cast<std::int32_t>(first + static_cast<std::int64_t>(begin + i)));
    x[i] = p.x, y[i] = p.y;
  }
  problem.coefficients(n, x.data(), y.data(), value.data());
  for (std::size_t i = 0; i < n; ++i)
    trace_of_d[i] = value[2 * n + i] + value[4 * n + i];
  return trace_of_d;
}

} // namespace

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
    const long double p = std::exp(log_weight[u] - top);
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
  answer.grid.outweighed = r.outweighed;
  answer.grid.scheme_diffusion = r.scheme_diffusion;
  const std::string diffuses =
      printed("the scheme itself diffuses %.3g times as much as the noise", r.scheme_diffusion);
  if (!(r.scheme_diffusion <= most))
    answer.unresolved = diffuses + ", so that no grid tells an error";
  else if (r.outweighed > some_cells)
    answer.warnings.push_back(
        printed("in cells that hold %.3g %% of the probability the drift over an edge outweighs "
                "the noise (|g| > 2), and ",
                100 * r.outweighed) +
        diffuses + ": errors are large; give more cells");
  else if (r.scheme_diffusion > some_diffusion)
    answer.warnings.push_back(diffuses + ": errors are large; give more cells");
}

} // namespace escapade
