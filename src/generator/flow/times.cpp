#include "generator/flow/times.hpp"

#include "generator/rates/edges.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escapade {

namespace {

// Along an axis without noise the chain preserves what the flow preserves where all jumps take the
// same time Δt. But a streamline that begins nearly at rest reaches no line of centres within a
// short one, waits for the first, and takes longer than the others.
//
// Where exits, transitions, modes or evolution are asked for, long times blur when something
// happens (jumps come at exponential times). In units of a cell's crossing at half the mean speed
// over the box: the oscillator ẍ = −x − γẋ, T = 0.1, through x > 0.8 (trajectories 156.7 ± 0.5 for
// γ = 1, 249 ± 1 for 0.1):
//   128² 256² cells   1      2      4      8
//   γ = 1    128²     146.1  153.1  152.0  146.9
//            256²     149.2  152.2  152.8  150.6
//   γ = 0.1  128²     210.4  238.4  249.7  252.5
//            256²     226.9  240.3  248.7  250.1
// Modes feel the time itself, a phase spreads by ω²Δt/2: there 2.
constexpr double crossings_of_exits = 4, crossings = 2;

// Whole steps may be longer: the times of their jumps differ by a cell's crossing, which spreads a
// phase the less the longer they are. But noise and friction act between them only. The oscillator
// above from (1, 0), T = 0.1, at t = 10 on 128²: mean of x | variance of x
//   crossings   4             8             16            32            64           exact
//   γ = 0.05   -.534 | .102  -.587 | .074  -.629 | .057  -.646 | .052  -.638 | .045  -.665 | .038
//   γ = 1     -.0023 | .094 -.0026 | .095 -.0033 | .096 -.0057 | .098  .0061 | .098 -.0022 | .100
// where 16 crossings take 0.5. With friction the square of the time is so many crossings over γ at
// most, so that grids tell of the error.
constexpr double crossings_of_steps = 32, crossings_of_friction = 2;

// For the stationary state alone the times may be as long as the reach allows: so many times that
// in which the mean force moves a particle at rest by a cell. Relative errors at 128² of the
// variance of x | of v, friction 0.01 and 10:
//                              1              2              3              4
//   double well T = 0.1, box 2.2 .000 | .017    .001 | .002    .001 | .001    .001 | .001
//                                .029 | 0       .012 | 0       .005 | 0       .003 | 0
//   T = 0.05, 1.9 x 1.6          .000 | .019    .001 | .002    .000 | .001    .000 | .000
//                                .015 | 0       .005 | 0       .002 | 0       .003 | 0
//   T = 0.5, 3 x 4.5             .001 | .019    .002 | .002    .003 | .001    .004 | .001
//                               -.007 | 0       .004 | 0       .004 | 0       .005 | 0
//   x²/2, T = 0.1, 2            -.014 | .003   -.002 | .001    .003 | .000    .003 | .000
//                               -.091 | 0      -.016 | 0      -.005 | 0      -.003 | 0
//   8x², T = 0.1, 0.6 x 2        .019 | .028    .015 | .024    .005 | .003    .006 | .001
constexpr double times_from_rest = 3;

} // namespace

JumpTimes::JumpTimes(const Problem& problem, const Grid& grid, const Region& exit,
                     const Carried& carried, bool diagonal, bool rest, bool sets)
    : problem_(problem), grid_(grid), diagonal_(diagonal) {
  const Ends ends(grid.domain, exit);
  constexpr int along = 32;
  for (int j = 0; j < along; ++j)
    for (int i = 0; i < along; ++i) {
      const Vec2 p = grid_.point((i + 0.5) / along * static_cast<double>(grid_.cells[0]),
                                 (j + 0.5) / along * static_cast<double>(grid_.cells[1]));
      if (grid_.domain.contains(p) && ends.part(p) < 0)
        x_.push_back(p.x), y_.push_back(p.y);
    }
  if (!diagonal)
    return;
  const auto at = coefficients_at(problem_, grid_.angle, x_, y_, nullptr);
  double noise[2] = {0, 0}, speed[2] = {0, 0};
  for (const LocalCoefficients& c : at) {
    noise[0] = std::max(noise[0], c.d.xx), noise[1] = std::max(noise[1], c.d.yy);
    speed[0] += std::abs(c.b.x) / grid_.h[0], speed[1] += std::abs(c.b.y) / grid_.h[1];
  }
  std::vector<double> l(2 * x_.size());
  carried.drift(x_.size(), x_.data(), y_.data(), l.data());
  for (std::size_t k = 0; k < x_.size(); ++k) {
    const Vec2 in = in_frame(Vec2{l[k], l[x_.size() + k]}, grid_.angle);
    const double moved[2] = {in.x, in.y};
    for (std::size_t axis : {0, 1}) // from the only row of cells nothing is spread to others
      still_[axis] = still_[axis] && (grid_.cells[axis] == 1 || moved[axis] == 0);
  }
  for (int axis : {0, 1})
    if (noise[axis] == 0 && noise[1 - axis] > 0 && speed[axis] > 0) {
      across_ = axis;
      const bool exits = !exit.empty() || grid_.domain.absorbing() || sets;
      common_ =
          (exits ? crossings_of_exits : crossings) * static_cast<double>(at.size()) / speed[axis];
      const double crossing = static_cast<double>(at.size()) / speed[axis];
      steps_ = crossings_of_steps * crossing;
      if (const double friction = largest_friction(carried); friction > 0)
        steps_ = std::min(steps_, std::sqrt(crossings_of_friction * crossing / friction));
      if (carried.potential && rest)
        common_ = std::max(common_, from_rest(carried));
      return;
    }
}

