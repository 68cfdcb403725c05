// Exact answers of the coarsest level, by elimination (coarsen/level.hpp).
#include "solve/multilevel/coarsen/level.hpp"

#include "escapade/error.hpp"
#include "solve/gth/gth.hpp"
#include "support/forest.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace escapade::multilevel {

namespace {

struct Jump {
  std::int32_t from, to;
  double rate;
};

/// Jumps both ways between parts of the chain that nothing joins, in balance with the masses of the
/// moment. Nothing flows over the only way into a part, so its masses are not touched.
void bridge(const Level& level, std::vector<Jump>& jumps) {
  Forest<std::int32_t> parts(level.d.size());
  for (const Jump& jump : jumps)
    parts.join(jump.from, jump.to);
  for (std::int32_t i = 1; i < static_cast<std::int32_t>(level.d.size()); ++i) {
    if (parts.joined(i, 0))
      continue;
    const double rise = level.phi[i] - level.phi[0];
    jumps.push_back({0, i, level.d[i] * std::exp(std::min(0.0, rise))});
    jumps.push_back({i, 0, level.d[i] * std::exp(std::min(0.0, -rise))});
    parts.join(i, 0);
  }
}

} // namespace

LogVector log_masses(const Level& level) {
  const Pattern& p = *level.pattern;
  const std::int64_t n = p.size();
  const bool source = !level.s.empty();
  if (n == 1 && !source)
    return {0.0L};
  std::vector<Jump> jumps;
  for (std::int32_t i = 0; i < n; ++i)
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e)
      if (level.v[e] > 0) {
        const std::int32_t j = p.from(i, e);
        jumps.push_back({j, i, level.v[e] * level.d[i] * std::exp(level.phi[i] - level.phi[j])});
      }
  if (!source)
    bridge(level, jumps);
  std::sort(jumps.begin(), jumps.end(), [](const Jump& a, const Jump& b) {
    return a.from < b.from || (a.from == b.from && a.to < b.to);
  });
  Generator chain;
  chain.size = n;
  chain.row_start.assign(n + 1, 0);
  chain.killing = dense(level.k, n);
  for (const Jump& jump : jumps) {
    if (jump.rate == 0) // uphill beyond double's range, beside which the way downhill is all
      continue;
    if (!usable(jump.rate))
      out_of_range();
    ++chain.row_start[jump.from + 1];
    chain.column.push_back(jump.to);
    chain.rate.push_back(jump.rate);
  }
  std::partial_sum(chain.row_start.begin(), chain.row_start.end(), chain.row_start.begin());
  Lattice lattice{p.nx, p.ny, {p.place.begin(), p.place.end()}};
  const bool wraps = p.wraps_x || p.wraps_y;
  const GthOptions options{.lattice = wraps ? nullptr : &lattice,
                           .threads = 1,
                           .memory_limit = std::numeric_limits<std::int64_t>::max()};
  LogVector f;
  for (std::int64_t i = 0; i < n && source; ++i)
    f.push_back(std::log(static_cast<long double>(level.s[i])) +
                std::log(static_cast<long double>(level.d[i])) + level.phi[i]);
  try {
    GthSolver gth(chain, options);
    return source ? gth.forward(f) : gth.stationary();
  } catch (const BadInput&) { // a chain that falls apart, for rates that vanished: not the user's
    out_of_range();
  }
}

void eliminate(Level& level) {
  const LogVector x = log_masses(level);
  // Stationary masses have no scale: the largest stays what it was.
  long double shift = 0;
  if (level.s.empty()) {
    const auto top = std::max_element(x.begin(), x.end());
    shift = *top - level.phi[top - x.begin()];
  }
  for (std::size_t i = 0; i < x.size(); ++i)
    level.u[i] = static_cast<double>(std::exp(x[i] - shift - level.phi[i]));
}

} // namespace escapade::multilevel
