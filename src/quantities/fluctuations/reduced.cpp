#include "quantities/fluctuations/reduced.hpp"
#include "quantities/fluctuations/projection.hpp"

#include <Eigen/Dense>
#include <unsupported/Eigen/MatrixFunctions>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace escapade {

namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;
using Complex = std::complex<double>;

// H may have a rate of next to nothing, whose resolvents lose all digits: within a window C decays
// by so much more.
constexpr double more_decay = 1e-4;

/// The small problem, brought to triangular form once for all frequencies.
class Reduced {
public:
  Reduced(const Projection& p, double size) // ‖δf‖
      : size_(size), h_(p.matrix()), beyond_(p.images() - h_.transpose() * h_),
        schur_(h_.cast<Complex>()) {
    start_ = schur_.matrixU().adjoint() * Eigen::VectorXcd::Unit(h_.rows(), 0) * size;
  }

  double power(double omega) const { return 2 * size_ * solution(omega)(0).real(); }

  /// ‖δf − (M + iω) u‖ / ‖δf‖: what M u has beyond the space.
  double residual(double omega) const {
    const Eigen::VectorXcd u = solution(omega);
    const double square = (u.adjoint() * beyond_.cast<Complex>() * u)(0).real();
    return std::sqrt(std::max(square, 0.0)) / size_;
  }

  std::vector<double> correlation(const std::vector<double>& lags) const {
    std::vector<double> out;
    Vector state = Vector::Unit(h_.rows(), 0);
    Matrix step;
    double at = 0, of_step = -1;
    for (const double t : lags) {
      if (const double dt = t - at; dt > 0) {
        if (std::abs(dt - of_step) > 1e-12 * t)
          step = (-h_ * dt).exp(), of_step = dt;
        state = step * state;
      }
      at = t;
      out.push_back(size_ * size_ * state(0));
    }
    return out;
  }

  /// E P at every ω. Sums of ∫₀^T (1 − t/T) C e^{−st} dt and ∫₀^T C e^{−st} dt with
  /// s = iω and iω ± 2πi/T, by the resolvents of H + s.
  std::vector<double> windowed(const std::vector<double>& omegas, double T) const {
    const double decay = more_decay / T, theta = 2 * std::numbers::pi / T;
    const Matrix last = ((-h_ - decay * Matrix::Identity(h_.rows(), h_.rows())) * T).exp();
    const Eigen::VectorXcd a = start_ / size_, b = schur_.matrixU().adjoint() * last.col(0);
    std::vector<double> out;
    for (const double omega : omegas) {
      const Eigen::VectorXcd rest = a - std::polar(1.0, -omega * T) * b;
      const auto over = [&](double w, const Eigen::VectorXcd& v) -> Eigen::VectorXcd {
        return shifted(Complex(decay, w)).triangularView<Eigen::Upper>().solve(v);
      };
      const auto whole = [&](double w) { return a.dot(over(w, rest)); };
      const auto falling = [&](double w) {
        return a.dot(over(w, a)) - a.dot(over(w, over(w, rest))) / T;
      };
      const Complex sine = (whole(omega - theta) - whole(omega + theta)) / Complex(0, 2);
      const Complex sum = falling(omega) +
                          0.25 * (falling(omega + theta) + falling(omega - theta)) +
                          3 / (4 * std::numbers::pi) * sine;
      out.push_back(4.0 / 3 * size_ * size_ * sum.real());
    }
    return out;
  }

  /// 2 ∫₀^∞ S df by the trapezoidal rule in log ω, which is exact to rounding for such functions.
  double integral() const {
    const auto& T = schur_.matrixT();
    double low = INFINITY, high = 0, narrowest = 0.1; // narrowest: angle of a pole and the axis
    for (Eigen::Index k = 0; k < T.rows(); ++k)
      if (const double rate = std::abs(T(k, k)); rate > 0) {
        low = std::min(low, rate), high = std::max(high, rate);
        narrowest = std::min(narrowest, std::max(T(k, k).real() / rate, 1e-6));
      }
    const double first = std::log(low) - 34, last = std::log(high) + 34;
    const auto points = static_cast<int>(std::min((last - first) / (0.25 * narrowest), 4e5));
    const double step = (last - first) / points;
    double sum = 0;
    for (int k = 0; k <= points; ++k) {
      const double omega = std::exp(first + k * step);
      sum += omega * power(omega);
    }
    return sum * step / std::numbers::pi;
  }

private:
  double size_;
  Matrix h_, beyond_;
  Eigen::ComplexSchur<Eigen::MatrixXcd> schur_;
  Eigen::VectorXcd start_;

  Eigen::MatrixXcd shifted(Complex by) const {
    Eigen::MatrixXcd T = schur_.matrixT();
    T.diagonal().array() += by;
    return T;
  }
  Eigen::VectorXcd solution(double omega) const {
    return schur_.matrixU() *
           shifted(Complex(0, omega)).triangularView<Eigen::Upper>().solve(start_);
  }
};

