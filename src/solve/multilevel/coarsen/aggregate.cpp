// The coarse chain of the masses of the moment (level.hpp).
#include "solve/multilevel/coarsen/diagonal.hpp"
#include "solve/multilevel/coarsen/level.hpp"
#include "solve/multilevel/coarsen/oblique.hpp"

#include "generator/rates/bernoulli.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace escapade::multilevel {

namespace {

/// What lies within a block along an axis: fluxes up and down and masses of the lower and the upper
/// half; then, in place of the masses, the resistance from the block's mass to its lower and its
/// upper end, per mass.
struct Inside {
  double up = 0, down = 0;
  std::array<double, 2> mass{};
};
static_assert(sizeof(Inside) == aggregation_bytes);

/// The share λ of the conductance between two blocks that an edge between their masses has: in
/// series with what lies within each.
double share(double here, double resistance_here, double there, double resistance_there, double g) {
  const double lambda = 1 / (1 + here * resistance_here + there * resistance_there);
  return std::max(lambda, std::min(0.5, std::abs(g)));
}

/// Σ_{i∈I} x_i k_i / mass_I, masses in units of e^top.
std::vector<Killing> killing_of_blocks(const Level& fine, const std::vector<double>& top,
                                       const std::vector<double>& mass) {
  std::vector<Killing> found, sums;
  for (const auto [i, k] : fine.k) {
    const std::int32_t I = fine.pattern->block[i];
    found.push_back({I, std::exp(fine.phi[i] - top[I]) * fine.u[i] * k / mass[I]});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Killing& a, const Killing& b) { return a.cell < b.cell; });
  for (const Killing& k : found)
    if (!sums.empty() && sums.back().cell == k.cell)
      sums.back().rate += k.rate;
    else
      sums.push_back(k);
  return sums;
}

/// What is summed over blocks besides masses and rates.
struct BlockSums {
  std::array<std::vector<Inside>, 2> inside; // by axis; of those along which blocks have two cells
  std::vector<double> along;                 // on oblique edges: Σ_{i∈I} of fluxes from that way
};

/// First step. Masses, killing, sources and fluxes between blocks, in units of e^top, top the
/// largest φ in the block: into u, k, s, v and φ of `coarse`.
BlockSums sum_over_blocks(const Level& fine, Level& coarse) {
  const Pattern& p = *fine.pattern;
  const Pattern& P = *coarse.pattern;
  const bool source = !fine.s.empty();
  std::vector<double>& top = coarse.phi;
  top.assign(P.size(), -std::numeric_limits<double>::infinity());
  for (std::int64_t i = p.first; i < p.last; ++i)
    top[p.block[i]] = std::max(top[p.block[i]], fine.phi[i]);

  std::vector<double>& mass = coarse.u;
  mass.assign(P.size(), 0.0);
  coarse.v.assign(P.edges(), 0.0);
  coarse.s.assign(source ? P.size() : 0, 0.0);
  BlockSums sums;
  auto& [inside, along] = sums;
  for (std::size_t axis = 0; axis < 2 && !P.oblique; ++axis)
    inside[axis].resize((axis == 0 ? p.step_x : p.step_y) > 1 ? P.size() : 0);
  along.resize(P.oblique ? P.edges() : 0);
  for (std::int64_t i = p.first; i < p.last; ++i) {
    const std::int32_t I = p.block[i];
    const double c = std::exp(fine.phi[i] - top[I]), inflow = c * fine.d[i];
    const double own = c * fine.u[i];
    mass[I] += own;
    if (!inside[0].empty())
      inside[0][I].mass[p.place[i] % p.nx % 2] += own;
    if (!inside[1].empty())
      inside[1][I].mass[p.place[i] / p.nx % 2] += own;
    if (source)
      coarse.s[I] += inflow * fine.s[i];
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e) {
      const std::int32_t j = p.from(i, e), J = p.block[j];
      const double flux = inflow * fine.v[e] * fine.u[j];
      if (J != I)
        coarse.v[edge(P, J, I)] += flux;
      if (P.oblique) {
        if (const std::int32_t K = alike(p, P, static_cast<std::int32_t>(i), j); K >= 0)
          if (const std::int64_t to = find_edge(P, K, I); to >= 0)
            along[to] += flux;
      } else if (J != I)
        continue;
      else if (const Step from = step(p, j, static_cast<std::int32_t>(i)); from.axis < 2)
        (from.up ? inside[from.axis][I].up : inside[from.axis][I].down) += flux;
      else if (P.corners) {
        const std::int32_t place = p.place[i];
        (place % p.nx % 2 ? inside[0][I].up : inside[0][I].down) += flux;
        (place / p.nx % 2 ? inside[1][I].up : inside[1][I].down) += flux;
      }
    }
  }
  coarse.k = killing_of_blocks(fine, top, mass);
  return sums;
}

/// Second step. Sums become rates per mass, φ the coarse gauge. False where a mass left the range.
bool divide_by_masses(Level& coarse, BlockSums& sums) {
  const Pattern& P = *coarse.pattern;
  const std::vector<double>& mass = coarse.u;
  bool good = true;
  for (std::int64_t I = P.first; I < P.last; ++I) {
    good = good && usable(mass[I]);
    coarse.phi[I] += std::log(mass[I]);
    for (std::vector<Inside>& along_axis : sums.inside)
      if (!along_axis.empty()) {
        Inside& in = along_axis[I];
        const double c = conductance(in.up, in.down);
        in.mass = {c > 0 ? in.mass[1] / c : 0.0, c > 0 ? in.mass[0] / c : 0.0};
      }
    if (!coarse.s.empty())
      coarse.s[I] /= mass[I];
    for (std::int64_t e = P.row_start[I]; e < P.row_start[I + 1]; ++e)
      coarse.v[e] /= mass[I];
    if (P.oblique)
      for (std::int64_t e = P.row_start[I]; e < P.row_start[I + 1]; ++e)
        sums.along[e] /= mass[I];
  }
  P.halo.fill(coarse.phi);
  for (std::vector<Inside>& along_axis : sums.inside)
    if (!along_axis.empty())
      P.halo.fill(along_axis);
  return good;
}

