#include "paths/lanes/lanes.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <memory>
#include <utility>

namespace escapade::lanes {
namespace {

/// Lower Cholesky root of a semi-definite D.
struct Root {
  double a11, a21, a22;
};

inline Root root(double d11, double d12, double d22) {
  const double a11 = std::sqrt(d11 > 0 ? d11 : 0);
  const double a21 = a11 > 0 ? d12 / a11 : 0;
  const double rest = d22 - a21 * a21;
  return {a11, a21, std::sqrt(rest > 0 ? rest : 0)};
}

/// Both ends of the lanes' steps, in pointers that no store can change.
struct Ends {
  double *x, *y, *next_x, *next_y;
  explicit Ends(const Lanes& l)
      : x(aligned(l.x)), y(aligned(l.y)), next_x(aligned(l.next_x)), next_y(aligned(l.next_y)) {}
  static double* aligned(double* array) { return std::assume_aligned<64>(array); }
};

/// Not so by the rounding of its own entries.
inline bool is_indefinite(double d11, double d12, double d22) {
  const double size = std::abs(d11) + std::abs(d22), rounding = 1e-12 * size, product = d11 * d22;
  return (d11 < -rounding) | (d22 < -rounding) |
         (product - d12 * d12 < -1e-10 * product - rounding * size);
}

inline bool is_outside(double x, double y, const Walls& w) {
  return (x < w.x0) | (x > w.x1) | (y < w.y0) | (y > w.y1);
}

/// Looks at the exponent's bits, which -ffast-math leaves alone.
inline bool is_lost(double x, double y) {
  constexpr std::uint64_t exponent = 0x7ff0000000000000;
  return ((std::bit_cast<std::uint64_t>(x) & exponent) == exponent) |
         ((std::bit_cast<std::uint64_t>(y) & exponent) == exponent);
}

/// The flags of a step that has been made; `indefinite_at(i)` tells of the noise. Steps that call
/// for any are few, and only they pay for this.
template<class Indefinite>
std::uint64_t set_flags(std::size_t n, const Walls& walls, const Indefinite& indefinite_at,
                        Lanes& l) {
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double x = l.next_x[i], y = l.next_y[i];
    const auto set = [](bool when, Flag flag) { return when ? std::uint64_t{flag} : 0; };
    l.flag[i] = set(is_outside(x, y, walls), outside) | set(is_lost(x, y), lost) |
                set(indefinite_at(i), indefinite);
    all |= l.flag[i];
  }
  std::fill_n(l.flagged, n / lane_block, all);
  l.no_flags = false;
  return all;
}

/// What a step returns that evaluates the whole of D (three components from d11 on, stride n).
std::uint64_t flags_with(std::uint64_t any, std::size_t n, const Walls& walls, const double* d11,
                         Lanes& l) {
  l.no_flags = true;
  if (any == 0)
    return 0;
  const double *d12 = d11 + n, *d22 = d12 + n;
  return set_flags(
      n, walls, [=](std::size_t i) { return is_indefinite(d11[i], d12[i], d22[i]); }, l);
}

template<bool tamed>
std::uint64_t euler_step(std::size_t n, double dt, const Walls& limits, Lanes& l) {
  const Ends ends(l);
  const Walls walls = limits;
  const double scale = std::sqrt(2 * dt);
  const double *b1 = l.coefficients, *b2 = b1 + n, *d11 = b2 + n, *d12 = d11 + n, *d22 = d12 + n;
  const float *z1 = l.z1 + l.half, *z2 = l.z2 + l.half;
  std::uint64_t any = 0;
  for (std::size_t block = 0; block < n; block += lane_block) {
#pragma omp simd reduction(| : any)
    for (std::size_t j = 0; j < lane_block; ++j) {
      const std::size_t i = block + j;
      const Root a = root(d11[i], d12[i], d22[i]);
      double h = dt;
      if constexpr (tamed)
        h = dt / (1 + dt * std::sqrt(b1[i] * b1[i] + b2[i] * b2[i]));
      const double x = ends.x[i] + h * b1[i] + scale * (a.a11 * z1[i]);
      const double y = ends.y[i] + h * b2[i] + scale * (a.a21 * z1[i] + a.a22 * z2[i]);
      ends.next_x[i] = x;
      ends.next_y[i] = y;
      any |= is_outside(x, y, walls) | is_lost(x, y) | is_indefinite(d11[i], d12[i], d22[i]);
    }
  }
  return flags_with(any, n, walls, d11, l);
}

} // namespace

