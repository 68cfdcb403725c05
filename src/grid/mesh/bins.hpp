// Which triangles may hold a point; private to this room.
//
// A lattice of about as many bins as there are triangles lies over the mesh: of sides
// w ≈ √(area of the box / number of triangles), in the variables' units. Every bin lists the
// triangles whose bounding box meets it, so that a point is looked for in a few of them.
#pragma once

#include "escapade/grid/mesh.hpp"

namespace escapade {

/// Makes low, bin, bins, bin_start and binned of the mesh, which Mesh::triangle_at needs.
void fill_bins(Mesh& mesh);

} // namespace escapade
