#include "landscape/rays/rays.hpp"

#include "landscape/rays/hamilton.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace escapade {

namespace {

double cross(Vec2 a, Vec2 b) {
  return a.x * b.y - a.y * b.x;
}

/// Where a ray comes by a point: the nearest place of one turn.
struct Pass {
  double miss = 0; // to the left positive, in boxes
  double action = 0;
  double open = 0; // of the action, by first order to the point
  double time = 0;
};

/// The time within a step of h at which g, which changes its sign there, vanishes.
template<class G>
double root_within(double h, double g0, double g1, G g) {
  double low = 0, high = h, t = h * g0 / (g0 - g1);
  for (int k = 0; k < 60 && high - low > 1e-14 * h; ++k) {
    const double value = g(t);
    if (value == 0)
      return t;
    if ((value > 0) == (g1 > 0))
      high = t, g1 = value;
    else
      low = t, g0 = value;
    const double secant = low + (high - low) * g0 / (g0 - g1);
    t = k % 3 != 2 && secant > low && secant < high ? secant : 0.5 * (low + high);
  }
  return t;
}

/// A point to be met. At a rest point of the drift p = 0: what is left to it is half of p·off
/// there, elsewhere p·off. Many rays come to rest at one that repels; they have arrived 1e-3 boxes
/// away.
struct Aim {
  Vec2 at;
  double share = 1, arrived = 1e-5;
};

Aim aim_at(const Field& coefficients, const Domain& domain, Vec2 point) {
  const auto rest = rest_point_near(coefficients, domain, point, 1e-4);
  if (!rest)
    return {point};
  return {point, 0.5, rest->type == RestPoint::Type::unstable ? 1e-3 : 1e-5};
}

Pass pass_at(const Rays& rays, const RayState& s, const RayState& slope, const Aim& target,
             double time) {
  const Vec2 off = rays.to(place(s), target.at), v = place(slope);
  const double side = cross(v, off) < 0 ? -1 : 1, open = dot(momentum(s), off);
  return {side * rays.length(off), s[4] + target.share * open,
          (target.share < 1 ? 0.1 : 1) * std::abs(open), time};
}

/// All passes of a ray by a point; a ray that comes to rest there ends by one.
std::vector<Pass> passes(const Rays& rays, const RayStart& start, const Aim& target,
                         double most_action) {
  std::vector<Pass> out;
  const auto approach = [&](const RayState& s, const RayState& slope) {
    return -dot(rays.to(place(s), target.at), place(slope));
  };
  rays.follow(
      start, most_action,
      [&](const RayState& y, const RayState& slope, const RayStep& step, double h, double time) {
        const double g0 = approach(y, slope), g1 = approach(step.to, step.slope);
        if (!(g0 < 0 && g1 >= 0)) {
          const bool there = rays.length(rays.to(place(step.to), target.at)) < target.arrived;
          if (there)
            out.push_back(pass_at(rays, step.to, step.slope, target, time + h));
          return there;
        }
        const double t = root_within(h, g0, g1, [&](double part) {
          const RayState s = rays.partial(y, slope, part);
          return approach(s, rays.slope_at(s));
        });
        const RayState s = rays.partial(y, slope, t);
        out.push_back(pass_at(rays, s, rays.slope_at(s), target, time + t));
        return false;
      });
  return out;
}

const Pass* nearest_in_action(const std::vector<Pass>& of, double action) {
  const auto found = std::min_element(of.begin(), of.end(), [&](const Pass& a, const Pass& b) {
    return std::abs(a.action - action) < std::abs(b.action - action);
  });
  return found == of.end() ? nullptr : &*found;
}

/// Two neighbouring rays that leave the point on different sides.
struct Bracket {
  int curve = 0;
  double low = 0, high = 0;
  Pass at_low, at_high;
  double action() const { return std::min(at_low.action, at_high.action); }
};

/// The place between that meets the point as nearly as numbers tell.
std::optional<std::pair<double, Pass>> met(const Rays& rays, const RaySource& source,
                                           const Aim& target, Bracket b) {
  for (int k = 0; k < 80; ++k) {
    const double middle = 0.5 * (b.low + b.high);
    if (!(middle > b.low && middle < b.high))
      break;
    const auto found = passes(rays, source.start(b.curve, middle), target,
                              2 * b.at_high.action + 2 * b.at_low.action);
    const Pass* pass = nearest_in_action(found, 0.5 * (b.at_low.action + b.at_high.action));
    if (!pass)
      return std::nullopt;
    const bool low = (pass->miss > 0) == (b.at_low.miss > 0);
    (low ? b.low : b.high) = middle;
    (low ? b.at_low : b.at_high) = *pass;
    if (std::abs(pass->miss) < 1e-9)
      break;
  }
  const bool low = std::abs(b.at_low.miss) < std::abs(b.at_high.miss);
  const Pass& best = low ? b.at_low : b.at_high;
  if (!(std::abs(best.miss) < std::max(1e-4, target.arrived)))
    return std::nullopt;
  return std::pair{low ? b.low : b.high, best};
}

constexpr int rays_a_curve = 128;
constexpr double rough_steps = 1e-7, fine_steps = 1e-10;

std::vector<Bracket> brackets(const Rays& rays, const RaySource& source, const Aim& target) {
  std::vector<Bracket> out;
  for (int curve = 0; curve < source.curves; ++curve) {
    std::vector<Pass> before;
    for (int k = 0; k <= rays_a_curve; ++k) {
      const double at = static_cast<double>(k) / rays_a_curve;
      const auto found = passes(rays, source.start(curve, at), target, INFINITY);
      for (const Pass& a : found)
        if (std::abs(a.miss) < target.arrived)
          out.push_back({curve, at, at, a, a});
      for (const Pass& a : before)
        if (const Pass* b = nearest_in_action(found, a.action);
            b && (a.miss > 0) != (b->miss > 0) && std::abs(a.miss) + std::abs(b->miss) < 1)
          out.push_back({curve, at - 1.0 / rays_a_curve, at, a, *b});
      before = found;
    }
  }
  std::sort(out.begin(), out.end(),
            [](const Bracket& a, const Bracket& b) { return a.action() < b.action(); });
  return out;
}

/// The points of a ray up to a time, and their actions.
Ray traced(const Rays& rays, const RayStart& start, double until) {
  Ray ray{{start.at}, {start.action}};
  rays.follow(
      start, INFINITY,
      [&](const RayState& y, const RayState& slope, const RayStep& step, double h, double time) {
        const bool last = time + h >= until;
        const RayState s = last ? rays.partial(y, slope, until - time) : step.to;
        ray.points.push_back(place(s)), ray.action.push_back(s[4]);
        return last;
      });
  return ray;
}

/// Where a ray enters an exit set.
struct Exit {
  double action = INFINITY, time = 0;
  std::size_t part = 0;
};

/// How deep in the exit set, negative outside.
double depth(const Domain& domain, const Region& exit, Vec2 p) {
  p = between_sides(domain, p);
  double deepest = -INFINITY, phi = 0;
  for (const Part& part : exit) {
    part.phi(1, &p.x, &p.y, &phi);
    deepest = std::max(deepest, phi);
  }
  return deepest;
}

/// The time within a step at which the ray is deepest in the exit set, by a parabola, if it grazes
/// the set between two places outside.
double deepest_within(double h, double before, double middle, double after) {
  const double bend = before - 2 * middle + after;
  const double t = bend < 0 ? 0.5 + 0.25 * (before - after) / bend : 0.5;
  return std::clamp(t, 0.0, 1.0) * h;
}

Exit exit_of(const Rays& rays, const RayStart& start, const Region& exit, double most_action) {
  Exit out;
  double before = depth(rays.domain(), exit, start.at);
  rays.follow(
      start, most_action,
      [&](const RayState& y, const RayState& slope, const RayStep& step, double h, double time) {
        const double after = depth(rays.domain(), exit, place(step.to));
        double high = h;
        if (after <= 0 && after + std::abs(after - before) > 0) {
          const double middle = depth(rays.domain(), exit, place(rays.partial(y, slope, 0.5 * h)));
          high = deepest_within(h, before, middle, after);
        }
        before = after;
        int part = high < h ? rays.part_of(exit, place(rays.partial(y, slope, high)))
                            : rays.part_of(exit, place(step.to));
        if (part < 0)
          return false;
        double low = 0;
        for (int k = 0; k < 50; ++k) {
          const double middle = 0.5 * (low + high);
          const int there = rays.part_of(exit, place(rays.partial(y, slope, middle)));
          (there < 0 ? low : high) = middle;
          part = there < 0 ? part : there;
        }
        out = {rays.partial(y, slope, high)[4], time + high, static_cast<std::size_t>(part)};
        return true;
      });
  return out;
}

/// The least action of the rays between two places, one between which is lower, by golden sections.
double least_between(const Rays& rays, const RaySource& source, int curve, const Region& exit,
                     double low, double high, double most) {
  const double golden = 0.5 * (std::sqrt(5.0) - 1);
  const auto value = [&](double at) {
    return exit_of(rays, source.start(curve, at), exit, most).action;
  };
  double a = high - golden * (high - low), b = low + golden * (high - low);
  double at_a = value(a), at_b = value(b);
  for (int k = 0; k < 70 && high - low > 1e-15; ++k) {
    const bool left = at_a <= at_b;
    if (left)
      high = b, b = a, at_b = at_a, a = high - golden * (high - low), at_a = value(a);
    else
      low = a, a = b, at_a = at_b, b = low + golden * (high - low), at_b = value(b);
  }
  return at_a <= at_b ? a : b;
}

} // namespace

