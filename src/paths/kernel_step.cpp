#include "lanes.hpp"

#include <bit>
#include <cmath>

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

inline std::uint64_t indefinite_flag(double d11, double d12, double d22) {
  const double product = d11 * d22;
  const bool bad = (d11 < 0) | (d22 < 0) | (product - d12 * d12 < -1e-10 * product);
  return bad ? std::uint64_t{indefinite} : 0;
}

inline std::uint64_t outside_flag(double x, double y, const Walls& w) {
  const bool out = (x < w.x0) | (x > w.x1) | (y < w.y0) | (y > w.y1);
  return out ? std::uint64_t{outside} : 0;
}

/// Looks at the exponent's bits, which -ffast-math leaves alone.
inline std::uint64_t lost_flag(double x, double y) {
  constexpr std::uint64_t exponent = 0x7ff0000000000000;
  const bool bad = ((std::bit_cast<std::uint64_t>(x) & exponent) == exponent) |
                   ((std::bit_cast<std::uint64_t>(y) & exponent) == exponent);
  return bad ? std::uint64_t{lost} : 0;
}

template<bool tamed>
std::uint64_t euler_step(std::size_t n, double dt, const Walls& walls, Lanes& l) {
  const double scale = std::sqrt(2 * dt);
  const double *b1 = l.coefficients, *b2 = b1 + n, *d11 = b2 + n, *d12 = d11 + n, *d22 = d12 + n;
  std::uint64_t all = 0;
  for (std::size_t block = 0; block < n; block += lane_block) {
#pragma omp simd reduction(| : all)
    for (std::size_t j = 0; j < lane_block; ++j) {
      const std::size_t i = block + j;
      const Root a = root(d11[i], d12[i], d22[i]);
      double h = dt;
      if constexpr (tamed)
        h = dt / (1 + dt * std::sqrt(b1[i] * b1[i] + b2[i] * b2[i]));
      const double x = l.x[i] + h * b1[i] + scale * (a.a11 * l.z1[i]);
      const double y = l.y[i] + h * b2[i] + scale * (a.a21 * l.z1[i] + a.a22 * l.z2[i]);
      const std::uint64_t f =
          outside_flag(x, y, walls) | lost_flag(x, y) | indefinite_flag(d11[i], d12[i], d22[i]);
      l.next_x[i] = x;
      l.next_y[i] = y;
      l.flag[i] = f;
      all |= f;
    }
  }
  return all;
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

/// l.scale = √(2 Δt trace D); one square root serves all lanes where the noise is constant.
void noise_scale(std::size_t n, double dt, Lanes& l) {
  const double *d11 = l.coefficients + 2 * n, *d22 = d11 + 2 * n;
  const double first = d11[0] + d22[0], common = std::sqrt(2 * dt * (first > 0 ? first : 0));
  std::uint64_t differ = 0;
  for (std::size_t block = 0; block < n; block += lane_block) {
#pragma omp simd reduction(| : differ)
    for (std::size_t j = 0; j < lane_block; ++j) {
      const std::size_t i = block + j;
      differ |= std::bit_cast<std::uint64_t>(d11[i] + d22[i]) ^ std::bit_cast<std::uint64_t>(first);
      l.scale[i] = common;
    }
  }
  if (differ == 0)
    return;
  for (std::size_t block = 0; block < n; block += lane_block) {
#pragma omp simd
    for (std::size_t j = 0; j < lane_block; ++j) {
      const std::size_t i = block + j;
      const double trace = d11[i] + d22[i];
      l.scale[i] = std::sqrt(2 * dt * (trace > 0 ? trace : 0));
    }
  }
}

} // namespace

std::uint64_t euler_along(std::size_t n, double dt, const Direction& a, const Walls& walls,
                          Lanes& l) {
  noise_scale(n, dt, l);
  const double *b1 = l.coefficients, *b2 = b1 + n, *d11 = b2 + n, *d22 = d11 + 2 * n;
  std::uint64_t all = 0;
  for (std::size_t block = 0; block < n; block += lane_block) {
#pragma omp simd reduction(| : all)
    for (std::size_t j = 0; j < lane_block; ++j) {
      const std::size_t i = block + j;
      const double scale = l.scale[i];
      const double x = l.x[i] + dt * b1[i] + scale * (a.a11 * l.z1[i]);
      const double y = l.y[i] + dt * b2[i] + scale * (a.a21 * l.z1[i] + a.a22 * l.z2[i]);
      const std::uint64_t f = outside_flag(x, y, walls) | lost_flag(x, y) |
                              (d11[i] + d22[i] < 0 ? std::uint64_t{indefinite} : 0);
      l.next_x[i] = x;
      l.next_y[i] = y;
      l.flag[i] = f;
      all |= f;
    }
  }
  return all;
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
      const double weight = l.step[i] == 0 ? 0.5 : 1;
      const double t = l.time[i] + weight * dtau * inverse;
      l.time[i] = t;
      all |= t > max_time ? std::uint64_t{late} : 0;
    }
  }
  return all;
}

