// The exponential of a chain by uniformisation: with Λ = max_x (k_x + Σ_y w_xy) and the
// sub-stochastic P = 1 − Mᵀ/Λ,
//   p(t + s) = Σ_n e^{−Λs} (Λs)ⁿ/n! Pⁿ p(t),
// a mixture of non-negative vectors: no cell can turn negative, and no number is lost in a
// difference. What leaves through a part and ∫Σp dt come from the same terms with the weights
// P(N > n)/Λ, N the Poisson number, so that mass is conserved to rounding.
// About Λs + 9√(Λs) products with P (mat-vecs) for a time s: the way for times that are not long
// against the fastest rate.
//   A. Jensen, Skand. Aktuarietidskr. 36 (1953) 87; B. L. Fox, P. W. Glynn, Commun. ACM 31 (1988)
//   440, doi:10.1145/42404.42409
#pragma once

#include "quantities/evolution/chain_state.hpp"
#include "quantities/evolution/jumps/jump_matrix.hpp"

#include <cstdint>
#include <vector>

namespace escapade {

/// Probabilities of first, first + 1, … of a Poisson number, of sum 1; what was left out at both
/// ends together is below 1e-18. `above[i]` is the probability of more than first + i.
struct PoissonWeights {
  std::int64_t first = 0;
  std::vector<long double> weight, above;
};
PoissonWeights poisson_weights(double mean);

class Uniformisation {
public:
  /// Collective. `rows`, `comm` must outlive it.
  Uniformisation(MPI_Comm comm, const Generator& rows, std::size_t parts);

  /// Λ, per unit time.
  double rate() const { return rate_; }
  /// Products with P so far.
  std::int64_t mat_vecs() const { return mat_vecs_; }
  std::int64_t widest() const { return matrix_.widest(); }
  /// Advances the state by `dt` > 0. Collective. The error grows by a bound of rounding and of what
  /// was left out.
  void advance(ChainState& state, double dt);
  /// The same of local masses x, by the weights of Λ dt: adds Λ times what leaves this rank's cells
  /// through each part, and last Λ ∫Σx dt, to `left`.
  void advance(std::vector<double>& x, const PoissonWeights& poisson,
               std::vector<long double>& left);

private:
  MPI_Comm comm_;
  const Generator& rows_;
  std::size_t parts_;
  double rate_ = 0;
  JumpMatrix matrix_;
  std::int64_t mat_vecs_ = 0;
};

} // namespace escapade
