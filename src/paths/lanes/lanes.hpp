// Paths side by side, in a struct of arrays, and the kernels that advance them. Private to paths.
//
// The number of lanes n is always a multiple of lane_block, so that loops have no tails and a
// path's arithmetic does not depend on the lane it runs in. Kernels are compiled with -ffast-math:
// finiteness is tested
// through the bits of the exponent only (flag `lost`).
#pragma once

#include "paths/lanes/random.hpp"

#include <cstdint>

namespace escapade::lanes {

inline constexpr std::size_t capacity = 192;

/// Why a lane needs attention in ordinary code.
enum Flag : std::uint64_t { outside = 1, indefinite = 2, touched = 4, late = 8, lost = 16 };

struct alignas(64) Lanes {
  double position[4 * capacity];     // of the four arrays x, y, next_x, next_y
  double coefficients[5 * capacity]; // b₁, b₂, D₁₁, D₁₂, D₂₂ with stride n
  double stage[5 * capacity];        // the same at a predicted point
  // draws of an even step and, from `capacity` on, of the odd one after it; `half` tells which
  // counts
  float z1[2 * capacity], z2[2 * capacity], reach[2 * capacity];
  float sign1[2 * capacity], sign2[2 * capacity]; // of Heun's shifts
  float unused[2 * capacity];
  double shifted_x[capacity], shifted_y[capacity]; // predicted points with them
  double shifted[5 * capacity];                    // coefficients there
  double varies[capacity];                         // 1 where the noise changes over the step
  double scale[capacity];                          // √(2Δt trace D), −1 where that is negative
  double inverse_s[capacity];                      // 1/s of the time-changed scheme
  double time[capacity];                           // its time
  std::uint64_t path[capacity];
  std::uint64_t step[capacity]; // the latest even one: see Stepper::steps
  std::uint64_t flag[capacity];
  std::uint64_t flagged[capacity / lane_block]; // at least the union of the flags of each block
  // scalars and pointers come last: the arrays keep their alignment, so that no loop peels off
  // unaligned lanes, whose arithmetic could differ in the last bit
  double *x = position, *y = x + capacity;                    // at the start of the step
  double *next_x = y + capacity, *next_y = next_x + capacity; // at its end
  std::size_t half;                                           // 0 or capacity
  bool no_flags; // none is set, whatever stands in `flag`
};

/// A box of which only the sides that return paths count; the others lie at ±1e300.
struct Walls {
  double x0, x1, y0, y1;
};

/// The line φ = sign·(coordinate − position) = 0 across an axis (−1: no line), with the Δt of the
/// bridge, 0 where exits are seen at the ends of steps only.
struct Plane {
  int axis = -1;
  double position = 0, sign = 1, dt = 0;
};

/// next = θ + b Δt + √(2Δt) σ z with σ the lower Cholesky root of D; sets `flag` afresh and returns
/// the union of all flags. `tamed` divides the drift by 1 + Δt|b|.
std::uint64_t euler(std::size_t n, double dt, bool tamed, const Walls& walls, Lanes& lanes);

/// Sets `scale` from D.
void set_noise_scale(std::size_t n, double dt, Lanes& lanes);

/// The same as euler where D = s(θ) D₀, with the root of D₀/trace D₀ given and `scale` set. Where
/// no lane has left the walls or has other flags, those of touch_plane are set on the way.
struct Direction {
  double a11, a21, a22; // lower Cholesky root of D₀/trace D₀
};
Direction direction(double d11, double d12, double d22);
std::uint64_t euler_along(std::size_t n, double dt, const Direction& root, const Walls& walls,
                          const Plane& plane, Lanes& lanes);

/// (b, D) -> (b/s, D₀) with s = trace D/trace D₀; the time advances by Δτ/s (half of it in step 0).
/// Returns `late` if any time has passed max_time; comes before the flags are set afresh.
std::uint64_t change_time(std::size_t n, double dtau, const double d0[3], double max_time,
                          Lanes& lanes);

/// First stage of Heun: next = θ + b Δt + √(2Δt) σ z; `stage` belongs there.
void heun_predict(std::size_t n, double dt, Lanes& lanes);
/// Sets `varies` where D in `stage` differs from that at the start by any bit; true if it does
/// anywhere.
bool heun_noise_varies(std::size_t n, Lanes& lanes);
/// Roberts' shift of the predicted points, next − √(2Δt) σ S with the signs S; `shifted` belongs
/// there.
void heun_shift(std::size_t n, double dt, Lanes& lanes);
/// Second stage: drift of `stage`; noise of `shifted` in the lanes that vary. Flags as in euler.
std::uint64_t heun_correct(std::size_t n, double dt, const Walls& walls, Lanes& lanes);

/// Flags lanes that have crossed φ = 0 or may have done so in between: φ₀φ₁ < reach·dt D_aa with
/// the lane's own reach. Returns the union of the flags set.
std::uint64_t touch_plane(std::size_t n, const Plane& plane, Lanes& lanes);

/// The same for φ given with its gradient and g = ∇φᵀD∇φ at both ends (4 components, stride n),
/// of which g at the end is set here; twice the larger g counts, since φ need not be linear over
/// such a distance.
std::uint64_t touch_curve(std::size_t n, const double* phi0, double* phi1, double dt, Lanes& lanes);

/// θ = next, and on to the next step.
void commit(std::size_t n, Lanes& lanes);

} // namespace escapade::lanes
