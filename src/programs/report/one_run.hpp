// One run's answer and its files, alone or as a value of a sweep; private to this room.
#pragma once

#include "programs/main/program_table.hpp"
#include "programs/report/outcome.hpp"
#include "support/atomic_file.hpp"

#include <string>
#include <vector>

namespace escapade {

Needs needs_of(const ProgramEntry& program, const Options& options);

/// What the program asks, answered; what a user should know of it is said.
Outcome answer(Session& session, const Options& options, const Setup& setup,
               const ProgramEntry& program);

void print_table(const Session& session, const Outcome& outcome);

/// {"cells", "error", "local_error", "memory_bytes"}; empty without -mc_table.
Json table_of(const Setup& setup);

/// All files of one outcome but the summary; adds their names to those of rank 0. Collective.
void write_outcome(Session& session, const std::string& prefix, const Options& options,
                   const Setup& setup, Outcome& outcome, std::vector<std::string>& names);

/// PREFIX.csv if it is wanted, and PREFIX.json; adds their names to those of rank 0. `swept`: what
/// -sweep changes. Collective.
void write_reports(const Session& session, const Options& options, const Summary& summary,
                   const std::vector<std::string>& swept, std::vector<std::string>& names);

/// All files written since `files` began get their names, on every rank or on none. Collective.
void name_files(const Session& session, FilesTogether& files);

/// The picture of -plot, made of the files that have their names. Collective.
void draw_wanted_picture(const Session& session, const Options& options,
                         std::vector<std::string>& names);

void tell_of_files(const Session& session, const std::vector<std::string>& names);

/// -sweep: the program once for each value. `problem` describes the last; `files` gets the names of
/// all that belong to the sweep, on rank 0.
int run_sweep(Session& session, const Options& options, const ProgramEntry& program,
              const Json& problem, std::vector<std::string>& files);

} // namespace escapade
