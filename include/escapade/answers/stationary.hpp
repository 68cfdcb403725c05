// The stationary state of a closed domain: where the system rests and how it circulates.
//
//   𝓛†p = 0, ∫p = 1        density p, reflecting sides J·n = 0
//   J = b p − ∇·(D p)      probability current
//   σ̇ = ∫ Jᵀ D⁻¹ J / p     entropy production per unit time, here Schnakenberg's sum over edges
//                          (doi:10.1103/RevModPhys.48.571); zero exactly in detailed balance
// Lengths in the variables' units, times in the unit of 1/rate. Order 2 in the cells' size.
#pragma once

#include "escapade/answers/answer.hpp"
#include "escapade/grid/shape.hpp"
#include "escapade/problem/problem.hpp"
#include "escapade/problem/region.hpp"

#include <mpi.h>

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace escapade {

using NamedRegions = std::vector<std::pair<std::string, Region>>;

/// Probability, current and noise in coarse blocks of the domain, x fastest, and the circulation
/// ∫(θ − c) × J dθ about the domain's middle c.
struct BlockAnswer {
  Number circulation;
  std::vector<Number> probability;
  std::vector<std::array<Number, 2>> current; ///< ∫ J over the block
  std::vector<Vec2> noise;                    ///< ∫ (D₁₁, D₂₂) p over the block
};

using NamedObservables = std::vector<std::pair<std::string, Field>>; // 1 component each

/// ⟨f⟩, ⟨δf²⟩ and ∫₀^∞ ⟨δf(0) δf(s)⟩ ds / ⟨δf²⟩; that of a constant has no value.
struct ObservableNumbers {
  Number mean, variance, correlation_time;
};

/// Of motion along periodic axes, counted without wrapping: lim ⟨X_t⟩/t and lim Cov X_t/(2t)
/// (xx, xy, yy); 0 along the other axes. By the cell problem of homogenisation (Reimann et al.
/// 2001, doi:10.1103/PhysRevLett.87.010602).
struct MotionNumbers {
  std::array<Number, 2> mean_velocity;
  std::array<Number, 3> effective_diffusion;
};

/// Fields: density, log_density, current, entropy_production, current_curl, drift, diffusion.
struct StationaryAnswer : GridAnswer {
  std::array<Number, 2> mean;
  std::array<Number, 3> covariance;         ///< xx, xy, yy
  std::optional<Number> entropy_production; ///< none where it is infinite (one-way edges)
  std::optional<Number> entropy_of_current; ///< ∫JᵀD⁻¹J/p; none where D is singular
  Number max_current;
  std::vector<Number> region_probability;     ///< in the order of the regions
  std::vector<ObservableNumbers> observables; ///< likewise
  std::optional<MotionNumbers> motion;        ///< where an axis is periodic
  double balance_residual = 0;                ///< max |inflow − outflow| / (inflow + outflow)
  std::optional<BlockAnswer> blocks;          ///< where they were asked for
};

/// Collective; numbers are the same on every rank. `blocks`: how many along each axis, 0 for none.
/// BadInput: a domain that loses mass, drift or noise that are not finite or not positive
/// semi-definite, several closed parts, a grid that does not fit into memory. NotTrusted: a solve
/// that did not converge.
StationaryAnswer stationary(MPI_Comm comm, const Problem& problem, const Domain& domain,
                            const GridShape& shape, const NamedRegions& regions = {},
                            const Effort& effort = {}, std::array<std::size_t, 2> blocks = {0, 0},
                            const NamedObservables& observables = {});

} // namespace escapade
