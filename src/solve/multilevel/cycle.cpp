#include "solve/multilevel/cycle.hpp"

#include "escapade/error.hpp"
#include "parallel/agree.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace escapade::multilevel {

namespace {

// Levels of no more cells are eliminated. Cycles and products with 300, 600 and 1200, 256² cells,
// drift (x − x³, −y): fp-exit -potential "(x^2-1)^2/4 + y^2/2" -temperature 0.01 -domain -2,2,-2,2
// -cells 256,256 -start -1,0 -exit "x > 0.5" -solver multilevel -error_estimate false:
// 17 and 258, 17 and 258, 17 and 246. Elimination itself is not among the products.
constexpr std::int64_t coarsest_cells = 600;
// Where log masses change by more than this over a coarsest cell, numbers leave double's range;
// then cells are kept on which they change by less than 700, and eliminated where they are not too
// many.
constexpr double steepest = 1250;
constexpr std::int64_t coarsest_steep_cells = 5000; // enough for a barrier of 400 T on 256²
// Where nothing else helps: 200² cells. A choice: more would be right as well, and take more time
// and memory.
constexpr std::int64_t most_eliminated = 40000;

/// Σ_j w_ij of the cells owned, from the rates into each cell.
std::vector<double> outflow(const Pattern& p, const std::vector<double>& incoming) {
  std::vector<double> sum(p.size(), 0.0);
  for (std::int64_t i = p.first; i < p.last; ++i)
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e)
      sum[p.from(i, e)] += incoming[e];
  const auto across = p.halo.opposite(incoming);
  for (std::size_t b = 0; b < across.size(); ++b)
    for (std::size_t k = 0; k < across[b].size(); ++k)
      sum[p.halo.borders[b].edges[k].into] += across[b][k];
  return sum;
}

template<class T>
std::int64_t bytes(const std::vector<T>& v) {
  return static_cast<std::int64_t>(v.capacity() * sizeof(T));
}

} // namespace

Hierarchy::Hierarchy(const Generator& rows, Pattern finest) {
  const Strength strength = strength_of(rows, finest);
  finest_edges = finest.halo.sum(static_cast<double>(finest.edges()));
  patterns.push_back(std::move(finest));
  coarsen(strength);
}

Hierarchy::Hierarchy(Pattern finest, Strength strength, double edges)
    : is_rest(true), finest_edges(edges) {
  patterns.push_back(std::move(finest));
  coarsen(strength);
}

void Hierarchy::coarsen(Strength strength) {
  double& ratio = strength.ratio;
  std::array<double, 2>& steep = strength.steep;
  patterns[0].oblique = strength.oblique;
  patterns[0].corners = strength.currents;
  spread = patterns[0].halo.spread();
  const auto over_cell = [&] {
    return strength.currents ? steep[0] + steep[1] : std::max(steep[0], steep[1]);
  };
  std::vector<double> change{over_cell()}; // of log masses over a cell of a level
  while (spread || patterns.back().size() > coarsest_cells) {
    // Only the axis of much stronger exchange is coarsened; its strength then falls by 4.
    Pattern& fine = patterns.back();
    fine.step_x = !strength.oblique && ratio < 1 / strong && fine.ny > 1 ? 1 : 2;
    fine.step_y = !strength.oblique && ratio > strong && fine.nx > 1 ? 1 : 2;
    if (spread && !can_spread_blocks(fine))
      break;
    steep[0] *= static_cast<double>(fine.step_x);
    steep[1] *= static_cast<double>(fine.step_y);
    change.push_back(over_cell());
    ratio *= static_cast<double>(fine.step_y * fine.step_y) /
             static_cast<double>(fine.step_x * fine.step_x);
    Pattern next = coarser(patterns.back());
    patterns.push_back(std::move(next));
  }
  if (spread) {
    Pattern whole = gathered(patterns.back());
    if (is_first())
      rest.reset(new Hierarchy(std::move(whole), strength, finest_edges));
  } else if (change.back() > steepest) {
    for (std::size_t l = patterns.size() - 1;
         l > 0 && change[l] > 700 && patterns[l - 1].size() <= coarsest_steep_cells; --l)
      patterns.pop_back();
  }
  levels.resize(patterns.size());
  for (std::size_t l = 0; l < levels.size(); ++l)
    levels[l].pattern = &patterns[l];
}

bool Hierarchy::is_first() const {
  return patterns[0].halo.rank() == 0;
}

void Hierarchy::load(std::size_t l, std::vector<double> incoming, std::vector<double> phi) {
  Level& level = levels[l];
  const Pattern& p = *level.pattern;
  level.phi = std::move(phi);
  level.s.clear();
  level.k.clear();
  level.d = outflow(p, incoming);
  level.u.assign(p.size(), 1.0);
  level.lost = false;
  for (std::int64_t i = p.first; i < p.last; ++i)
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e)
      scale(incoming[e], std::exp(level.phi[p.from(i, e)] - level.phi[i]) / level.d[i], level.lost);
  level.v = std::move(incoming); // no second copy on the finest level
}

void Hierarchy::smooth(std::size_t l, bool before) {
  // Where the drift over a cell is much larger than the noise, cells feel only those upstream, and
  // the sweep that runs with the drift does all; it comes from any quarter. Coarse levels are rough
  // anyway: two sweeps of each half of a cycle.
  constexpr std::array<Corner, 4> corners{
      {{true, true}, {false, false}, {true, false}, {false, true}}};
  const std::size_t sweeps = l == 0 && !is_rest ? 4 : 2;
  for (std::size_t q = 0; q < sweeps; ++q)
    sweep(levels[l], corners[before ? q : 3 - q]);
  products += static_cast<double>(sweeps) * static_cast<double>(patterns[l].edges()) / finest_edges;
}

