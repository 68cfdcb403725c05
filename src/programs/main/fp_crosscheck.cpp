// fp-crosscheck: finite volumes against trajectories, quantity by quantity.
#include "programs/compare/crosscheck.hpp"

int main(int argc, char** argv) {
  return escapade::run_study_program("fp-crosscheck", argc, argv,
                                     escapade::crosscheck_needs(argc, argv),
                                     escapade::crosscheck_study);
}