std::optional<Ray> least_ray_to(const Field& coefficients, const Domain& domain,
                                const RaySource& source, Vec2 point) {
  const Rays rough(coefficients, domain, rough_steps), rays(coefficients, domain, fine_steps);
  const Aim target = aim_at(coefficients, domain, point);
  std::optional<Ray> best;
  for (const Bracket& bracket : brackets(rough, source, target)) {
    if (best && bracket.action() > 1.05 * best->total())
      break;
    const auto found = met(rays, source, target, bracket);
    if (!found || (best && found->second.action >= best->total()))
      continue;
    best = traced(rays, source.start(bracket.curve, found->first), found->second.time);
    const Vec2 last = best->points.back();
    best->points.push_back(last + rays.to(last, point));
    best->action.push_back(found->second.action);
    best->error = found->second.open;
  }
  return best;
}

std::optional<Ray> least_ray_out(const Field& coefficients, const Domain& domain,
                                 const RaySource& source, const Region& exit) {
  const Rays rough(coefficients, domain, rough_steps), rays(coefficients, domain, fine_steps);
  std::optional<Ray> best;
  for (int curve = 0; curve < source.curves; ++curve) {
    std::vector<double> action;
    for (int k = 0; k < rays_a_curve; ++k)
      action.push_back(
          exit_of(rough, source.start(curve, static_cast<double>(k) / rays_a_curve), exit, INFINITY)
              .action);
    const double least = *std::min_element(action.begin(), action.end());
    for (int k = 0; k < rays_a_curve; ++k) {
      const auto at = [&](int j) {
        return action[static_cast<std::size_t>((j + rays_a_curve) % rays_a_curve)];
      };
      if (!(at(k) <= at(k - 1) && at(k) <= at(k + 1) && at(k) < 1.2 * least))
        continue;
      const double low = (k - 1.0) / rays_a_curve, high = (k + 1.0) / rays_a_curve;
      const double where = least_between(rays, source, curve, exit, low, high, 2 * at(k));
      const Exit found = exit_of(rays, source.start(curve, where), exit, INFINITY);
      if (!std::isfinite(found.action) || (best && found.action >= best->total()))
        continue;
      best = traced(rays, source.start(curve, where), found.time);
      best->part = found.part;
    }
  }
  return best;
}

} // namespace escapade
