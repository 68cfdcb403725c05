// First exits of trajectories, at the starts (mc-exit), and slices of them joined (mc-merge).
#pragma once

#include "paths/exits/checkpoint.hpp"
#include "paths/exits/exits.hpp"
#include "programs/report/outcome.hpp"

#include <memory>

namespace escapade {

/// One of the names of -mc_scheme.
Scheme scheme_named(const std::string& name);

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

/// What the trajectory options say; `sampler` must outlive the result.
ExitSetup trajectory_setup(const Options& options, const Setup& setup, Vec2 start,
                           const SgdSampler* sampler = nullptr);

/// Everything that determines the records of a run, as RecordFile::key, with its exit parts and
/// starts.
std::string run_key(const Options& options, const Setup& setup, double dt);

/// Simulates this rank's slice and returns its records; the ranks' one after the other are in path
/// order. Collective. `partial` is set where a signal has ended the run.
std::vector<ExitRecord> run_exits(Session& session, const ExitSetup& setup, std::int64_t paths,
                                  bool& partial);

/// The same with what has finished kept in a file, and all records on rank 0: paths that it holds
/// for start number `start` are not run again, and each rank writes PATH.rankN every few seconds,
/// which are joined into PATH at the beginning and at the end. BadInput for a file of another run,
/// or a damaged one.
struct CheckpointPlace {
  std::string path, key;
  std::size_t start = 0;
};
std::vector<ExitRecord> run_exits(Session& session, const ExitSetup& setup, std::int64_t paths,
                                  bool& partial, const CheckpointPlace& place);

/// Number of the ranks' paths that have diverged.
std::int64_t diverged_of(const std::vector<ExitRecord>& records, const Ranks& ranks);

/// NotTrusted, with a step to try, where paths have diverged: a quarter of `dt`, or the usual step
/// where that is smaller.
void refuse_diverged(std::int64_t diverged, double dt);
void refuse_diverged(std::int64_t diverged, double dt, const Options& options, const Setup& setup);

/// Adds the results and the table of one start, of which the ranks hold a part of the records each;
/// `several` makes lists of them. NotTrusted without any record.
ExitStatistics report_exits(Session& session, Outcome& out, Vec2 start, bool several,
                            const std::vector<std::string>& parts,
                            const std::vector<ExitRecord>& records, double dt,
                            const Ranks& ranks = {});

Outcome mc_exit_study(Session& session, const Options& options, const Setup& setup);

/// Body of mc-merge: joins the PREFIX.records beside the given PREFIX.json files.
int mc_merge(Session& session, const Options& options);

} // namespace escapade
