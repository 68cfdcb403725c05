// fp-modes: slowest relaxation modes.
#include "programs/fp/questions.hpp"

int main(int argc, char** argv) {
  return escapade::run_study_program("fp-modes", argc, argv, {.closed = true},
                                     escapade::modes_study);
}