void heun_predict(std::size_t n, double dt, Lanes& l) {
  const double scale = std::sqrt(2 * dt);
  const double *b1 = l.coefficients, *b2 = b1 + n, *d11 = b2 + n, *d12 = d11 + n, *d22 = d12 + n;
  for (std::size_t block = 0; block < n; block += lane_block) {
#pragma omp simd
    for (std::size_t j = 0; j < lane_block; ++j) {
      const std::size_t i = block + j;
      const Root a = root(d11[i], d12[i], d22[i]);
      l.next_x[i] = l.x[i] + dt * b1[i] + scale * (a.a11 * l.z1[i]);
      l.next_y[i] = l.y[i] + dt * b2[i] + scale * (a.a21 * l.z1[i] + a.a22 * l.z2[i]);
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
  const double shift = std::sqrt(2 * dt);
  const double *d11 = l.coefficients + 2 * n, *d12 = d11 + n, *d22 = d12 + n;
  for (std::size_t block = 0; block < n; block += lane_block) {
#pragma omp simd
    for (std::size_t j = 0; j < lane_block; ++j) {
      const std::size_t i = block + j;
      const Root a = root(d11[i], d12[i], d22[i]);
      const double s1 = l.sign1[i] > 0 ? shift : -shift, s2 = l.sign2[i] > 0 ? shift : -shift;
      l.shifted_x[i] = l.next_x[i] - a.a11 * s1;
      l.shifted_y[i] = l.next_y[i] - (a.a21 * s1 + a.a22 * s2);
    }
  }
}

std::uint64_t heun_correct(std::size_t n, double dt, const Walls& walls, Lanes& l) {
  const double scale = std::sqrt(2 * dt);
  const double *p1 = l.coefficients, *p2 = p1 + n;
  const double *d11 = l.coefficients + 2 * n, *d12 = d11 + n, *d22 = d12 + n;
  const double *b1 = l.stage, *b2 = b1 + n;
  const double *e11 = l.shifted + 2 * n, *e12 = e11 + n, *e22 = e12 + n;
  std::uint64_t all = 0;
  for (std::size_t block = 0; block < n; block += lane_block) {
#pragma omp simd reduction(| : all)
    for (std::size_t j = 0; j < lane_block; ++j) {
      const std::size_t i = block + j;
      const Root a = root(d11[i], d12[i], d22[i]), e = root(e11[i], e12[i], e22[i]);
      // where the noise does not vary, both halves are those of the start, whatever other lanes do
      const double v = l.varies[i];
      const double s1 = l.sign1[i] > 0 ? v : -v, s2 = l.sign2[i] > 0 ? v : -v;
      const double f11 = v > 0 ? e.a11 : a.a11, f21 = v > 0 ? e.a21 : a.a21,
                   f22 = v > 0 ? e.a22 : a.a22;
      const double m1 = l.z1[i] - s1, m2 = l.z2[i] - s2, w1 = l.z1[i] + s1, w2 = l.z2[i] + s2;
      const double x = l.x[i] + 0.5 * (dt * (p1[i] + b1[i]) + scale * (a.a11 * m1 + f11 * w1));
      const double y = l.y[i] + 0.5 * (dt * (p2[i] + b2[i]) +
                                       scale * (a.a21 * m1 + a.a22 * m2 + f21 * w1 + f22 * w2));
      const std::uint64_t f =
          outside_flag(x, y, walls) | lost_flag(x, y) | indefinite_flag(d11[i], d12[i], d22[i]);
      l.next_x[i] = x;
      l.next_y[i] = y;
      l.flag[i] = f;
      all |= f;
    }
  }
  return all;
}

std::uint64_t touch_plane(std::size_t n, int axis, double position, double sign, double reach_dt,
                          Lanes& l) {
  const double* p0 = axis == 0 ? l.x : l.y;
  const double* p1 = axis == 0 ? l.next_x : l.next_y;
  const double* g = l.coefficients + (axis == 0 ? 2 : 4) * n;
  std::uint64_t all = 0;
  for (std::size_t block = 0; block < n; block += lane_block) {
#pragma omp simd reduction(| : all)
    for (std::size_t j = 0; j < lane_block; ++j) {
      const std::size_t i = block + j;
      const double phi0 = sign * (p0[i] - position), phi1 = sign * (p1[i] - position);
      const bool touch = (phi1 >= 0) | (phi0 * phi1 < reach_dt * g[i]);
      const std::uint64_t f = touch ? std::uint64_t{touched} : 0;
      l.flag[i] |= f;
      all |= f;
    }
  }
  return all;
}

std::uint64_t touch_curve(std::size_t n, const double* phi0, const double* phi1, double reach_dt,
                          Lanes& l) {
  const double *d11 = l.coefficients + 2 * n, *d12 = d11 + n, *d22 = d12 + n;
  const double *gx = phi0 + n, *gy = gx + n, *hx = phi1 + n, *hy = hx + n;
  std::uint64_t all = 0;
  for (std::size_t block = 0; block < n; block += lane_block) {
#pragma omp simd reduction(| : all)
    for (std::size_t j = 0; j < lane_block; ++j) {
      const std::size_t i = block + j;
      const double g = gx[i] * gx[i] * d11[i] + 2 * gx[i] * gy[i] * d12[i] + gy[i] * gy[i] * d22[i];
      const double h = hx[i] * hx[i] * d11[i] + 2 * hx[i] * hy[i] * d12[i] + hy[i] * hy[i] * d22[i];
      const bool touch = (phi1[i] >= 0) | (phi0[i] * phi1[i] < 2 * reach_dt * (g > h ? g : h));
      const std::uint64_t f = touch ? std::uint64_t{touched} : 0;
      l.flag[i] |= f;
      all |= f;
    }
  }
  return all;
}

void commit(std::size_t n, Lanes& l) {
  for (std::size_t block = 0; block < n; block += lane_block) {
#pragma omp simd
    for (std::size_t j = 0; j < lane_block; ++j) {
      const std::size_t i = block + j;
      l.x[i] = l.next_x[i];
      l.y[i] = l.next_y[i];
      ++l.step[i];
    }
  }
}

} // namespace escapade::lanes
