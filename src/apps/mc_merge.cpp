// mc-merge: joins slices of mc-exit.
#include "escapade/study/mc_exit_study.hpp"

int main(int argc, char** argv) {
  return escapade::run_program("mc-merge", argc, argv, escapade::mc_merge);
}
