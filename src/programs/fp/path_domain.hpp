// A mesh as paths of least action meet it: a box with walls in it.
#pragma once

#include "programs/setup/setup.hpp"

namespace escapade {

/// A mesh as a box about it: the lattice of the quasi-potential covers the box, its absorbing
/// curves are parts of the exit set.
Setup in_a_box(const Setup& setup);

/// What lies beyond reflecting curves. Only for a setup with a mesh.
Region beyond_walls(const Setup& setup);

} // namespace escapade
