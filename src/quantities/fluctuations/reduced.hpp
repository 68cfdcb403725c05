// Power spectrum and correlation function of an observable of a closed chain at rest.
//
//   u(ω) = (M + iω)⁻¹ δf          S(f) = 2 Re ⟨δf u(2πf)⟩ = ∫ C(t) e^{−2πift} dt,  ∫ S df = C(0)
//   C(t) = ⟨δf e^{−Mt} δf⟩
// from one small matrix for all frequencies and times: M is projected, in the scalar product
// ⟨u v⟩ = Σ π u v, onto a space V of real resolvents,
//   δf, M⁻¹ δf, (M + σ₁)⁻¹ v, (M + σ₁)⁻¹ (M + σ₁)⁻¹ v, …, (M + σ₂)⁻¹ …       rational Krylov
// (A. Ruhe, Linear Algebra Appl. 58 (1984) 391), so that no complex equation is solved. ⟨u M u⟩ ≥ 0
// for every chain at rest: the projected matrix H has no eigenvalue with negative real part, S ≥ 0,
// and ∫ S df = C(0) holds for H too. The next σ is the frequency where the residual
// δf − (M + iω) u is largest. Frequencies f per unit time, ω = 2πf.
#pragma once

#include "quantities/fluctuations/resolvent.hpp"

#include <vector>

namespace escapade {

// A periodogram of length T with the window sin²(πt/T) shows on the mean
//   E P(f) = 2 Re ∫₀^T r(t) C(t) e^{−2πift} dt,
//   r(t) = ⅔ [(1 − t/T)(1 + ½ cos φ) + 3/(4π) sin φ],  φ = 2πt/T,
// however narrow S is beside 1/T (Welch 1967, doi:10.1109/TAU.1967.1161901).

/// What is wanted: frequencies f ≥ 0 and lags t ≥ 0, periodograms of the length `window` if it is
/// not 0.
struct Wanted {
  std::vector<double> frequencies, lags;
  double window = 0;
};

/// Two-sided S and E P at the frequencies, and C at the lags.
struct Spectrum {
  std::vector<double> power, correlation;
  std::vector<double> windowed; // E P; empty without a window
  std::vector<double> power_change, correlation_change,
      windowed_change; // by the last vectors: the projection's error
  double integral = 0; // 2 ∫₀^∞ S df by quadrature, for the sum rule
  double residual = 0; // largest ‖δf − (M + iω) u‖ / ‖δf‖ over the frequencies
  int vectors = 0, factorisations = 0;
};

/// Of δf = f − ⟨f⟩, whose variance is not 0. Collective. NotTrusted as the solver says.
/// `at_zero`: the chain's resolvent at rate 0.
Spectrum spectrum_of(const AtRest& chain, const Reals& f, const Wanted& wanted, Resolvent& at_zero);

/// Mean rate Σ π_x w_xy out of a cell: what goes faster is the grid's own. Collective.
double mean_rate_out(const AtRest& chain);

} // namespace escapade