std::uint64_t euler(std::size_t n, double dt, bool tamed, const Walls& walls, Lanes& lanes) {
  return tamed ? euler_step<true>(n, dt, walls, lanes) : euler_step<false>(n, dt, walls, lanes);
}

Direction direction(double d11, double d12, double d22) {
  const double trace = d11 + d22;
  const Root a = root(d11 / trace, d12 / trace, d22 / trace);
  return {a.a11, a.a21, a.a22};
}

namespace {

/// √(2 Δt trace D), or −1 where that is negative.
inline double noise_scale(double dt, double trace) {
  return trace < 0 ? -1 : std::sqrt(2 * dt * trace);
}

} // namespace

void set_noise_scale(std::size_t n, double dt, Lanes& l) {
  const double *d11 = l.coefficients + 2 * n, *d22 = d11 + 2 * n;
  for (std::size_t block = 0; block < n; block += lane_block) {
#pragma omp simd
    for (std::size_t j = 0; j < lane_block; ++j) {
      const std::size_t i = block + j;
      l.scale[i] = noise_scale(dt, d11[i] + d22[i]);
    }
  }
}

namespace {

/// axis: of the plane that is looked at on the way, −1 for none.
template<int axis>
std::uint64_t step_along(std::size_t n, double dt, const Direction& directed, const Walls& limits,
                         const Plane& plane, Lanes& l) {
  const Ends ends(l);
  const Walls walls = limits;
  const Direction a = directed;
  const double *b1 = l.coefficients, *b2 = b1 + n, *noise = b1 + (axis == 0 ? 2 : 4) * n;
  const float *z1 = l.z1 + l.half, *z2 = l.z2 + l.half, *reach = l.reach + l.half;
  const double sign = plane.sign, position = plane.position, reach_dt = plane.dt;
  std::uint64_t trouble = 0, all = 0;
  for (std::size_t block = 0; block < n; block += lane_block) {
    std::uint64_t here = 0;
#pragma omp simd reduction(| : trouble, here)
    for (std::size_t j = 0; j < lane_block; ++j) {
      const std::size_t i = block + j;
      const double scale = l.scale[i];
      const double x = ends.x[i] + dt * b1[i] + scale * (a.a11 * z1[i]);
      const double y = ends.y[i] + dt * b2[i] + scale * (a.a21 * z1[i] + a.a22 * z2[i]);
      ends.next_x[i] = x;
      ends.next_y[i] = y;
      trouble |= is_outside(x, y, walls) | is_lost(x, y) | (scale < 0);
      if constexpr (axis >= 0) {
        const double phi0 = sign * ((axis == 0 ? ends.x[i] : ends.y[i]) - position),
                     phi1 = sign * ((axis == 0 ? x : y) - position);
        const bool touch = (phi1 >= 0) | (phi0 * phi1 < reach_dt * reach[i] * noise[i]);
        const std::uint64_t f = touch ? std::uint64_t{touched} : 0;
        l.flag[i] = f;
        here |= f;
      }
    }
    l.flagged[block / lane_block] = here;
    all |= here;
  }
  l.no_flags = axis < 0;
  return trouble ? set_flags(
                       n, walls, [&l](std::size_t i) { return l.scale[i] < 0; }, l)
                 : all;
}

} // namespace

std::uint64_t euler_along(std::size_t n, double dt, const Direction& root, const Walls& walls,
                          const Plane& plane, Lanes& l) {
  return plane.axis == 0   ? step_along<0>(n, dt, root, walls, plane, l)
         : plane.axis == 1 ? step_along<1>(n, dt, root, walls, plane, l)
                           : step_along<-1>(n, dt, root, walls, plane, l);
}

