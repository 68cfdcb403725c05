// Where edges first meet a set or a side of the box; private to this room.
//
// An edge leads from x to x + e. A set {φ ≥ 0} cuts it at the fraction
//   s = min { t in (0, 1] : φ(x + t e) ≥ 0 },
// a side of the box where x + t e meets its line. The rates of a cut edge depend on s as in
// Shortley and Weller (1938, doi:10.1063/1.1710426).
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

/// The point itself; past a periodic side its image, past another side of the box, where nothing is
/// asked, the nearest point of that. `domain` may be null.
Vec2 in_box(const Domain* domain, Vec2 point);

/// Fraction of each edge at which it first meets {φ ≥ 0}, found by sampling and bisection of all
/// edges together; 2 where there is none. Edges begin outside of the set. What lies past a periodic
/// side is looked up on the other side; `domain` is null on a mesh. `what` names the set in
/// messages.
std::vector<double> crossings_of_part(const Part& part, const Domain* domain,
                                      const std::vector<Edge>& edges, const char* what);

/// The fraction of the edge in lattice units, where graded cells stretch it unevenly: along the
/// axis on which the edge is longer.
double lattice_fraction(const Grid& grid, const Edge& edge, double s);

/// Divides the killing of edges that cross the rim at the fractions s among the parts of the exit
/// that the rim belongs to there.
void split_exits(const Grid& grid, const Region& exit, const std::vector<double>& s,
                 std::vector<Edge>& edges);

} // namespace escapade
