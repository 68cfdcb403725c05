#include "quantities/evolution/uniformisation.hpp"

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
    : comm_(comm), ranks_(comm), rows_(rows), parts_(parts), in_(transposed(comm, rows)),
      ghosts_(comm, in_), column_(ghosts_.column()) {
  const auto n = static_cast<std::size_t>(rows.rows());
  std::vector<long double> out(n); // k + Σw
  for (std::size_t x = 0; x < n; ++x) {
    out[x] = rows.killing[x];
    for (std::int64_t e = rows.row_start[x]; e < rows.row_start[x + 1]; ++e)
      out[x] += rows.rate[e];
    rate_ = std::max(rate_, static_cast<double>(out[x]));
    widest_ = std::max(widest_, in_.row_start[x + 1] - in_.row_start[x] + 1);
  }
  rate_ = ranks_.max(rate_), widest_ = ranks_.max(widest_);
  const auto probability = [&](double w) { return rate_ > 0 ? w / rate_ : 0.0; };
  jump_.reserve(in_.rate.size());
  for (double w : in_.rate)
    jump_.push_back(probability(w));
  // What a cell gives away, as it was rounded: columns of P then have the sum 1 to half a rounding.
  stay_.resize(n);
  for (std::size_t x = 0; x < n; ++x) {
    long double away = probability(rows.killing[x]);
    for (std::int64_t e = rows.row_start[x]; e < rows.row_start[x + 1]; ++e)
      away += probability(rows.rate[e]);
    stay_[x] = static_cast<double>(std::max(0.0L, 1.0L - away));
  }
}

void Uniformisation::multiply(std::vector<double>& x, std::vector<double>& y) const {
  if (!ranks_.alone())
    ghosts_.update(x);
  const auto n = static_cast<std::int64_t>(stay_.size());
  for (std::int64_t i = 0; i < n; ++i) {
    double sum = stay_[i] * x[i];
    for (std::int64_t e = in_.row_start[i]; e < in_.row_start[i + 1]; ++e)
      sum += jump_[e] * x[column_[e]];
    y[i] = sum;
  }
}

void Uniformisation::advance(ChainState& state, double dt) {
  const std::size_t n = stay_.size();
  long double shift = -std::numeric_limits<long double>::infinity();
  for (long double l : state.log_mass)
    shift = std::max(shift, l);
  shift = ranks_.max(shift);
  const PoissonWeights poisson = poisson_weights(rate_ * dt);
  std::vector<double> x(n), y, sum(n, 0.0);
  for (std::size_t i = 0; i < n; ++i)
    x[i] = static_cast<double>(std::exp(state.log_mass[i] - shift));
  y.reserve(n + static_cast<std::size_t>(ghosts_.ghosts()));
  y.resize(n);
  std::vector<long double> left(parts_ + 1, 0.0L); // per part, and ∫Σp dt last
  const auto terms = static_cast<std::int64_t>(poisson.weight.size());
  for (std::int64_t k = 0;; ++k) {
    const std::int64_t i = k - poisson.first;
    if (i >= 0) {
      const auto w = static_cast<double>(poisson.weight[i]);
      for (std::size_t c = 0; c < n; ++c)
        sum[c] += w * x[c];
      if (i + 1 == terms)
        break;
    }
    const long double above = i >= 0 ? poisson.above[i] : 1.0L;
    for (const PartKilling& part : rows_.part_killing)
      left[part.part] += above * part.rate * x[part.row];
    double mass = 0;
    for (std::size_t c = 0; c < n; ++c)
      mass += x[c];
    left[parts_] += above * mass;
    multiply(x, y);
    x.swap(y);
    x.resize(n);
    y.resize(n);
    ++mat_vecs_;
  }
  MPI_Allreduce(MPI_IN_PLACE, left.data(), static_cast<int>(left.size()), MPI_LONG_DOUBLE, MPI_SUM,
                comm_);
  const long double scale = rate_ > 0 ? std::exp(shift) / rate_ : 0.0L;
  for (std::size_t k = 0; k < parts_; ++k)
    state.exited[k] += scale * left[k];
  const long double before = std::exp(log_total(comm_, state.log_mass));
  state.survival_time += rate_ > 0 ? scale * left[parts_] : before * dt;
  for (std::size_t c = 0; c < n; ++c)
    state.log_mass[c] = std::log(static_cast<long double>(sum[c])) + shift;
  state.time += dt;
  // Every product adds and multiplies non-negative numbers: relative rounding of each entry.
  constexpr double unit = std::numeric_limits<double>::epsilon() / 2;
  const auto steps = static_cast<double>(poisson.first + terms);
  state.error +=
      static_cast<double>(before) * (1e-18 + unit * (steps * static_cast<double>(widest_ + 1) + 4));
}

} // namespace escapade
