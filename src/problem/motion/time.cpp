#include "escapade/problem/time.hpp"

#include "escapade/problem/function.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace escapade {

namespace {

thread_local double one_time = 0;
thread_local const double* each_time = nullptr; // of every point, where there is more than one time

Field asked_at(const Field& field, double t) {
  if (!field)
    return {};
  return [field, t](std::size_t n, const double* x, const double* y, double* out) {
    const AtTime now(t);
    field(n, x, y, out);
  };
}

/// Largest size and bend of each of the five coefficients, at `count` + 1 times.
struct Course {
  std::array<double, 5> size{}, bend{};
};

Course course(const Problem& problem, const std::vector<double>& x, const std::vector<double>& y,
              double from, double dt, std::size_t count) {
  const std::size_t n = x.size();
  Course out;
  std::vector<double> older, old, now(5 * n);
  for (std::size_t k = 0; k <= count; ++k) {
    const AtTime at(from + static_cast<double>(k) * dt);
    problem.coefficients(n, x.data(), y.data(), now.data());
    for (std::size_t i = 0; i < 5 * n; ++i) {
      if (!std::isfinite(now[i]))
        continue;
      out.size[i / n] = std::max(out.size[i / n], std::abs(now[i]));
      if (k >= 2)
        if (const double bend = std::abs(now[i] - 2 * old[i] + older[i]); std::isfinite(bend))
          out.bend[i / n] = std::max(out.bend[i / n], bend / (dt * dt));
    }
    older = std::exchange(old, now);
  }
  return out;
}

} // namespace

AtTime::AtTime(double t)
    : one_before_(std::exchange(one_time, t)), each_before_(std::exchange(each_time, nullptr)) {}

AtTime::AtTime(const double* t)
    : one_before_(one_time), each_before_(std::exchange(each_time, t)) {}

AtTime::~AtTime() {
  one_time = one_before_;
  each_time = each_before_;
}

const double* times_of_points(std::size_t n) {
  if (each_time)
    return each_time;
  thread_local std::vector<double> same;
  same.assign(n, one_time);
  return same.data();
}

Problem at_time(const Problem& problem, double t) {
  Problem now = problem;
  for (Field Problem::*field :
       {&Problem::coefficients, &Problem::drift, &Problem::divergence, &Problem::landscape})
    now.*field = asked_at(problem.*field, t);
  if (now.gradient)
    now.gradient->phi = asked_at(problem.gradient->phi, t);
  return now;
}

Problem with_noise_scaled(Problem problem, const Expression& factor) {
  const Field share = field_of({factor}, Compile::never);
  const auto scaled = [share](Field field, std::size_t first, std::size_t last) {
    return [share, field = std::move(field), first, last](std::size_t n, const double* x,
                                                          const double* y, double* out) {
      std::vector<double> s(n);
      share(n, x, y, s.data());
      field(n, x, y, out);
      for (std::size_t c = first; c < last; ++c)
        for (std::size_t k = 0; k < n; ++k)
          out[c * n + k] *= s[k];
    };
  };
  problem.coefficients = scaled(std::move(problem.coefficients), 2, 5);
  if (problem.divergence)
    problem.divergence = scaled(std::move(problem.divergence), 0, 2);
  problem.constant_noise.reset();
  problem.drift = {};
  problem.gradient.reset();
  return problem;
}

double time_scale(const Problem& problem, const Domain& domain, double from, double to) {
  constexpr std::size_t side = 5, fewest = 64, most = 32768;
  std::vector<double> x, y;
  for (std::size_t k = 0; k < side * side; ++k) {
    const Vec2 p{domain.x0 + domain.width() * (static_cast<double>(k % side) + 0.382) / side,
                 domain.y0 + domain.height() * (static_cast<double>(k / side) + 0.236) / side};
    if (!domain.in_hole(p))
      x.push_back(p.x), y.push_back(p.y);
  }
  double scale = std::numeric_limits<double>::infinity();
  for (std::size_t count = fewest; count <= most; count *= 8) {
    const double dt = (to - from) / static_cast<double>(count);
    const Course c = course(problem, x, y, from, dt, count);
    for (std::size_t k = 0; k < 5; ++k)
      if (c.bend[k] * dt * dt > 1e-12 * c.size[k]) // else rounding
        scale = std::min(scale, std::sqrt(c.size[k] / c.bend[k]));
    if (scale > 8 * dt) // else what happens between the times may have been missed
      break;
  }
  return scale;
}

} // namespace escapade
