// Gmsh files: refused with a line, or a mesh.
#include "escapade/error.hpp"
#include "escapade/grid/gmsh.hpp"
#include "memory_file.hpp"

using namespace escapade;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    read_gmsh(memory_file(data, size));
  } catch (const BadInput&) {
  }
  return 0;
}
