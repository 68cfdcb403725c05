// An observable of a closed chain at rest: how it fluctuates.
//
//   mean ⟨f⟩, variance C(0), correlation time ∫₀^∞ C(s) ds / C(0) = ⟨δf g⟩ / ⟨δf²⟩
// with δf = f − ⟨f⟩, C(s) = ⟨δf(0) δf(s)⟩ and M g = δf (resolvent.hpp). Units: those of f, and of
// 1/rate. Order 2 in the cells' size.
#pragma once

#include "escapade/problem/field.hpp"
#include "grid/cells.hpp"
#include "quantities/fluctuations/resolvent.hpp"

#include <string>

namespace escapade {

/// The observable at the centroids of this rank's cells. BadInput, on every rank, where it is not a
/// finite number; `name` begins the message.
Reals values_of(const std::string& name, const Field& field, const Cells& grid, const Halo& halo);

/// Whether it is the same everywhere but for rounding.
bool is_constant(const Reals& f, const Halo& halo);

struct Fluctuation {
  long double mean = 0, variance = 0;
  long double correlation_time = 0;
  long double scale = 0; // what rounding of that time is relative to
};

/// Mean and variance; correlation time too where there is a resolvent at rate 0. Collective.
Fluctuation fluctuation(const AtRest& chain, const Reals& f, Resolvent* at_zero);

} // namespace escapade
