// Without noise there is one way and one time to leave: the drift's,
//   dθ/dt = b(θ), θ(0) = from, time = min { t : θ(t) in the exit set or beyond an absorbing side },
// b the drift, D = 0. By the classical method of Runge and Kutta with steps halved (Hairer,
// Nørsett, Wanner, Solving Ordinary Differential Equations I, section II.4).
#pragma once

#include "escapade/problem/domain.hpp"
#include "escapade/problem/field.hpp"
#include "escapade/problem/region.hpp"

#include <optional>

namespace escapade {

/// Whether D vanishes on a lattice of points of the domain.
bool without_noise(const Field& coefficients, const Domain& domain);

struct Departure {
  double time = 0, error = 0;
  std::size_t part = 0; // of the exit set, then absorbing sides
};

/// When and where the drift alone leaves from a point; nothing where it comes to rest, meets a
/// reflecting side, or takes longer than 1e5 steps. Runge's method of fourth order, its steps such
/// that two halves of one agree with the whole to 1e-10 of the box.
std::optional<Departure> departure(const Field& coefficients, const Domain& domain,
                                   const Region& exit, Vec2 from);

} // namespace escapade
