// What the trajectory options say, for all programs that simulate paths; numbers of paths that a
// run cannot hold, that tell too little, or that a signal has cut short.
#pragma once

#include "answers/trajectories/runs.hpp"
#include "programs/main/session.hpp"
#include "programs/setup/setup.hpp"

#include <memory>
#include <string>

namespace escapade {

/// Whether -mc_dt is to be found.
bool is_auto(const Options& options);

/// -mc_dt, or the default step: the learning rate for sgd, else default_step. BadInput for a -mc_dt
/// that is not a positive number; auto, for mc-exit alone, begins with the default step.
double trajectory_step(const Options& options, const Setup& setup);

/// What bounds the default step.
StepBounds usual_bounds(const Setup& setup);

/// -mc_scheme; of fp-crosscheck, if none is given and the noise is constant, heun where the drift
/// turns so fast that it bounds Euler's step.
Scheme scheme_of(const Options& options, const Setup& setup);

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

/// BadInput where -mc_paths, at so many bytes each, do not fit into memory, or the last path's
/// number reaches 2⁴⁰. Ranks may find different memory free: call within agree().
void check_path_count(const Options& options, std::int64_t bytes_each);

/// BadInput for a single path, since errors come from the scatter of several.
void check_scatter(const Options& options);

/// A notice where errors come from fewer than ten samples (`what`, plural): with n of them an error
/// is itself off by about 1/√(2(n − 1)).
void tell_of_few(const Session& session, std::int64_t samples, const std::string& what);

/// "stopped by a signal: 3072 of 10000 trajectories are whole, the results are theirs" where fewer
/// are done than were wanted; `what` is the plural noun, `after` a remark.
void tell_of_stop(const Session& session, std::int64_t done, std::int64_t wanted,
                  const std::string& what, const std::string& after = {});

} // namespace escapade
