// Sees the exits of lanes: through what, and between which ends of a step. Private to paths.
#pragma once

#include "escapade/problem/region.hpp"
#include "paths/exits/bridge.hpp"
#include "paths/lanes/stepper.hpp"

#include <vector>

namespace escapade::lanes {

/// What a path leaves through: a curve φ = 0, or a line x = position (axis 0), y = position (1).
struct Barrier {
  const Field* phi_and_gradient = nullptr; // null for a line
  int axis = 0;
  double position = 0, sign = 1; // φ = sign·(coordinate − position)
};

/// The barriers of a domain and an exit set in the order of ExitRecord::part.
std::vector<Barrier> barriers_of(const Domain& domain, const Region* exit);

/// A lane's step as one barrier sees it.
struct Touch {
  double phi0, phi1, g;        // g = ∇φᵀD∇φ at the start
  Vec2 along;                  // D∇φ
  double distance0, distance1; // signed, in the metric of D: see bridge.hpp
};

/// Looks at the steps of a stepper. `bridge`: also at what happens between their ends.
class Detector {
public:
  Detector(Stepper& stepper, const std::vector<Barrier>& barriers, Vec2 start, bool bridge);

  /// Lane i begins at the start, or anywhere.
  void place(std::size_t i);
  void place(std::size_t i, Vec2 at);
  void move_lane(std::size_t from, std::size_t to);
  /// From now on the first n lanes, a multiple of lane_block.
  void resize(std::size_t n);

  /// After the stepper's `advance`, whose flags are given: those with `touched` for lanes that are
  /// or may have been beyond a barrier.
  std::uint64_t touch(std::uint64_t flags);
  /// These lanes, among the first `active`, and their distances from all curves.
  const std::vector<std::size_t>& look_closely(std::size_t active);
  /// Calls reached(barrier, touch) for all that lane near[k] has reached by the end of the step or,
  /// with the probability of the Brownian bridge, in between.
  template<class Reached>
  void for_reached(std::size_t k, const Reached& reached) const;
  /// The end of the step becomes the start of the next one.
  void step_on();

private:
  struct Curve { // φ, ∇φ and ∇φᵀD∇φ at both ends of the step; D of the step that led there
    std::vector<double> before, after;
    double start[4];
    std::vector<double> distance; // at both ends of each lane in `near_`
  };
  void look_at(std::size_t barrier, Vec2 at, double* four) const;
  void measure();
  Touch touch_of(std::size_t barrier, std::size_t k) const;

  Stepper& stepper_;
  const std::vector<Barrier>& barriers_;
  const bool bridge_;
  static constexpr std::size_t none = -1;
  std::size_t watched_ = none;    // the barrier that the stepper looks at itself
  std::vector<Curve> curves_;     // one per barrier, empty for lines
  std::vector<std::size_t> near_; // lanes that are or may have been beyond a barrier
  std::vector<CurveEnd> ends_;
  Ruler ruler_;
  std::size_t n_ = capacity;
};

template<class Reached>
void Detector::for_reached(std::size_t k, const Reached& reached) const {
  // one uniform serves all parts: what is left of it after each is uniform again
  double u = bridge_ ? stepper_.bridge_uniform(near_[k]) : 0;
  for (std::size_t b = 0; b < barriers_.size(); ++b) {
    const Touch t = touch_of(b, k);
    bool hit = t.phi1 >= 0;
    if (!hit && bridge_ && t.phi0 < 0 && t.g > 0) {
      const double p = unseen_crossing(t.distance0, t.distance1, stepper_.step());
      hit = u < p;
      u = hit ? u / p : (u - p) / (1 - p);
    }
    if (hit)
      reached(b, t);
  }
}

} // namespace escapade::lanes
