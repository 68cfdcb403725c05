// fp-path: most probable escape path and its action.
#include "programs/fp/questions.hpp"

int main(int argc, char** argv) {
  return escapade::run_study_program("fp-path", argc, argv, {.start = true, .may_exit = true},
                                     escapade::path_study);
}
