// The one table of all programs. It feeds their executables, -help and -citations, the groups of
// the option table, and tells the readers of options in what the programs differ.
#pragma once

#include <string>
#include <vector>

namespace escapade {

class Options;
class Session;
struct Outcome;
struct Setup;

/// What a program needs besides a problem and a domain.
struct Needs {
  bool exit = false;       // an exit set or an absorbing side
  bool start = false;      // one start or several
  bool closed = false;     // no absorbing side
  bool noise = true;       // the noise model (fp-landscape can do without)
  bool may_exit = false;   // an exit set is read where one is given
  bool sgd_itself = false; // the algorithm runs on data: no noise model at all, no θ*
};

/// Whose papers -citations prints.
enum class Cited { finite_volumes, least_action, random_numbers };

struct ProgramEntry {
  std::string name;
  std::string purpose; // one line
  std::vector<Cited> methods;
  Needs needs{};
  Needs (*needs_by_options)(const Options&) = nullptr; // in place of `needs`
  /// What the program asks of its problem; a program that states none has a body instead.
  Outcome (*question)(Session&, const Options&, const Setup&) = nullptr;
  int (*body)(Session&, const Options&) = nullptr;
  /// Names of the fields of values that it may write; one that ends with "_" goes on with a number
  /// or a name.
  std::vector<std::string> fields{};

  bool solves_chains = false;           // assembles finite volumes and solves them
  bool draws_random_numbers = false;    // -mc_...
  bool integrates_trajectories = false; // of drift and diffusion, or of a table of them
  bool follows_mesh_outline = false;    // trajectories or paths leave through the rim of -mesh
  bool knows_sgd_scheme = false;        // -mc_scheme sgd puts the algorithm in place of its model
  bool halves_its_step = false;         // -mc_dt auto
  bool follows_time = false;            // drift and noise may depend on t
  bool knows_periods = false;           // the same with -period
  bool draws_nothing = false;           // -plot is refused
  bool draws_fields = false;            // -plot shows a field: not with -fields none
  bool joins_files = false;             // words that are no options are -inputs

  /// Whether the program reads a problem.
  bool states_a_problem() const { return question != nullptr; }
};

const std::vector<ProgramEntry>& program_table();

/// The entry of a program; one without name and properties for a program of someone else's.
const ProgramEntry& program_named(const std::string& name);

/// Body of the executable: returns its exit status.
int run_program_named(const std::string& name, int argc, char** argv);

} // namespace escapade
