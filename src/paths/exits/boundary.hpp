// Paths that a step has carried across a reflecting or periodic side. Private to paths.
#pragma once

#include "escapade/problem/domain.hpp"

namespace escapade::lanes {

/// Brings p back into the domain: mirrored along the co-normal D n at reflecting sides, wrapped at
/// periodic ones; absorbing sides are left alone. D is the diffusion where the path crossed. False
/// if p lies farther outside than the domain is wide: the step has diverged.
bool bring_inside(const Domain& domain, Sym2 d, Vec2& p);

/// The nearest point of the domain.
Vec2 nearest(const Domain& domain, Vec2 p);

} // namespace escapade::lanes
