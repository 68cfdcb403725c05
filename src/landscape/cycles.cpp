#include "landscape/cycles.hpp"

#include "landscape/orbits.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace escapade {

namespace {

/// The fixed point of the returns between two places, the first of which returns further out and
/// the second further in; nothing if the map jumps there.
std::optional<double> fixed_point(const Orbits& orbits, const Section& section, double low,
                                  double high, double error) {
  double before = low, apart_before = 0, s = 0.5 * (low + high);
  for (int k = 0; k < 100; ++k) {
    const auto back = orbits.back(section, s, error, false);
    if (!back)
      return std::nullopt;
    const double apart = back->s - s;
    if (std::abs(apart) <= 10 * error * section.length)
      return s;
    (apart > 0 ? low : high) = s;
    if (high - low < 1e-15 * section.length)
      return std::nullopt;
    const double secant = s - apart * (s - before) / (apart - apart_before);
    before = s, apart_before = apart;
    // Every third step halves the bracket, which the secant may approach from one side.
    s = k > 0 && k % 3 != 2 && secant > low && secant < high ? secant : 0.5 * (low + high);
  }
  return std::nullopt;
}

/// The cycle of a fixed point, measured with two errors of a step; nothing where its neighbours
/// close as well or it leaves the box.
std::optional<LimitCycle> measured(const Orbits& orbits, const Domain& domain,
                                   const Section& section, double low, double high, bool stable) {
  const auto rough = fixed_point(orbits, section, low, high, fine_orbits);
  const auto place = rough ? fixed_point(orbits, section, low, high, finest_orbits) : std::nullopt;
  if (!place)
    return std::nullopt;
  const auto other = orbits.back(section, *rough, fine_orbits, false),
             once = orbits.back(section, *place, finest_orbits, true);
  constexpr double isolated = 1e-6; // of the logarithm of the multiplier
  if (!once || !other || !(once->divergence < -isolated))
    return std::nullopt;
  const bool outside = std::any_of(once->points.begin(), once->points.end(), [&](Vec2 p) {
    return !domain.contains(between_sides(domain, p));
  });
  if (outside)
    return std::nullopt;
  LimitCycle cycle;
  const double sign = stable ? 1 : -1;
  cycle.period = once->time;
  cycle.period_error = std::abs(once->time - other->time) + 1e-12 * once->time;
  cycle.multiplier = std::exp(sign * once->divergence);
  cycle.multiplier_error = cycle.multiplier * (std::abs(once->divergence - other->divergence) +
                                               1e-9 * std::abs(once->divergence));
  cycle.stable = stable;
  cycle.point = rounded_to_zero(domain, between_sides(domain, once->points.front()));
  const Vec2 around = once->lifted - once->points.front();
  cycle.winding = {static_cast<int>(std::lround(around.x / domain.width())),
                   static_cast<int>(std::lround(around.y / domain.height()))};
  cycle.points = once->points;
  return cycle;
}

/// Whether a cycle passes by a point.
bool passes(const Domain& domain, const LimitCycle& cycle, Vec2 p, double reach) {
  for (std::size_t k = 0; k + 1 < cycle.points.size(); ++k) {
    const Vec2 a = nearest_image(domain, cycle.points[k] - p),
               side = cycle.points[k + 1] - cycle.points[k];
    const double t = std::clamp(-dot(a, side) / dot(side, side), 0.0, 1.0);
    if (boxes(domain, a + t * side) < reach)
      return true;
  }
  return false;
}

void add(std::vector<LimitCycle>& found, const Domain& domain, LimitCycle cycle) {
  const bool known = std::any_of(found.begin(), found.end(), [&](const LimitCycle& c) {
    return c.stable == cycle.stable && std::abs(c.period - cycle.period) < 1e-6 * c.period &&
           passes(domain, c, cycle.point, 1e-4);
  });
  if (!known)
    found.push_back(std::move(cycle));
}

/// Cycles whose places on the section lie between its points.
void search(std::vector<LimitCycle>& found, const Orbits& orbits, const Domain& domain,
            const Section& section, bool stable) {
  constexpr int points = 64;
  double before = 0, apart_before = NAN;
  for (int k = 0; k <= points; ++k) {
    // Denser where a cycle about a focus begins.
    const double t = (k + 0.5) / (points + 1), s = section.length * (section.axis < 0 ? t * t : t);
    const auto back = orbits.back(section, s, coarse_orbits, false);
    const double apart = back ? back->s - s : NAN, small = 1e-7 * section.length;
    if (apart_before >= 0 && apart < 0 && (apart_before > small || apart < -small))
      if (auto cycle = measured(orbits, domain, section, before, s, stable);
          cycle && cycle->rotation() == (section.axis >= 0))
        add(found, domain, std::move(*cycle));
    before = s, apart_before = apart;
  }
}

std::vector<Section> sections(const Domain& domain, const std::vector<RestPoint>& rest) {
  std::vector<Section> out;
  for (const RestPoint& p : rest)
    if (p.type != RestPoint::Type::saddle)
      out.push_back(
          {p.position, {1, 0}, domain.periodic(0) ? domain.width() : domain.x1 - p.position.x});
  const Vec2 corner{domain.x0, domain.y0};
  if (domain.periodic(0))
    out.push_back({corner, {0, 1}, domain.height(), 0, domain.width()});
  if (domain.periodic(1))
    out.push_back({corner, {1, 0}, domain.width(), 1, domain.height()});
  return out;
}

} // namespace

std::vector<LimitCycle> limit_cycles(const Field& coefficients, const Domain& domain,
                                     const std::vector<RestPoint>& rest) {
  std::vector<LimitCycle> found;
  if (domain.line)
    return found;
  for (const bool stable : {true, false}) {
    const Orbits orbits(coefficients, domain, rest, stable ? 1 : -1);
    for (const Section& section : sections(domain, rest))
      search(found, orbits, domain, section, stable);
  }
  std::sort(found.begin(), found.end(),
            [](const LimitCycle& a, const LimitCycle& b) { return a.period < b.period; });
  return found;
}

std::optional<LimitCycle> cycle_from(const Field& coefficients, const Domain& domain, Vec2 from) {
  std::vector<LimitCycle> cycles =
      limit_cycles(coefficients, domain, rest_points(coefficients, domain));
  std::erase_if(cycles, [](const LimitCycle& c) { return !c.stable; });
  if (cycles.empty())
    return std::nullopt;
  const Orbits orbits(coefficients, domain, {}, 1);
  const Vec2 end = orbits.later(from, 50 * cycles.back().period);
  for (LimitCycle& cycle : cycles)
    if (passes(domain, cycle, between_sides(domain, end), 1e-3))
      return std::move(cycle);
  return std::nullopt;
}

} // namespace escapade
