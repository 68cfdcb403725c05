#include "quantities/fluctuations/observable.hpp"

#include "escapade/error.hpp"
#include "parallel/agree.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

std::string place_text(Vec2 p, bool line) {
  return std::to_string(p.x) + (line ? "" : ", " + std::to_string(p.y));
}

} // namespace

Reals values_of(const std::string& name, const Field& field, const Cells& grid, const Halo& halo) {
  const std::int64_t first = halo.first();
  const std::int64_t last = halo.ranges().empty()
                                ? grid.unknowns()
                                : halo.ranges()[static_cast<std::size_t>(halo.rank()) + 1];
  const auto n = static_cast<std::size_t>(last - first);
  std::vector<double> x(n), y(n), value(n);
  for (std::size_t k = 0; k < n; ++k) {
    const Vec2 p = grid.centroid(static_cast<std::int32_t>(first + static_cast<std::int64_t>(k)));
    x[k] = p.x, y[k] = p.y;
  }
  field(n, x.data(), y.data(), value.data());
  const auto check = [&] {
    const auto bad =
        std::find_if(value.begin(), value.end(), [](double v) { return !std::isfinite(v); });
    const auto k = static_cast<std::size_t>(bad - value.begin());
    if (bad != value.end())
      throw BadInput(name + ": not a finite number at (" +
                     place_text({x[k], y[k]}, grid.lattice() && grid.lattice()->domain.line) +
                     "); give one that is defined in the domain");
  };
  if (halo.alone())
    check();
  else
    agree(halo.comm(), check);
  return {value.begin(), value.end()};
}

bool is_constant(const Reals& f, const Halo& halo) {
  long double low = std::numeric_limits<long double>::infinity(), high = -low;
  for (const long double v : f)
    low = std::min(low, v), high = std::max(high, v);
  low = -halo.max(-low), high = halo.max(high);
  return high - low <= 1e-13L * std::max(std::abs(low), std::abs(high));
}

Fluctuation fluctuation(const AtRest& chain, const Reals& f, Resolvent* at_zero) {
  Fluctuation out;
  out.mean = mean(chain, f);
  Reals rest = f;
  for (long double& v : rest)
    v -= out.mean;
  out.variance = mean_product(chain, rest, rest);
  if (!at_zero || !(out.variance > 0))
    return out;
  const TwoSigns g = at_zero->solve(rest);
  out.correlation_time = mean_product(chain, rest, g.value) / out.variance;
  for (long double& v : rest)
    v = std::abs(v);
  out.scale = mean_product(chain, rest, g.size) / out.variance;
  return out;
}

} // namespace escapade
