#include "programs/report/outcome.hpp"

#include "answers/grids/grid_sequence.hpp"
#include "escapade/problem/function.hpp"
#include "escapade/version.hpp"
#include "output/curve.hpp"
#include "output/pieces.hpp"
#include "programs/exports/csv.hpp"
#include "programs/exports/picture.hpp"
#include "programs/exports/units.hpp"
#include "programs/exports/wanted_fields.hpp"
#include "programs/main/progress.hpp"
#include "programs/options/option_table.hpp"
#include "programs/report/completed.hpp"
#include "programs/report/leftovers.hpp"
#include "programs/report/one_run.hpp"
#include "programs/setup/read_way_out.hpp"
#include "programs/sweep/sweep.hpp"
#include "support/atomic_file.hpp"
#include "support/exact.hpp"
#include "support/log_stage.hpp"
#include "support/parse.hpp"

#include <algorithm>
#include <chrono>

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

void print_table(const Session& session, const Outcome& outcome) {
  std::size_t width = 0;
  for (const auto& [name, value] : outcome.table)
    width = value.empty() ? width : std::max(width, name.size());
  for (const auto& [name, value] : outcome.table)
    session.print(value.empty() ? name
                                : "  " + name + std::string(width + 2 - name.size(), ' ') + value);
}

Needs needs_of(const ProgramEntry& program, const Options& options) {
  return program.needs_by_options ? program.needs_by_options(options) : program.needs;
}

Json table_of(const Setup& setup) {
  auto json = Json::object();
  if (setup.table)
    json = {{"cells", {setup.table->cells[0], setup.table->cells[1]}},
            {"error", setup.table->error},
            {"local_error", setup.table->local_error},
            {"memory_bytes", setup.table->memory_bytes}};
  return json;
}

namespace {

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
    session.notice("-cells " + std::to_string(fine.cells[0]) +
                   (fine.line() ? "" : "," + std::to_string(fine.cells[1])) +
                   ": no errors are estimated, the coarser grids for that would be too small; "
                   "give at least " +
                   std::to_string(fewest_cells) + " cells" +
                   (fine.line() ? "" : " along each axis"));
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
/// rank 0 (nothing where there is none). Collective.
std::vector<std::string> write_fields_of(Session& session, const std::string& prefix,
                                         const Options& options, const Setup& setup,
                                         Outcome& outcome) {
  if (outcome.fields)
    outcome.fields->provenance = provenance_of(options, setup);
  std::vector<std::string> names;
  if (!writes_fields(options))
    return names;
  agree(session.comm(), [&] {
    if (!outcome.fields || (!outcome.fields->piece && session.rank() != 0))
      return;
    keep_wanted_fields(options, *outcome.fields);
    put_units(options, *outcome.fields);
  });
  if (outcome.fields && outcome.fields->piece) {
    names.push_back(write_pieces(session.comm(), prefix, *outcome.fields));
    return names;
  }
  agree(session.comm(), [&] {
    if (session.rank() == 0 && outcome.fields)
      names.push_back(write_fields(prefix, *outcome.fields));
  });
  return names;
}

/// Of one variable, the fields as a table too; its name on rank 0. Collective.
std::optional<std::string> write_curve_of(const Session& session, const std::string& prefix,
                                          const Setup& setup, const Outcome& outcome) {
  std::optional<std::string> name;
  if (!setup.domain.line)
    return name;
  std::optional<FieldFile> whole = outcome.fields;
  if (whole && whole->piece) {
    std::vector<std::string> all;
    for (const CellField& field : whole->fields)
      all.push_back(field.name);
    whole = gathered_fields(session.comm(), *whole, all);
  }
  agree(session.comm(), [&] {
    if (session.rank() == 0 && whole && !whole->fields.empty())
      name = write_curve(prefix, *whole);
  });
  return name;
}

/// The other files of one outcome, on rank 0; returns their names.
std::vector<std::string> write_files(const std::string& prefix, const Options& options,
                                     const Setup& setup, Outcome& outcome) {
  std::vector<std::string> names;
  if (!outcome.paths.empty())
    names.push_back(write_paths(prefix, outcome.paths, provenance_of(options, setup)));
  if (outcome.write_more)
    for (std::string& name : outcome.write_more(prefix))
      names.push_back(std::move(name));
  return names;
}

} // namespace

