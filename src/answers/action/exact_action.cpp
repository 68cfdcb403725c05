#include "answers/action/exact_action.hpp"

#include "landscape/action/escape_guesses.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

double climb_between(const Search& s, Vec2 end) {
  const auto& g = s.problem.gradient;
  double high = 0, low = 0;
  g->phi(1, &end.x, &end.y, &high);
  g->phi(1, &s.from.position.x, &s.from.position.y, &low);
  return g->k.xx * (high - low);
}

std::optional<double> exact_action(const Search& s, Vec2 end) {
  const auto& g = s.problem.gradient;
  if (!g || std::abs(g->k.xy) > 1e-14 * trace(g->k) ||
      std::abs(g->k.xx - g->k.yy) > 1e-14 * trace(g->k))
    return std::nullopt;
  const Field& b = s.problem.coefficients;
  const double near = 1e-6 * std::max(s.domain.width(), s.domain.height());
  const auto back = [&](Vec2 p) {
    const Flow flow = follow_drift(b, s.domain, p);
    return flow.end && norm(flow.end->position - s.from.position) < near;
  };
  const auto rest = rest_point_near(b, s.domain, end, 1e-6);
  bool leads_back = false;
  if (rest && rest->type == RestPoint::Type::saddle)
    for (Vec2 p : beside_saddle(*rest, s.domain))
      leads_back = leads_back || back(p);
  else
    leads_back = back(end);
  if (!leads_back)
    return std::nullopt;
  return climb_between(s, end);
}

} // namespace escapade
