#include "quantities/transitions/jump_process.hpp"

#include "escapade/error.hpp"

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

using Rates = std::vector<std::vector<long double>>;

long double log_sum(long double a, long double b) {
  const long double top = std::max(a, b);
  return std::isfinite(top) ? top + std::log1p(std::exp(std::min(a, b) - top)) : top;
}

/// The last state that is left is eliminated, its jumps passed on; masses follow backwards.
std::vector<long double> stationary_of(Rates log_k) {
  const std::size_t n = log_k.size();
  std::vector<long double> log_out(n, -INFINITY), log_pi(n, 0);
  for (std::size_t v = n; v-- > 1;) {
    for (std::size_t j = 0; j < v; ++j)
      log_out[v] = log_sum(log_out[v], log_k[v][j]);
    if (!std::isfinite(log_out[v]))
      throw NotTrusted("a state is never left for another; the stationary law of the jump process "
                       "is not unique");
    for (std::size_t i = 0; i < v; ++i)
      for (std::size_t j = 0; j < v; ++j)
        if (i != j)
          log_k[i][j] = log_sum(log_k[i][j], log_k[i][v] + log_k[v][j] - log_out[v]);
  }
  long double log_total = 0;
  for (std::size_t v = 1; v < n; ++v) {
    log_pi[v] = -INFINITY;
    for (std::size_t i = 0; i < v; ++i)
      log_pi[v] = log_sum(log_pi[v], log_pi[i] + log_k[i][v] - log_out[v]);
    log_total = log_sum(log_total, log_pi[v]);
  }
  for (long double& l : log_pi)
    l -= log_total;
  return log_pi;
}

} // namespace

JumpProcess jump_process(const Rates& log_rate) {
  const auto n = static_cast<Eigen::Index>(log_rate.size());
  JumpProcess out;
  out.log_stationary = stationary_of(log_rate);
  long double top = -INFINITY;
  for (const auto& row : log_rate)
    for (std::size_t j = 0; j < row.size(); ++j)
      if (&row != &log_rate[j])
        top = std::max(top, row[j]);
  Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic> m(n, n);
  m.setZero();
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = 0; j < n; ++j)
      if (i != j) {
        m(i, j) =
            -std::exp(log_rate[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] - top);
        m(i, i) -= m(i, j);
      }
  const auto values = m.eigenvalues().eval();
  for (Eigen::Index k = 0; k < n; ++k)
    out.eigenvalues.push_back(std::exp(top) * values[k]);
  std::sort(out.eigenvalues.begin(), out.eigenvalues.end(), [](const auto& a, const auto& b) {
    return a.real() != b.real() ? a.real() < b.real() : a.imag() < b.imag();
  });
  out.largest = std::abs(out.eigenvalues.back());
  out.eigenvalues.erase(out.eigenvalues.begin()); // the 0
  return out;
}

} // namespace escapade