double JumpTimes::largest_friction(const Carried& carried) const {
  if (!carried.potential)
    return 0;
  const std::size_t n = x_.size();
  std::vector<double> l(2 * n), all(5 * n);
  carried.drift(n, x_.data(), y_.data(), l.data());
  problem_.coefficients(n, x_.data(), y_.data(), all.data());
  double most = 0;
  for (std::size_t k = 0; k < n; ++k)
    if (y_[k] != 0)
      most = std::max(most, (l[n + k] - all[n + k]) / y_[k]);
  return most;
}

double JumpTimes::from_rest(const Carried& carried) const {
  const std::size_t n = x_.size();
  std::vector<double> l(2 * n);
  carried.drift(n, x_.data(), y_.data(), l.data());
  double acceleration = 0; // of ẋ = c v: c f, in the mean
  for (std::size_t k = 0; k < n; ++k)
    acceleration += y_[k] != 0 ? std::abs(l[k] / y_[k] * l[n + k]) : 0;
  return acceleration > 0
             ? times_from_rest * std::sqrt(2 * grid_.h[0] * static_cast<double>(n) / acceleration)
             : 0;
}

double JumpTimes::of(Sym2 d, Vec2 drift) const {
  constexpr double never = std::numeric_limits<double>::infinity();
  const double speed = std::max(std::abs(drift.x), std::abs(drift.y));
  const double furthest = speed > 0 ? most_cells / speed : never;
  if (across_ >= 0) {
    const double along = across_ == 0 ? d.yy : d.xx;
    return std::max(common_, along > 0 ? std::min(1 / (8 * along), furthest) : 0.0);
  }
  double noise = diagonal_ ? never : 0.9 * eigen(d).value[0]; // a tenth of an oblique D is kept
  if (diagonal_ && !still_[0])
    noise = d.xx;
  if (diagonal_ && !still_[1])
    noise = std::min(noise, d.yy);
  const double least = std::isfinite(noise) && noise > 0 ? 1 / (8 * noise) : never;
  return std::min(least, furthest);
}

double JumpTimes::of_steps() const {
  if (across_ >= 0)
    return steps_;
  const auto at = coefficients_at(problem_, grid_.angle, x_, y_, nullptr);
  double most = 0;
  for (const LocalCoefficients& c : at) {
    const double h0 = grid_.h[0], h1 = grid_.h[1];
    const double time = of({c.d.xx / (h0 * h0), c.d.xy / (h0 * h1), c.d.yy / (h1 * h1)}, {});
    most = std::max(most, std::isfinite(time) ? time : 0.0);
  }
  return most;
}

int JumpTimes::reach() const {
  const auto at = coefficients_at(problem_, grid_.angle, x_, y_, nullptr);
  double most = 1;
  for (const LocalCoefficients& c : at) {
    const double h0 = grid_.h[0], h1 = grid_.h[1];
    const Vec2 drift{c.b.x / h0, c.b.y / h1};
    const double way = of({c.d.xx / (h0 * h0), c.d.xy / (h0 * h1), c.d.yy / (h1 * h1)}, drift) *
                       std::max(std::abs(drift.x), std::abs(drift.y));
    if (std::isfinite(way))
      most = std::max(most, std::ceil(std::min<double>(way, most_cells)));
  }
  return static_cast<int>(most);
}

} // namespace escapade
