#include "landscape/cycles.hpp"

#include "support/dormand_prince.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace escapade {

namespace {

using State = dormand_prince::State<3>; // x, y, ∫ ∇·b dt

/// Errors of a step, in boxes.
constexpr double coarse = 1e-8, fine = 1e-11, finest = 1e-13;

/// Where orbits begin and are waited for: on a half-line from the inside of a cycle, or along a
/// periodic side.
struct Section {
  Vec2 origin, along;
  double length = 0;
  int axis = -1; // that a rotation goes along; −1: orbits turn about the origin
  double width = 0;
};

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

struct Return {
  double s = 0; // place on the section
  double time = 0, divergence = 0;
  Vec2 lifted; // the end, periodic sides passed as if the plane went on
  std::vector<Vec2> points;
};

/// The drift and time's direction.
class Orbits {
public:
  Orbits(const Field& coefficients, const Domain& domain, const std::vector<RestPoint>& rest,
         double direction)
      : coefficients_(coefficients), domain_(domain), direction_(direction) {
    for (const RestPoint& p : rest)
      if (const auto& j = p.jacobian;
          j[0] * j[3] - j[1] * j[2] > 0 && direction * (j[0] + j[3]) < 0)
        sinks_.push_back(p.position);
  }

  /// The first time that an orbit from the section has come around once; nothing if it rests,
  /// leaves the box by half of its size, or takes too long.
  std::optional<Return> back(const Section& section, double s, double error, bool keep) const {
    constexpr int most_steps = 20000;
    const Vec2 from = section.origin + s * section.along;
    State y{from.x, from.y, 0};
    const bool divergence = error < coarse;
    const auto slope_at = [&](const State& at) { return slope(at, divergence); };
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
        return arrive(section, y, slope, h, way, std::move(out), slope_at);
      y = step.to, slope = step.slope, way = next, out.time += h;
      if (keep)
        out.points.push_back(q);
      if (strayed(q) || rests(q))
        return std::nullopt;
      h *= dormand_prince::factor(off, error);
    }
    return std::nullopt;
  }

private:
  const Field& coefficients_;
  const Domain& domain_;
  double direction_;
  std::vector<Vec2> sinks_;

  State slope(const State& at, bool divergence) const {
    const Vec2 p = between_sides(domain_, {at[0], at[1]});
    const double ex = 3e-4 * domain_.width(), ey = 3e-4 * domain_.height();
    const double x[9] = {p.x, p.x - 2 * ex, p.x - ex, p.x + ex, p.x + 2 * ex, p.x, p.x, p.x, p.x},
                 y[9] = {p.y, p.y, p.y, p.y, p.y, p.y - 2 * ey, p.y - ey, p.y + ey, p.y + 2 * ey};
    double v[45];
    const std::size_t n = divergence ? 9 : 1;
    coefficients_(n, x, y, v);
    const auto by = [](const double* f, double h) {
      return (f[0] - f[3] + 8 * (f[2] - f[1])) / (12 * h);
    };
    const double trace = divergence ? by(v + 1, ex) + by(v + n + 5, ey) : 0;
    return {direction_ * v[0], direction_ * v[n], direction_ * trace};
  }

  /// Where within a step of h the turn is complete.
  template<class F>
  std::optional<Return> arrive(const Section& section, const State& y, const State& slope, double h,
                               double way, Return out, const F& slope_at) const {
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
    out.s = dot(section.axis < 0 ? off : nearest_image(domain_, off), section.along);
    out.points.push_back(out.lifted);
    return out;
  }

  bool strayed(Vec2 p) const {
    const double x = (p.x - domain_.x0) / domain_.width(),
                 y = (p.y - domain_.y0) / domain_.height();
    return !((domain_.periodic(0) || std::abs(x - 0.5) < 1) &&
             (domain_.periodic(1) || std::abs(y - 0.5) < 1)) ||
           std::abs(x) > 50 || std::abs(y) > 50;
  }
  bool rests(Vec2 p) const {
    return std::any_of(sinks_.begin(), sinks_.end(), [&](Vec2 rest) {
      return boxes(domain_, nearest_image(domain_, p - rest)) < 1e-4;
    });
  }
};

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
  const auto rough = fixed_point(orbits, section, low, high, fine);
  const auto place = rough ? fixed_point(orbits, section, low, high, finest) : std::nullopt;
  if (!place)
    return std::nullopt;
  const auto other = orbits.back(section, *rough, fine, false),
             once = orbits.back(section, *place, finest, true);
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
  cycle.point = between_sides(domain, once->points.front());
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
    const auto back = orbits.back(section, s, coarse, false);
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

} // namespace escapade
