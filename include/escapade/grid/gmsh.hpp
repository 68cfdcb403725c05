// Triangles of a Gmsh file: formats 2.2 and 4.1, ASCII and binary
// (C. Geuzaine, J.-F. Remacle, Int. J. Numer. Meth. Engng 79 (2009) 1309, doi:10.1002/nme.2579).
// Read here rather than by PETSc's DMPlex, since a run's input is checked before MPI starts and
// every fault is to be named with its place; the tests compare with DMPlex.
#pragma once

#include "escapade/problem/plane.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace escapade {

/// A side of the mesh with the number of its physical curve, 0 where it belongs to none.
struct GmshLine {
  std::array<std::int32_t, 2> node;
  int curve = 0;
};

struct GmshMesh {
  std::vector<Vec2> node; // those that triangles use, in the file's order
  std::vector<std::array<std::int32_t, 3>> triangle;
  std::vector<GmshLine> line;
  std::map<int, std::string> curve_name; // of physical curves; a number where the file has no name
};

/// Throws BadInput, naming file and place: not a Gmsh file of these formats, truncated, elements
/// other than points, lines of 2 and triangles of 3 nodes, nodes outside the plane z = 0, no
/// triangles at all.
GmshMesh read_gmsh(const std::string& file);

} // namespace escapade
