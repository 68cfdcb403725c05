// -sweep: one run after the other, with a fit of the headlines.
#include "escapade/error.hpp"
#include "parallel/agree.hpp"
#include "programs/report/one_run.hpp"
#include "programs/report/summary.hpp"
#include "programs/report/sweep.hpp"
#include "support/exact.hpp"
#include "support/log_stage.hpp"

#include <algorithm>
#include <filesystem>

namespace escapade {

namespace {

/// What the values of a sweep have given so far.
struct Swept {
  Summary summary;
  Json entries = Json::array(), first_results;
  std::vector<std::pair<double, Number>> points; // of the headline
  std::string headline;
  std::vector<std::string> names;
  int status = 0;
};

/// BadInput, and nothing left of the first value, where the second has given the very same.
void refuse_idle_sweep(const Session& session, const Sweep& sweep, std::size_t k,
                       const Outcome& outcome, Swept& all) {
  if (k == 0)
    all.first_results = outcome.results;
  agree(session.comm(), [&] {
    if (k != 1 || session.rank() != 0 || sweep.numbers[0] == sweep.numbers[1] ||
        outcome.results.dump() != all.first_results.dump())
      return;
    for (const std::string& name : all.names) {
      std::error_code ignored;
      std::filesystem::remove(name, ignored);
    }
    throw BadInput("-sweep " + sweep.name + ": changes nothing, the results at " + sweep.values[0] +
                   " and " + sweep.values[1] + " are the same; sweep what this problem depends on");
  });
}

void run_value(Session& session, const Options& options, const ProgramEntry& program,
               const Sweep& sweep, std::size_t k, Swept& all) {
  Options one = with_value(options, sweep, k);
  if (one.given("mc_checkpoint")) // each value has paths of its own to keep
    one = one.with("mc_checkpoint", one.text("mc_checkpoint") + "_" + std::to_string(k));
  const Setup setup = read_setup(one, needs_of(program, one));
  Outcome outcome = answer(session, one, setup, program);
  refuse_idle_sweep(session, sweep, k, outcome, all);
  all.status = std::max(all.status, outcome.status);
  session.print(sweep.name + " = " + sweep.values[k]);
  print_table(session, outcome);
  if (outcome.headline) {
    all.points.emplace_back(sweep.numbers[k], outcome.headline->second);
    all.headline = outcome.headline->first;
  }
  const LogStage stage("output");
  write_outcome(session, options.text("output") + "_" + std::to_string(k), one, setup, outcome,
                all.names);
  Json entry{{sweep.name, sweep.numbers[k]}, {"grid", outcome.grid}, {"solver", outcome.solver}};
  if (setup.table)
    entry["table"] = table_of(setup);
  entry.update(outcome.results);
  all.entries.push_back(std::move(entry));
  all.summary.problem = setup.description;
  all.summary.partial = outcome.partial;
  if (outcome.partial && k + 1 < sweep.values.size())
    session.notice("stopped by a signal: of -sweep " + sweep.name + " " + std::to_string(k + 1) +
                   " of " + std::to_string(sweep.values.size()) + " values have results");
}

void add_fit(const Session& session, const Sweep& sweep, Swept& all) {
  const auto fit = fit_against_inverse(all.points);
  if (!fit)
    return;
  all.summary.results["fit"] = {{"of", "log " + all.headline},
                                {"against", "1/" + sweep.name},
                                {"slope", fit->slope},
                                {"intercept", fit->intercept},
                                {"slope_standard_error", fit->slope_error}};
  session.print(printed("log %s = %.6g + (%.6g +- %.2g)/%s", all.headline.c_str(), fit->intercept,
                        fit->slope, fit->slope_error, sweep.name.c_str()));
}

} // namespace

int run_sweep(Session& session, const Options& options, const ProgramEntry& program) {
  const std::string prefix = options.text("output");
  const Sweep sweep = read_sweep(options);
  Swept all;
  all.summary = begin_summary(options, session.ranks());
  // stopped: the values after this one have nothing
  for (std::size_t k = 0; k < sweep.values.size() && !all.summary.partial; ++k)
    run_value(session, options, program, sweep, k, all);
  all.summary.results["sweep"] = all.entries;
  add_fit(session, sweep, all);
  agree(session.comm(), [&] {
    if (session.rank() == 0)
      write_summary(prefix, all.summary);
  });
  all.names.push_back(prefix + ".json");
  tell_of_files(session, all.names);
  return all.status;
}

} // namespace escapade
