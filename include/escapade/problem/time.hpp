// Problems whose drift and noise depend on the time t:
//   dθ = b(θ, t) dt + √2 σ(θ, t) dW,   ∂p/∂t = 𝓛(t)†p
// Expressions take t as input 2. A field that is made of them has the time that the thread asking
// it has set, and t = 0 where none is set, so that whoever knows of no time sees the problem as it
// is at the beginning. Times in the unit of 1/rate.
#pragma once

#include "escapade/problem/domain.hpp"
#include "escapade/problem/expression.hpp"
#include "escapade/problem/problem.hpp"

#include <cstddef>

namespace escapade {

/// The input of expressions that stands for t.
inline constexpr int time_input = 2;

/// While it lives, fields that this thread asks are those of the time t, or of t[i] at point i.
class AtTime {
public:
  explicit AtTime(double t);
  explicit AtTime(const double* t);
  ~AtTime();
  AtTime(const AtTime&) = delete;
  AtTime& operator=(const AtTime&) = delete;

private:
  double one_before_;
  const double* each_before_;
};

/// The times of n points, as this thread has set them; good until the next call.
const double* times_of_points(std::size_t n);

/// The problem as it is at t and stays: what a generator is made from.
Problem at_time(const Problem& problem, double t);

/// With D multiplied by a factor of the time alone; b stays.
Problem with_noise_scaled(Problem problem, const Expression& factor);

/// The coefficients' own time scale between two times: √(max |c| / max |∂²c/∂t²|), the least of b
/// and D, on a lattice of points of the domain; infinite where nothing bends.
double time_scale(const Problem& problem, const Domain& domain, double from, double to);

} // namespace escapade
