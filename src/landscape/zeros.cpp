#include "landscape/zeros.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace escapade {

namespace {

bool may_vanish(double a, double b, double c, double d) {
  const auto [low, high] = std::minmax({a, b, c, d});
  const double slack = 0.5 * (high - low);
  return low - slack <= 0 && high + slack >= 0;
}

} // namespace

VectorLattice vectors_on(const Field& field, std::size_t components, std::size_t first, Vec2 corner,
                         Vec2 size, int n) {
  std::vector<double> x, y;
  for (int j = 0; j <= n; ++j)
    for (int i = 0; i <= n; ++i) {
      x.push_back(corner.x + size.x * i / n);
      y.push_back(corner.y + size.y * j / n);
    }
  std::vector<double> v(components * x.size());
  field(x.size(), x.data(), y.data(), v.data());
  const auto at = v.begin() + static_cast<std::ptrdiff_t>(first * x.size()),
             end = at + static_cast<std::ptrdiff_t>(x.size());
  return {corner, size, n, {at, end}, {end, end + (end - at)}};
}

std::vector<Vec2> cells_with_zeros(const VectorLattice& vectors) {
  const int n = vectors.n;
  const Vec2 cell = vectors.cell();
  std::vector<Vec2> out;
  for (int j = 0; j < n; ++j)
    for (int i = 0; i < n; ++i) {
      const auto k = static_cast<std::size_t>(i + (n + 1) * j),
                 above = k + static_cast<std::size_t>(n) + 1;
      const auto vanishes = [&](const std::vector<double>& f) {
        return may_vanish(f[k], f[k + 1], f[above], f[above + 1]);
      };
      if (vanishes(vectors.f1) && vanishes(vectors.f2))
        out.push_back(
            {vectors.corner.x + cell.x * (i + 0.5), vectors.corner.y + cell.y * (j + 0.5)});
    }
  return out;
}

int winding_number(const VectorLattice& s, const Domain& domain) {
  const int n = s.n, row = n + 1;
  double turned = 0;
  const auto turn = [&](int from, int to) {
    const auto a = static_cast<std::size_t>(from), b = static_cast<std::size_t>(to);
    const double cross = s.f1[a] * s.f2[b] - s.f2[a] * s.f1[b];
    turned += std::atan2(cross, s.f1[a] * s.f1[b] + s.f2[a] * s.f2[b]);
  };
  const int last = row * n; // the first of the highest row
  for (int i = 0; i < n && !domain.periodic(1); ++i)
    turn(i, i + 1);
  for (int j = 0; j < n && !domain.periodic(0); ++j)
    turn(n + row * j, n + row * (j + 1));
  for (int i = n; i > 0 && !domain.periodic(1); --i)
    turn(last + i, last + i - 1);
  for (int j = n; j > 0 && !domain.periodic(0); --j)
    turn(row * j, row * (j - 1));
  return static_cast<int>(std::lround(turned / (2 * std::numbers::pi)));
}

} // namespace escapade
