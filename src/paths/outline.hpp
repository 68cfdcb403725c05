// The boundary of a domain of any shape as trajectories meet it: closed polygons, the inside to the
// left of every edge, edges that reflect and edges that absorb.
//
// The distance to an absorbing curve takes the place of an exit function φ (paths/exits/):
// negative within the domain, positive beyond the curve. A step that ends beyond a reflecting edge
// is mirrored along the co-normal D n at its nearest point, as at the sides of a box (Bossy, Gobet,
// Talay 2004, doi:10.1239/jap/1091543431). Steps must be short against the narrowest passage and
// the thinnest wall. Lengths in the variables' units.
#pragma once

#include "escapade/problem/plane.hpp"
#include "escapade/problem/region.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace escapade {

struct OutlineEdge {
  Vec2 from, to;
  std::int32_t part = -1; // absorbing curve it belongs to; −1 reflects
};

class Outline {
public:
  /// Edges of closed polygons without repeated points, in any order; parts are 0 … parts − 1.
  Outline(std::vector<OutlineEdge> edges, std::int32_t parts);

  bool contains(Vec2 p) const;
  /// Distance to the boundary, negative outside.
  double depth(Vec2 p) const;
  /// Distance to an absorbing curve, negative inside, and its gradient, of length 1.
  std::array<double, 3> distance(std::int32_t part, Vec2 p) const;
  /// Mirrors p along D n until it is inside or beyond an absorbing edge; false where it is farther
  /// from the domain than that is wide: the step has diverged.
  bool reflect(Sym2 d, Vec2& p) const;
  /// Width across the domain, from edge to edge, that is undercut along a twentieth of the
  /// boundary.
  double narrow() const { return narrow_; }

private:
  struct Foot {
    std::int32_t edge = -1;
    double distance = 0; // ≥ 0
    Vec2 at;
    bool outside = false;
  };
  struct Side {
    Vec2 along, normal, corner_from, corner_to; // normals of the edge and of its ends, outwards
    double length;
  };
  Foot foot(std::size_t group, Vec2 p) const; // group 0: all edges, 1 + k: those of part k
  std::int64_t bin_of(Vec2 p) const;
  void fill_bins(std::size_t groups);
  double width_inwards(std::size_t edge) const;

  std::vector<OutlineEdge> edges_;
  std::vector<Side> sides_;
  Vec2 low_, high_, bin_;
  std::int64_t bins_ = 1;                        // along each axis
  std::vector<std::vector<std::int32_t>> group_; // edges of each group
  std::vector<std::vector<std::int32_t>> near_;  // candidates of (group, bin)
  std::vector<char> within_;                     // bins that lie wholly inside
  double narrow_ = 0;
};

/// The absorbing curves as parts of an exit set, named in order.
Region exit_curves(const std::shared_ptr<const Outline>& outline,
                   const std::vector<std::string>& names);

} // namespace escapade
