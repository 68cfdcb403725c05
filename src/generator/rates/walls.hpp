// Rates beside walls at which the noise vanishes (grid/walls.hpp); private to this room.
//
// Along the normal the one-dimensional chain with speed density m and scale density s is
//   w(x→y) = 1/(M_x S_xy),   M_x = ∫_cell m,   S_xy = ∫_x^y s,   both relative to the centre of x.
// With b/D = α/t + r, r smooth, the powers of t are integrated exactly and the rest as elsewhere:
//   w(x→y) = ρ(x) Bern(−g) F_x C_xy,   g = α log(t_y/t_x) + ∫ r,
//   F_x = (cell's width)/∫(t/t_x)^(α−1) dt,  C_xy = |y − x|/(∫ (t/t_x)^(−α) dt Bern(−α
//   log(t_y/t_x)))
// so that masses obey detailed balance with m. F and C are 1 + O((h/t)²) away from the wall. F also
// holds what r and D/t add between the centre and the cell's centroid.
//
// Where D is oblique (divergence form) F alone is used, and rates vary with ρ along an edge:
//   w(x→y) = ρ(x) Bern(−g − log ρ(y)/ρ(x)) F_x,
// the scheme of an edge along which g + log ρ is linear, with the same ratio to w(y→x). Means of ρ,
// used elsewhere, are wrong by a tenth beside a wall.
#pragma once

#include "generator/rates/edges.hpp"
#include "grid/walls.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace escapade {

/// α/t along an edge that runs to or from a wall.
class EdgeWall {
public:
  /// Of the wall that is nearest to the middle of the edge, if there is one.
  static std::optional<EdgeWall> beside(const Grid& grid, const Edge& e);

  /// Distance from the wall at the fraction s of the edge.
  double distance(double s) const;
  /// α/t times dt/ds, and its integral from 0 to s.
  double slope(double s) const;
  double integral(double s) const;
  /// Whether the edge ends on the wall.
  bool reaches() const;
  /// C of the whole edge, or of what lies before the exit set.
  double excess() const;

private:
  EdgeWall(const Grid& grid, const Edge& e, const Wall& wall) : grid_(grid), e_(e), wall_(wall) {}
  std::size_t axis() const { return e_.i != 0 ? 0 : 1; }
  int steps() const { return e_.i != 0 ? e_.i : e_.j; }
  double place(double s) const { return (e_.i != 0 ? e_.place.x : e_.place.y) + s * steps(); }

  const Grid& grid_;
  const Edge& e_;
  Wall wall_;
};

/// Brings F and C into the weights of the edges of the unknowns [first, last).
void weigh_by_walls(const Problem& problem, const Grid& grid, std::int64_t first, std::int64_t last,
                    std::vector<Edge>& edges);

} // namespace escapade
