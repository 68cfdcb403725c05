// What becomes of steps that end beyond a side, an outline or in a hole of the domain.
#include "paths/lanes/stepper.hpp"

#include "escapade/problem/time.hpp"
#include "paths/exits/boundary.hpp"
#include "paths/outline.hpp"

#include <algorithm>

namespace escapade::lanes {

void Stepper::reflect_at_outline(std::size_t active, std::uint64_t& flags) {
  Lanes& l = *lanes_;
  for (std::size_t i = 0; i < active; ++i) {
    if (l.flag[i] & lost)
      continue;
    Vec2 p{l.next_x[i], l.next_y[i]};
    if (!outline_->reflect(noise(i), p)) { // D n has one direction on meshes: D = s D₀
      l.flag[i] |= lost;
      flags |= lost;
    }
    l.next_x[i] = p.x;
    l.next_y[i] = p.y;
  }
}

/// A step into a hole of the domain is not taken: the border reflects, to order 1/2. Beyond an
/// absorbing side there is none.
void Stepper::refuse_holes(std::size_t n, std::size_t active) {
  Lanes& l = *lanes_;
  double inside[capacity];
  domain_.inside(n, l.next_x, l.next_y, inside);
  for (std::size_t i = 0; i < active; ++i)
    if (!(inside[i] > 0) && !(l.flag[i] & lost) &&
        domain_.in_hole(nearest(domain_, {l.next_x[i], l.next_y[i]}))) {
      l.next_x[i] = l.x[i];
      l.next_y[i] = l.y[i];
    }
}

void Stepper::bring_inside(std::size_t active, std::uint64_t& flags) {
  Lanes& l = *lanes_;
  std::size_t index[capacity], count = 0;
  for (std::size_t i = 0; i < active; ++i)
    if ((l.flag[i] & (outside | lost)) == outside)
      index[count++] = i;
  if (count == 0)
    return;
  Sym2 d[capacity];
  if (scheme_ == Scheme::sgd || problem_->constant_direction) {
    for (std::size_t k = 0; k < count; ++k)
      d[k] = noise(index[k]);
  } else { // D where the path crossed the side
    alignas(64) double px[capacity], py[capacity], c[5 * capacity];
    const std::size_t n = (count + lane_block - 1) / lane_block * lane_block;
    for (std::size_t k = 0; k < n; ++k) {
      const std::size_t i = index[std::min(k, count - 1)];
      const Vec2 p = nearest(domain_, {l.next_x[i], l.next_y[i]});
      px[k] = p.x, py[k] = p.y;
    }
    double then[capacity]; // at the start of the step
    for (std::size_t k = 0; k < n; ++k)
      then[k] = static_cast<double>(steps(index[std::min(k, count - 1)])) * step_;
    const AtTime times(then);
    problem_->coefficients(n, px, py, c);
    for (std::size_t k = 0; k < count; ++k)
      d[k] = {c[2 * n + k], c[3 * n + k], c[4 * n + k]};
  }
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t i = index[k];
    Vec2 p{l.next_x[i], l.next_y[i]};
    if (!lanes::bring_inside(domain_, d[k], p)) {
      l.flag[i] |= lost;
      flags |= lost;
    }
    l.next_x[i] = p.x;
    l.next_y[i] = p.y;
  }
}

} // namespace escapade::lanes
