// How far an approximate solution can be from the true one: bounds from residuals, rigorous for
// Markov jump processes. A small residual norm alone proves nothing for a metastable chain.
//
// M = diag(k + W 1) − W is an M-matrix, so M⁻¹ ≥ 0 entrywise. Write τ = M⁻¹ 1 for the mean exit
// time and r = f − M x̃ for the residual of x̃, |r| including what rounding may hide. Proofs:
//   x − x̃ = M⁻¹ r, so |x − x̃| ≤ M⁻¹ |r| entrywise, and
//   |r| ≤ ρ f gives |x − x̃| ≤ ρ x;  |r| ≤ ‖r‖∞ 1 gives |x − x̃| ≤ ‖r‖∞ τ   (f = 1: τ itself);
//   forward, Mᵀ μ = f: Σ|μ − μ̃| ≤ Σ_x (M⁻ᵀ|r|)_x = |r|·τ.
// τ itself is bounded by an approximation with ρ = ‖1 − M τ̃‖∞ < 1: τ ≤ τ̃ / (1 − ρ).
// Stationary masses relative to a reference cell c solve the forward problem of the chain killed
// at c; τ is then the hitting time of c.
//
// Residuals are formed from the rates: k x and w (y − x), no diagonal. Each is a sum of n products
// and differences of stored numbers, so its rounding is below (n + 4) u times the sum of the terms'
// sizes, u the unit roundoff of long double (Higham, Accuracy and Stability of Numerical
// Algorithms, 2002, section 3.1, doi 10.1137/1.9780898718027).
//
// All functions are local to a rank; sums and maxima over the ranks are the caller's.
#pragma once

#include "generator/generator.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace escapade {

/// A residual as computed and a bound on its rounding error, one entry per local row.
struct Residual {
  std::vector<long double> value;
  std::vector<long double> rounding;

  /// Largest size the exact residual can have in row x.
  long double bound(std::int64_t x) const {
    return (value[x] < 0 ? -value[x] : value[x]) + rounding[x];
  }
};

/// r = f − M x = f − k x + Σ w_xy (x_y − x_x). `column` is the generator's column in the numbering
/// of x (GhostExchange::column()); x holds own rows, then ghosts.
Residual backward_residual(const Generator& rows, std::span<const std::int32_t> column,
                           std::span<const long double> f, std::span<const long double> x);

/// Incoming rates of a chain in a gauge φ: v_yx = w(x→y) e^{φ_x − φ_y}, with d_y = k_y + Σ_z w_yz,
/// the rate out of y. With μ_y = e^{φ_y} u_y, Mᵀ μ = f is d_y u_y − Σ_x v_yx u_x = e^{−φ_y} f_y.
struct IncomingRates {
  std::vector<std::int64_t> row_start; // local rows + 1
  std::vector<std::int32_t> column;    // numbering of u: own rows, then ghosts
  std::vector<long double> rate;       // v
  std::vector<long double> outflow;    // d
  std::vector<long double> ulps;       // bound of the relative rounding of a row's v and d, in u
};

/// r = f − d u + Σ v u, all in the gauge of `in`.
Residual forward_residual(const IncomingRates& in, std::span<const long double> f,
                          std::span<const long double> u);

/// max_x |r_x|: times τ_x, the error of a backward solve at x.
long double largest_bound(const Residual& r);

/// ρ = max_x |r_x| / f_x, the relative error of every entry; +inf where f_x = 0 and r_x ≠ 0.
long double largest_ratio(const Residual& r, std::span<const long double> f);

/// Σ_x |r_x| τ_x, the sum of the errors of a forward solve.
long double weighted_bound(const Residual& r, std::span<const long double> tau);

/// `error` relative to the size of the true answer, of which only `size` ± error is known; +inf
/// where nothing is known. Never negative.
long double relative_to(long double error, long double size);

} // namespace escapade
