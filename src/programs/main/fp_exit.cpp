// fp-exit: mean first-exit time, its spread, and through which part of the exit set.
#include "programs/fp/questions.hpp"

int main(int argc, char** argv) {
  return escapade::run_study_program("fp-exit", argc, argv, {.exit = true, .start = true},
                                     escapade::exit_study);
}
