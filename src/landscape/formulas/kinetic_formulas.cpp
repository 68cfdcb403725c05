#include "escapade/landscape/formulas.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <optional>

namespace escapade {

namespace {

/// A kinetic problem at rest, at equal distances along the position.
struct Profile {
  double first = 0, step = 0;
  std::vector<double> force, potential;
  std::vector<int> part; // of the exit set; −1 outside
  std::int64_t size() const { return std::ssize(force); }
  double x(std::int64_t i) const { return first + step * static_cast<double>(i); }
};

Profile profile_of(const Problem& problem, const Domain& domain, const Region& exit) {
  constexpr std::int64_t intervals = 20000; // trapezia then err by some 1e-8 of a barrier
  Profile out{domain.x0, domain.width() / intervals, {}, {0}, {}};
  std::vector<double> x, rest(intervals + 1, 0.0), c(5 * (intervals + 1));
  for (std::int64_t i = 0; i <= intervals; ++i)
    x.push_back(out.x(i));
  problem.coefficients(x.size(), x.data(), rest.data(), c.data());
  out.force.assign(c.begin() + intervals + 1, c.begin() + 2 * (intervals + 1));
  for (std::int64_t i = 0; i < intervals; ++i)
    out.potential.push_back(out.potential.back() -
                            out.step * (out.force[i] + out.force[i + 1]) / 2);
  out.part.assign(x.size(), -1);
  part_at(exit, x.size(), x.data(), rest.data(), out.part.data());
  return out;
}

/// V″ at a sample, of fourth order.
double curvature(const Profile& p, std::int64_t i) {
  const std::int64_t h = 20;
  if (i < 2 * h || i + 2 * h >= p.size())
    return 0;
  const auto& f = p.force;
  return (f[i + 2 * h] - 8 * f[i + h] + 8 * f[i - h] - f[i - 2 * h]) / (12 * h * p.step);
}

/// The bottom that a ball comes to from a sample.
std::int64_t bottom_from(const Profile& p, std::int64_t i) {
  const auto& V = p.potential;
  while (i + 1 < p.size() && V[i + 1] < V[i])
    ++i;
  while (i > 0 && V[i - 1] < V[i])
    --i;
  return i;
}

struct Way {
  std::int64_t top, exit; // samples
};

/// The highest place between the well and the exit set at rest on one side; nothing without one.
std::optional<Way> way_out(const Profile& p, std::int64_t well, int side) {
  Way out{well, well};
  for (; out.exit >= 0 && out.exit < p.size(); out.exit += side) {
    if (p.potential[out.exit] > p.potential[out.top])
      out.top = out.exit;
    if (p.part[out.exit] >= 0)
      return out;
  }
  return std::nullopt;
}

/// ∮ v dx at the energy of the top, on the well's side of it.
double action_of_round(const Profile& p, std::int64_t well, std::int64_t top) {
  const int away = top > well ? -1 : 1;
  double half = 0;
  for (std::int64_t i = top + away; i >= 0 && i < p.size(); i += away) {
    const double left = p.potential[top] - p.potential[i];
    if (left <= 0 && (i - well) * away > 0)
      break;
    half += std::sqrt(2 * std::max(left, 0.0)) * p.step;
  }
  return 2 * half;
}

} // namespace

double energy_loss_factor(double delta) {
  // λ = sinh(u)/2: trapezia converge faster than any power of the step.
  constexpr double step = 1.0 / 64, most = 45;
  double sum = 0;
  for (double u = -most; u <= most; u += step) {
    const double c = std::cosh(u);
    sum += std::log(-std::expm1(-delta * c * c / 4)) / c;
  }
  return std::exp(sum * step / std::numbers::pi);
}

std::vector<Formula> kinetic_formulas(const Problem& problem, const Domain& domain,
                                      double temperature, double friction, const Region& exit,
                                      const Vec2* start) {
  const Profile p = profile_of(problem, domain, exit);
  const auto sample = [&](double x) {
    return std::clamp<std::int64_t>(std::llround((x - p.first) / p.step), 0, p.size() - 1);
  };
  const auto lowest = std::ranges::min_element(p.potential) - p.potential.begin();
  const std::int64_t well = bottom_from(p, start ? sample(start->x) : lowest);
  const auto left = way_out(p, well, -1), right = way_out(p, well, 1);
  if (left.has_value() == right.has_value())
    return {}; // no way, or two
  const Way way = left ? *left : *right;
  const double a = curvature(p, well), b = -curvature(p, way.top);
  if (!(a > 0))
    return {};
  std::vector<std::string> all;
  const double barrier = (p.potential[way.top] - p.potential[well]) / temperature;
  if (!(barrier > 3))
    all.emplace_back("the barrier is not above 3 times the noise");
  const bool before = way.top == way.exit || !(b > 0);
  if (before)
    all.emplace_back("the exit set begins before the saddle");
  else if (std::abs(p.x(way.exit) - p.x(way.top)) < 1e-3 * domain.width())
    all.emplace_back("the exit set begins at the saddle, where many turn back");
  const double delta = friction * action_of_round(p, well, way.top) / temperature;
  const long double tst =
      std::log(static_cast<long double>(std::sqrt(a)) / (2 * std::numbers::pi_v<long double>)) -
      barrier;
  const double ratio = before ? 0 : friction / (2 * std::sqrt(b));
  const long double recrossing = std::log(std::sqrt(1 + ratio * ratio) - ratio);
  const std::string shared = "weak noise (barrier above 3), exit set beyond the saddle";
  std::vector<Formula> out{
      {"kramers", tst + recrossing, shared + ", a round at the top loses much energy (delta > 5)",
       all},
      {"energy_diffusion", tst + std::log(delta), shared + ", it loses little (delta < 0.1)", all},
      {"melnikov_meshkov", tst + recrossing + std::log(energy_loss_factor(delta)), shared, all}};
  if (!(delta > 5))
    out[0].fails.emplace_back("a round at the top loses too little energy");
  if (!(delta < 0.1))
    out[1].fails.emplace_back("a round at the top loses too much energy");
  return out;
}

} // namespace escapade
