#include "landscape/action/escape_guesses.hpp"

#include "landscape/action/curve.hpp"
#include "landscape/action/minimum_action.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

bool same(const Domain& d, Vec2 a, Vec2 b) {
  return boxes(d, a - b) < 1e-6;
}

std::vector<Vec2> reversed(std::vector<Vec2> points) {
  std::reverse(points.begin(), points.end());
  return points;
}

std::vector<Vec2> bent(const Domain& d, Vec2 from, Vec2 to) {
  const Vec2 v = to - from;
  const Vec2 across{-v.y * d.width() / d.height(), v.x * d.height() / d.width()};
  std::vector<Vec2> out;
  for (int i = 0; i <= 32; ++i) {
    const double s = i / 32.0;
    out.push_back(from + s * v + (0.8 * s * (1 - s)) * across);
  }
  return out;
}

/// The drift's way from a saddle's side to `from`, backwards, with the saddle as its last point.
std::vector<Vec2> back_to(const RestPoint& from, const RestPoint& saddle, const Flow& flow,
                          const Domain& domain) {
  if (!flow.end || !same(domain, flow.end->position, from.position))
    return {};
  std::vector<Vec2> way = reversed(flow.points);
  way.push_back(saddle.position);
  return way;
}

bool inside(const Part& part, Vec2 p) {
  double phi = 0;
  part.phi(1, &p.x, &p.y, &phi);
  return phi >= 0;
}

/// Points of φ = 0 in the box, where the lines of a lattice cross it.
std::vector<Vec2> boundary_points(const Part& part, const Domain& d) {
  constexpr int n = 32;
  std::vector<double> x, y;
  for (int j = 0; j <= n; ++j)
    for (int i = 0; i <= n; ++i) {
      x.push_back(i < n ? d.x0 + d.width() * i / n : d.x1);
      y.push_back(j < n ? d.y0 + d.height() * j / n : d.y1);
    }
  std::vector<double> phi(x.size());
  part.phi(x.size(), x.data(), y.data(), phi.data());
  std::vector<Vec2> out;
  const auto look = [&](std::size_t a, std::size_t b) {
    if ((phi[a] >= 0) == (phi[b] >= 0))
      return;
    const double s = phi[a] / (phi[a] - phi[b]);
    const Vec2 p = onto_boundary(part, {x[a] + s * (x[b] - x[a]), y[a] + s * (y[b] - y[a])});
    if (d.contains(p))
      out.push_back(p);
  };
  for (int j = 0; j <= n; ++j)
    for (int i = 0; i <= n; ++i) {
      const auto k = static_cast<std::size_t>(i + (n + 1) * j);
      if (i < n)
        look(k, k + 1);
      if (j < n)
        look(k, k + n + 1);
    }
  return out;
}

double cost(const Field& coefficients, const Domain& domain, const std::vector<Vec2>& points) {
  return action_along(coefficients, spread_evenly(points, 32, domain)).back();
}

/// Ways over each saddle: back to `from` on one side, into the exit set on the other.
std::vector<EscapeGuess> over_saddles(const Field& coefficients, const Domain& domain,
                                      const RestPoint& from, const Region& exit) {
  std::vector<EscapeGuess> out;
  for (const RestPoint& saddle : rest_points(coefficients, domain)) {
    if (saddle.type != RestPoint::Type::saddle)
      continue;
    const auto beside = beside_saddle(saddle, domain);
    const Flow flows[2] = {follow_drift(coefficients, domain, beside[0]),
                           follow_drift(coefficients, domain, beside[1])};
    for (std::size_t side = 0; side < 2; ++side) {
      EscapeGuess guess{back_to(from, saddle, flows[side], domain), nullptr, "reversed drift"};
      if (guess.points.empty())
        continue;
      for (Vec2 p : flows[1 - side].points) {
        for (const Part& part : exit)
          if (!guess.part && inside(part, p))
            guess.part = &part;
        guess.points.push_back(p);
        if (guess.part)
          break;
      }
      if (!guess.part)
        continue;
      guess.points.back() = onto_boundary(*guess.part, guess.points.back());
      out.push_back(guess);
    }
  }
  return out;
}

} // namespace

std::vector<EscapeGuess> guesses_to_point(const Field& coefficients, const Domain& domain,
                                          const RestPoint& from, Vec2 to) {
  std::vector<EscapeGuess> out{{{from.position, to}, nullptr, "straight line"}};
  const auto rest = rest_point_near(coefficients, domain, to, 1e-6);
  if (rest && rest->type == RestPoint::Type::saddle) {
    for (Vec2 beside : beside_saddle(*rest, domain)) {
      const auto way = back_to(from, *rest, follow_drift(coefficients, domain, beside), domain);
      if (!way.empty()) {
        out.push_back({way, nullptr, "reversed drift"});
        out.back().points.back() = to;
        return out;
      }
    }
  }
  const Flow flow = follow_drift(coefficients, domain, to);
  if (flow.end && same(domain, flow.end->position, from.position) && flow.points.size() > 2)
    out.push_back({reversed(flow.points), nullptr, "reversed drift"});
  else
    out.push_back({bent(domain, from.position, to), nullptr, "bent line"});
  return out;
}

std::vector<EscapeGuess> guesses_to_saddles(const Field& coefficients, const Domain& domain,
                                            const RestPoint& from) {
  std::vector<EscapeGuess> out;
  for (const RestPoint& saddle : rest_points(coefficients, domain)) {
    if (saddle.type != RestPoint::Type::saddle)
      continue;
    const auto beside = beside_saddle(saddle, domain);
    const auto a = back_to(from, saddle, follow_drift(coefficients, domain, beside[0]), domain);
    const auto b = back_to(from, saddle, follow_drift(coefficients, domain, beside[1]), domain);
    if (a.empty() == b.empty())
      continue;
    out.push_back({{from.position, saddle.position}, nullptr, "straight line"});
    out.push_back({a.empty() ? b : a, nullptr, "reversed drift"});
  }
  return out;
}

std::vector<EscapeGuess> guesses_to_exit(const Field& coefficients, const Domain& domain,
                                         const RestPoint& from, const Region& exit) {
  std::vector<EscapeGuess> out = over_saddles(coefficients, domain, from, exit);
  for (const Part& part : exit) {
    EscapeGuess line{{}, &part, "straight line"}, way{{}, &part, "reversed drift"};
    double line_cost = INFINITY, way_cost = INFINITY;
    const std::vector<Vec2> ends = boundary_points(part, domain);
    for (Vec2 end : ends) {
      const double c = cost(coefficients, domain, {from.position, end});
      if (c < line_cost)
        line_cost = c, line.points = {from.position, end};
    }
    const std::size_t stride = std::max<std::size_t>(1, ends.size() / 16);
    for (std::size_t k = 0; k < ends.size(); k += stride) {
      const Flow flow = follow_drift(coefficients, domain, ends[k]);
      if (!flow.end || !same(domain, flow.end->position, from.position))
        continue;
      const double c = cost(coefficients, domain, reversed(flow.points));
      if (c < way_cost)
        way_cost = c, way.points = reversed(flow.points);
    }
    for (const EscapeGuess& guess : {line, way})
      if (!guess.points.empty())
        out.push_back(guess);
  }
  return out;
}

} // namespace escapade
