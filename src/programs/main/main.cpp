// Every program's main: CMake compiles it once per entry of the program table.
#include "programs/main/program_table.hpp"

int main(int argc, char** argv) {
  return escapade::run_program_named(ESCAPADE_PROGRAM, argc, argv);
}
