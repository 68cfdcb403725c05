#include "landscape/action/minimum_action.hpp"

#include "escapade/error.hpp"
#include "landscape/action/curve.hpp"
#include "landscape/flow.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace escapade {

namespace {

constexpr int most_steps = 300;

struct Tridiagonal {
  std::vector<double> diagonal, upper, gradient; // upper[i] joins i and i + 1
};

/// (H + μ|diag H|) u = −r; nothing where that matrix is not positive definite.
std::optional<std::vector<double>> solve(const Tridiagonal& t, const std::vector<double>& r,
                                         double mu) {
  const std::size_t n = t.diagonal.size();
  double mean = 0;
  for (double d : t.diagonal)
    mean += std::abs(d) / static_cast<double>(n);
  std::vector<double> pivot(n), u(n);
  for (std::size_t i = 0; i < n; ++i) {
    pivot[i] = t.diagonal[i] + mu * (std::abs(t.diagonal[i]) + 1e-3 * mean);
    u[i] = -r[i];
    if (i > 0) {
      const double l = t.upper[i - 1] / pivot[i - 1];
      pivot[i] -= l * t.upper[i - 1];
      u[i] -= l * u[i - 1];
    }
    if (!(pivot[i] > 1e-14 * std::abs(t.diagonal[i])))
      return std::nullopt;
  }
  for (std::size_t i = n; i-- > 0;)
    u[i] = u[i] / pivot[i] - (i + 1 < n ? t.upper[i] * u[i + 1] / pivot[i] : 0.0);
  return u;
}

/// First and second derivatives of S for moves of the corners across the curve: each side depends
/// on the moves of its two corners, so seven values of it give all.
Tridiagonal derivatives(const SlidingCurve& curve) {
  const std::size_t sides = curve.points.size() - 1;
  constexpr int moves[7][2] = {{0, 0}, {1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {-1, -1}};
  const std::vector<double> d = difference_steps(curve);
  std::vector<Vec2> from, to;
  for (const auto& m : moves)
    for (std::size_t i = 0; i < sides; ++i) {
      from.push_back(moved(curve, i, m[0] * d[i]));
      to.push_back(moved(curve, i + 1, m[1] * d[i + 1]));
    }
  const std::vector<double> f = side_actions(curve.coefficients, from, to);
  Tridiagonal t{std::vector<double>(sides + 1), std::vector<double>(sides),
                std::vector<double>(sides + 1)};
  for (std::size_t i = 0; i < sides; ++i) {
    const auto at = [&](std::size_t move) { return f[move * sides + i]; };
    t.gradient[i] += (at(1) - at(2)) / (2 * d[i]);
    t.gradient[i + 1] += (at(3) - at(4)) / (2 * d[i + 1]);
    t.diagonal[i] += (at(1) - 2 * at(0) + at(2)) / (d[i] * d[i]);
    t.diagonal[i + 1] += (at(3) - 2 * at(0) + at(4)) / (d[i + 1] * d[i + 1]);
    t.upper[i] =
        (at(5) + at(6) - at(1) - at(2) - at(3) - at(4) + 2 * at(0)) / (2 * d[i] * d[i + 1]);
  }
  // Corners that stay: no row of their own.
  for (std::size_t i = 0; i <= sides; ++i)
    if (i == 0 || (i == sides && !curve.part)) {
      t.gradient[i] = 0;
      t.diagonal[i] = 1;
      t.upper[i == 0 ? 0 : i - 1] = 0;
    }
  return t;
}

SlidingCurve displaced(const SlidingCurve& curve, const std::vector<double>& u, double share) {
  SlidingCurve out = curve;
  for (std::size_t i = 0; i < u.size(); ++i)
    out.points[i] = moved(curve, i, share * u[i]);
  return out;
}

double total(const SlidingCurve& curve) {
  return action_along(curve.coefficients, curve.points).back();
}

/// The largest share of a step that turns no side by more than about 45 degrees.
double gentle_share(const SlidingCurve& curve, const std::vector<double>& u) {
  double share = 1;
  for (std::size_t i = 0; i + 1 < u.size(); ++i) {
    const double side = boxes(curve.domain, curve.points[i + 1] - curve.points[i]);
    const double turn = std::abs(u[i + 1] - u[i]);
    if (turn > 0)
      share = std::min(share, side / turn);
    share = std::min(share, 0.1 / std::max(std::abs(u[i + 1]), 0.1));
  }
  return share;
}

/// At a curve where S is stationary but not least: moves along the softest direction.
bool kick(SlidingCurve& curve, const Tridiagonal& t, double mu) {
  std::vector<double> push(t.diagonal.size());
  for (std::size_t i = 1; i < push.size(); ++i) // smooth and of no symmetry
    push[i] = -std::abs(t.diagonal[i]) *
              std::sin(3.0 * static_cast<double>(i) / static_cast<double>(push.size()));
  push.front() = 0;
  if (!curve.part)
    push.back() = 0;
  const auto mode = solve(t, push, mu);
  if (!mode)
    return false;
  double size = 0;
  for (double m : *mode)
    size = std::max(size, std::abs(m));
  const double before = total(curve);
  for (double length = 0.03; length > 1e-4; length *= 0.5)
    for (double sign : {1.0, -1.0}) {
      const SlidingCurve next = displaced(curve, *mode, sign * length / size);
      if (total(next) < before) {
        curve = next;
        return true;
      }
    }
  return false;
}

/// Newton's method until the decrease that it foretells is within rounding; whether it got there.
bool descend_action(SlidingCurve& curve, bool respread) {
  double s = total(curve), mu = 0;
  for (int step = 0; step < most_steps; ++step) {
    set_normals(curve);
    const Tridiagonal t = derivatives(curve);
    auto u = solve(t, t.gradient, mu);
    while (!u && mu < 1e6) {
      mu = mu > 0 ? 4 * mu : 1e-3;
      u = solve(t, t.gradient, mu);
    }
    if (!u)
      return false;
    double foretold = 0;
    for (std::size_t i = 0; i < u->size(); ++i)
      foretold -= t.gradient[i] * (*u)[i];
    if (foretold <= 1e-13 * curve.scale) {
      if (solve(t, t.gradient, 0) || !kick(curve, t, mu))
        return true;
      s = total(curve);
      continue;
    }
    double share = gentle_share(curve, *u);
    bool fell = false;
    for (int half = 0; half < 12 && !fell; ++half, share *= 0.5) {
      const SlidingCurve next = displaced(curve, *u, share);
      const double trial = total(next);
      if (trial < s - 1e-4 * share * foretold || (trial <= s && foretold < 1e-11 * curve.scale)) {
        curve = next;
        s = trial;
        fell = true;
        mu = half == 0 ? (mu < 1e-3 ? 0 : 0.2 * mu) : mu;
      }
    }
    if (!fell) {
      if (foretold < 1e-10 * curve.scale) // S itself has no more digits
        return true;
      mu = mu > 0 ? 8 * mu : 1e-3;
      if (mu > 1e6)
        return false;
    }
    if (respread && fell && unevenness(curve) > 1.3) {
      curve.points =
          spread_evenly(curve.points, static_cast<int>(curve.points.size()) - 1, curve.domain);
      s = total(curve);
    }
  }
  return false;
}

/// The curve without folds back onto itself, and up to where it first enters the exit set: corners
/// that only move across the curve cannot undo either.
std::vector<Vec2> tidied(const SlidingCurve& curve) {
  std::vector<Vec2> p = curve.points;
  if (curve.part) {
    std::vector<double> x, y, phi(p.size());
    for (Vec2 q : p)
      x.push_back(q.x), y.push_back(q.y);
    curve.part->phi(p.size(), x.data(), y.data(), phi.data());
    for (std::size_t i = 1; i + 1 < p.size(); ++i)
      if (phi[i] > 0 && phi[i - 1] < 0) {
        p[i] = p[i - 1] + (phi[i - 1] / (phi[i - 1] - phi[i])) * (p[i] - p[i - 1]);
        p.resize(i + 1);
      }
    p.back() = onto_boundary(*curve.part, p.back());
  }
  const Vec2 size{curve.domain.width(), curve.domain.height()};
  const auto in_boxes = [&](Vec2 v) { return Vec2{v.x / size.x, v.y / size.y}; };
  for (std::size_t i = 1; i + 1 < p.size();)
    if (dot(in_boxes(p[i] - p[i - 1]), in_boxes(p[i + 1] - p[i])) < 0) {
      p.erase(p.begin() + static_cast<std::ptrdiff_t>(i));
      i = std::max<std::size_t>(i, 2) - 1;
    } else {
      ++i;
    }
  return p;
}

/// Coarse curves move far in few steps; finer ones follow.
SlidingCurve refined_minimum(SlidingCurve curve, int sides) {
  int first = sides;
  while (first >= 48)
    first = (first + 1) / 2;
  bool done = false;
  for (int n = first; n <= sides; n = n < sides && 2 * n > sides ? sides : 2 * n) {
    curve.points = spread_evenly(tidied(curve), n, curve.domain);
    curve.scale = cost_scale(curve);
    descend_action(curve, true);
    curve.points = spread_evenly(tidied(curve), n, curve.domain);
    done = descend_action(curve, false);
    if (n == sides)
      break;
  }
  if (!done)
    throw NotTrusted("the path of least action did not converge in " + std::to_string(most_steps) +
                     " steps; where the noise nearly vanishes or is singular there may be none");
  return curve;
}

struct Pause {
  Vec2 at;
  std::size_t corner;
};

/// A rest point of the drift that the curve comes by, not one of its ends.
std::optional<Pause> pause_of(const SlidingCurve& curve) {
  const auto& p = curve.points;
  std::vector<double> speed(p.size());
  for (std::size_t i = 0; i < p.size(); ++i) {
    double v[5];
    curve.coefficients(1, &p[i].x, &p[i].y, v);
    speed[i] = boxes(curve.domain, {v[0], v[1]});
  }
  for (std::size_t i = 2; i + 2 < p.size(); ++i) {
    if (!(speed[i] <= speed[i - 1] && speed[i] <= speed[i + 1]))
      continue;
    const double near = 2 * boxes(curve.domain, p[i + 1] - p[i]);
    const auto r = rest_point_near(curve.coefficients, curve.domain, p[i], near);
    if (r && boxes(curve.domain, r->position - p.front()) > near &&
        boxes(curve.domain, r->position - p.back()) > near)
      return Pause{r->position, i};
  }
  return std::nullopt;
}

ActionPath path_of(const SlidingCurve& curve) {
  return {curve.points, action_along(curve.coefficients, curve.points), {}};
}

ActionPath joined(ActionPath a, const ActionPath& b) {
  a.rest_points.push_back(a.points.back());
  a.rest_points.insert(a.rest_points.end(), b.rest_points.begin(), b.rest_points.end());
  const double cost = a.total();
  a.points.insert(a.points.end(), b.points.begin() + 1, b.points.end());
  for (std::size_t i = 1; i < b.action.size(); ++i)
    a.action.push_back(cost + b.action[i]);
  return a;
}

} // namespace

std::vector<double> action_along(const Field& coefficients, const std::vector<Vec2>& points) {
  const std::vector<double> sides = side_actions(coefficients, {points.begin(), points.end() - 1},
                                                 {points.begin() + 1, points.end()});
  std::vector<double> action(points.size());
  for (std::size_t i = 0; i < sides.size(); ++i)
    action[i + 1] = action[i] + sides[i];
  return action;
}

ActionPath minimum_action_path(const Field& coefficients, const Domain& domain,
                               const std::vector<Vec2>& guess, int sides, const Part* part) {
  SlidingCurve curve{coefficients, domain, guess, {}, part, 0};
  curve.points = spread_evenly(guess, std::max(sides, 8), domain);
  if (!std::isfinite(total(curve)))
    throw NotTrusted("the noise is singular along the way, and the path would have to go where it "
                     "does not act: the action is infinite");
  curve = refined_minimum(curve, std::max(sides, 8));
  ActionPath best = path_of(curve);
  if (const auto pause = pause_of(curve)) {
    const auto cut = static_cast<std::ptrdiff_t>(pause->corner);
    std::vector<Vec2> before(curve.points.begin(), curve.points.begin() + cut + 1);
    std::vector<Vec2> after(curve.points.begin() + cut, curve.points.end());
    before.back() = after.front() = pause->at;
    const int first = static_cast<int>(cut);
    ActionPath through =
        joined(minimum_action_path(coefficients, domain, before, first, nullptr),
               minimum_action_path(coefficients, domain, after, sides - first, part));
    // Without a corner at the rest point the kink of |b| there is smeared over one side.
    if (through.total() <= best.total() * (1 + 1.0 / sides))
      best = std::move(through);
  }
  for (Vec2 p : best.points) {
    const Vec2 slack = 1e-9 * Vec2{domain.width(), domain.height()};
    const Domain wide{
        domain.x0 - slack.x, domain.x1 + slack.x, domain.y0 - slack.y, domain.y1 + slack.y, {}};
    if (!wide.contains(p))
      throw NotTrusted("the path of least action leaves the domain at " + point_text(p) +
                       ": give a wider domain");
  }
  return best;
}

} // namespace escapade
