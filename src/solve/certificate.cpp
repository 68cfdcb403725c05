#include "solve/certificate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escapade {

namespace {

constexpr long double unit_roundoff = std::numeric_limits<long double>::epsilon() / 2;
constexpr long double infinity = std::numeric_limits<long double>::infinity();

// A comparison with NaN is false, so a plain maximum would lose it; nothing is known then.
long double larger(long double a, long double b) {
  return std::isnan(a) || std::isnan(b) ? infinity : std::max(a, b);
}

} // namespace

Residual backward_residual(const Generator& rows, std::span<const std::int32_t> column,
                           std::span<const long double> f, std::span<const long double> x) {
  const std::int64_t n = rows.rows();
  Residual r{std::vector<long double>(n), std::vector<long double>(n)};
  for (std::int64_t i = 0; i < n; ++i) {
    const long double killed = rows.killing[i] * x[i];
    long double sum = f[i] - killed, size = std::abs(f[i]) + std::abs(killed);
    for (std::int64_t e = rows.row_start[i]; e < rows.row_start[i + 1]; ++e) {
      const long double term = rows.rate[e] * (x[column[e]] - x[i]);
      sum += term;
      size += std::abs(term);
    }
    const auto terms = static_cast<long double>(rows.row_start[i + 1] - rows.row_start[i] + 6);
    r.value[i] = sum;
    r.rounding[i] = terms * unit_roundoff * size;
  }
  return r;
}

Residual forward_residual(const IncomingRates& in, std::span<const long double> f,
                          std::span<const long double> u) {
  const auto n = static_cast<std::int64_t>(in.outflow.size());
  Residual r{std::vector<long double>(n), std::vector<long double>(n)};
  for (std::int64_t i = 0; i < n; ++i) {
    const long double out = in.outflow[i] * u[i];
    long double sum = f[i], size = std::abs(f[i]) + std::abs(out);
    for (std::int64_t e = in.row_start[i]; e < in.row_start[i + 1]; ++e) {
      const long double term = in.rate[e] * u[in.column[e]];
      sum += term;
      size += std::abs(term);
    }
    const auto terms = static_cast<long double>(in.row_start[i + 1] - in.row_start[i] + 6);
    r.value[i] = sum - out;
    r.rounding[i] = (terms + in.ulps[i]) * unit_roundoff * size;
  }
  return r;
}

long double largest_bound(const Residual& r) {
  long double most = 0;
  for (std::size_t i = 0; i < r.value.size(); ++i)
    most = larger(most, r.bound(i));
  return most;
}

long double largest_ratio(const Residual& r, std::span<const long double> f) {
  long double most = 0;
  for (std::size_t i = 0; i < r.value.size(); ++i) {
    const long double bound = r.bound(i);
    if (!(bound == 0))
      most = larger(most, f[i] > 0 ? bound / f[i] : infinity);
  }
  return most;
}

long double weighted_bound(const Residual& r, std::span<const long double> tau) {
  long double sum = 0;
  for (std::size_t i = 0; i < r.value.size(); ++i)
    sum += r.bound(i) * tau[i];
  return std::isnan(sum) ? infinity : sum;
}

long double relative_to(long double error, long double size) {
  if (error == 0)
    return 0;
  return size > error && std::isfinite(size) ? error / (size - error) : infinity;
}

} // namespace escapade
