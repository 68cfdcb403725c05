#include "programs/report/outcome.hpp"

#include "answers/grids/grid_sequence.hpp"
#include "escapade/error.hpp"
#include "escapade/version.hpp"
#include "output/pieces.hpp"
#include "programs/options/option_table.hpp"
#include "programs/report/summary.hpp"
#include "programs/report/sweep.hpp"
#include "support/atomic_file.hpp"
#include "support/exact.hpp"
#include "support/log_stage.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

std::map<std::string, std::string> provenance_of(const Options& options, const Setup& setup) {
  std::string command = options.program();
  for (const auto& [name, value] : options.all_given()) {
    const bool plain = value.find_first_of(" ;<>|&*()$\"'") == std::string::npos;
    command += " -" + name + (value.empty() ? "" : plain ? " " + value : " '" + value + "'");
  }
  std::map<std::string, std::string> p{{"program", options.program()},
                                       {"version", version},
                                       {"commit", commit},
                                       {"command", command}};
  for (const auto& [library, number] : libraries())
    p["library " + library] = number;
  if (setup.data)
    p["data checksum (xxh64)"] = setup.data->checksum;
  return p;
}

namespace {

void print_table(const Session& session, const Outcome& outcome) {
  std::size_t width = 0;
  for (const auto& [name, value] : outcome.table)
    width = std::max(width, name.size());
  for (const auto& [name, value] : outcome.table)
    session.print(value.empty() ? name
                                : "  " + name + std::string(width + 2 - name.size(), ' ') + value);
}

Needs needs_of(const ProgramEntry& program, const Options& options) {
  return program.needs_by_options ? program.needs_by_options(options) : program.needs;
}

/// A notice where the run wants errors and its grid has no coarser ones to take.
void tell_of_no_errors(const Session& session, const Options& options, const Setup& setup) {
  const GridShape& fine = setup.shape;
  if (!uses(options.program(), *find_option("error_estimate")) || !setup.error_estimate ||
      grid_sequence(fine, true).size() > 1)
    return;
  if (fine.mesh)
    session.notice("-refine 0: no errors are estimated, that needs a coarser mesh; give -refine 1 "
                   "or more");
  else
    session.notice("-cells " + std::to_string(fine.cells[0]) + "," + std::to_string(fine.cells[1]) +
                   ": no errors are estimated, the coarser grids for that would be too small; "
                   "give at least " +
                   std::to_string(fewest_cells) + " cells along each axis");
}

/// {"cells", "error", "local_error", "memory_bytes"}; empty without -mc_table.
Json table_of(const Setup& setup) {
  auto json = Json::object();
  if (setup.table)
    json = {{"cells", {setup.table->cells[0], setup.table->cells[1]}},
            {"error", setup.table->error},
            {"local_error", setup.table->local_error},
            {"memory_bytes", setup.table->memory_bytes}};
  return json;
}

void add_table_row(const Setup& setup, Outcome& outcome) {
  if (!setup.table)
    return;
  outcome.table.emplace_back("table of drift and noise",
                             printed("%lld x %lld cells, error %.1e (locally %.1e)",
                                     static_cast<long long>(setup.table->cells[0]),
                                     static_cast<long long>(setup.table->cells[1]),
                                     setup.table->error, setup.table->local_error));
}

/// Fields of one outcome: pieces of all ranks, or rank 0's file of all cells; returns its name on
/// rank 0 (nothing where there is none). Collective. Rank 0 keeps the fields that -plot shows.
std::vector<std::string> write_fields_of(Session& session, const std::string& prefix,
                                         const Options& options, const Setup& setup,
                                         Outcome& outcome) {
  if (outcome.fields)
    outcome.fields->provenance = provenance_of(options, setup);
  std::vector<std::string> names;
  if (outcome.fields && outcome.fields->piece) {
    names.push_back(write_pieces(session.comm(), prefix, *outcome.fields));
    if (options.flag("plot") && outcome.picture)
      outcome.fields = gathered_fields(session.comm(), *outcome.fields,
                                       {outcome.picture->scalar, outcome.picture->vector});
    return names;
  }
  agree(session.comm(), [&] {
    if (session.rank() == 0 && outcome.fields)
      names.push_back(write_fields(prefix, *outcome.fields));
  });
  return names;
}

/// The other files of one outcome, on rank 0; returns their names.
std::vector<std::string> write_files(const std::string& prefix, const Options& options,
                                     const Setup& setup, Outcome& outcome) {
  std::vector<std::string> names;
  if (!outcome.paths.empty())
    names.push_back(write_paths(prefix, outcome.paths, provenance_of(options, setup)));
  if (options.flag("plot") && outcome.fields && outcome.picture) {
    const Domain& d = setup.domain;
    outcome.picture->domain = {d.x0, d.x1, d.y0, d.y1};
    for (CellField& field : outcome.fields->fields)
      if (field.name == outcome.picture->scalar || field.name == outcome.picture->vector)
        field = held(field);
    names.push_back(plot_fields(prefix, *outcome.fields, *outcome.picture));
  } else if (options.flag("plot") && outcome.chart) {
    names.push_back(plot_chart(prefix, *outcome.chart));
  }
  if (outcome.write_more)
    for (std::string& name : outcome.write_more(prefix))
      names.push_back(std::move(name));
  return names;
}

bool resolved(const Number& n) {
  if (n.log)
    return !n.log_error || *n.log_error <= 1;
  return !n.error || !n.value || *n.error < std::abs(*n.value);
}

/// NotTrusted where no grid resolves the problem: the scheme's diffusion hides the noise, or every
/// number that must be known has an error as large as itself, or of a factor e.
void refuse_unresolved(const Session& session, const Setup& setup, const Options& options,
                       const Outcome& outcome) {
  if (options.flag("accept_unresolved") || !setup.error_estimate) {
    if (!outcome.unresolved.empty())
      session.notice(outcome.unresolved);
    return;
  }
  const std::string remedy = ": give more -cells, more noise, for weak noise -frame way_out, or "
                             "-accept_unresolved true to see the numbers";
  if (!outcome.unresolved.empty())
    throw NotTrusted(outcome.unresolved + remedy);
  const auto& all = outcome.must_resolve;
  if (!all.empty() &&
      std::none_of(all.begin(), all.end(), [](const auto& one) { return resolved(one.second); }))
    throw NotTrusted(all.front().first + " " + to_text(all.front().second) +
                     " is not resolved by the grids" + remedy);
}

/// What the program asks, answered; what a user should know of it is said.
Outcome answer(Session& session, const Options& options, const Setup& setup,
               const ProgramEntry& program) {
  Outcome outcome = program.question(session, options, setup);
  refuse_unresolved(session, setup, options, outcome); // the same on every rank
  tell_of_no_errors(session, options, setup);
  add_table_row(setup, outcome);
  return outcome;
}

/// All files of one outcome but the summary; adds their names to those of rank 0. Collective.
void write_outcome(Session& session, const std::string& prefix, const Options& options,
                   const Setup& setup, Outcome& outcome, std::vector<std::string>& names) {
  for (std::string& name : write_fields_of(session, prefix, options, setup, outcome))
    names.push_back(std::move(name));
  agree(session.comm(), [&] {
    if (session.rank() != 0)
      return;
    for (std::string& name : write_files(prefix, options, setup, outcome))
      names.push_back(std::move(name));
  });
}

void tell_of_files(const Session& session, const std::vector<std::string>& names) {
  std::string list = "wrote";
  for (const std::string& name : names)
    list += " " + name;
  session.print(list);
}

int run_once(Session& session, const Options& options, const Setup& setup,
             const ProgramEntry& program) {
  const std::string prefix = options.text("output");
  Outcome outcome = answer(session, options, setup, program);
  const LogStage stage("output");
  Summary summary;
  agree(session.comm(), [&] {
    if (session.rank() != 0)
      return;
    summary = begin_summary(options, session.ranks());
    summary.problem = setup.description;
    summary.grid = outcome.grid;
    summary.solver = outcome.solver;
    summary.table = table_of(setup);
    summary.results = outcome.results;
    summary.partial = outcome.partial;
    static_cast<void>(to_text(summary)); // refuse before anything is written
  });
  std::vector<std::string> names;
  write_outcome(session, prefix, options, setup, outcome, names);
  agree(session.comm(), [&] {
    if (session.rank() == 0)
      write_summary(prefix, summary);
  });
  names.push_back(prefix + ".json");
  print_table(session, outcome);
  tell_of_files(session, names);
  return outcome.status;
}

/// What the values of a sweep have given so far.
struct Swept {
  Summary summary;
  Json entries = Json::array();
  std::vector<std::pair<double, Number>> points; // of the headline
  std::string headline;
  std::vector<std::string> names;
  int status = 0;
};

void run_value(Session& session, const Options& options, const ProgramEntry& program,
               const Sweep& sweep, std::size_t k, Swept& all) {
  Options one = options.with(sweep.name, sweep.values[k]);
  if (one.given("mc_checkpoint")) // each value has paths of its own to keep
    one = one.with("mc_checkpoint", one.text("mc_checkpoint") + "_" + std::to_string(k));
  const Setup setup = read_setup(one, needs_of(program, one));
  Outcome outcome = answer(session, one, setup, program);
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

} // namespace

int run_question_program(const ProgramEntry& program, int argc, char** argv) {
  std::optional<Setup> setup;
  const auto read = [&](const Options& options) {
    setup = read_setup(options, needs_of(program, options));
  };
  return run_program(
      program.name, argc, argv,
      [&](Session& session, const Options& options) {
        agree(session.comm(), [&] {
          if (session.rank() == 0)
            check_writable(options.text("output"));
        });
        for (const std::string& line : setup->notices)
          session.notice(line);
        if (options.given("sweep"))
          return run_sweep(session, options, program);
        return run_once(session, options, *setup, program);
      },
      [&](const Options& options) {
        if (!options.given("sweep"))
          return read(options);
        const Sweep sweep = read_sweep(options);
        for (const std::string& value : sweep.values) // all must be usable before the first
          read(options.with(sweep.name, value));
      });
}

} // namespace escapade
