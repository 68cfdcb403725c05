// How a path of  dθ = b dt + √2 σ dW,  σσᵀ = D  is advanced by one step.
#pragma once

#include "escapade/problem/domain.hpp"
#include "escapade/problem/problem.hpp"
#include "escapade/problem/region.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>

namespace escapade {

/// euler         θ += b Δt + √(2Δt) σ z, the Euler–Maruyama scheme, weak order 1.
/// time_changed  for D = s(θ) D₀: equal steps Δτ in τ = ∫ s dt, where the noise is additive:
///               θ += (b/s) Δτ + √(2Δτ) σ₀ z, t = ∫ dτ/s by the trapezoidal rule. Short steps in t
///               where s is large. `dt` is the step in t at the start, Δτ = s(start) dt.
/// heun          θ += ½(b(θ) + b(θ̂)) Δt + noise, θ̂ = θ + b Δt + √(2Δt) σ z: weak order 2 where the
///               noise is additive (D the same at θ and θ̂ to the last bit). Elsewhere the noise has
///               Roberts' two stages and signs (arXiv:1210.0933), no derivatives of σ, and the weak
///               order for the Itô SDE is 1. The problem's drift is the Itô drift, so a
///               Stratonovich problem is solved as stated.
/// tamed         b Δt/(1 + Δt |b|) in place of b Δt (Hutzenthaler, Jentzen, Kloeden 2012,
///               doi:10.1214/11-AAP803): steep drifts cannot throw a path away.
/// sgd           the algorithm itself on the data (see sgd.hpp); not a scheme for the SDE.
enum class Scheme { euler, time_changed, heun, tamed, sgd };

/// Their names, in the same order.
inline constexpr std::array<const char*, 5> scheme_names{"euler", "time_changed", "heun", "tamed",
                                                         "sgd"};

/// Throws BadInput for a name that is none of them.
Scheme scheme_named(const std::string& name);

/// What bounds the time step where trajectories go.
struct StepBounds {
  double resolved = 0; ///< resolves drift and noise
  double turns = 0;    ///< keeps Euler's steps from spiralling outwards; infinite without turns
  double inwards = 0;  ///< mean rate at which drift that turns draws inwards, 0 if nothing does

  double of(Scheme scheme) const {
    return scheme == Scheme::heun ? resolved : std::min(resolved, turns);
  }
};

/// The largest step that resolves the drift where trajectories go: min(η, 0.02/max‖∂b/∂θ‖) with the
/// spectral norm of the drift's Jacobian (by differences), and a noise step √(2 D Δt) of at most
/// 1/20 of the domain along either axis. Where drift turns, ∂b/∂θ with eigenvalues −a ± iω, all
/// schemes but heun spiral outwards at the rate ω²Δt/2: Δt ≤ 0.04 a/(a² + ω²) keeps variances
/// within 2 %, with the largest ω and the mean of a over such places. Places are the starts (the
/// domain's middle if none) and those of 64 pilot paths of 4000 steps from them, with twice the
/// noise, so that they meet places that few of the real paths do; they begin again where they
/// leave. A steep part of the domain that they do not meet has no say. The same on all ranks and
/// runs. `exit` may be null. Throws BadInput if nothing bounds the step (no drift, no noise).
StepBounds step_bounds(const Problem& problem, const Domain& domain, const Region* exit,
                       std::span<const Vec2> starts);

/// That of a scheme.
double default_step(const Problem& problem, const Domain& domain, const Region* exit,
                    std::span<const Vec2> starts, Scheme scheme = Scheme::euler);

} // namespace escapade