void Hierarchy::cycle(std::size_t l) {
  Level& fine = levels[l];
  if (l + 1 == levels.size())
    return spread ? visit_rest(1) : eliminate(fine);
  smooth(l, true);
  aggregate(fine, levels[l + 1]);
  // A second visit where that does not make coarse levels as dear as fine ones.
  visit(l + 1, 5 * patterns[l + 1].total < 2 * patterns[l].total ? 2 : 1);
  correct(fine, levels[l + 1]);
  // Aggregation passes over all edges, correction over all cells.
  products += 2 * static_cast<double>(patterns[l].edges()) / finest_edges;
  smooth(l, false);
}

void Hierarchy::visit(std::size_t l, int times) {
  if (l + 1 < levels.size())
    for (int n = 0; n < times; ++n)
      cycle(l);
  else if (spread)
    visit_rest(times);
  else
    eliminate(levels[l]); // exact at once
}

void Hierarchy::visit_rest(int times) {
  Level& part = levels.back();
  const Pattern& p = *part.pattern;
  const Halo& halo = p.halo;
  const std::int64_t cells = p.last - p.first;
  const auto whole = [&](const std::vector<double>& own) {
    return halo.to_first(own.empty() ? nullptr : own.data() + p.first, own.empty() ? 0 : cells);
  };
  Level gathered;
  gathered.v = halo.to_first(part.v.data(), p.edges());
  gathered.s = whole(part.s);
  if (!part.s.empty())
    gathered.k = sparse(whole(dense(part.k, p.size())));
  gathered.d = whole(part.d);
  gathered.phi = whole(part.phi);
  gathered.u = whole(part.u);
  on_first_rank(halo.comm(), [&] {
    gathered.pattern = rest->levels[0].pattern;
    rest->levels[0] = std::move(gathered);
    for (int n = 0; n < (rest->levels.size() > 1 ? times : 1); ++n)
      rest->cycle(0);
  });
  halo.from_first(rest ? rest->levels[0].u : std::vector<double>{}, part.u.data() + p.first, cells);
}

void Hierarchy::start(std::vector<double> incoming) {
  const std::size_t last = levels.size() - 1;
  std::vector<std::vector<double>> rough(levels.size());
  rough[0] = std::move(incoming);
  for (std::size_t l = 0; l < last; ++l)
    rough[l + 1] = rough_rates(patterns[l], patterns[l + 1], rough[l]);
  std::vector<double> phi(patterns[last].size(), 0.0);
  if (spread) {
    const Pattern& p = patterns[last];
    std::vector<double> whole, rates = p.halo.to_first(rough[last].data(), p.edges());
    on_first_rank(p.halo.comm(), [&] {
      rest->start(std::move(rates));
      Level& finest = rest->levels[0];
      if (rest->levels.size() == 1) {
        const LogVector exact = log_masses(finest);
        whole.assign(exact.begin(), exact.end());
      } else {
        regauge(finest);
        whole = finest.phi;
      }
    });
    p.halo.from_first(whole, phi.data() + p.first, p.last - p.first);
    p.halo.fill(phi);
  }
  if (last == 0) {
    load(0, std::move(rough[0]), std::move(phi));
    return;
  }
  if (!spread) {
    load(last, std::move(rough[last]), std::move(phi));
    const LogVector coarsest = log_masses(levels[last]);
    phi.assign(coarsest.begin(), coarsest.end());
  }
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
  const std::vector<double> out = outflow(p, incoming);
  bool good = true;
  for (std::int64_t i = p.first; i < p.last; ++i) {
    good = good && std::isfinite(phi[i]);
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e) {
      const double v = incoming[e] * std::exp(phi[p.from(i, e)] - phi[i]) / out[i];
      good = good && (incoming[e] == 0 || (v > 1e-280 && v < 1e280));
    }
  }
  if (!p.halo.all(good))
    return false;
  load(0, std::move(incoming), std::move(phi));
  return true;
}

bool Hierarchy::eliminate_sooner() {
  if (spread)
    return patterns[0].halo.max(rest && rest->eliminate_sooner() ? 1 : 0) > 0;
  const std::size_t last = levels.size() - 1;
  if (last == 0 || patterns[last - 1].size() > most_eliminated)
    return false;
  levels.pop_back();
  patterns.pop_back();
  return true;
}

double Hierarchy::work() const {
  return products + (rest ? rest->work() : 0.0);
}

std::int64_t Hierarchy::memory_bytes() const {
  std::int64_t sum = 0;
  for (const Pattern& p : patterns)
    sum += bytes(p.place) + bytes(p.line) + bytes(p.cell) + bytes(p.block) + bytes(p.row_start) +
           bytes(p.near_from) + bytes(p.far_from);
  for (const Level& l : levels)
    sum += bytes(l.v) + bytes(l.s) + bytes(l.k) + bytes(l.d) + bytes(l.phi) + bytes(l.u);
  // While a cycle aggregates the finest level.
  if (patterns.size() > 1) {
    const Pattern& next = patterns[1];
    const std::int64_t edges = 8 * next.edges(),
                       blocks = aggregation_bytes * next.size() *
                                (patterns[0].step_x + patterns[0].step_y - 2);
    sum += next.oblique ? edges : next.corners ? std::max(edges, blocks) : blocks;
  }
  if (rest)
    sum += rest->memory_bytes();
  return sum;
}

} // namespace escapade::multilevel
