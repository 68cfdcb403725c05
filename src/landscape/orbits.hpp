// Orbits of the drift alone, dθ/dt = ± b(θ), from a section until they have come around once: the
// map of first returns, s ↦ P(s), with log P′ = ∫ ∇·b dt on a closed orbit. Steps of Dormand and
// Prince (support/dormand_prince.hpp).
#pragma once

#include "landscape/flow.hpp"

#include <optional>
#include <vector>

namespace escapade {

/// Where orbits begin and are waited for: on a half-line from the inside of a cycle, or along a
/// periodic side.
struct Section {
  Vec2 origin, along;
  double length = 0;
  int axis = -1; // that a rotation goes along; −1: orbits turn about the origin
  double width = 0;
};

struct Return {
  double s = 0; // place on the section
  double time = 0, divergence = 0;
  Vec2 lifted; // the end, periodic sides passed as if the plane went on
  std::vector<Vec2> points;
};

/// Errors of a step, in boxes.
inline constexpr double coarse_orbits = 1e-8, fine_orbits = 1e-11, finest_orbits = 1e-13;

/// The drift and time's direction.
class Orbits {
public:
  Orbits(const Field& coefficients, const Domain& domain, const std::vector<RestPoint>& rest,
         double direction);

  /// The first time that an orbit from the section has come around once; nothing if it rests,
  /// leaves the box by half of its size, or takes too long. Coarse orbits have no divergence.
  std::optional<Return> back(const Section& section, double s, double error, bool keep) const;

  /// Where an orbit is after a time; where it left the box by half of its size.
  Vec2 later(Vec2 from, double time) const;

private:
  const Field& coefficients_;
  const Domain& domain_;
  double direction_;
  std::vector<Vec2> sinks_;

  bool strayed(Vec2 point) const;
  bool rests(Vec2 point) const;
};

} // namespace escapade
