#include "quantities/timed/periodic.hpp"

#include "escapade/error.hpp"
#include "parallel/ranks.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <utility>
#include <vector>

namespace escapade {

namespace {

constexpr std::size_t window = 6;
constexpr int most_periods = 300;

/// An image and the residual that led there.
struct Visit {
  LogVector image;
  std::vector<double> residual;
};

double product(MPI_Comm comm, const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += a[i] * b[i];
  return Ranks(comm).sum(sum);
}

/// Solves A x = b, A positive definite up to rounding, which is made up for on its diagonal.
std::vector<double> solved(std::vector<std::vector<double>> A, std::vector<double> b) {
  const std::size_t n = b.size();
  double most = 0;
  for (std::size_t i = 0; i < n; ++i)
    most = std::max(most, A[i][i]);
  for (std::size_t i = 0; i < n; ++i)
    A[i][i] += 1e-12 * most;
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t i = k + 1; i < n; ++i) {
      const double f = A[i][k] / A[k][k];
      for (std::size_t j = k; j < n; ++j)
        A[i][j] -= f * A[k][j];
      b[i] -= f * b[k];
    }
  for (std::size_t k = n; k-- > 0;) {
    for (std::size_t j = k + 1; j < n; ++j)
      b[k] -= A[k][j] * b[j];
    b[k] /= A[k][k];
  }
  return b;
}

/// log of the combination of the images, scaled to the sum 1.
LogVector combined(MPI_Comm comm, const std::deque<Visit>& visits) {
  const Visit& latest = visits.back();
  const std::size_t n = visits.size() - 1;
  std::vector<std::vector<double>> step(n, latest.residual); // differences of residuals
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t i = 0; i < latest.residual.size(); ++i)
      step[k][i] -= visits[k].residual[i];
  std::vector<std::vector<double>> gram(n, std::vector<double>(n));
  std::vector<double> right(n);
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t j = 0; j <= k; ++j)
      gram[k][j] = gram[j][k] = product(comm, step[k], step[j]);
    right[k] = product(comm, step[k], latest.residual);
  }
  const std::vector<double> share = solved(std::move(gram), std::move(right));
  LogVector next = latest.image;
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t i = 0; i < next.size(); ++i)
      if (std::isfinite(latest.image[i]) && std::isfinite(visits[k].image[i]))
        next[i] -= share[k] * (latest.image[i] - visits[k].image[i]);
  const long double total = log_total(comm, next);
  for (long double& l : next)
    l -= total;
  return next;
}

} // namespace

PeriodicState periodic_state(MPI_Comm comm, const PeriodMap& map, LogVector begin,
                             double tolerance) {
  PeriodicState out;
  std::deque<Visit> visits;
  double before = 1, change = 1;
  LogVector p = std::move(begin);
  for (; out.periods < most_periods; ++out.periods) {
    Visit visit{map(p).log_mass, std::vector<double>(p.size())};
    out.log_left = log_total(comm, visit.image);
    double moved = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
      visit.image[i] -= out.log_left;
      visit.residual[i] =
          static_cast<double>(std::exp(visit.image[i])) - static_cast<double>(std::exp(p[i]));
      moved += std::abs(visit.residual[i]);
    }
    before = std::exchange(change, Ranks(comm).sum(moved));
    if (change < tolerance)
      break;
    if (change > 2 * before) // the past misleads
      visits.clear();
    visits.push_back(std::move(visit));
    if (visits.size() > window)
      visits.pop_front();
    p = visits.size() > 1 ? combined(comm, visits) : visits.back().image;
  }
  if (!(change < tolerance))
    throw NotTrusted("after " + std::to_string(most_periods) +
                     " periods the density still changes by " + rounded(change, 3) +
                     " from one to the next: something relaxes over very many periods; give more "
                     "noise, or follow it in time");
  const double rate = std::min(change / before, 1 - 1e-4);
  out.error = change / (1 - rate);
  out.log_mass = std::move(p);
  ++out.periods;
  return out;
}

} // namespace escapade
