// What the trajectory options say, for all programs that simulate paths.
#pragma once

#include "answers/trajectories/exit_runs.hpp"
#include "programs/options/options.hpp"
#include "programs/setup/setup.hpp"

#include <memory>
#include <string>

namespace escapade {

/// Whether -mc_dt is to be found.
bool is_auto(const Options& options);

/// -mc_dt, or the default step: the learning rate for sgd, else default_step. BadInput for a -mc_dt
/// that is not a positive number; auto, for mc-exit alone, begins with the default step.
double trajectory_step(const Options& options, const Setup& setup);

/// The default step, whatever -mc_dt says.
double usual_step(const Options& options, const Setup& setup);

/// Where paths begin that are given no start: the middle of the box, or the vertex inside the mesh
/// that is nearest to it.
Vec2 middle_of(const Setup& setup);

/// What -mc_scheme sgd samples; null for other schemes. BadInput for more paths than fit.
std::shared_ptr<const SgdSampler> exit_sampler(const Options& options, const Setup& setup);

/// What the options say of paths of any kind: problem, domain, scheme, stop.
PathSetup path_setup(const Options& options, const Setup& setup);

/// What the trajectory options say of exits; `sampler` must outlive the result.
ExitSetup trajectory_setup(const Options& options, const Setup& setup, Vec2 start,
                           const SgdSampler* sampler = nullptr);

/// Everything that determines the records of a run, as RecordFile::key, with its exit parts and
/// starts.
std::string run_key(const Options& options, const Setup& setup, double dt);

} // namespace escapade
