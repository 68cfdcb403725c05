#include "problem/tables/slopes.hpp"

#include <array>
#include <cstdint>

namespace escapade {

namespace {

constexpr std::int64_t reach = 2; // points to either side of a centred difference

/// Weights of the first derivative at node `at` of `count` equidistant ones, by Lagrange's
/// polynomials.
std::array<double, 2 * reach + 1> weights(std::int64_t at, std::int64_t count) {
  std::array<double, 2 * reach + 1> w{};
  const auto gap = [](std::int64_t i, std::int64_t j) { return static_cast<double>(i - j); };
  for (std::int64_t j = 0; j < count; ++j) {
    if (j == at)
      continue;
    double product = 1 / gap(j, at);
    for (std::int64_t m = 0; m < count; ++m)
      if (m != j && m != at)
        product *= gap(at, m) / gap(j, m);
    w[j] = product;
    w[at] -= product; // constants have no slope
  }
  return w;
}

/// The slope at a point by differences of it and what lies `stride` points on, times the stride.
double slope_at(const TableLine& line, std::int64_t at, std::int64_t stride) {
  const auto n = static_cast<std::int64_t>(line.value.size());
  const bool wraps = line.periodic && n % stride == 0;
  const auto place = [&](std::int64_t k) {
    const std::int64_t p = at + k * stride;
    return wraps ? (p % n + n) % n : p;
  };
  const auto usable = [&](std::int64_t k) {
    const std::int64_t p = place(k);
    return p >= 0 && p < n && (line.known[p] || !line.known[at]);
  };
  const std::int64_t most = std::min<std::int64_t>(2 * reach + 1, wraps ? n / stride : n);
  std::int64_t left = 0, right = 0; // the difference's ends
  while (-left < reach && right - left + 1 < most && usable(left - 1))
    --left;
  while (right - left + 1 < most && right < 2 * reach && usable(right + 1))
    ++right;
  while (right - left + 1 < most && usable(left - 1))
    --left;
  const auto w = weights(-left, right - left + 1);
  double slope = 0;
  for (std::int64_t k = left; k <= right; ++k)
    slope += w[k - left] * line.value[place(k)];
  return slope;
}

} // namespace

std::vector<double> slopes(const TableLine& line) {
  std::vector<double> out;
  for (std::size_t i = 0; i < line.value.size(); ++i)
    out.push_back(slope_at(line, static_cast<std::int64_t>(i), 1));
  return out;
}

std::vector<double> slopes_of_every_second(TableLine& line) {
  const auto n = static_cast<std::int64_t>(line.value.size());
  const bool wraps = line.periodic && n % 2 == 0;
  std::vector<double> out = slopes(line);
  for (std::int64_t i = 0; i < n; i += 2)
    out[i] = slope_at(line, i, 2) / 2;
  const std::vector<double> before = line.value;
  for (std::int64_t i = 1; i < n; i += 2) {
    const std::int64_t a = i - 1, b = i + 1 < n ? i + 1 : 0;
    if ((i + 1 == n && !wraps) || !line.known[a] || !line.known[b])
      continue;
    line.value[i] = 0.5 * (before[a] + before[b]) + 0.25 * (out[a] - out[b]);
    out[i] = 0.75 * (before[b] - before[a]) - 0.25 * (out[a] + out[b]);
  }
  return out;
}

} // namespace escapade