Outcome answer(Session& session, const Options& options, const Setup& setup,
               const ProgramEntry& program) {
  if (wants_way_out(options) && !setup.way_out)
    return answer(session, options, turned_to_way_out(session, options, setup), program);
  std::optional<Progress> line(std::in_place, program.name, session.rank());
  line->say("at work"); // until the question has more to say
  const auto begin = std::chrono::steady_clock::now();
  Outcome outcome = program.question(session, options, setup);
  line.reset();
  tell_of_tables(session, setup, program, outcome);
  complete_solver(outcome.solver,
                  std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  refuse_unresolved(session, setup, options, outcome); // the same on every rank
  tell_of_no_errors(session, options, setup);
  add_table_row(setup, outcome);
  put_units(options, outcome.table);
  return outcome;
}

void write_outcome(Session& session, const std::string& prefix, const Options& options,
                   const Setup& setup, Outcome& outcome, std::vector<std::string>& names) {
  for (std::string& name : write_fields_of(session, prefix, options, setup, outcome))
    names.push_back(std::move(name));
  if (auto name = write_curve_of(session, prefix, setup, outcome))
    names.push_back(std::move(*name));
  agree(session.comm(), [&] {
    if (session.rank() != 0)
      return;
    for (std::string& name : write_files(prefix, options, setup, outcome))
      names.push_back(std::move(name));
  });
}

void write_reports(const Session& session, const Options& options, const Summary& summary,
                   const std::vector<std::string>& swept, std::vector<std::string>& names) {
  const std::string prefix = options.text("output");
  agree(session.comm(), [&] {
    if (session.rank() != 0)
      return;
    if (wants_csv(options, summary.results)) {
      std::vector<std::string> variables = split(options.text("variables"), ',');
      for (std::string& name : variables)
        name = trimmed(name);
      names.push_back(prefix + ".csv");
      write_file(names.back(), csv_of(summary.results, swept, variables));
    }
    write_summary(prefix, summary);
    names.push_back(prefix + ".json");
  });
}

void name_files(const Session& session, FilesTogether& files) {
  agree(session.comm(), [&] { files.name(); });
  files.keep();
}

void draw_wanted_picture(const Session& session, const Options& options,
                         std::vector<std::string>& names) {
  agree(session.comm(), [&] {
    const std::string format = wanted_picture(options);
    if (session.rank() == 0 && !format.empty())
      names.push_back(draw_picture(options.text("output"), format));
  });
}

void tell_of_files(const Session& session, const std::vector<std::string>& names) {
  std::string list = "wrote";
  for (const std::string& name : names)
    list += " " + name;
  session.print(list);
}

namespace {

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
  FilesTogether files;
  write_outcome(session, prefix, options, setup, outcome, names);
  write_reports(session, options, summary, {}, names);
  name_files(session, files);
  draw_wanted_picture(session, options, names);
  session.tell_notices();
  print_table(session, outcome);
  tell_of_files(session, names);
  return outcome.status;
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
        if (const auto reason = compile_notice())
          session.notice("expressions are interpreted, which is slower: " + *reason +
                         "; with -compile never this is not said");
        const Leftovers leftovers = session.rank() == 0 ? Leftovers(options) : Leftovers();
        std::vector<std::string> kept; // by a sweep, from an earlier start
        const int status = options.given("sweep")
                               ? run_sweep(session, options, program, setup->description, kept)
                               : run_once(session, options, *setup, program);
        leftovers.remove(kept);
        return status;
      },
      [&](const Options& options) {
        if (!options.given("sweep"))
          return read(options);
        const std::vector<Sweep> sweeps = read_sweeps(options); // all usable before the first
        for (std::size_t run = 0; run < runs_of(sweeps); ++run)
          read(options_of(options, sweeps, run));
      });
}

} // namespace escapade
