#include "answers/action/rays/ray_action.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace escapade {

namespace {

std::optional<Ray> least_ray(const Field& coefficients, const Domain& domain,
                             const Attractor& attractor, const std::vector<Vec2>& targets,
                             const Region& exit, double size) {
  const RaySource source = std::visit(
      [&](const auto& of) { return rays_from(coefficients, domain, of, size); }, attractor);
  if (targets.empty())
    return least_ray_out(coefficients, domain, source, exit);
  std::optional<Ray> best;
  for (const Vec2 target : targets)
    if (auto ray = least_ray_to(coefficients, domain, source, target);
        ray && (!best || ray->total() < best->total()))
      best = std::move(ray);
  return best;
}

/// The point of a cycle that is nearest to `to`.
Vec2 beginning(const Domain& domain, const LimitCycle& cycle, Vec2 to) {
  const auto off = [&](Vec2 p) { return boxes(domain, nearest_image(domain, to - p)); };
  const Vec2 nearest = *std::min_element(cycle.points.begin(), cycle.points.end(),
                                         [&](Vec2 a, Vec2 b) { return off(a) < off(b); });
  return to - nearest_image(domain, to - nearest);
}

} // namespace

bool winds_about(const RestPoint& rest) {
  const auto& j = rest.jacobian;
  const double half = 0.5 * (j[0] - j[3]);
  return half * half + j[1] * j[2] < 0;
}

std::optional<RayAction> ray_action(const Problem& problem, const Domain& domain,
                                    const Attractor& attractor, const std::vector<Vec2>& targets,
                                    const Region& exit) {
  constexpr double size = 1e-3; // boxes
  const auto at = [&](double of) {
    return least_ray(problem.coefficients, domain, attractor, targets, exit, of);
  };
  auto ray = at(size);
  const auto other = ray ? at(2 * size) : std::nullopt;
  if (!other)
    return std::nullopt;
  constexpr double of_steps = 1e-7; // relative
  const double value = ray->total(),
               error = std::abs(other->total() - value) + ray->error + of_steps * value;
  const Vec2 end = ray->points.back(), off = nearest_image(domain, other->points.back() - end);
  RayAction out{std::move(*ray),
                number(value, error),
                {number(end.x, std::abs(off.x) + 1e-9 * domain.width()),
                 number(end.y, std::abs(off.y) + 1e-9 * domain.height())},
                {}};
  const auto* rest = std::get_if<RestPoint>(&attractor);
  out.from = rest ? rest->position
                  : beginning(domain, std::get<LimitCycle>(attractor), out.ray.points.front());
  out.ray.points.insert(out.ray.points.begin(), out.from);
  out.ray.action.insert(out.ray.action.begin(), 0.0);
  return out;
}

} // namespace escapade
