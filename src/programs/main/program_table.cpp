#include "programs/main/program_table.hpp"

#include "programs/compare/crosscheck.hpp"
#include "programs/fp/questions.hpp"
#include "programs/mc/questions.hpp"

#include <algorithm>

namespace escapade {

namespace {

/// Committors need a start and no absorbing side; without an exit the stationary law is compared.
Needs crosscheck_needs(const Options& options) {
  const bool open =
      options.given("exit") || options.text("boundary").find("absorbing") != std::string::npos;
  if (options.given("sets"))
    return {.closed = true};
  if (options.given("set_a") || options.given("set_b"))
    return {.exit = open, .start = true, .closed = true};
  return open ? Needs{.exit = true, .start = true} : Needs{.closed = true};
}

// CMake makes one executable of each line that gives a name.
std::vector<ProgramEntry> make_programs() {
  using enum Cited;
  return {
      {.name = "fp-landscape",
       .purpose = "critical points of a potential or loss, and the noise there",
       .methods = {finite_volumes},
       .needs = {.noise = false},
       .question = landscape_question,
       .fields = {"potential", "loss", "gradient", "covariance_mismatch", "basin", "drift"},
       .draws_fields = true},
      {.name = "fp-stationary",
       .purpose = "stationary density, probability current, entropy production",
       .methods = {finite_volumes},
       .needs = {.closed = true},
       .question = stationary_question,
       .fields = {"density", "log_density", "current", "entropy_production", "current_curl",
                  "drift", "diffusion"},
       .solves_chains = true,
       .knows_periods = true,
       .draws_fields = true},
      {.name = "fp-exit",
       .purpose = "mean first-exit time, its spread, and where the exit happens",
       .methods = {finite_volumes},
       .needs = {.exit = true, .start = true},
       .question = exit_question,
       .fields = {"mean_exit_time", "log_mean_exit_time", "exit_probability_"},
       .solves_chains = true,
       .draws_fields = true},
      {.name = "fp-rate",
       .purpose = "quasi-stationary density and escape rate",
       .methods = {finite_volumes},
       .needs = {.exit = true},
       .question = rate_question,
       .fields = {"quasi_stationary_density", "log_quasi_stationary_density"},
       .solves_chains = true,
       .knows_periods = true,
       .draws_fields = true},
      {.name = "fp-committor",
       .purpose = "committors, reactive current and transition rate between two sets",
       .methods = {finite_volumes},
       .needs = {.closed = true},
       .question = committor_question,
       .fields = {"committor_forward", "committor_backward", "reactive_density",
                  "reactive_current"},
       .solves_chains = true,
       .draws_fields = true},
      {.name = "fp-network",
       .purpose = "states of a system: passage times, next states, rates between them",
       .methods = {finite_volumes},
       .needs = {.closed = true},
       .question = network_question,
       .fields = {"hitting_probability_"},
       .solves_chains = true},
      {.name = "fp-modes",
       .purpose = "slowest relaxation modes",
       .methods = {finite_volumes},
       .needs = {.closed = true},
       .question = modes_question,
       .fields = {"mode_"},
       .solves_chains = true,
       .draws_fields = true},
      {.name = "fp-spectrum",
       .purpose = "power spectrum and correlation function of an observable",
       .methods = {finite_volumes},
       .needs = {.closed = true},
       .question = spectrum_question,
       .solves_chains = true},
      {.name = "fp-evolve",
       .purpose = "density and survival over time",
       .methods = {finite_volumes},
       .needs = {.may_exit = true},
       .question = evolve_question,
       .fields = {"density"},
       .solves_chains = true,
       .follows_time = true},
      {.name = "fp-path",
       .purpose = "most probable escape path and its action",
       .methods = {least_action},
       .needs = {.start = true, .may_exit = true},
       .question = path_question,
       .fields = {"potential", "loss", "quasi_potential", "drift"},
       .follows_mesh_outline = true},
      {.name = "mc-exit",
       .purpose = "exit times of trajectories",
       .methods = {random_numbers},
       .needs = {.exit = true, .start = true},
       .question = mc_exit_question,
       .draws_random_numbers = true,
       .integrates_trajectories = true,
       .knows_sgd_scheme = true,
       .halves_its_step = true,
       .follows_time = true},
      {.name = "mc-stationary",
       .purpose = "stationary averages along trajectories",
       .methods = {random_numbers},
       .needs = {.closed = true},
       .question = mc_stationary_question,
       .fields = {"density"},
       .draws_random_numbers = true,
       .integrates_trajectories = true,
       .knows_sgd_scheme = true,
       .knows_periods = true,
       .draws_fields = true},
      {.name = "mc-splitting",
       .purpose = "rare exits by adaptive multilevel splitting",
       .methods = {finite_volumes, random_numbers}, // its score is a committor
       .needs = {.exit = true, .start = true},
       .question = mc_splitting_question,
       .solves_chains = true,
       .draws_random_numbers = true,
       .integrates_trajectories = true,
       .draws_nothing = true},
      {.name = "mc-sgd",
       .purpose = "where stochastic gradient descent ends",
       .methods = {random_numbers},
       .needs = {.start = true, .noise = false, .sgd_itself = true},
       .question = mc_sgd_question,
       .draws_random_numbers = true},
      {.name = "mc-merge",
       .purpose = "joins the slices of a trajectory run",
       .methods = {random_numbers},
       .body = mc_merge,
       .draws_nothing = true,
       .joins_files = true},
      {.name = "fp-crosscheck",
       .purpose = "finite volumes against trajectories, with z-scores",
       .methods = {finite_volumes, random_numbers},
       .needs = {.exit = true, .start = true},
       .needs_by_options = crosscheck_needs,
       .question = crosscheck_question,
       .fields = {"density_fv", "density_mc", "z_density", "current_fv", "current_mc", "z_current",
                  "density", "log_density", "current", "entropy_production", "current_curl",
                  "drift", "diffusion", "mean_exit_time", "log_mean_exit_time",
                  "exit_probability_"},
       .solves_chains = true,
       .draws_random_numbers = true,
       .integrates_trajectories = true,
       .follows_mesh_outline = true,
       .follows_time = true,
       .knows_periods = true},
  };
}

} // namespace

const std::vector<ProgramEntry>& program_table() {
  static const std::vector<ProgramEntry> table = make_programs();
  return table;
}

const ProgramEntry& program_named(const std::string& name) {
  static const ProgramEntry unknown{};
  const auto& table = program_table();
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const ProgramEntry& entry) { return entry.name == name; });
  return found == table.end() ? unknown : *found;
}

int run_program_named(const std::string& name, int argc, char** argv) {
  const ProgramEntry& program = program_named(name);
  return program.states_a_problem() ? run_question_program(program, argc, argv)
                                    : run_program(name, argc, argv, program.body);
}

} // namespace escapade
