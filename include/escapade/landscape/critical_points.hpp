// Where a potential or a loss rests: minima, saddles and maxima inside a box.
//
// A field `landscape` has the components V, V₁, V₂, V₁₁, V₁₂, V₂₂ (Problem::landscape). Newton's
// method starts from every cell of a lattice in which both slopes may change sign, and the lattice
// is refined, up to 1024², until the number of points agrees with the winding number of ∇V around
// the box (minima + maxima − saddles, Poincaré–Hopf). Periodic sides are one: a point there counts
// once. Points that are not isolated, a valley or a ridge, are told apart by a curvature and a
// slope that vanish along a curve.
#pragma once

#include "escapade/problem/domain.hpp"
#include "escapade/problem/field.hpp"

#include <array>
#include <string>
#include <vector>

namespace escapade {

struct CriticalPoint {
  Vec2 position;
  double value = 0;
  Sym2 hessian;
  enum class Type { minimum, saddle, maximum } type = Type::minimum;
};

std::string name_of(CriticalPoint::Type type);

struct CriticalPoints {
  std::vector<CriticalPoint> points; // minima first, then saddles, maxima; each by value
  int winding = 0;                   // of ∇V along the rim
  bool complete = false;             // minima + maxima − saddles = winding, or there is a valley
  std::vector<Vec2> valley; // places on curves of critical points, which are left out above
};

/// All nondegenerate critical points inside the box. The lattice has from `least` to `most` cells a
/// side.
CriticalPoints critical_points(const Field& landscape, const Domain& domain, int least = 128,
                               int most = 1024);

/// The minimum that the gradient flow dθ/dt = −∇V from `from` ends in. Throws BadInput (naming
/// `option`) where it leaves a box ten times the domain's size or comes to rest at no proper
/// minimum.
CriticalPoint descend(const Field& landscape, const Domain& domain, Vec2 from,
                      const std::string& option);

} // namespace escapade
