// -sweep: one run after the other, with a fit of the headlines. Runs that an earlier start has
// finished are taken from its journal.
#include "escapade/error.hpp"
#include "escapade/version.hpp"
#include "parallel/agree.hpp"
#include "programs/main/progress.hpp"
#include "programs/report/one_run.hpp"
#include "programs/report/summary.hpp"
#include "programs/sweep/journal.hpp"
#include "programs/sweep/sweep.hpp"
#include "support/atomic_file.hpp"
#include "support/exact.hpp"
#include "support/log_stage.hpp"

#include <algorithm>
#include <filesystem>

namespace escapade {

namespace {

/// What the runs have given so far.
struct Swept {
  Summary summary;
  std::map<std::size_t, Json> runs; // on rank 0: at, grid, solver, table, results, files, …
  std::vector<char> done;           // on every rank
  std::optional<SweepJournal> journal;
  int status = 0;
};

Json at(const std::vector<Sweep>& sweeps, std::size_t run) {
  const auto place = place_of(sweeps, run);
  Json values;
  for (std::size_t s = 0; s < sweeps.size(); ++s)
    values[sweeps[s].name] = sweeps[s].numbers[place[s]];
  return values;
}

/// What must agree for runs of an earlier start to count: program, options and data.
std::string identity_of(const Options& options, const Json& problem) {
  Json identity{{"program", options.program()}, {"version", version}, {"commit", commit}};
  for (const auto& [name, value] : options.all_typed())
    identity["options"][name] = value;
  identity["problem"] = problem;
  return identity.dump();
}

bool files_are_there(const Json& run) {
  const Json* const files = run.find("files");
  return files && std::all_of(files->items().begin(), files->items().end(), [](const Json& name) {
           return std::filesystem::exists(name.text(""));
         });
}

/// Takes what an earlier start has finished; its own number of them on rank 0.
std::size_t take_journal(const Session& session, const Options& options, const Json& problem,
                         Swept& all) {
  agree(session.comm(), [&] {
    if (session.rank() != 0)
      return;
    all.journal.emplace(options.text("output"), identity_of(options, problem));
    for (const auto& [run, entry] : all.journal->done())
      if (run < all.done.size() && files_are_there(entry)) {
        all.runs[run] = entry;
        all.done[run] = 1;
        all.status =
            std::max(all.status, static_cast<int>(entry.find("status")->number().value_or(0)));
      }
  });
  MPI_Bcast(all.done.data(), static_cast<int>(all.done.size()), MPI_CHAR, 0, session.comm());
  MPI_Bcast(&all.status, 1, MPI_INT, 0, session.comm());
  return static_cast<std::size_t>(std::count(all.done.begin(), all.done.end(), 1));
}

void forget(Swept& all) {
  for (const auto& [run, entry] : all.runs)
    for (const Json& name : entry.find("files")->items()) {
      std::error_code ignored;
      std::filesystem::remove(name.text(""), ignored);
    }
  all.journal->remove();
}

/// BadInput, and nothing left of the runs, where two values of a sweep have given the very same; of
/// a product at the first two values of the other sweep.
void refuse_idle_sweeps(const Session& session, const std::vector<Sweep>& sweeps, Swept& all) {
  agree(session.comm(), [&] {
    if (session.rank() != 0)
      return;
    for (std::size_t s = 0; s < sweeps.size(); ++s) {
      const std::size_t inner = sweeps.back().values.size();
      const std::size_t step = s + 1 == sweeps.size() ? 1 : inner;
      const std::size_t across = s + 1 == sweeps.size() ? inner : 1;
      const std::size_t lines =
          sweeps.size() == 1 ? 1 : std::min<std::size_t>(2, sweeps[1 - s].values.size());
      if (sweeps[s].values.size() < 2 || sweeps[s].numbers[0] == sweeps[s].numbers[1])
        continue;
      bool same = true;
      for (std::size_t line = 0; line < lines && same; ++line) {
        const auto one = all.runs.find(line * across), other = all.runs.find(line * across + step);
        same = one != all.runs.end() && other != all.runs.end() &&
               one->second.find("results")->dump() == other->second.find("results")->dump();
      }
      if (!same)
        continue;
      forget(all);
      throw BadInput("-sweep " + sweeps[s].name + ": changes nothing, the results at " +
                     sweeps[s].values[0] + " and " + sweeps[s].values[1] +
                     " are the same; sweep what this problem depends on");
    }
  });
}

void keep(const Session& session, const std::vector<Sweep>& sweeps, std::size_t run,
          const Setup& setup, const Outcome& outcome, const std::vector<std::string>& files,
          Swept& all) {
  Json entry{{"at", at(sweeps, run)}, {"grid", outcome.grid}, {"solver", outcome.solver}};
  entry["table"] = table_of(setup);
  entry["results"] = outcome.results;
  entry["files"] = Json(files);
  entry["status"] = outcome.status;
  if (outcome.headline) {
    const auto& log = outcome.headline->second.log;
    entry["headline"] = outcome.headline->first;
    entry["headline_log"] = log ? Json(*log) : Json(nullptr);
  }
  agree(session.comm(), [&] {
    if (session.rank() != 0)
      return;
    Summary one; // refuses what is not finite
    one.results = outcome.results;
    static_cast<void>(to_text(one));
    if (!outcome.partial)
      all.journal->add(run, entry);
    all.runs[run] = std::move(entry);
  });
}

void do_run(Session& session, const Options& options, const ProgramEntry& program,
            const std::vector<Sweep>& sweeps, std::size_t run, Swept& all) {
  Options one = options_of(options, sweeps, run);
  if (one.given("mc_checkpoint")) // each has paths of its own to keep
    one = one.with("mc_checkpoint", one.text("mc_checkpoint") + "_" + std::to_string(run));
  const Setup setup = read_setup(one, needs_of(program, one));
  Outcome outcome = answer(session, one, setup, program);
  all.status = std::max(all.status, outcome.status);
  session.tell_notices();
  session.print(title_of(sweeps, run));
  print_table(session, outcome);
  {
    const LogStage stage("output");
    std::vector<std::string> names;
    FilesTogether files;
    write_outcome(session, options.text("output") + "_" + std::to_string(run), one, setup, outcome,
                  names);
    keep(session, sweeps, run, setup, outcome, names, all);
    name_files(session, files);
  }
  all.done[run] = 1;
  all.summary.partial = outcome.partial;
  if (outcome.partial && run + 1 < all.done.size())
    session.notice("stopped by a signal: " + std::to_string(run + 1) + " of " +
                   std::to_string(all.done.size()) +
                   " runs of -sweep have results; the same command goes on with the others");
}

/// The straight line through the headlines' logarithms over one sweep.
void add_fit(const Session& session, const Sweep& sweep, Swept& all) {
  std::vector<std::pair<double, std::optional<double>>> logs;
  std::string headline;
  for (const auto& [run, entry] : all.runs)
    if (const Json* const name = entry.find("headline")) {
      headline = name->text("");
      logs.emplace_back(sweep.numbers[run], entry.find("headline_log")->number());
    }
  const auto fit = fit_against_inverse(logs);
  if (!fit)
    return;
  all.summary.results["fit"] = {
      {"of", "log " + headline},
      {"against", "1/" + sweep.name},
      {"slope", fit->slope},
      {"intercept", fit->intercept},
      {"slope_standard_error", fit->slope_error ? Json(*fit->slope_error) : Json(nullptr)}};
  if (!fit->slope_error)
    all.summary.results["fit"]["error_unknown"] = "two points lie on every line";
  session.print(printed("log %s = %.6g + (%.6g%s)/%s", headline.c_str(), fit->intercept, fit->slope,
                        fit->slope_error ? printed(" +- %.2g", *fit->slope_error).c_str()
                                         : ", error unknown: two points",
                        sweep.name.c_str()));
}

/// What all runs have, as the summary of the sweep; returns the names of their files.
std::vector<std::string> join_runs(Swept& all) {
  std::vector<std::string> files;
  Json entries = Json::array();
  for (const auto& [run, kept] : all.runs) {
    Json entry{{"at", *kept.find("at")}, {"grid", *kept.find("grid")}};
    entry["solver"] = *kept.find("solver");
    if (!kept.find("table")->empty())
      entry["table"] = *kept.find("table");
    entry.update(*kept.find("results"));
    entries.push_back(std::move(entry));
    for (const Json& name : kept.find("files")->items())
      files.push_back(name.text(""));
  }
  const Json fit = all.summary.results;
  all.summary.results = {};
  all.summary.results["sweep"] = entries;
  if (!all.runs.empty())
    if (const Json* const name = all.runs.begin()->second.find("headline"))
      all.summary.results["headline"] = *name;
  all.summary.results.update(fit);
  return files;
}

} // namespace

int run_sweep(Session& session, const Options& options, const ProgramEntry& program,
              const Json& problem, std::vector<std::string>& files) {
  const std::vector<Sweep> sweeps = read_sweeps(options);
  Swept all;
  all.summary = begin_summary(options, session.ranks());
  all.summary.problem = problem;
  all.done.resize(runs_of(sweeps));
  if (const std::size_t kept = take_journal(session, options, problem, all); kept > 0)
    session.notice("-sweep goes on: " + std::to_string(kept) + " of " +
                   std::to_string(all.done.size()) + " runs are there from an earlier start");
  say_when_stopped(session.rank() == 0,
                   options.program() +
                       ": stopped by a signal; the same command goes on with -sweep "
                       "where this one has stopped\n");
  // stopped: the runs after this one have nothing
  for (std::size_t run = 0; run < all.done.size() && !all.summary.partial; ++run)
    if (!all.done[run]) {
      do_run(session, options, program, sweeps, run, all);
      refuse_idle_sweeps(session, sweeps, all);
    }
  if (sweeps.size() == 1)
    add_fit(session, sweeps.front(), all);
  std::vector<std::string> names;
  for (const Sweep& sweep : sweeps)
    names.push_back(sweep.name);
  agree(session.comm(), [&] {
    if (session.rank() == 0)
      files = join_runs(all);
  });
  FilesTogether reports;
  all.summary.unused_options = options.unused(); // now that the runs have asked for theirs
  write_reports(session, options, all.summary, names, files);
  name_files(session, reports);
  draw_wanted_picture(session, options, files);
  agree(session.comm(), [&] {
    if (session.rank() == 0 && !all.summary.partial)
      all.journal->remove();
  });
  tell_of_files(session, files);
  return all.status;
}

} // namespace escapade