/// The rates v and w = F_IJ/mass_J of an edge from block J into I and back, which lead from one
/// block to the next, for one from middle to middle. Fluxes a = F_JI, b = F_IJ: conductance c and
/// work g of the edges across. One edge from centre to centre has λc instead and, for the same net
/// flux cg, the work g/λ. a_along and b_along:
/// the same of the oblique edges of that offset alone.
void join_middles(const Level& coarse, const BlockSums& sums, std::int32_t I, std::int32_t J,
                  double& v, double& w, double a_along, double b_along) {
  const Pattern& P = *coarse.pattern;
  const std::vector<double>& top = coarse.phi;
  const auto resistance = [&](std::int32_t K, int axis, bool upper) {
    return sums.inside[axis].empty() ? 0.0 : sums.inside[axis][K].mass[upper];
  };
  const double lift = std::exp(top[J] - top[I]), g = std::log(v / w) - (top[J] - top[I]);
  if (P.oblique) {
    lengthen(v, w, lift,
             a_along > 0 && b_along > 0 ? 0.5 / (1 / a_along + 1 / (b_along * lift)) : 0.0);
  } else if (v > 0 && w > 0) {
    const double here = bernoulli(-g), there = bernoulli(g);
    if (!(here > 0 && there > 0)) // one way only, to double's range
      return;
    const Step to = step(P, I, J);
    const double lambda = to.axis == 2 ? 0.5
                                       : share(v / here, resistance(I, to.axis, to.up), w / there,
                                               resistance(J, to.axis, !to.up), g);
    v *= lambda * bernoulli(-g / lambda) / here;
    w *= lambda * bernoulli(g / lambda) / there;
  }
}

/// Third step. Edges between blocks become edges between their middles; d from what leaves.
void lengthen_edges(Level& coarse, BlockSums sums) {
  const Pattern& P = *coarse.pattern;
  const std::vector<double>& top = coarse.phi;
  const std::vector<double>& along = sums.along;
  const auto across = P.halo.opposite(coarse.v);
  const auto along_across = P.oblique ? P.halo.opposite(along) : decltype(across){};
  coarse.d.assign(P.size(), 0.0);
  for (const Killing& k : coarse.k)
    coarse.d[k.cell] = k.rate;
  const auto each_own_edge = [&](auto use) { // use(I, J, e, the edge back)
    for (std::int32_t I = P.first; I < P.last; ++I)
      for (std::int64_t e = P.row_start[I]; e < P.row_start[I + 1]; ++e) {
        const std::int32_t J = P.from(I, e);
        if (J > I)
          break;
        if (J >= P.first)
          use(I, J, e, edge(P, I, J));
      }
  };
  const auto add_outflow = [&](std::int32_t I, std::int32_t J, std::int64_t e, std::int64_t back) {
    if (coarse.v[back] > 0) // over a corner there may be none, and masses very far apart
      coarse.d[I] += coarse.v[back] * std::exp(top[J] - top[I]);
    if (coarse.v[e] > 0)
      coarse.d[J] += coarse.v[e] * std::exp(top[I] - top[J]);
  };
  each_own_edge([&](std::int32_t I, std::int32_t J, std::int64_t e, std::int64_t back) {
    join_middles(coarse, sums, I, J, coarse.v[e], coarse.v[back], P.oblique ? along[e] : 0.0,
                 P.oblique ? along[back] : 0.0);
    if (!P.corners)
      add_outflow(I, J, e, back);
  });
  for (std::size_t b = 0; b < across.size(); ++b)
    for (std::size_t k = 0; k < across[b].size(); ++k) { // each rank its own end
      const auto [J, I, e] = P.halo.borders[b].edges[k];
      double w = across[b][k];
      join_middles(coarse, sums, I, J, coarse.v[e], w, P.oblique ? along[e] : 0.0,
                   P.oblique ? along_across[b][k] : 0.0);
      coarse.d[I] += w * std::exp(top[J] - top[I]);
    }
  if (P.corners) {
    sums.inside = {}; // no longer needed: memory
    lead_over_corners(coarse, top);
    each_own_edge(add_outflow);
  }
}

} // namespace

void aggregate(Level& fine, Level& coarse) {
  const Pattern& P = *coarse.pattern;
  fine.pattern->halo.fill(fine.u);
  BlockSums sums = sum_over_blocks(fine, coarse);
  bool good = divide_by_masses(coarse, sums);
  lengthen_edges(coarse, std::move(sums));
  for (std::int64_t I = P.first; I < P.last; ++I) {
    good = good && (usable(coarse.d[I]) || P.total == 1);
    if (!coarse.s.empty())
      coarse.s[I] /= coarse.d[I];
    for (std::int64_t e = P.row_start[I]; e < P.row_start[I + 1]; ++e)
      coarse.v[e] /= coarse.d[I];
  }
  if (!P.halo.all(good))
    out_of_range();
  coarse.u.assign(P.size(), 1.0);
}

} // namespace escapade::multilevel
