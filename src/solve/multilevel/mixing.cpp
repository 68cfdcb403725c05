#include "solve/multilevel/mixing.hpp"

#include <algorithm>
#include <cmath>

namespace escapade::multilevel {

namespace {

using Row = std::array<double, Mixing::depth>;

/// γ of the normal equations of n steps; 0 for a step that is nearly a combination of newer ones.
Row least_squares(const Mixing::Sums& sums, std::size_t n) {
  std::array<Row, Mixing::depth> A{};
  Row right{}, gamma{};
  std::size_t q = 0;
  for (std::size_t a = 0; a < n; ++a) {
    for (std::size_t b = 0; b <= a; ++b)
      A[a][b] = A[b][a] = sums[q++];
    right[a] = sums[q++];
  }
  for (std::size_t p = 0; p < n; ++p) {
    const double own = sums[p * (p + 3) / 2 + p];
    if (!(A[p][p] > 1e-10 * own)) {
      for (std::size_t j = p; j < n; ++j)
        A[j][p] = A[p][j] = 0;
      A[p][p] = 1;
      right[p] = 0;
    }
    for (std::size_t i = p + 1; i < n; ++i) {
      const double factor = A[i][p] / A[p][p];
      for (std::size_t j = p; j < n; ++j)
        A[i][j] -= factor * A[p][j];
      right[i] -= factor * right[p];
    }
  }
  for (std::size_t p = n; p-- > 0;) {
    gamma[p] = right[p];
    for (std::size_t j = p + 1; j < n; ++j)
      gamma[p] -= A[p][j] * gamma[j];
    gamma[p] /= A[p][p];
  }
  return gamma;
}

} // namespace

void Mixing::mix(const double* before, double* u, std::size_t cells,
                 const std::function<void(Sums&)>& reduce) {
  const auto change = [&](std::size_t i) { return std::log(u[i] / before[i]); };
  if (cycles++ == 0) {
    last.resize(cells);
    step.resize(cells);
    for (std::size_t i = 0; i < cells; ++i)
      last[i] = step[i] = static_cast<float>(change(i));
    return;
  }
  const std::size_t known = std::min(cycles - 1, Mixing::depth),
                    kept = std::min(known, Mixing::depth - 1);
  // The newest step's change of f, then the older ones'.
  const auto changes = [&](std::size_t i, double f) {
    Row y{f - static_cast<double>(last[i])};
    for (std::size_t a = 1; a < known; ++a)
      y[a] = static_cast<double>(past[a - 1].change[i]);
    return y;
  };
  Sums sums{};
  for (std::size_t i = 0; i < cells; ++i) {
    const double f = change(i);
    const Row y = changes(i, f);
    std::size_t q = 0;
    for (std::size_t a = 0; a < known; ++a) {
      for (std::size_t b = 0; b <= a; ++b)
        sums[q++] += y[a] * y[b];
      sums[q++] += y[a] * f;
    }
  }
  if (reduce)
    reduce(sums);
  const Row gamma = least_squares(sums, known);
  for (std::size_t a = 0; a < kept; ++a) {
    past[a].reach.resize(cells);
    past[a].change.resize(cells);
  }
  for (std::size_t i = 0; i < cells; ++i) {
    const double f = change(i);
    const Row y = changes(i, f);
    Row reach{static_cast<double>(step[i]) + y[0]};
    for (std::size_t a = 1; a < known; ++a)
      reach[a] = static_cast<double>(past[a - 1].reach[i]);
    double correction = 0;
    for (std::size_t a = 0; a < known; ++a)
      correction += gamma[a] * reach[a];
    for (std::size_t a = 0; a < kept; ++a) {
      past[a].reach[i] = static_cast<float>(reach[a]);
      past[a].change[i] = static_cast<float>(y[a]);
    }
    last[i] = static_cast<float>(f);
    step[i] = static_cast<float>(f - correction);
    u[i] *= std::exp(-correction);
  }
}

std::int64_t Mixing::memory_bytes() const {
  std::size_t floats = last.capacity() + step.capacity();
  for (const Past& p : past)
    floats += p.reach.capacity() + p.change.capacity();
  return static_cast<std::int64_t>(floats * sizeof(float));
}

} // namespace escapade::multilevel
