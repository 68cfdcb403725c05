#include "quantities/fluctuations/projection.hpp"

#include <cmath>
#include <utility>

namespace escapade {

void Projection::extend() {
  const std::size_t n = q_.size();
  std::vector<double> sums;
  for (std::size_t k = 0; k < n; ++k)
    for (const auto& [a, b] :
         {std::pair(&q_[k], &w_.back()), {&q_.back(), &w_[k]}, {&w_[k], &w_.back()}})
      sums.push_back(static_cast<double>(dot(*a, *b)));
  sums = chain_.halo.sums(sums);
  const auto m = static_cast<Eigen::Index>(n);
  h_.conservativeResize(m, m), g_.conservativeResize(m, m);
  for (Eigen::Index k = 0; k < m; ++k) {
    const auto at = static_cast<std::size_t>(3 * k);
    h_(k, m - 1) = sums[at], h_(m - 1, k) = sums[at + 1];
    g_(k, m - 1) = g_(m - 1, k) = sums[at + 2];
  }
}

} // namespace escapade
