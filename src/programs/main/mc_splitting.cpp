// mc-splitting: rare exits by adaptive multilevel splitting.
#include "programs/mc/splitting.hpp"

int main(int argc, char** argv) {
  return escapade::run_study_program("mc-splitting", argc, argv, {.exit = true, .start = true},
                                     escapade::mc_splitting_study);
}
