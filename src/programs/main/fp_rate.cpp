// fp-rate: quasi-stationary density and escape rate.
#include "programs/fp/questions.hpp"

int main(int argc, char** argv) {
  return escapade::run_study_program("fp-rate", argc, argv, {.exit = true}, escapade::rate_study);
}
