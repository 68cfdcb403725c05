// Where edges first meet a set or a side of the box; private to this room.
#pragma once

#include "generator/rates/edges.hpp"

#include <cstddef>
#include <vector>

namespace escapade {

struct Crossing {
  double s = 2; // fraction of the edge; beyond it: none
  int part = -1;
  bool reflecting = false;
};

/// Where the edge leaves the box, if it does. Parts of absorbing sides count from `parts` on.
Crossing side_crossing(const Domain& domain, std::size_t parts, const Edge& edge);

/// Fraction of each edge at which it first meets {φ ≥ 0}, found by sampling and bisection of all
/// edges together; 2 where there is none. Edges begin outside of the set. What lies past a periodic
/// side is looked up on the other side; `domain` is null on a mesh. `what` names the set in
/// messages.
std::vector<double> crossings_of_part(const Part& part, const Domain* domain,
                                      const std::vector<Edge>& edges, const char* what);

/// The fraction of the edge in lattice units, where graded cells stretch it unevenly: along the
/// axis on which the edge is longer.
double lattice_fraction(const Grid& grid, const Edge& edge, double s);

} // namespace escapade
