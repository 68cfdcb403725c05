#include "multilevel_cycle.hpp"
#include "multilevel_oblique.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace escapade::multilevel {

namespace {

constexpr std::int64_t coarsest_cells = 600;
constexpr double strong = 2.5; // exchange along one axis that many times that along the other
constexpr double along_axis_ratio = 25; // the same, where weaker edges along neither matter less
// Where log masses change by more than this over a coarsest cell, numbers leave double's range;
// then cells are kept on which they change by less than 700, and eliminated where they are not too
// many.
constexpr double steepest = 1250;
constexpr std::int64_t coarsest_steep_cells = 5000;

struct Strength {
  double ratio;                  // mean conductance of the edges along x, per that along y
  bool oblique;                  // edges along neither axis matter
  std::array<double, 2> steep{}; // largest work along an edge, |log(w_xy/w_yx)|, by axis
};

Strength strength_of(const Generator& rows, const Pattern& p) {
  Strength strength{};
  std::array<double, 3> sum{}, count{};
  for (std::int32_t x = 0; x < rows.rows(); ++x)
    for (std::int64_t e = rows.row_start[x]; e < rows.row_start[x + 1]; ++e) {
      const std::int32_t y = rows.column[e];
      const auto axis = static_cast<std::size_t>(step(p, x, y).axis);
      if (y < x)
        continue;
      const auto begin = rows.column.begin() + rows.row_start[y];
      const auto end = rows.column.begin() + rows.row_start[y + 1];
      const auto back = std::lower_bound(begin, end, x);
      if (back == end || *back != x)
        continue;
      const double there = rows.rate[e], returning = rows.rate[back - rows.column.begin()];
      sum[axis] += conductance(there, returning);
      ++count[axis];
      if (axis < 2)
        strength.steep[axis] =
            std::max(strength.steep[axis], std::abs(std::log(there / returning)));
    }
  if (sum[0] > 0 && sum[1] > 0)
    strength.ratio = sum[0] / count[0] / (sum[1] / count[1]);
  else
    strength.ratio = sum[0] == sum[1] ? 1
                     : sum[0] == 0    ? 0
                                      : std::numeric_limits<double>::infinity();
  // Not beside much stronger noise along an axis: then blocks of 2 × 1 cells do more.
  const bool along_axis = std::max(strength.ratio, 1 / strength.ratio) > along_axis_ratio;
  strength.oblique = sum[2] > (along_axis ? 1.5 * std::min(sum[0], sum[1]) : 0.0);
  return strength;
}

template<class T>
std::int64_t bytes(const std::vector<T>& v) {
  return static_cast<std::int64_t>(v.capacity() * sizeof(T));
}

} // namespace

Hierarchy::Hierarchy(const Generator& rows, const Lattice& lattice) {
  patterns.push_back(finest_pattern(rows, lattice));
  auto [ratio, oblique, steep] = strength_of(rows, patterns[0]);
  patterns[0].oblique = oblique;
  std::vector<double> change{std::max(steep[0], steep[1])}; // of log masses over a cell of a level
  while (patterns.back().size() > coarsest_cells) {
    // Only the axis of much stronger exchange is coarsened; its strength then falls by 4.
    Pattern& fine = patterns.back();
    fine.step_x = !oblique && ratio < 1 / strong && fine.ny > 1 ? 1 : 2;
    fine.step_y = !oblique && ratio > strong && fine.nx > 1 ? 1 : 2;
    steep[0] *= static_cast<double>(fine.step_x);
    steep[1] *= static_cast<double>(fine.step_y);
    change.push_back(std::max(steep[0], steep[1]));
    ratio *= static_cast<double>(fine.step_y * fine.step_y) /
             static_cast<double>(fine.step_x * fine.step_x);
    Pattern next = coarser(patterns.back());
    patterns.push_back(std::move(next));
  }
  if (change.back() > steepest)
    for (std::size_t l = patterns.size() - 1;
         l > 0 && change[l] > 700 && patterns[l - 1].size() <= coarsest_steep_cells; --l)
      patterns.pop_back();
  levels.resize(patterns.size());
  for (std::size_t l = 0; l < levels.size(); ++l)
    levels[l].pattern = &patterns[l];
}

void Hierarchy::load(std::size_t l, std::vector<double> incoming, std::vector<double> phi) {
  Level& level = levels[l];
  const Pattern& p = *level.pattern;
  level.phi = std::move(phi);
  level.s.clear();
  level.k.clear();
  level.d.assign(p.size(), 0.0);
  level.u.assign(p.size(), 1.0);
  for (std::int64_t i = 0; i < p.size(); ++i)
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e)
      level.d[p.from(i, e)] += incoming[e];
  for (std::int64_t i = 0; i < p.size(); ++i)
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e)
      incoming[e] *= std::exp(level.phi[p.from(i, e)] - level.phi[i]) / level.d[i];
  level.v = std::move(incoming); // no second copy on the finest level
}