std::vector<double> omegas_of(const Wanted& wanted) {
  std::vector<double> out;
  for (const double f : wanted.frequencies)
    out.push_back(2 * std::numbers::pi * f);
  return out;
}

/// Frequencies ω that the space is made for: those wanted, and 1/t of the lags.
std::vector<double> frequencies_of(const Wanted& wanted) {
  std::vector<double> out = omegas_of(wanted);
  double before = 0;
  for (const double t : wanted.lags)
    if (t > 1.5 * before)
      out.push_back(1 / t), before = t;
  if (wanted.window > 0)
    out.push_back(1 / wanted.window);
  return out;
}

void measure(const Reduced& reduced, const Wanted& wanted, Spectrum& out) {
  const auto replace = [](std::vector<double>& values, std::vector<double>& change,
                          std::vector<double> now) {
    change.assign(now.size(), INFINITY);
    for (std::size_t k = 0; k < values.size(); ++k)
      change[k] = std::abs(now[k] - values[k]);
    values = std::move(now);
  };
  std::vector<double> power;
  for (const double f : wanted.frequencies)
    power.push_back(reduced.power(2 * std::numbers::pi * f));
  replace(out.power, out.power_change, std::move(power));
  replace(out.correlation, out.correlation_change, reduced.correlation(wanted.lags));
  if (wanted.window > 0)
    replace(out.windowed, out.windowed_change, reduced.windowed(omegas_of(wanted), wanted.window));
}

/// The largest change relative to S there, and to C(0).
double largest_change(const Spectrum& s, double variance) {
  double largest = 0;
  for (std::size_t k = 0; k < s.power.size(); ++k)
    largest = std::max(largest, s.power_change[k] / s.power[k]);
  for (std::size_t k = 0; k < s.windowed.size(); ++k)
    largest = std::max(largest, s.windowed_change[k] / s.windowed[k]);
  for (const double change : s.correlation_change)
    largest = std::max(largest, change / variance);
  return largest;
}

} // namespace

Spectrum spectrum_of(const AtRest& chain, const Reals& f, const Wanted& wanted,
                     Resolvent& at_zero) {
  constexpr int most_factorisations = 16, vectors_each = 4;
  constexpr double enough = 1e-8, small_residual = 1e-3;
  Reals rest = f;
  const long double f_mean = mean(chain, f);
  for (long double& v : rest)
    v -= f_mean;
  const double size = std::sqrt(static_cast<double>(mean_product(chain, rest, rest)));
  const std::vector<double> omegas = frequencies_of(wanted);
  Spectrum out;
  Projection projection(chain);
  projection.add(rest);
  bool more = projection.add(at_zero.solve(rest).value);
  out.factorisations = 1;
  for (bool calm = false; more && !calm && out.factorisations < most_factorisations;) {
    const Reduced reduced(projection, size);
    double worst = -1, shift = 0;
    for (const double omega : omegas)
      if (const double r = reduced.residual(omega); omega > 0 && r > worst)
        worst = r, shift = omega;
    if (worst < 0)
      break; // the frequency 0 alone
    Resolvent resolvent(chain, shift);
    ++out.factorisations;
    for (int k = 0; k < vectors_each && more; ++k)
      more = projection.add(resolvent.solve(projection.last()).value);
    measure(Reduced(projection, size), wanted, out);
    calm = largest_change(out, size * size) < enough && worst < small_residual;
  }
  const Reduced reduced(projection, size);
  if (out.factorisations == 1)
    measure(reduced, wanted, out);
  if (out.factorisations == 1 || !more) { // all of it: M⁻¹ δf is S(0), an invariant space is exact
    out.power_change.assign(out.power.size(), 0);
    out.correlation_change.assign(out.correlation.size(), 0);
    out.windowed_change.assign(out.windowed.size(), 0);
  }
  for (std::size_t k = 0; k < out.windowed.size(); ++k)
    out.windowed_change[k] += more_decay * out.windowed[k];
  for (const double f_wanted : wanted.frequencies)
    out.residual = std::max(out.residual, reduced.residual(2 * std::numbers::pi * f_wanted));
  out.integral = reduced.integral();
  out.vectors = static_cast<int>(projection.size());
  return out;
}

double mean_rate_out(const AtRest& chain) {
  const Generator& G = chain.rows;
  Reals out(static_cast<std::size_t>(G.rows()), 0);
  for (std::size_t x = 0; x < out.size(); ++x)
    for (std::int64_t k = G.row_start[x]; k < G.row_start[x + 1]; ++k)
      out[x] += G.rate[k];
  return static_cast<double>(mean(chain, out));
}

} // namespace escapade
