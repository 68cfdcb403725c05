#include "solve/multilevel/coarsen/level.hpp"

#include "escapade/error.hpp"
#include "generator/rates/bernoulli.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace escapade::multilevel {

void out_of_range() {
  throw NotTrusted("the solver multilevel: masses or times differ by more than double's range of "
                   "e^700 between neighbouring blocks of cells: use the solver gth");
}

bool usable(double x) {
  return x > 0 && x < std::numeric_limits<double>::infinity();
}

double conductance(double there, double back) {
  return there > 0 && back > 0 ? there / bernoulli(std::log(back / there)) : 0.0;
}

Step step(const Pattern& p, std::int32_t a, std::int32_t b) {
  const std::int64_t x = p.place[b] % p.nx - p.place[a] % p.nx;
  const std::int64_t y = p.place[b] / p.nx - p.place[a] / p.nx;
  // Over more than half of the lattice it goes around, the other way.
  if (y == 0)
    return {0, (x > 0) == (2 * std::abs(x) <= p.nx)};
  return {x == 0 ? 1 : 2, (y > 0) == (2 * std::abs(y) <= p.ny)};
}

std::int64_t edge(const Pattern& pattern, std::int32_t j, std::int32_t i) {
  std::int64_t e = pattern.row_start[i];
  while (pattern.from(i, e) != j)
    ++e;
  return e;
}

namespace {

template<class Offset>
void sweep(Level& level, Corner start, const Offset* offset) {
  const Pattern& p = *level.pattern;
  const double* const v = level.v.data();
  double* const u = level.u.data();
  const bool source = !level.s.empty();
  const auto renew = [&](std::int64_t i) {
    double sum = source ? level.s[i] : 0.0;
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e)
      sum += v[e] * u[i + offset[e]];
    u[i] = sum;
  };
  const std::int64_t lines = static_cast<std::int64_t>(p.line.size()) - 1;
  for (std::int64_t q = 0; q < lines; ++q) {
    const std::int64_t l = start.bottom ? q : lines - 1 - q;
    if (start.left)
      for (std::int64_t i = p.line[l]; i < p.line[l + 1]; ++i)
        renew(i);
    else
      for (std::int64_t i = p.line[l + 1]; i-- > p.line[l];)
        renew(i);
  }
}

} // namespace

void sweep(Level& level, Corner start) {
  const Pattern& p = *level.pattern;
  p.halo.fill(level.u);
  if (p.far_from.empty())
    sweep(level, start, p.near_from.data());
  else
    sweep(level, start, p.far_from.data());
}

std::vector<Killing> sparse(const std::vector<double>& killing) {
  std::vector<Killing> some;
  for (std::size_t i = 0; i < killing.size(); ++i)
    if (killing[i] > 0)
      some.push_back({static_cast<std::int32_t>(i), killing[i]});
  return some;
}

std::vector<double> dense(const std::vector<Killing>& killing, std::int64_t cells) {
  std::vector<double> all(cells, 0.0);
  for (const auto [i, rate] : killing)
    all[i] = rate;
  return all;
}

namespace {

/// give(i, value) for the value of f(c) of coarse cells at the place of each fine cell i.
template<class Give>
void interpolate(const Pattern& fine, const Pattern& coarse, const std::vector<double>& f,
                 Give give) {
  for (std::int64_t i = fine.first; i < fine.last; ++i) {
    const std::int64_t x = fine.place[i] % fine.nx, y = fine.place[i] / fine.nx;
    // A cell lies a quarter of a block from its block's centre: weights ¾ and ¼ along each axis
    // that has been coarsened.
    const std::int64_t X = x / fine.step_x, Y = y / fine.step_y;
    const std::int64_t X2 = fine.step_x == 1 ? X : X + (x % 2 ? 1 : -1);
    const std::int64_t Y2 = fine.step_y == 1 ? Y : Y + (y % 2 ? 1 : -1);
    double sum = 0, weights = 0;
    const auto add = [&](std::int64_t a, std::int64_t b, double weight) {
      const std::int32_t c = coarse.at(a, b);
      if (c < 0)
        return;
      sum += weight * f[c];
      weights += weight;
    };
    add(X, Y, 9);
    add(X2, Y, 3);
    add(X, Y2, 3);
    add(X2, Y2, 1);
    give(i, sum / weights);
  }
}

} // namespace

void interpolate(const Pattern& fine, const Pattern& coarse, const std::vector<double>& f,
                 std::vector<double>& out) {
  out.resize(fine.size());
  interpolate(fine, coarse, f, [&](std::int64_t i, double value) { out[i] = value; });
  fine.halo.fill(out);
}

namespace {

/// φ_i += shift_i, with u unchanged.
void shift_gauge(Level& level, std::vector<double> shift) {
  const Pattern& p = *level.pattern;
  level.shifted = true;
  for (std::int64_t i = 0; i < p.size(); ++i) {
    const double from = std::exchange(level.phi[i], level.phi[i] + shift[i]);
    shift[i] = level.phi[i] - from; // as rounded: rates keep to φ
  }
  for (std::int64_t i = p.first; i < p.last; ++i) {
    if (!level.s.empty())
      level.s[i] *= std::exp(-shift[i]);
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e)
      scale(level.v[e], std::exp(shift[p.from(i, e)] - shift[i]), level.lost);
  }
}

} // namespace

void regauge(Level& level) {
  const Pattern& p = *level.pattern;
  std::vector<double> shift(level.u.size(), 0.0);
  bool good = true;
  for (std::int64_t i = p.first; i < p.last; ++i) {
    good = good && usable(level.u[i]);
    shift[i] = std::log(level.u[i]);
  }
  if (!p.halo.all(good))
    out_of_range();
  p.halo.fill(shift);
  shift_gauge(level, std::move(shift));
  level.u.assign(level.u.size(), 1.0);
}

void correct(Level& fine, Level& coarse) {
  const Pattern& P = *coarse.pattern;
  P.halo.fill(coarse.u);
  std::vector<double> factor(coarse.u.size());
  double largest = 0;
  for (std::int64_t I = 0; I < P.size(); ++I) {
    factor[I] = std::log(coarse.u[I]);
    largest = std::max(largest, usable(coarse.u[I]) ? std::abs(factor[I])
                                                    : std::numeric_limits<double>::infinity());
  }
  largest = P.halo.max(largest);
  if (!std::isfinite(largest))
    out_of_range();
  if (largest > 200) { // never beyond double's range, however far the guess was off
    std::vector<double> at;
    interpolate(*fine.pattern, P, factor, at);
    return shift_gauge(fine, std::move(at));
  }
  interpolate(*fine.pattern, P, factor,
              [&](std::int64_t i, double value) { fine.u[i] *= std::exp(value); });
}

} // namespace escapade::multilevel