void Hierarchy::smooth(std::size_t l, bool before) {
  // Where the drift over a cell is much larger than the noise, cells feel only those upstream, and
  // the sweep that runs with the drift does all; it comes from any quarter. Coarse levels are rough
  // anyway: two sweeps of each half of a cycle.
  constexpr std::array<Corner, 4> corners{
      {{true, true}, {false, false}, {true, false}, {false, true}}};
  const std::size_t sweeps = l == 0 ? 4 : 2;
  for (std::size_t q = 0; q < sweeps; ++q)
    sweep(levels[l], corners[before ? q : 3 - q]);
  products += static_cast<double>(sweeps) * static_cast<double>(patterns[l].edges()) /
              static_cast<double>(patterns[0].edges());
}

void Hierarchy::cycle(std::size_t l) {
  Level& fine = levels[l];
  if (l + 1 == levels.size())
    return eliminate(fine);
  smooth(l, true);
  aggregate(fine, levels[l + 1]);
  cycle(l + 1);
  // A second visit where that does not make coarse levels as dear as fine ones.
  if (l + 2 < levels.size() && 5 * patterns[l + 1].size() < 2 * patterns[l].size())
    cycle(l + 1);
  correct(fine, levels[l + 1]);
  // Aggregation passes over all edges, correction over all cells.
  products +=
      2 * static_cast<double>(patterns[l].edges()) / static_cast<double>(patterns[0].edges());
  smooth(l, false);
}

void Hierarchy::start(std::vector<double> incoming) {
  const std::size_t last = levels.size() - 1;
  std::vector<std::vector<double>> rough(levels.size());
  rough[0] = std::move(incoming);
  for (std::size_t l = 0; l < last; ++l)
    rough[l + 1] = rough_rates(patterns[l], patterns[l + 1], rough[l]);
  if (last == 0)
    return load(0, std::move(rough[0]), std::vector<double>(patterns[0].size(), 0.0));
  load(last, std::move(rough[last]), std::vector<double>(patterns[last].size(), 0.0));
  const LogVector coarsest = log_masses(levels[last]);
  std::vector<double> phi(coarsest.begin(), coarsest.end());
  for (std::size_t l = last; l-- > 0;) {
    std::vector<double> finer;
    interpolate(patterns[l], patterns[l + 1], phi, finer);
    load(l, std::move(rough[l]), std::move(finer));
    cycle(l);
    if (l > 0) {
      regauge(levels[l]);
      phi = levels[l].phi;
    }
  }
}

bool Hierarchy::start_from(std::vector<double>& incoming, std::vector<double>& phi) {
  const Pattern& p = patterns[0];
  if (static_cast<std::int64_t>(phi.size()) != p.size())
    return false;
  std::vector<double> outflow(p.size(), 0.0);
  for (std::int64_t i = 0; i < p.size(); ++i)
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e)
      outflow[p.from(i, e)] += incoming[e];
  for (std::int64_t i = 0; i < p.size(); ++i) {
    if (!std::isfinite(phi[i]))
      return false;
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e) {
      const double v = incoming[e] * std::exp(phi[p.from(i, e)] - phi[i]) / outflow[i];
      if (incoming[e] > 0 && !(v > 1e-280 && v < 1e280))
        return false;
    }
  }
  load(0, std::move(incoming), std::move(phi));
  return true;
}

std::int64_t Hierarchy::memory_bytes() const {
  std::int64_t sum = 0;
  for (const Pattern& p : patterns)
    sum += bytes(p.place) + bytes(p.line) + bytes(p.cell) + bytes(p.block) + bytes(p.row_start) +
           bytes(p.near_from) + bytes(p.far_from);
  for (const Level& l : levels)
    sum += bytes(l.v) + bytes(l.s) + bytes(l.k) + bytes(l.d) + bytes(l.phi) + bytes(l.u);
  // While a cycle aggregates the finest level.
  if (patterns.size() > 1)
    sum += patterns[1].oblique ? 8 * patterns[1].edges() : aggregation_bytes * patterns[1].size();
  return sum;
}

std::vector<double> rough_rates(const Pattern& fine, const Pattern& coarse,
                                const std::vector<double>& incoming) {
  if (coarse.oblique)
    return rough_oblique_rates(fine, coarse, incoming);
  std::vector<double> rates(coarse.edges(), 0.0);
  const auto cells = static_cast<double>(fine.step_x * fine.step_y); // equally likely in a block
  for (std::int64_t i = 0; i < fine.size(); ++i) {
    const std::int32_t I = fine.block[i];
    for (std::int64_t e = fine.row_start[i]; e < fine.row_start[i + 1]; ++e) {
      const std::int32_t j = fine.from(i, e), J = fine.block[j];
      if (J == I)
        continue;
      // Along an axis that is not coarsened edges keep their length.
      const int axis = step(coarse, I, J).axis;
      const bool longer = axis == 2 || (axis == 0 ? fine.step_x : fine.step_y) > 1;
      const double in = incoming[e];
      const double out = incoming[edge(fine, static_cast<std::int32_t>(i), j)];
      if (in > 0)
        rates[edge(coarse, J, I)] += in / (longer ? 1 + out / in : 1.0) / cells;
    }
  }
  return rates;
}

} // namespace escapade::multilevel
