// mc-exit: first exits of simulated trajectories.
#include "programs/mc/exit.hpp"

int main(int argc, char** argv) {
  return escapade::run_study_program("mc-exit", argc, argv, {.exit = true, .start = true},
                                     escapade::mc_exit_study);
}
