// The domain as paths of least action meet it: sides and curves that absorb are parts of the exit
// set, a mesh is a box with walls in it. Private to this room. Lengths in the variables' units.
#pragma once

#include "landscape/action/minimum_action.hpp"
#include "programs/setup/setup.hpp"

namespace escapade {

/// The exit set with the absorbing sides as parts of it.
Region with_absorbing_sides(const Setup& setup);

/// Whether a path keeps within the boundary of the mesh, if there is one; its end lies on it.
bool stays_inside(const Setup& setup, const ActionPath& path);

/// A mesh as a box about it: the lattice of the quasi-potential covers the box, its absorbing
/// curves are parts of the exit set.
Setup in_a_box(const Setup& setup);

/// What lies beyond reflecting curves. Only for a setup with a mesh.
Region beyond_walls(const Setup& setup);

} // namespace escapade
