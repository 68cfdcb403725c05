// Vectors and symmetric matrices of the plane.
#pragma once

#include <array>
#include <cmath>
#include <string>

namespace escapade {

struct Vec2 {
  double x = 0, y = 0;
};

constexpr Vec2 operator+(Vec2 a, Vec2 b) {
  return {a.x + b.x, a.y + b.y};
}
constexpr Vec2 operator-(Vec2 a, Vec2 b) {
  return {a.x - b.x, a.y - b.y};
}
constexpr Vec2 operator*(double s, Vec2 a) {
  return {s * a.x, s * a.y};
}
constexpr double dot(Vec2 a, Vec2 b) {
  return a.x * b.x + a.y * b.y;
}
inline double norm(Vec2 a) {
  return std::hypot(a.x, a.y);
}

/// A symmetric 2x2 matrix [[xx, xy], [xy, yy]].
struct Sym2 {
  double xx = 0, xy = 0, yy = 0;
};

constexpr Sym2 operator*(double s, Sym2 a) {
  return {s * a.xx, s * a.xy, s * a.yy};
}
constexpr Vec2 operator*(Sym2 a, Vec2 v) {
  return {a.xx * v.x + a.xy * v.y, a.xy * v.x + a.yy * v.y};
}
constexpr double trace(Sym2 a) {
  return a.xx + a.yy;
}
constexpr double determinant(Sym2 a) {
  return a.xx * a.yy - a.xy * a.xy;
}

/// a⁻¹ v; the caller has made sure that a is regular.
constexpr Vec2 solve(Sym2 a, Vec2 v) {
  const double d = determinant(a);
  return {(a.yy * v.x - a.xy * v.y) / d, (a.xx * v.y - a.xy * v.x) / d};
}

/// Eigenvalues in ascending order and the angle (radians, in (−π/2, π/2]) of the eigenvector that
/// belongs to the first.
struct Eigen2 {
  std::array<double, 2> value;
  double angle;
};
Eigen2 eigen(Sym2 a);

/// Rᵀ a R and Rᵀ v with R the rotation by `angle`: components in the frame turned by `angle`.
Sym2 in_frame(Sym2 a, double angle);
Vec2 in_frame(Vec2 v, double angle);

/// "(-1, 0.5)", six digits.
std::string point_text(Vec2 p);

/// Whether texts tell of points by x alone, as of all that this process works on from now on.
void tell_points_on_a_line(bool line);

} // namespace escapade
