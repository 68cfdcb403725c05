// Escape-rate formulas of the weak-noise limit, each with the assumptions it needs.
//
//   Arrhenius–Kramers  κ = √(h* |h_s|)/(2π) · e^{−ΔV/T}, h* and h_s the curvatures along the way
//   over
//                      the saddle (Kramers 1940, doi:10.1016/S0031-8914(40)90098-2)
//   Eyring–Kramers     κ = |λ₋|/(2π) · √(det H*/|det H_s|) · e^{−ΔV/T}
//                      (Bovier, Eckhoff, Gayrard, Klein 2004, doi:10.4171/JEMS/14)
//   Mori               κ = √(h* |h_s|)/(2π) · (L*/L_s)^{B/(η h*) + 1 − n/2}
//                      (Mori, Ziyin, Liu, Ueda 2022, arXiv:2105.09557)
// For SGD with D = L D₀ the first two are those of the landscape log L: e^{−ΔV/T} becomes
// (L*/L_s)^{1/t} with t the eigenvalue of D₀ along the way, and the prefactors are those of L
// itself, since the time change by L weighs the well with 1/L*. All count crossings of the saddle
// by trajectories that go on beyond: the mean time to the saddle itself is 1/(2κ).
//
// Of particles with inertia, ẋ = v, v̇ = −V′ − γv + noise of the temperature T; ω_a² = V″ in the
// well, ω_b² = −V″ at the top, δ = (γ/T)∮v dx the energy lost on a round at the top's energy:
//   κ_TST = ω_a/(2π) e^{−ΔV/T},  μ = √(1 + (γ/2ω_b)²) − γ/(2ω_b)
//   Kramers            κ = μ κ_TST              δ ≫ 1
//   energy diffusion   κ = δ κ_TST              δ ≪ 1
//   Mel'nikov–Meshkov  κ = Υ(δ) μ κ_TST         any δ;  log Υ = (1/2π)∫ log(1 − e^{−δ(λ²+¼)})
//   dλ/(λ²+¼) (V. I. Mel'nikov, S. V. Meshkov, J. Chem. Phys. 85 (1986) 1018, doi:10.1063/1.451844)
#pragma once

#include "escapade/landscape/critical_points.hpp"
#include "escapade/problem/problem.hpp"
#include "escapade/problem/region.hpp"

#include <optional>
#include <string>
#include <vector>

namespace escapade {

struct Formula {
  std::string name;               // kramers, eyring_kramers, mori, …
  long double log_rate;           // log κ
  std::string assumes;            // what it needs
  std::vector<std::string> fails; // what of it is not so here
  bool holds() const { return fails.empty(); }
};

/// The saddles that descent on one side of leads to `minimum` and on the other side elsewhere.
std::vector<CriticalPoint> saddles_around(const Field& landscape, const Domain& domain,
                                          const CriticalPoint& minimum,
                                          const std::vector<CriticalPoint>& points);

/// Where the exit set begins, as seen from the well.
enum class ExitAt { beyond_saddle, saddle, before_saddle };

/// Formulas for leaving `minimum` over `saddle`.
/// Empty for problems without gradient structure. T is read off the gradient structure.
std::vector<Formula> escape_formulas(const Problem& problem, const CriticalPoint& minimum,
                                     const CriticalPoint& saddle, ExitAt exit, int dimensions = 2);

/// Υ(δ) of Mel'nikov and Meshkov, δ > 0: about δ if it is small, 1 if it is large.
double energy_loss_factor(double delta);

/// Formulas for a particle with inertia to leave the well below `start` (else the deepest) for the
/// exit set, which is looked at where the velocity is 0. Empty unless there is one way out.
std::vector<Formula> kinetic_formulas(const Problem& problem, const Domain& domain,
                                      double temperature, double friction, const Region& exit,
                                      const Vec2* start);

} // namespace escapade