std::uint64_t change_time(std::size_t n, double dtau, const double d0[3], double max_time,
                          Lanes& l) {
  double *b1 = l.coefficients, *b2 = b1 + n, *d11 = b2 + n, *d12 = d11 + n, *d22 = d12 + n;
  const double trace = d0[0] + d0[2];
  std::uint64_t all = 0;
  for (std::size_t block = 0; block < n; block += lane_block) {
#pragma omp simd reduction(| : all)
    for (std::size_t j = 0; j < lane_block; ++j) {
      const std::size_t i = block + j;
      const double inverse = trace / (d11[i] + d22[i]);
      b1[i] *= inverse;
      b2[i] *= inverse;
      d11[i] = d0[0];
      d12[i] = d0[1];
      d22[i] = d0[2];
      l.inverse_s[i] = inverse;
      const double weight = (l.step[i] | l.half) == 0 ? 0.5 : 1;
      const double t = l.time[i] + weight * dtau * inverse;
      l.time[i] = t;
      all |= t > max_time ? std::uint64_t{late} : 0;
    }
  }
  return all;
}

void heun_predict(std::size_t n, double dt, Lanes& l) {
  const Ends ends(l);
  const double scale = std::sqrt(2 * dt);
  const double *b1 = l.coefficients, *b2 = b1 + n, *d11 = b2 + n, *d12 = d11 + n, *d22 = d12 + n;
  const float *z1 = l.z1 + l.half, *z2 = l.z2 + l.half;
  for (std::size_t block = 0; block < n; block += lane_block) {
#pragma omp simd
    for (std::size_t j = 0; j < lane_block; ++j) {
      const std::size_t i = block + j;
      const Root a = root(d11[i], d12[i], d22[i]);
      ends.next_x[i] = ends.x[i] + dt * b1[i] + scale * (a.a11 * z1[i]);
      ends.next_y[i] = ends.y[i] + dt * b2[i] + scale * (a.a21 * z1[i] + a.a22 * z2[i]);
    }
  }
}

bool heun_noise_varies(std::size_t n, Lanes& l) {
  const double *d = l.coefficients + 2 * n, *e = l.stage + 2 * n;
  std::uint64_t any = 0;
  for (std::size_t block = 0; block < n; block += lane_block) {
#pragma omp simd reduction(| : any)
    for (std::size_t j = 0; j < lane_block; ++j) {
      const std::size_t i = block + j;
      const bool varies = (d[i] != e[i]) | (d[n + i] != e[n + i]) | (d[2 * n + i] != e[2 * n + i]);
      l.varies[i] = varies ? 1.0 : 0.0;
      any |= varies ? 1u : 0u;
    }
  }
  return any != 0;
}

void heun_shift(std::size_t n, double dt, Lanes& l) {
  const Ends ends(l);
  const double shift = std::sqrt(2 * dt);
  const double *d11 = l.coefficients + 2 * n, *d12 = d11 + n, *d22 = d12 + n;
  const float *sign1 = l.sign1 + l.half, *sign2 = l.sign2 + l.half;
  for (std::size_t block = 0; block < n; block += lane_block) {
#pragma omp simd
    for (std::size_t j = 0; j < lane_block; ++j) {
      const std::size_t i = block + j;
      const Root a = root(d11[i], d12[i], d22[i]);
      const double s1 = sign1[i] > 0 ? shift : -shift, s2 = sign2[i] > 0 ? shift : -shift;
      l.shifted_x[i] = ends.next_x[i] - a.a11 * s1;
      l.shifted_y[i] = ends.next_y[i] - (a.a21 * s1 + a.a22 * s2);
    }
  }
}

std::uint64_t heun_correct(std::size_t n, double dt, const Walls& limits, Lanes& l) {
  const Ends ends(l);
  const Walls walls = limits;
  const double scale = std::sqrt(2 * dt);
  const double *p1 = l.coefficients, *p2 = p1 + n;
  const double *d11 = l.coefficients + 2 * n, *d12 = d11 + n, *d22 = d12 + n;
  const double *b1 = l.stage, *b2 = b1 + n;
  const double *e11 = l.shifted + 2 * n, *e12 = e11 + n, *e22 = e12 + n;
  const float *z1 = l.z1 + l.half, *z2 = l.z2 + l.half;
  const float *sign1 = l.sign1 + l.half, *sign2 = l.sign2 + l.half;
  std::uint64_t any = 0;
  for (std::size_t block = 0; block < n; block += lane_block) {
#pragma omp simd reduction(| : any)
    for (std::size_t j = 0; j < lane_block; ++j) {
      const std::size_t i = block + j;
      const Root a = root(d11[i], d12[i], d22[i]), e = root(e11[i], e12[i], e22[i]);
      // where the noise does not vary, both halves are those of the start, whatever other lanes do
      const double v = l.varies[i];
      const double s1 = sign1[i] > 0 ? v : -v, s2 = sign2[i] > 0 ? v : -v;
      const double f11 = v > 0 ? e.a11 : a.a11, f21 = v > 0 ? e.a21 : a.a21,
                   f22 = v > 0 ? e.a22 : a.a22;
      const double m1 = z1[i] - s1, m2 = z2[i] - s2, w1 = z1[i] + s1, w2 = z2[i] + s2;
      const double x = ends.x[i] + 0.5 * (dt * (p1[i] + b1[i]) + scale * (a.a11 * m1 + f11 * w1));
      const double y = ends.y[i] + 0.5 * (dt * (p2[i] + b2[i]) +
                                          scale * (a.a21 * m1 + a.a22 * m2 + f21 * w1 + f22 * w2));
      ends.next_x[i] = x;
      ends.next_y[i] = y;
      any |= is_outside(x, y, walls) | is_lost(x, y) | is_indefinite(d11[i], d12[i], d22[i]);
    }
  }
  return flags_with(any, n, walls, d11, l);
}

