// fp-landscape: minima, saddles and maxima of a potential or loss, and the noise there.
#include "programs/fp/questions.hpp"

int main(int argc, char** argv) {
  return escapade::run_study_program("fp-landscape", argc, argv, {.noise = false},
                                     escapade::landscape_study);
}
