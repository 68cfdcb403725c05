// Resolvents of a closed chain at rest: (M + σ) g = f for f of any sign, M = diag(W 1) − W.
//
//   σ > 0   the chain killed everywhere at the rate σ
//   σ = 0   M g = f − ⟨f⟩ with ⟨g⟩ = 0, ⟨f⟩ = Σ π f: of the chain killed at its heaviest cell c
//           alone, at any rate K. Summed with π, (M + K e_c e_cᵀ) g = f − ⟨f⟩ says K π_c g_c = 0.
// f⁺ and f⁻ are solved for apart, without a subtraction; for σ = 0 the difference is refined with
// residuals in long double. Rates σ per unit time. Vectors hold this rank's rows. All collective.
#pragma once

#include "generator/halo.hpp"
#include "generator/log_vector.hpp"
#include "solve/signed_solve.hpp"
#include "solve/solver.hpp"

#include <vector>

namespace escapade {

using Reals = std::vector<long double>;

/// A closed chain with its stationary masses and the way its equations are solved. References must
/// outlive it.
struct AtRest {
  const Generator& rows;
  const LogVector& log_mass;
  const Halo& halo;
  const SolveOptions& solve;
};

/// ⟨f⟩ and ⟨f g⟩.
long double mean(const AtRest& chain, const Reals& f);
long double mean_product(const AtRest& chain, const Reals& f, const Reals& g);

/// M f = Σ w_xy (f_x − f_y).
Reals minus_generator(const AtRest& chain, const Reals& f);

class Resolvent {
public:
  Resolvent(const AtRest& chain, double rate);

  SignedSolution solve(Reals f);

private:
  AtRest chain_;
  double rate_;
  std::int64_t pinned_ = -1; // local row of c
  double pin_ = 0;           // K
  Solver solver_;
};

} // namespace escapade
