// Density, survival and moments against time.
//
//   ∂p/∂t = 𝓛†p                   from a point or a density, mass 1
//   S(t) = ∫p                     survival; hazard rate −S′/S; flux into part k of the exit set
//   Σ p log(p/π)                  relative entropy of a closed domain, π its stationary masses
//   E[T] = ∫₀ᵗ S ds + Σ p(t) τ    mean exit time, the same at every t
// Where drift or noise depend on the time there is no π and no τ: the last two lines are left out.
// A problem with a period P, b(θ, t + P) = b(θ, t), comes to a state of the same period:
//   p(t + P) = λ p(t)            λ = 1; with an exit the decay rate of survival κ = −log λ / P,
//   ⟨·⟩ = (1/P) ∫ · dt           the Floquet rate; means over a period
// Steps keep every mass non-negative and conserve mass and what has left. Errors hold the grid's
// and the time steps' part. Times in the unit of 1/rate.
#pragma once

#include "escapade/answers/answer.hpp"
#include "escapade/answers/stationary.hpp"
#include "escapade/grid/shape.hpp"
#include "escapade/problem/problem.hpp"
#include "escapade/problem/region.hpp"
#include "escapade/quantities/integrator.hpp"

#include <mpi.h>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace escapade {

struct EvolutionSetup {
  bool timed = false; ///< drift or noise depend on the time (problem/time.hpp)
  double t_end = 1;
  std::int64_t frames = 10; ///< numbers are given at t = 0 and after each
  Vec2 start = {};
  Field initial = {}; ///< density, 1 component, of any mass; empty: the point `start`
  std::string initial_name = "the initial density"; ///< begins messages about it
  Integrator integrator = Integrator::automatic;
  double tolerance = 1e-8;       ///< of an implicit step
  double timed_tolerance = 1e-4; ///< of the steps that freeze the time, relative to the mass left
};

/// At one time; moments are those of the mass that is left.
struct FrameNumbers {
  double time = 0;
  Number survival;
  std::array<Number, 2> mean;
  std::array<Number, 3> covariance;       ///< xx, xy, yy
  std::vector<Number> exited, exit_flux;  ///< per part: mass, mass per unit time
  std::optional<Number> hazard_rate;      ///< with an exit
  std::optional<Number> relative_entropy; ///< without, at rest; no value where it is infinite
};

/// What was done on the finest grid.
struct EvolutionWork {
  std::string integrator;
  double fastest_rate = 0, seconds = 0;
  std::int64_t mat_vecs = 0, steps = 0, rejected = 0, solves = 0, factorisations = 0;
  std::int64_t chain_entries = 0; ///< rates and killing of this rank
  double resting_since = -1;      ///< time; −1: not
};

struct EvolutionAnswer : GridAnswer {
  std::vector<FrameNumbers> frames;
  std::vector<std::string> parts;
  double mass_imbalance = 0; ///< largest |S + exited − 1|
  bool stopped = false;      ///< before the last frame, or before the coarser grids were through
  bool all_frames = true;    ///< of the finest grid
  EvolutionWork work;
  // with an exit
  std::optional<Number> mean_exit_time;
  std::optional<double> survival_integral, survival_decay_rate; ///< ∫S; −Δ log S/Δt at the end
  double mean_exit_time_defect = 0; ///< largest relative change of E[T] from frame to frame
};

/// Collective; numbers are the same on every rank. `stop`: asked now and then, any rank's true ends
/// the run with the frames that are whole. `frame`: hears of every frame of the finest grid, with
/// this rank's field `density`. BadInput: as of exits(), a density that is negative or zero
/// everywhere. NotTrusted: a solve that did not converge.
EvolutionAnswer
evolution(MPI_Comm comm, const Problem& problem, const Domain& domain, const GridShape& shape,
          const Region& exit, const EvolutionSetup& setup, const Effort& effort = {},
          const std::function<bool()>& stop = {},
          const std::function<void(double time, const FieldFile& density)>& frame = {});

/// At one time within the period, per mass that is left.
struct PeriodicFrame {
  double time = 0;
  std::array<Number, 2> mean;
  std::array<Number, 3> covariance; ///< xx, xy, yy
};

struct PeriodicSetup {
  double period = 1;
  int times = 16; ///< of a period at which numbers are given; even
  NamedRegions regions = {};
  Field observable = {}; ///< 1 component; none: no signal is asked for
  /// Hears of the density at every time, with this rank's cells.
  std::function<void(double time, FieldFile& density)> frame = {};
};

/// Of an observable f: the amplitude A of the first harmonic of ⟨f⟩(t), the background S at the
/// frequency 1/P, and the signal-to-noise ratio π A²/S. The spectrum of f holds A²/4 at 1/P and at
/// −1/P each, above a background S; of angular frequencies these are peaks of the area π A²/2, and
/// the ratio is twice the peak over the background (Gammaitoni et al. 1998,
/// doi:10.1103/RevModPhys.70.223, eq. 2.13), in 1/time. S is that of the mean rates over a period,
/// to the first order in the forcing; its error holds the difference from slow forcing.
struct SignalNumbers {
  Number amplitude, background, ratio;
};

/// Fields: density, log_density, current, with an exit quasi_stationary_density, log_…: of the mean
/// over a period.
struct PeriodicAnswer : GridAnswer {
  std::vector<PeriodicFrame> frames;      ///< t = 0 first
  std::array<Number, 2> mean;             ///< of the density's mean over a period
  std::array<Number, 2> response;         ///< amplitude of the mean's first harmonic
  std::array<Number, 3> covariance;       ///< the same
  std::vector<Number> region_probability; ///< the same, in the order of the regions
  std::optional<SignalNumbers> signal;    ///< of the observable
  int periods = 0;                        ///< that the iteration took on the finest grid
  // without exit, means over a period
  std::optional<Number> entropy_production;           ///< none where it is infinite
  Number max_current;                                 ///< of the mean current
  std::optional<std::array<Number, 2>> mean_velocity; ///< along periodic axes
  // with an exit
  std::vector<std::string> parts;
  Number decay_rate, mean_time;    ///< κ, and the mean time to leave from p(0)
  std::vector<Number> probability; ///< to leave through the parts
};

/// Collective; numbers are the same on every rank. An exit set or absorbing sides make it the state
/// of those that have not left. BadInput as of evolution(); NotTrusted where the iteration does not
/// converge.
PeriodicAnswer periodic(MPI_Comm comm, const Problem& problem, const Domain& domain,
                        const GridShape& shape, const Region& exit, const PeriodicSetup& setup,
                        const Effort& effort = {});

} // namespace escapade
