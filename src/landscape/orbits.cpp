#include "landscape/orbits.hpp"

#include "landscape/differences.hpp"
#include "support/dormand_prince.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace escapade {

namespace {

using State = dormand_prince::State<3>; // x, y, ∫ ∇·b dt

double cross(Vec2 a, Vec2 b) {
  return a.x * b.y - a.y * b.x;
}

/// How far around, in turns, an orbit has come from p to q.
double turns(const Section& s, Vec2 p, Vec2 q) {
  if (s.axis >= 0)
    return (s.axis == 0 ? q.x - p.x : q.y - p.y) / s.width;
  const Vec2 u = p - s.origin, v = q - s.origin;
  return std::atan2(cross(u, v), dot(u, v)) / (2 * std::acos(-1.0));
}

/// Drift, and its divergence, times the direction.
State slope_of(const Field& coefficients, const Domain& domain, double direction, const State& at,
               bool divergence) {
  if (!divergence) {
    const Vec2 p = between_sides(domain, {at[0], at[1]});
    double v[5];
    coefficients(1, &p.x, &p.y, v);
    return {direction * v[0], direction * v[1], 0};
  }
  const auto v = around(coefficients, domain, {at[0], at[1]});
  const double trace = slopes(domain, v[0]).x + slopes(domain, v[1]).y;
  return {direction * v[0][0], direction * v[1][0], direction * trace};
}

/// Where within a step of h the turn is complete.
template<class F>
Return arrive(const Domain& domain, const Section& section, const State& y, const State& slope,
              double h, double way, Return out, const F& slope_at) {
  const Vec2 p{y[0], y[1]};
  double low = 0, high = h;
  auto end = dormand_prince::step(slope_at, y, slope, h);
  for (int k = 0; k < 60 && high - low > 1e-15 * h; ++k) {
    // The secant, where it stays well within the bracket.
    const double f = std::abs(way + turns(section, p, {end.to[0], end.to[1]})) - 1;
    (f >= 0 ? high : low) = h;
    const double speed = std::abs(turns(section, p, {end.to[0], end.to[1]})) / h;
    const double newton = h - f / speed;
    if (std::abs(f) < 1e-15)
      break;
    h = newton > low && newton < high ? newton : 0.5 * (low + high);
    end = dormand_prince::step(slope_at, y, slope, h);
  }
  out.time += h, out.divergence = end.to[2];
  out.lifted = {end.to[0], end.to[1]};
  const Vec2 off = out.lifted - section.origin;
  out.s = dot(section.axis < 0 ? off : nearest_image(domain, off), section.along);
  out.points.push_back(out.lifted);
  return out;
}

} // namespace

Orbits::Orbits(const Field& coefficients, const Domain& domain, const std::vector<RestPoint>& rest,
               double direction)
    : coefficients_(coefficients), domain_(domain), direction_(direction) {
  for (const RestPoint& p : rest)
    if (const auto& j = p.jacobian; j[0] * j[3] - j[1] * j[2] > 0 && direction * (j[0] + j[3]) < 0)
      sinks_.push_back(p.position);
}

std::optional<Return> Orbits::back(const Section& section, double s, double error,
                                   bool keep) const {
  constexpr int most_steps = 20000;
  const Vec2 from = section.origin + s * section.along;
  State y{from.x, from.y, 0};
  const bool divergence = error < coarse_orbits;
  const auto slope_at = [&](const State& at) {
    return slope_of(coefficients_, domain_, direction_, at, divergence);
  };
  State slope = slope_at(y);
  const double speed = boxes(domain_, {slope[0], slope[1]});
  if (!(speed > 0))
    return std::nullopt;
  Return out;
  if (keep)
    out.points.push_back(from);
  double h = 1e-3 / speed, way = 0;
  for (int k = 0; k < most_steps; ++k) {
    const auto step = dormand_prince::step(slope_at, y, slope, h);
    const Vec2 p{y[0], y[1]}, q{step.to[0], step.to[1]};
    const double off = boxes(domain_, {step.error[0], step.error[1]});
    if (!(off <= error) || boxes(domain_, q - p) > 0.02 || std::abs(turns(section, p, q)) > 0.2) {
      h *= std::isfinite(off) && off > error ? dormand_prince::factor(off, error) : 0.5;
      if (!(h > 1e-14 / speed))
        return std::nullopt;
      continue;
    }
    const double next = way + turns(section, p, q);
    if (std::abs(next) >= 1)
      return arrive(domain_, section, y, slope, h, way, std::move(out), slope_at);
    y = step.to, slope = step.slope, way = next, out.time += h;
    if (keep)
      out.points.push_back(q);
    if (strayed(q) || rests(q))
      return std::nullopt;
    h *= dormand_prince::factor(off, error);
  }
  return std::nullopt;
}

Vec2 Orbits::later(Vec2 from, double time) const {
  State y{from.x, from.y, 0};
  const auto slope_at = [&](const State& at) {
    return slope_of(coefficients_, domain_, direction_, at, false);
  };
  State slope = slope_at(y);
  double h = 1e-3 / boxes(domain_, {slope[0], slope[1]}), now = 0;
  for (int k = 0; k < 100000 && now < time && !strayed({y[0], y[1]}); ++k) {
    const auto step = dormand_prince::step(slope_at, y, slope, h);
    const double off = boxes(domain_, {step.error[0], step.error[1]});
    if (off <= coarse_orbits)
      y = step.to, slope = step.slope, now += h;
    h *= dormand_prince::factor(off, coarse_orbits);
  }
  return {y[0], y[1]};
}

bool Orbits::strayed(Vec2 p) const {
  const double x = (p.x - domain_.x0) / domain_.width(), y = (p.y - domain_.y0) / domain_.height();
  return !((domain_.periodic(0) || std::abs(x - 0.5) < 1) &&
           (domain_.periodic(1) || std::abs(y - 0.5) < 1)) ||
         std::abs(x) > 50 || std::abs(y) > 50;
}

bool Orbits::rests(Vec2 p) const {
  return std::any_of(sinks_.begin(), sinks_.end(), [&](Vec2 rest) {
    return boxes(domain_, nearest_image(domain_, p - rest)) < 1e-4;
  });
}

} // namespace escapade
