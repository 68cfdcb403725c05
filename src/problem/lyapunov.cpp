#include "problem/lyapunov.hpp"

namespace escapade {

Sym2 lyapunov_covariance(const std::array<double, 4>& A, Sym2 D) {
  const double r = A[0] + A[3], det = A[0] * A[3] - A[1] * A[2];
  const Vec2 p{A[3], -A[1]}, q{-A[2], A[0]}; // rows of adj(A)
  const double below = -r * det;
  return {(det * D.xx + dot(p, D * p)) / below, (det * D.xy + dot(p, D * q)) / below,
          (det * D.yy + dot(q, D * q)) / below};
}

} // namespace escapade
