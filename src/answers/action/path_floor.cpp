#include "answers/action/path_floor.hpp"

#include "answers/action/rays/ray_action.hpp"
#include "escapade/error.hpp"
#include "support/exact.hpp"

#include <array>
#include <cmath>
#include <utility>

namespace escapade {

namespace {

Sym2 noise_at(const Problem& problem, Vec2 point) {
  double v[5];
  problem.coefficients(1, &point.x, &point.y, v);
  return {v[2], v[3], v[4]};
}

/// Values at floors ε, 2ε and 4ε, as a parabola in the floor, at none.
struct Limit {
  double value = 0, error = 0;
};

Limit limit_of(const std::array<double, 3>& f) {
  const double fine = 2 * f[0] - f[1], coarse = 2 * f[1] - f[2];
  const double value = fine + (fine - coarse) / 3;
  return {value, 2 * std::abs(value - fine)};
}

/// Values that grow as one over the floor have no limit: no path along the noise leads there.
void refuse_endless(const std::array<PathAnswer, 3>& a, double floor, double noise) {
  constexpr double growth = 1.5; // of a half floor; 2 where the action is infinite
  const auto action = [&](std::size_t k) { return *a[k].action.value; };
  if (action(0) > growth * action(1) && action(1) > growth * action(2))
    throw NotTrusted(printed("the noise of rank one drives no path there: with a floor of %.2g of "
                             "it the action is %.4g, with twice that %.4g, and without it "
                             "infinite; give another end, or add a noise floor, e.g. %.2g",
                             floor, action(0), action(1), 0.01 * noise));
}

bool by_ray(const PathAnswer& answer) {
  return !answer.guesses.empty() && answer.guesses.front().first == "ray";
}

} // namespace

bool rank_one_at(const Problem& problem, Vec2 point) {
  const Sym2 d = noise_at(problem, point);
  const double size = trace(d);
  return size > 0 && std::abs(determinant(d)) <= 1e-12 * size * size;
}

PathAnswer without_floor(const Problem& problem, const Domain& domain, Vec2 rest_point,
                         const std::function<PathAnswer(const Problem&)>& ask) {
  // In units of the box and of the noise at rest. Actions of kinetic problems are linear in the
  // floor up to about 1e-2; at 1e-5 polygons of 480 sides lose their digits.
  constexpr double least = 4e-4;
  const double w = domain.width(), h = domain.height();
  const Sym2 d = noise_at(problem, rest_point);
  const double size = d.xx / (w * w) + d.yy / (h * h);
  const auto with = [&](double floor) {
    return ask(with_noise_floor(problem, floor * size * Vec2{w * w, h * h}));
  };
  PathAnswer finest = with(least);
  if (by_ray(finest)) { // the floor is under the quasi-potential alone
    finest.warnings.emplace_back(
        "the noise is of rank one: the quasi-potential on the grid is that "
        "with a small floor under it");
    return finest;
  }
  std::array<PathAnswer, 3> a{std::move(finest), with(2 * least), with(4 * least)};
  refuse_endless(a, least, trace(d));
  const auto limit = [&](const auto& of) {
    return limit_of({*of(a[0]).value, *of(a[1]).value, *of(a[2]).value});
  };
  const auto error_of = [](const Number& n) { return n.error.value_or(0); };
  PathAnswer answer = a[0];
  const Limit action = limit([](const PathAnswer& p) -> const Number& { return p.action; });
  answer.action = number(action.value, action.error + 3 * error_of(a[0].action));
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const auto of = [axis](const PathAnswer& p) -> const Number& { return p.crossing[axis]; };
    const Limit at = limit(of);
    const double here = *of(a[0]).value;
    answer.crossing[axis] = number(here, std::abs(at.value - here) + at.error + error_of(of(a[0])));
  }
  answer.warnings.clear();
  answer.warnings.emplace_back("the noise is of rank one: actions are extrapolated from paths with "
                               "a small floor under it, and the fields are those of the least");
  if (!(a[0].quasi_potential && a[1].quasi_potential && a[2].quasi_potential))
    return answer;
  const Limit second =
      limit([](const PathAnswer& p) -> const Number& { return *p.quasi_potential; });
  answer.quasi_potential = number(second.value, second.error + 3 * error_of(*a[0].quasi_potential));
  // A path that winds out of a focus needs more turns than a polygon can follow, and the error of
  // the polygon does not tell.
  const double apart = std::abs(second.value - action.value),
               beside = error_of(*answer.quasi_potential);
  const auto rest = rest_point_near(problem.coefficients, domain, rest_point, 1);
  if (rest && winds_about(*rest) && apart > error_of(answer.action))
    answer.action = number(action.value, apart + beside);
  else if (apart > error_of(answer.action) + beside)
    answer.action = number(action.value, apart);
  return answer;
}

} // namespace escapade
