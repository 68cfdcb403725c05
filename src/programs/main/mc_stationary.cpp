// mc-stationary: stationary averages along trajectories.
#include "programs/mc/stationary.hpp"

int main(int argc, char** argv) {
  return escapade::run_study_program("mc-stationary", argc, argv, {.closed = true},
                                     escapade::mc_stationary_study);
}
