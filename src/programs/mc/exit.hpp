// First exits of trajectories, at the starts (mc-exit), and slices of them joined (mc-merge).
#pragma once

#include "answers/trajectories/exit_runs.hpp"
#include "programs/report/outcome.hpp"

#include <memory>

namespace escapade {

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

/// A path as it is drawn and written.
Polyline line_of(const SavedPath& path);

/// A progress line with this title, as long as what is returned lives.
Progressed shown(const Session& session, const std::string& title);

/// This rank's share of the paths, as run_exits has it, with a progress line; ended by a signal.
/// Collective.
std::vector<ExitRecord> run_exits(Session& session, const ExitSetup& setup, std::int64_t paths,
                                  bool& partial);

/// NotTrusted, with a step to try, where paths have diverged: a quarter of `dt`, or the usual step
/// where that is smaller.
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
