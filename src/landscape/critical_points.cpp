#include "escapade/landscape/critical_points.hpp"

#include "escapade/error.hpp"
#include "landscape/flow.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

namespace escapade {

namespace {

struct Jet {
  double value;
  Vec2 slope;
  Sym2 hessian;
};

Jet jet_at(const Field& landscape, Vec2 p) {
  double v[6];
  landscape(1, &p.x, &p.y, v);
  return {v[0], {v[1], v[2]}, {v[3], v[4], v[5]}};
}

bool finite(const Jet& j) {
  return std::isfinite(j.slope.x) && std::isfinite(j.slope.y) && std::isfinite(trace(j.hessian)) &&
         std::isfinite(j.hessian.xy);
}

CriticalPoint point_of(Vec2 p, const Jet& j) {
  const auto e = eigen(j.hessian).value;
  const auto type = e[0] > 0   ? CriticalPoint::Type::minimum
                    : e[1] < 0 ? CriticalPoint::Type::maximum
                               : CriticalPoint::Type::saddle;
  return {p, j.value, j.hessian, type};
}

/// Newton's method with steps no longer than `reach`; nothing where it does not converge to a
/// regular point inside the domain.
std::optional<CriticalPoint> newton(const Field& landscape, const Domain& domain, Vec2 p,
                                    Vec2 reach) {
  double last = INFINITY;
  for (int step = 0; step < 60; ++step) {
    const Jet j = jet_at(landscape, p);
    if (!finite(j) || determinant(j.hessian) == 0)
      return std::nullopt;
    Vec2 d = -1.0 * solve(j.hessian, j.slope);
    const double length = boxes(domain, d);
    // Quadratic convergence ends at rounding: the steps stop shrinking.
    if (length == 0 || (length < 1e-9 && length >= 0.25 * last))
      return domain.contains(p) ? std::optional(point_of(p, j)) : std::nullopt;
    last = length;
    const double shrink = std::max({1.0, std::abs(d.x) / reach.x, std::abs(d.y) / reach.y});
    p = p + (1 / shrink) * d;
    if (p.x < domain.x0 - reach.x || p.x > domain.x1 + reach.x || p.y < domain.y0 - reach.y ||
        p.y > domain.y1 + reach.y)
      return std::nullopt;
  }
  return std::nullopt;
}

struct Slopes {
  int nx, ny;
  std::vector<double> gx, gy;
};

Slopes sample(const Field& landscape, const Domain& d, int n) {
  Slopes s{n + 1, n + 1, {}, {}};
  std::vector<double> x, y;
  for (int j = 0; j <= n; ++j)
    for (int i = 0; i <= n; ++i) {
      x.push_back(d.x0 + d.width() * i / n);
      y.push_back(d.y0 + d.height() * j / n);
    }
  std::vector<double> v(6 * x.size());
  landscape(x.size(), x.data(), y.data(), v.data());
  s.gx.assign(v.begin() + static_cast<std::ptrdiff_t>(x.size()),
              v.begin() + static_cast<std::ptrdiff_t>(2 * x.size()));
  s.gy.assign(v.begin() + static_cast<std::ptrdiff_t>(2 * x.size()),
              v.begin() + static_cast<std::ptrdiff_t>(3 * x.size()));
  return s;
}

/// Winding number of the slope along the rim of the lattice.
int winding_number(const Slopes& s) {
  std::vector<std::size_t> rim;
  const int n = s.nx - 1;
  for (int i = 0; i < n; ++i)
    rim.push_back(static_cast<std::size_t>(i));
  for (int j = 0; j < n; ++j)
    rim.push_back(static_cast<std::size_t>(n + s.nx * j));
  for (int i = n; i > 0; --i)
    rim.push_back(static_cast<std::size_t>(i + s.nx * n));
  for (int j = n; j > 0; --j)
    rim.push_back(static_cast<std::size_t>(s.nx * j));
  double turned = 0;
  for (std::size_t k = 0; k < rim.size(); ++k) {
    const std::size_t a = rim[k], b = rim[(k + 1) % rim.size()];
    const double cross = s.gx[a] * s.gy[b] - s.gy[a] * s.gx[b];
    turned += std::atan2(cross, s.gx[a] * s.gx[b] + s.gy[a] * s.gy[b]);
  }
  return static_cast<int>(std::lround(turned / (2 * std::numbers::pi)));
}

bool may_vanish_in(const std::vector<double>& g, int nx, int i, int j) {
  const double* const at = &g[static_cast<std::size_t>(i + nx * j)];
  return may_vanish(at[0], at[1], at[nx], at[nx + 1]);
}

std::vector<CriticalPoint> search(const Field& landscape, const Domain& d, const Slopes& s) {
  const int n = s.nx - 1;
  const Vec2 cell{d.width() / n, d.height() / n};
  std::vector<CriticalPoint> found;
  for (int j = 0; j < n; ++j)
    for (int i = 0; i < n; ++i) {
      if (!may_vanish_in(s.gx, s.nx, i, j) || !may_vanish_in(s.gy, s.nx, i, j))
        continue;
      const Vec2 middle{d.x0 + cell.x * (i + 0.5), d.y0 + cell.y * (j + 0.5)};
      const auto p = newton(landscape, d, middle, 4.0 * cell);
      if (!p)
        continue;
      const bool known = std::any_of(found.begin(), found.end(), [&](const CriticalPoint& q) {
        return std::abs(q.position.x - p->position.x) < 1e-6 * d.width() &&
               std::abs(q.position.y - p->position.y) < 1e-6 * d.height();
      });
      if (!known)
        found.push_back(*p);
    }
  std::sort(found.begin(), found.end(), [](const CriticalPoint& a, const CriticalPoint& b) {
    return a.type != b.type ? a.type < b.type : a.value < b.value;
  });
  return found;
}

} // namespace

std::string name_of(CriticalPoint::Type type) {
  return type == CriticalPoint::Type::minimum  ? "minimum"
         : type == CriticalPoint::Type::saddle ? "saddle"
                                               : "maximum";
}

CriticalPoints critical_points(const Field& landscape, const Domain& domain) {
  CriticalPoints out;
  for (int n = 128; n <= 1024; n *= 2) {
    const Slopes s = sample(landscape, domain, n);
    out.winding = winding_number(s);
    out.points = search(landscape, domain, s);
    int index = 0;
    for (const CriticalPoint& p : out.points)
      index += p.type == CriticalPoint::Type::saddle ? -1 : 1;
    out.complete = index == out.winding;
    if (out.complete)
      break;
  }
  return out;
}

CriticalPoint descend(const Field& landscape, const Domain& domain, Vec2 from,
                      const std::string& option) {
  const auto fail = [&](const std::string& why) {
    return BadInput(option + " (" + std::to_string(from.x) + ", " + std::to_string(from.y) +
                    "): descent from there " + why + "; give a point in the basin of a minimum");
  };
  // Linearly implicit Euler, (I + t H) δ = −t ∇V: follows the flow for small t and becomes
  // Newton's method for large t. The step is halved until V falls as the linear model says it
  // should and the slope turns by little, so that no ridge is crossed.
  Vec2 p = from;
  Jet j = jet_at(landscape, p);
  double t =
      0.01 / (std::abs(j.hessian.xx) + std::abs(j.hessian.yy) + std::abs(j.hessian.xy) + 1e-300);
  for (int step = 0; step < 100000; ++step) {
    if (!finite(j))
      throw fail("meets values that are not finite");
    if (std::abs(p.x - domain.x0) > 10 * domain.width() ||
        std::abs(p.y - domain.y0) > 10 * domain.height())
      throw fail("leaves the domain");
    const auto e = eigen(j.hessian).value;
    if (e[0] > 0) { // convex here: settle with Newton if it stays where it is
      const Vec2 d = -1.0 * solve(j.hessian, j.slope);
      if (boxes(domain, d) < 1e-6) {
        const Domain wide{p.x - domain.width(), p.x + domain.width(), p.y - domain.height(),
                          p.y + domain.height()};
        if (const auto found = newton(landscape, wide, p, {domain.width(), domain.height()});
            found && found->type == CriticalPoint::Type::minimum)
          return *found;
      }
    }
    t = std::min(t, e[0] < 0 ? 0.25 / -e[0] : INFINITY);
    const Sym2 m{1 + t * j.hessian.xx, t * j.hessian.xy, 1 + t * j.hessian.yy};
    const Vec2 d = -t * solve(m, j.slope);
    if (norm(d) == 0)
      break;
    const Jet next = jet_at(landscape, p + d);
    // Compare with the slope that the quadratic model foretells.
    const Vec2 foretold = j.slope + j.hessian * d;
    if (!finite(next) || next.value > j.value ||
        norm(next.slope - foretold) > 0.1 * norm(j.slope)) {
      t *= 0.5;
      if (t < 1e-300)
        break;
      continue;
    }
    p = p + d;
    j = next;
    t *= 1.5;
  }
  throw fail("comes to rest at no proper minimum");
}

} // namespace escapade
