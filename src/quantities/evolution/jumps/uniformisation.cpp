#include "quantities/evolution/jumps/uniformisation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace escapade {

PoissonWeights poisson_weights(double mean) {
  const long double m = mean;
  const auto mode = static_cast<std::int64_t>(std::floor(mean));
  constexpr long double least = 1e-21L; // of the greatest: the rest falls at least geometrically
  std::vector<long double> up{1}, down;
  for (std::int64_t n = mode; up.back() > least; ++n)
    up.push_back(up.back() * m / static_cast<long double>(n + 1));
  long double w = 1;
  for (std::int64_t n = mode; n > 0 && w > least; --n)
    down.push_back(w *= static_cast<long double>(n) / m);
  PoissonWeights out;
  out.first = mode - static_cast<std::int64_t>(down.size());
  out.weight.assign(down.rbegin(), down.rend());
  out.weight.insert(out.weight.end(), up.begin(), up.end());
  out.above.assign(out.weight.size(), 0.0L);
  long double sum = 0; // from the smallest side of the long end
  for (std::size_t i = out.weight.size(); i-- > 0;) {
    out.above[i] = sum;
    sum += out.weight[i];
  }
  for (std::size_t i = 0; i < out.weight.size(); ++i)
    out.weight[i] /= sum, out.above[i] /= sum;
  return out;
}

Uniformisation::Uniformisation(MPI_Comm comm, const Generator& rows, std::size_t parts)
    : comm_(comm), rows_(rows), parts_(parts), rate_(fastest_rate(comm, rows)),
      matrix_(comm, rows, rate_) {}

void Uniformisation::advance(std::vector<double>& x, const PoissonWeights& poisson,
                             std::vector<long double>& left) {
  std::vector<double> sum(x.size(), 0.0);
  const auto terms = static_cast<std::int64_t>(poisson.weight.size());
  for (std::int64_t k = 0;; ++k) {
    const std::int64_t i = k - poisson.first;
    if (i >= 0) {
      const auto w = static_cast<double>(poisson.weight[i]);
      for (std::size_t c = 0; c < x.size(); ++c)
        sum[c] += w * x[c];
      if (i + 1 == terms)
        break;
    }
    const long double above = i >= 0 ? poisson.above[i] : 1.0L;
    for (const PartKilling& part : rows_.part_killing)
      left[part.part] += above * part.rate * x[part.row];
    double mass = 0;
    for (const double m : x)
      mass += m;
    left[parts_] += above * mass;
    matrix_.apply(x);
    ++mat_vecs_;
  }
  x = std::move(sum);
}

void Uniformisation::advance(ChainState& state, double dt) {
  const std::size_t n = state.log_mass.size();
  const long double shift = log_top(comm_, state.log_mass);
  const PoissonWeights poisson = poisson_weights(rate_ * dt);
  std::vector<double> x = masses_over(state.log_mass, shift);
  std::vector<long double> left(parts_ + 1, 0.0L); // per part, and ∫Σp dt last
  advance(x, poisson, left);
  MPI_Allreduce(MPI_IN_PLACE, left.data(), static_cast<int>(left.size()), MPI_LONG_DOUBLE, MPI_SUM,
                comm_);
  const long double scale = rate_ > 0 ? std::exp(shift) / rate_ : 0.0L;
  for (std::size_t k = 0; k < parts_; ++k)
    state.exited[k] += scale * left[k];
  const long double before = std::exp(log_total(comm_, state.log_mass));
  state.survival_time += rate_ > 0 ? scale * left[parts_] : before * dt;
  for (std::size_t c = 0; c < n; ++c)
    state.log_mass[c] = std::log(static_cast<long double>(x[c])) + shift;
  state.time += dt;
  // Every product adds and multiplies non-negative numbers: relative rounding of each entry.
  constexpr double unit = std::numeric_limits<double>::epsilon() / 2;
  const auto steps =
      static_cast<double>(poisson.first + static_cast<std::int64_t>(poisson.weight.size()));
  state.error += static_cast<double>(before) *
                 (1e-18 + unit * (steps * static_cast<double>(widest() + 1) + 4));
}

} // namespace escapade
