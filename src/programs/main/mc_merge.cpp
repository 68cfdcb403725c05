// mc-merge: joins slices of mc-exit.
#include "programs/mc/exit.hpp"

int main(int argc, char** argv) {
  return escapade::run_program("mc-merge", argc, argv, escapade::mc_merge);
}
