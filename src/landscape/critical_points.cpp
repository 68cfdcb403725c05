#include "escapade/landscape/critical_points.hpp"

#include "escapade/error.hpp"
#include "landscape/flow.hpp"
#include "landscape/zeros.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

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

/// Whether the slope vanishes and with it a curvature, as far as rounding tells: in a valley, on a
/// ridge, or at a point of higher order.
bool is_flat(const Jet& j, const Domain& d) {
  const double w = d.width(), h = d.height();
  const auto e =
      eigen(Sym2{j.hessian.xx * w * w, j.hessian.xy * w * h, j.hessian.yy * h * h}).value;
  const double least = std::min(std::abs(e[0]), std::abs(e[1])),
               most = std::max(std::abs(e[0]), std::abs(e[1]));
  return least <= 1e-7 * most && std::hypot(j.slope.x * w, j.slope.y * h) <= 1e-9 * most;
}

/// The direction of the larger curvature, and the step along it that takes the slope away.
struct Stiff {
  Vec2 along, step;
};
Stiff stiff_step(const Jet& j) {
  const auto e = eigen(j.hessian);
  const bool second = std::abs(e.value[1]) > std::abs(e.value[0]);
  const double angle = e.angle + (second ? 0.5 * std::numbers::pi : 0.0);
  const Vec2 along{std::cos(angle), std::sin(angle)};
  return {along, (-dot(along, j.slope) / e.value[second ? 1 : 0]) * along};
}

/// Whether the landscape is flat beside a flat place too: it then is part of a curve.
bool in_valley(const Field& landscape, const Domain& domain, Vec2 p) {
  const Vec2 stiff = stiff_step(jet_at(landscape, p)).along;
  for (const double side : {0.01, -0.01}) {
    Vec2 q = p + side * Vec2{-stiff.y * domain.width(), stiff.x * domain.height()};
    Jet j = jet_at(landscape, q);
    for (int step = 0; step < 8 && finite(j); ++step) {
      q = q + stiff_step(j).step;
      j = jet_at(landscape, q);
    }
    if (finite(j) && is_flat(j, domain) && boxes(domain, q - p) < 0.05)
      return true;
  }
  return false;
}

struct Found {
  std::optional<CriticalPoint> point;
  std::optional<Vec2> valley; // met on the way
};

/// Newton's method with steps no longer than `reach`; no point where it does not converge to a
/// regular one inside the domain.
Found newton(const Field& landscape, const Domain& domain, Vec2 p, Vec2 reach) {
  Found found;
  double last = INFINITY;
  for (int step = 0; step < 60; ++step) {
    const Jet j = jet_at(landscape, p);
    if (!finite(j) || (j.hessian.xx == 0 && j.hessian.xy == 0 && j.hessian.yy == 0))
      return found;
    const Vec2 inside = between_sides(domain, p);
    if (is_flat(j, domain) && in_valley(landscape, domain, p)) {
      if (domain.contains(inside))
        found.valley = inside;
      return found;
    }
    const bool regular = determinant(j.hessian) != 0;
    const Vec2 d = regular ? -1.0 * solve(j.hessian, j.slope) : stiff_step(j).step;
    const double length = boxes(domain, d);
    // Quadratic convergence ends at rounding: the steps stop shrinking.
    if (length == 0 || (length < 1e-9 && length >= 0.25 * last)) {
      if (domain.contains(inside) && regular)
        found.point = point_of(inside, j);
      return found;
    }
    last = length;
    const double shrink = std::max({1.0, std::abs(d.x) / reach.x, std::abs(d.y) / reach.y});
    p = p + (1 / shrink) * d;
    if ((!domain.periodic(0) && (p.x < domain.x0 - reach.x || p.x > domain.x1 + reach.x)) ||
        (!domain.periodic(1) && (p.y < domain.y0 - reach.y || p.y > domain.y1 + reach.y)))
      return found;
  }
  return found;
}

bool near(const Domain& d, Vec2 p, Vec2 q, double fraction) {
  const Vec2 v = nearest_image(d, p - q);
  return std::abs(v.x) < fraction * d.width() && std::abs(v.y) < fraction * d.height();
}

struct Search {
  std::vector<CriticalPoint> points;
  std::vector<Vec2> valley; // places of a valley, a cell apart: no critical points of their own

  void add(const Domain& d, const Found& p, double cell) {
    if (p.valley && std::none_of(valley.begin(), valley.end(),
                                 [&](Vec2 q) { return near(d, q, *p.valley, cell); }))
      valley.push_back(*p.valley);
    if (p.point && std::none_of(points.begin(), points.end(), [&](const CriticalPoint& q) {
          return near(d, q.position, p.point->position, 1e-6);
        })) {
      points.push_back(*p.point);
      points.back().position = rounded_to_zero(d, points.back().position);
    }
  }
};

VectorLattice slopes_on(const Field& landscape, Vec2 corner, Vec2 size, int n) {
  return vectors_on(landscape, 6, 1, corner, size, n);
}

/// A well much narrower than a cell turns Newton's method away at its rim. So where the method
/// leads from the middle of a cell to no point nearby, it begins anew in parts of the cell.
Search search(const Field& landscape, const Domain& d, const VectorLattice& slopes) {
  constexpr int parts = 4;
  const int n = slopes.n;
  const Vec2 cell = slopes.cell();
  Search found;
  for (const Vec2 middle : cells_with_zeros(slopes)) {
    const Found p = newton(landscape, d, middle, 4.0 * cell);
    found.add(d, p, 1.0 / n);
    if (p.valley || (p.point && near(d, p.point->position, middle, 1.6 / n)))
      continue;
    for (const Vec2 within :
         cells_with_zeros(slopes_on(landscape, middle - 0.5 * cell, cell, parts)))
      found.add(d, newton(landscape, d, within, cell), 1.0 / n);
  }
  std::sort(found.points.begin(), found.points.end(),
            [](const CriticalPoint& a, const CriticalPoint& b) {
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

CriticalPoints critical_points(const Field& landscape, const Domain& domain, int least, int most) {
  CriticalPoints out;
  for (int n = least; n <= most; n *= 2) {
    const VectorLattice s =
        slopes_on(landscape, {domain.x0, domain.y0}, {domain.width(), domain.height()}, n);
    out.winding = winding_number(s, domain);
    Search found = search(landscape, domain, s);
    out.points = std::move(found.points), out.valley = std::move(found.valley);
    int index = 0;
    for (const CriticalPoint& p : out.points)
      index += p.type == CriticalPoint::Type::saddle ? -1 : 1;
    out.complete = index == out.winding || !out.valley.empty(); // a valley may cross the rim
    if (out.complete)
      break;
  }
  return out;
}

namespace {

BadInput in_a_valley(const std::string& option, Vec2 from, Vec2 end) {
  return BadInput(
      option + " " + point_text(from) + ": descent from there ends at " + point_text(end) +
      ", in a valley whose minima are not isolated (the Hessian is singular there); "
      "take noise that needs no isolated minimum, as covariance, or add a regularization");
}

} // namespace

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
        const auto found = newton(landscape, wide, p, {domain.width(), domain.height()}).point;
        if (found && found->type == CriticalPoint::Type::minimum) {
          CriticalPoint end = *found;
          end.position = between_sides(domain, end.position);
          return end;
        }
      }
    }
    if (is_flat(j, domain) && in_valley(landscape, domain, p))
      throw in_a_valley(option, from, between_sides(domain, p));
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
