#include "solve/multilevel/coarsen/diagonal.hpp"
#include "solve/multilevel/coarsen/oblique.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace escapade::multilevel {

void add_corners(const Pattern& blocks, std::int32_t I, std::vector<std::int32_t>& row) {
  const std::int64_t x = blocks.place[I] % blocks.nx, y = blocks.place[I] / blocks.nx;
  if (!blocks.owns(I))
    return;
  for (const int dy : {-1, 1})
    for (const int dx : {-1, 1})
      if (const std::int32_t J = blocks.at(x + dx, y + dy); J >= 0 && J != I && blocks.owns(J))
        row.push_back(J);
}

namespace {

constexpr double most_led = 0.8;      // κ
constexpr double farthest = 600;      // logarithms of masses, well within double's range
constexpr double least_excess = 1e-9; // of the fluxes

/// What K has to do with a block beside it: fluxes in units of K's mass.
struct Side {
  std::int32_t cell = -1;
  std::int64_t in = 0, out = 0;   // the edges
  double from = 0, to = 0;        // fluxes into K and out of it
  double arrives = 0, leaves = 0; // n and m
};

Side side_of(const Level& coarse, const std::vector<double>& top, std::int32_t J, std::int32_t K,
             std::int64_t e) {
  const std::int64_t back = edge(*coarse.pattern, K, J);
  const double from = coarse.v[e], to = coarse.v[back] * std::exp(top[J] - top[K]);
  // It only weighs; as little as rounding leaves is none.
  const double gross = from + to, mixing = gross - 2 * conductance(from, to);
  const double excess = mixing > least_excess * gross ? mixing : 0.0;
  return {J, e, back, from, to, from > to ? excess : 0.0, from > to ? 0.0 : excess};
}

} // namespace

void lead_over_corners(Level& coarse, const std::vector<double>& top) {
  const Pattern& P = *coarse.pattern;
  std::vector<double> led(P.edges(), 0.0); // over a corner; of an edge beside: the share of it
  for (std::int32_t K = P.first; K < P.last; ++K) {
    std::array<std::array<Side, 2>, 2> sides; // by axis
    for (std::int64_t e = P.row_start[K]; e < P.row_start[K + 1]; ++e) {
      const std::int32_t J = P.from(K, e);
      const Step to = step(P, K, J);
      if (to.axis < 2 && P.owns(J))
        sides[to.axis][to.up] = side_of(coarse, top, J, K, e);
    }
    for (const std::size_t axis : {0, 1}) {
      const auto& first = sides[axis];
      const auto& second = sides[1 - axis];
      const double most =
          std::max(first[0].arrives + first[1].arrives, second[0].leaves + second[1].leaves);
      for (const Side& J : first)
        for (const Side& I : second) {
          const double flux = most > 0 ? 0.5 * most_led * (J.arrives / most) * I.leaves : 0.0;
          if (!(flux > 0))
            continue;
          const std::int64_t e = find_edge(P, J.cell, I.cell);
          if (e < 0 || std::abs(top[J.cell] - top[I.cell]) > farthest)
            continue;
          led[J.in] += flux / J.from;
          led[I.out] += flux / I.to;
          led[e] += flux / I.to * coarse.v[I.out]; // in units of I's mass
        }
    }
  }
  for (std::int32_t I = P.first; I < P.last; ++I)
    for (std::int64_t e = P.row_start[I]; e < P.row_start[I + 1]; ++e)
      if (led[e] > 0) {
        if (step(P, P.from(I, e), I).axis == 2)
          coarse.v[e] += led[e];
        else
          coarse.v[e] *= 1 - led[e]; // κ leaves at least a fifth
      }
}

double circulation(const Generator& rows, const Pattern& finest) {
  // The cell above or to the right of an own one, −1 where there is none; from row to row.
  const auto next = [&](std::int64_t row, int axis) {
    for (std::int64_t e = rows.row_start[row]; e < rows.row_start[row + 1]; ++e) {
      const std::int64_t other = rows.column[e] - rows.first;
      if (other <= row || other >= rows.rows())
        continue;
      const Step to = step(finest, static_cast<std::int32_t>(finest.first + row),
                           static_cast<std::int32_t>(finest.first + other));
      if (to.axis == axis && to.up)
        return other;
    }
    return std::int64_t{-1};
  };
  const auto work = [&](std::int64_t a, std::int64_t b) {
    const std::int64_t there = find_entry(rows, a, rows.first + b),
                       back = find_entry(rows, b, rows.first + a);
    return there >= 0 && back >= 0 && rows.rate[there] > 0 && rows.rate[back] > 0
               ? std::log(rows.rate[there] / rows.rate[back])
               : 0.0;
  };
  double sum = 0;
  for (std::int64_t a = 0; a < rows.rows(); ++a) {
    const std::int64_t b = next(a, 0), d = next(a, 1);
    if (b < 0 || d < 0)
      continue;
    if (const std::int64_t c = next(b, 1); c >= 0 && c == next(d, 0))
      sum += std::abs(work(a, b) + work(b, c) - work(d, c) - work(a, d));
  }
  return sum;
}

} // namespace escapade::multilevel
