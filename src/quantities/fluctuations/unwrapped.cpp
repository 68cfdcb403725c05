#include "quantities/fluctuations/unwrapped.hpp"

#include <cmath>
#include <limits>

namespace escapade {

namespace {

/// use(row, entry, r_xy) for every jump from this rank's cells.
template<class Use>
void each_jump(const Generator& G, const Cells& grid, const Use& use) {
  for (std::int64_t x = 0; x < G.rows(); ++x)
    for (std::int64_t k = G.row_start[x]; k < G.row_start[x + 1]; ++k)
      use(static_cast<std::size_t>(x), k,
          grid.step(static_cast<std::int32_t>(G.first + x), G.column[k]));
}

} // namespace

Velocity mean_velocity(const Generator& G, const LogVector& log_mass, const Halo& halo,
                       const Cells& grid, std::array<bool, 2> along) {
  std::array<long double, 4> sum{};
  each_jump(G, grid, [&](std::size_t x, std::int64_t k, Vec2 r) {
    const long double flow = std::exp(log_mass[x]) * G.rate[k];
    sum[0] += flow * r.x, sum[1] += flow * r.y;
    sum[2] += flow * std::abs(r.x), sum[3] += flow * std::abs(r.y);
  });
  std::array<double, 4> all{};
  for (std::size_t a = 0; a < 4; ++a)
    all[a] = along[a % 2] ? static_cast<double>(halo.sum(sum[a])) : 0;
  return {{all[0], all[1]}, {all[2], all[3]}};
}

Unwrapped unwrapped_motion(const AtRest& chain, const Cells& grid, std::array<bool, 2> along,
                           Resolvent& at_zero) {
  const Generator& G = chain.rows;
  const auto n = static_cast<std::size_t>(G.rows());
  std::array<Reals, 2> drift{Reals(n, 0), Reals(n, 0)}, chi;
  std::array<long double, 2> gross{};
  each_jump(G, grid, [&](std::size_t x, std::int64_t k, Vec2 r) {
    const long double mass = std::exp(chain.log_mass[x]);
    drift[0][x] += G.rate[k] * r.x, drift[1][x] += G.rate[k] * r.y;
    gross[0] += mass * G.rate[k] * std::abs(r.x), gross[1] += mass * G.rate[k] * std::abs(r.y);
  });
  std::array<double, 2> velocity{};
  for (std::size_t a = 0; a < 2; ++a) {
    if (along[a])
      velocity[a] = static_cast<double>(mean(chain, drift[a]));
    chi[a] = chain.halo.around(along[a] ? at_zero.solve(drift[a]).value : Reals(n, 0));
  }
  constexpr long double lost = 32 * std::numeric_limits<long double>::epsilon();
  long double xx = 0, xy = 0, yy = 0, rounding = 0;
  each_jump(G, grid, [&](std::size_t x, std::int64_t k, Vec2 r) {
    const std::size_t y = chain.halo.at(G.column[k]);
    const long double flow = 0.5L * std::exp(chain.log_mass[x]) * G.rate[k];
    const long double a = along[0] ? r.x + chi[0][y] - chi[0][x] : 0,
                      b = along[1] ? r.y + chi[1][y] - chi[1][x] : 0;
    xx += flow * a * a, xy += flow * a * b, yy += flow * b * b;
    const long double e = lost * (std::abs(r.x) + std::abs(r.y) + std::abs(chi[0][x]) +
                                  std::abs(chi[0][y]) + std::abs(chi[1][x]) + std::abs(chi[1][y]));
    rounding += flow * e * e;
  });
  const auto all = [&](long double v) { return static_cast<double>(chain.halo.sum(v)); };
  const double gx = all(gross[0]), gy = all(gross[1]), dxx = all(xx), dxy = all(xy), dyy = all(yy),
               lost_in_all = all(rounding);
  return {{velocity[0], velocity[1]}, {gx, gy}, {dxx, dxy, dyy}, lost_in_all};
}

} // namespace escapade
