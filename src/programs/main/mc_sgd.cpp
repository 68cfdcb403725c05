// mc-sgd: where stochastic gradient descent ends.
#include "programs/mc/sgd.hpp"

int main(int argc, char** argv) {
  return escapade::run_study_program("mc-sgd", argc, argv,
                                     {.start = true, .noise = false, .sgd_itself = true},
                                     escapade::mc_sgd_study);
}
