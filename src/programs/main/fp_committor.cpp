// fp-committor: committors, reactive current and transition rate between two sets.
#include "programs/fp/questions.hpp"

int main(int argc, char** argv) {
  return escapade::run_study_program("fp-committor", argc, argv, {.closed = true},
                                     escapade::committor_study);
}
