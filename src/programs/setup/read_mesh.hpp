// -mesh, -boundary and -refine; private to this room.
#pragma once

#include "escapade/grid/mesh.hpp"
#include "escapade/problem/domain.hpp"
#include "escapade/problem/problem.hpp"
#include "paths/outline.hpp"
#include "programs/options/options.hpp"

#include <memory>

namespace escapade {

struct MeshInput {
  GmshMesh shape;
  MeshBoundary boundary;
  Domain extent; // the box around it
};

/// The file and what its curves do. BadInput also where an option of grids is given with it.
MeshInput read_mesh(const Options& options);

/// The mesh refined -refine times, in the metric of the problem's noise. BadInput where the noise
/// has no constant direction.
std::shared_ptr<const Mesh> mesh_for(const Options& options, const MeshInput& input,
                                     const Problem& problem);

/// The boundary of the mesh that the file holds, with the absorbing curves as parts in their order.
std::shared_ptr<const Outline> outline_of(const Mesh& mesh, const MeshBoundary& boundary);

} // namespace escapade