std::uint64_t touch_plane(std::size_t n, const Plane& plane, Lanes& l) {
  const double *p0 = plane.axis == 0 ? l.x : l.y, *p1 = plane.axis == 0 ? l.next_x : l.next_y;
  const double* g = l.coefficients + (plane.axis == 0 ? 2 : 4) * n;
  const float* reach = l.reach + l.half;
  const double sign = plane.sign, position = plane.position, dt = plane.dt;
  const std::uint64_t kept = l.no_flags ? 0 : ~std::uint64_t{0};
  std::uint64_t all = 0;
  for (std::size_t block = 0; block < n; block += lane_block) {
    std::uint64_t here = 0;
#pragma omp simd reduction(| : here)
    for (std::size_t j = 0; j < lane_block; ++j) {
      const std::size_t i = block + j;
      const double phi0 = sign * (p0[i] - position), phi1 = sign * (p1[i] - position);
      const bool touch = (phi1 >= 0) | (phi0 * phi1 < dt * reach[i] * g[i]);
      const std::uint64_t f = touch ? std::uint64_t{touched} : 0;
      l.flag[i] = f | (l.flag[i] & kept);
      here |= f;
    }
    std::uint64_t& flagged = l.flagged[block / lane_block];
    flagged = here | (flagged & kept);
    all |= here;
  }
  l.no_flags = false;
  return all;
}

std::uint64_t touch_curve(std::size_t n, const double* phi0, double* phi1, double dt, Lanes& l) {
  const double *d11 = l.coefficients + 2 * n, *d12 = d11 + n, *d22 = d12 + n;
  const double *g0 = phi0 + 3 * n, *gx = phi1 + n, *gy = gx + n;
  double* g1 = phi1 + 3 * n;
  const float* reach = l.reach + l.half;
  const std::uint64_t kept = l.no_flags ? 0 : ~std::uint64_t{0};
  std::uint64_t all = 0;
  for (std::size_t block = 0; block < n; block += lane_block) {
    std::uint64_t here = 0;
#pragma omp simd reduction(| : here)
    for (std::size_t j = 0; j < lane_block; ++j) {
      const std::size_t i = block + j;
      const double g = gx[i] * gx[i] * d11[i] + 2 * gx[i] * gy[i] * d12[i] + gy[i] * gy[i] * d22[i];
      g1[i] = g;
      const double larger = g > g0[i] ? g : g0[i];
      const bool touch = (phi1[i] >= 0) | (phi0[i] * phi1[i] < 2 * dt * reach[i] * larger);
      const std::uint64_t f = touch ? std::uint64_t{touched} : 0;
      l.flag[i] = f | (l.flag[i] & kept);
      here |= f;
    }
    std::uint64_t& flagged = l.flagged[block / lane_block];
    flagged = here | (flagged & kept);
    all |= here;
  }
  l.no_flags = false;
  return all;
}

void commit(std::size_t n, Lanes& l) {
  std::swap(l.x, l.next_x);
  std::swap(l.y, l.next_y);
  l.half = capacity - l.half;
  if (l.half != 0)
    return;
  for (std::size_t block = 0; block < n; block += lane_block) {
#pragma omp simd
    for (std::size_t j = 0; j < lane_block; ++j) {
      const std::size_t i = block + j;
      l.step[i] += 2;
    }
  }
}

} // namespace escapade::lanes
