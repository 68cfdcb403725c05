// Which triangles share which sides; private to this room.
#pragma once

#include "escapade/grid/gmsh.hpp"

#include <functional>

namespace escapade {

/// The side from a to b has the triangle `left` to its left and `right` to its right, −1 on the
/// boundary; `curve` is the number of its physical curve, 0 for none.
struct MeshSide {
  std::int32_t a, b, left, right = -1;
  int curve = 0;
};

/// Turns a mesh that is clockwise throughout. BadInput where triangles are flat or some are turned
/// the other way.
void orient_triangles(GmshMesh& shape, const std::string& file);

/// BadInput where a side has more than two triangles, or two on the same side; where triangles hang
/// together in a point only; where a physical curve leaves the triangles' sides.
std::vector<MeshSide> sides_of(const GmshMesh& shape, const std::string& file);

/// Every triangle cut into four.
GmshMesh split_triangles(const GmshMesh& shape, const std::vector<MeshSide>& sides);

/// Lawson's flips until every inner edge is Delaunay: cot(p, q, r) is the cotangent of the angle at
/// r in the triangle p q r. Edges on physical curves stay.
void flip_edges(GmshMesh& shape, const std::function<double(Vec2, Vec2, Vec2)>& cot);

} // namespace escapade
