// Problems whose coefficients depend on the time, dp/dt = −M(t)ᵀ p: their chains at a time, and the
// steps that an evolution takes from frame to frame.
//
//   N = steps to a frame: at least the number of time scales of b and D on the way, then twice as
//       many until  ‖p_h − p_{h/2}‖₁ · factor ≤ timed_tolerance            timed_evolution.hpp
//   error of a moment m at the frame = factor · |m_h − m_{h/2}|
// found on a grid of a quarter of the cells along each axis (32 at least), where a step costs a
// sixteenth, and taken over to all grids of the question: errors of steps differ little between
// them. Times in the problem's unit; errors of masses relative to their sum, of moments in their
// own units.
#pragma once

#include "answers/evolution/rows.hpp"
#include "answers/grids/chain_run.hpp"
#include "escapade/answers/evolution.hpp"
#include "quantities/timed/timed_evolution.hpp"

#include <array>
#include <functional>
#include <vector>

namespace escapade {

/// The way to a frame, and the error that its steps lead to there.
struct FramePlan {
  std::int64_t steps = 1;
  double error = 0; // of the masses, relative to their sum
  std::array<double, 5> moment_error{};
};

/// The chain at a time. NotTrusted where it has other cells than the run's.
Chain chain_at(const GridQuestion& question, const ChainRun& run, double t);

/// Its rows, when asked. The question and the run must outlive it.
GeneratorAt rows_of(const GridQuestion& question, const ChainRun& run);

Evolution::Options step_options(const GridQuestion& question, const EvolutionSetup& setup,
                                const std::optional<Lattice>& lattice);

/// For each of these times, found on a grid of a quarter of the cells along each axis. `begin`
/// makes the state to begin with. Collective.
std::vector<FramePlan> frame_plan(const GridQuestion& question, const EvolutionSetup& setup,
                                  const std::vector<double>& times,
                                  const std::function<ChainState(const Chain&)>& begin);

void add_time_error(FrameRow& row, const FramePlan& plan);

} // namespace escapade
