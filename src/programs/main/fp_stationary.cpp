// fp-stationary: stationary density, probability current and entropy production.
#include "programs/fp/questions.hpp"

int main(int argc, char** argv) {
  return escapade::run_study_program("fp-stationary", argc, argv, {.closed = true},
                                     escapade::stationary_study);
}
