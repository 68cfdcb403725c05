// The generator of a chain at rest on a growing space of functions: H = ⟨v M v⟩ and ⟨M v M v⟩ in
// the scalar product ⟨u v⟩ = Σ π u v, in which the functions are orthonormal (reduced.hpp).
#pragma once

#include "quantities/fluctuations/resolvent.hpp"

#include <Eigen/Dense>

#include <cmath>
#include <vector>

namespace escapade {

/// M projected onto the vectors added so far. Held are √π v and √π M v.
class Projection {
public:
  using Matrix = Eigen::MatrixXd;

  explicit Projection(const AtRest& chain) : chain_(chain), weight_(chain.log_mass.size()) {
    for (std::size_t x = 0; x < weight_.size(); ++x)
      weight_[x] = static_cast<double>(std::exp(0.5L * chain.log_mass[x]));
  }

  /// Adds what is new in a vector; false, and nothing is added, where that is rounding alone.
  bool add(Reals v) {
    constexpr double rounding = 1e-9;
    const double before = size_of(v);
    for (int again = 0; again < 2; ++again)
      subtract_known(v);
    const double left = size_of(v);
    if (!(left > rounding * before))
      return false;
    for (long double& value : v)
      value /= left;
    q_.push_back(weighted(v)), w_.push_back(weighted(minus_generator(chain_, v)));
    v_.emplace_back(v.begin(), v.end());
    extend();
    return true;
  }

  Reals last() const { return {v_.back().begin(), v_.back().end()}; }
  const Matrix& matrix() const { return h_; }
  /// WᵀW with W = √π M V.
  const Matrix& images() const { return g_; }
  Eigen::Index size() const { return h_.rows(); }

private:
  AtRest chain_;
  std::vector<double> weight_;
  std::vector<std::vector<double>> v_, q_, w_;
  Matrix h_, g_;

  std::vector<double> weighted(const Reals& v) const {
    std::vector<double> out(v.size());
    for (std::size_t x = 0; x < v.size(); ++x)
      out[x] = static_cast<double>(weight_[x] * v[x]);
    return out;
  }
  static long double dot(const std::vector<double>& a, const std::vector<double>& b) {
    long double sum = 0;
    for (std::size_t x = 0; x < a.size(); ++x)
      sum += static_cast<long double>(a[x]) * b[x];
    return sum;
  }
  double all(long double part) const { return static_cast<double>(chain_.halo.sum(part)); }
  double size_of(const Reals& v) const {
    const std::vector<double> q = weighted(v);
    return std::sqrt(all(dot(q, q)));
  }
  void subtract_known(Reals& v) {
    const std::vector<double> q = weighted(v);
    std::vector<double> shares;
    for (const std::vector<double>& known : q_)
      shares.push_back(static_cast<double>(dot(known, q)));
    shares = chain_.halo.sums(shares);
    for (std::size_t k = 0; k < v_.size(); ++k)
      for (std::size_t x = 0; x < v.size(); ++x)
        v[x] -= shares[k] * v_[k][x];
  }
  /// The new row and column of H and of WᵀW.
  void extend();
};

} // namespace escapade
