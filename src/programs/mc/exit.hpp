// First exits of trajectories, at the starts (mc-exit), and slices of them joined (mc-merge).
#pragma once

#include "programs/mc/path_options.hpp"
#include "programs/report/outcome.hpp"

namespace escapade {

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

Outcome mc_exit_question(Session& session, const Options& options, const Setup& setup);

/// Body of mc-merge: joins the PREFIX.records beside the given PREFIX.json files.
int mc_merge(Session& session, const Options& options);

} // namespace escapade
