// fp-evolve: density and survival over time.
#include "programs/fp/questions.hpp"

int main(int argc, char** argv) {
  return escapade::run_study_program("fp-evolve", argc, argv, {.may_exit = true},
                                     escapade::evolve_study);
}
