// A triangle mesh as control volumes: every vertex owns its Voronoi cell.
//
// In the metric |v|² = vᵀ D₀⁻¹ v of noise D(x) = s(x) D₀ the cell of vertex i is what lies nearer
// to i than to any other vertex; its face with j stands at right angles to the edge ij and
//   face / edge = ½ (cot α + cot β),   α, β the angles opposite to the edge,
// which is not negative exactly where the mesh is Delaunay in that metric. At a boundary edge there
// is one angle, and it must not be obtuse. Cells at the boundary end there.
//   R. Eymard, T. Gallouët, R. Herbin, "Finite volume methods", Handbook of Numerical Analysis 7
//   (2000) 713, doi:10.1016/S1570-8659(00)07005-8
// Vertices on absorbing curves belong to the exit set. Lengths and areas in the variables' units.
#pragma once

#include "escapade/grid/gmsh.hpp"
#include "escapade/problem/region.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace escapade {

/// Which boundary curves absorb, in the order that numbers the exit's parts.
struct MeshBoundary {
  bool whole_rim = false;         // all boundary edges are one part, "rim"
  std::vector<std::string> curve; // names of physical curves
};

/// One neighbour of a vertex.
struct MeshLink {
  std::int32_t vertex;
  double conductance;       // face/edge in the metric
  std::array<Vec2, 2> face; // ends of the face, counter-clockwise around the owner
};

/// A mesh with its Voronoi cells; never changed once made, and shared by all that use it.
struct Mesh {
  std::string file;
  GmshMesh shape; // triangles counter-clockwise
  Sym2 d0{1, 0, 1};
  std::vector<std::int64_t> link_start{0};
  std::vector<MeshLink> link; // of each vertex: counter-clockwise, from the boundary where it lies
                              // on it
  std::vector<char> on_boundary;      // per vertex
  std::vector<double> area;           // per vertex, of its Voronoi cell
  std::vector<std::int16_t> exit;     // per vertex: absorbing curve it lies on, or −1
  std::vector<std::string> exit_name; // of the absorbing curves
  double smallest_angle = 0;          // degrees, over all triangles, in the metric
  double total_area = 0;
  int refined = 0;                     // times, since the file
  std::shared_ptr<const Mesh> coarser; // the mesh it was refined from

  // triangles whose bounding box meets a bin of a lattice over the mesh
  Vec2 low, bin;
  std::array<std::int64_t, 2> bins{};
  std::vector<std::int64_t> bin_start;
  std::vector<std::int32_t> binned;

  std::int64_t vertices() const { return static_cast<std::int64_t>(shape.node.size()); }
  std::int64_t triangles() const { return static_cast<std::int64_t>(shape.triangle.size()); }
  /// Corners of the box around the mesh.
  std::array<Vec2, 2> extent() const;
  /// The triangle that holds the point, −1 outside the mesh.
  std::int32_t triangle_at(Vec2 point) const;
  /// Corners of a vertex's cell, counter-clockwise.
  std::vector<Vec2> polygon(std::int32_t vertex) const;
};

/// Throws BadInput, naming place and remedy: inverted or flat triangles, edges with more than two,
/// triangles that hang together in a point only, physical curves that no triangle has, names that
/// are not in the file, edges that are not Delaunay in the metric of d0 (unless both their ends lie
/// on an absorbing curve).
std::shared_ptr<const Mesh> make_mesh(GmshMesh shape, const std::string& file,
                                      const MeshBoundary& boundary, Sym2 d0);

/// Every triangle cut into four at the middles of its sides, `times` times, edges then flipped
/// where an obtuse triangle asks for it. New boundary points lie on the straight edges.
std::shared_ptr<const Mesh> refined_mesh(std::shared_ptr<const Mesh> mesh,
                                         const MeshBoundary& boundary, int times);

/// Cells of the vertices outside the exit set.
struct MeshCells {
  std::shared_ptr<const Mesh> mesh;
  std::vector<std::int32_t> unknown; // vertex → unknown, −1 where there is none
  std::vector<std::int32_t> vertex;  // unknown → vertex
  std::int64_t isolated = 0;

  std::int64_t unknowns() const { return static_cast<std::int64_t>(vertex.size()); }
};

/// Without the vertices on absorbing curves and those in `removed`.
MeshCells make_mesh_cells(std::shared_ptr<const Mesh> mesh, const Region& removed);

} // namespace escapade
