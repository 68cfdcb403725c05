// The coarse chain of the masses of the moment (multilevel_level.hpp).
#include "solve/multilevel/coarsen/diagonal.hpp"
#include "solve/multilevel/coarsen/level.hpp"
#include "solve/multilevel/coarsen/oblique.hpp"

#include "generator/rates/bernoulli.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

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

} // namespace

void aggregate(Level& fine, Level& coarse) {
  const Pattern& p = *fine.pattern;
  const Pattern& P = *coarse.pattern;
  const bool source = !fine.s.empty();
  p.halo.fill(fine.u);
  std::vector<double>& top = coarse.phi; // largest φ in the block, then the coarse gauge
  top.assign(P.size(), -std::numeric_limits<double>::infinity());
  for (std::int64_t i = p.first; i < p.last; ++i)
    top[p.block[i]] = std::max(top[p.block[i]], fine.phi[i]);

  std::vector<double>& mass = coarse.u; // in units of e^top
  mass.assign(P.size(), 0.0);
  coarse.v.assign(P.edges(), 0.0);
  coarse.s.assign(source ? P.size() : 0, 0.0);
  std::array<std::vector<Inside>, 2> inside; // by axis; of those along which blocks have two cells
  for (std::size_t axis = 0; axis < 2 && !P.oblique; ++axis)
    inside[axis].resize((axis == 0 ? p.step_x : p.step_y) > 1 ? P.size() : 0);
  std::vector<double> along(P.oblique ? P.edges() : 0, 0.0); // Σ_{i∈I} of fluxes from that way
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
  coarse.d.assign(P.size(), 0.0);
  for (const Killing& k : coarse.k)
    coarse.d[k.cell] = k.rate;
  bool good = true;
  for (std::int64_t I = P.first; I < P.last; ++I) {
    good = good && usable(mass[I]);
    top[I] += std::log(mass[I]);
    for (std::vector<Inside>& along_axis : inside)
      if (!along_axis.empty()) {
        Inside& in = along_axis[I];
        const double c = conductance(in.up, in.down);
        in.mass = {c > 0 ? in.mass[1] / c : 0.0, c > 0 ? in.mass[0] / c : 0.0};
      }
    if (source)
      coarse.s[I] /= mass[I];
    for (std::int64_t e = P.row_start[I]; e < P.row_start[I + 1]; ++e)
      coarse.v[e] /= mass[I];
    if (P.oblique)
      for (std::int64_t e = P.row_start[I]; e < P.row_start[I + 1]; ++e)
        along[e] /= mass[I];
  }
  P.halo.fill(top);
  for (std::vector<Inside>& along_axis : inside)
    if (!along_axis.empty())
      P.halo.fill(along_axis);
  const auto across = P.halo.opposite(coarse.v);
  const auto along_across = P.oblique ? P.halo.opposite(along) : decltype(across){};

  const auto resistance = [&](std::int32_t I, int axis, bool upper) {
    return inside[axis].empty() ? 0.0 : inside[axis][I].mass[upper];
  };
  // Fluxes a = F_JI, b = F_IJ between two blocks: conductance c and work g of the edges across. One
  // edge from centre to centre has λc instead and, for the same net flux cg, the work g/λ.
  // v and w are F_JI/mass_I and F_IJ/mass_J.
  const auto set_rates = [&](std::int32_t I, std::int32_t J, std::int64_t e, double& w, double b) {
    double& v = coarse.v[e];
    const double lift = std::exp(top[J] - top[I]), g = std::log(v / w) - (top[J] - top[I]);
    if (P.oblique) {
      const double a = along[e];
      lengthen(v, w, lift, a > 0 && b > 0 ? 0.5 / (1 / a + 1 / (b * lift)) : 0.0);
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
  };
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
    set_rates(I, J, e, coarse.v[back], P.oblique ? along[back] : 0.0);
    if (!P.corners)
      add_outflow(I, J, e, back);
  });
  for (std::size_t b = 0; b < across.size(); ++b)
    for (std::size_t k = 0; k < across[b].size(); ++k) { // each rank its own end
      const auto [J, I, e] = P.halo.borders[b].edges[k];
      double w = across[b][k];
      set_rates(I, J, e, w, P.oblique ? along_across[b][k] : 0.0);
      coarse.d[I] += w * std::exp(top[J] - top[I]);
    }
  if (P.corners) {
    inside = {}; // no longer needed: memory
    lead_over_corners(coarse, top);
    each_own_edge(add_outflow);
  }
  for (std::int64_t I = P.first; I < P.last; ++I) {
    good = good && (usable(coarse.d[I]) || P.total == 1);
    if (source)
      coarse.s[I] /= coarse.d[I];
    for (std::int64_t e = P.row_start[I]; e < P.row_start[I + 1]; ++e)
      coarse.v[e] /= coarse.d[I];
  }
  if (!P.halo.all(good))
    out_of_range();
  coarse.u.assign(P.size(), 1.0);
}

} // namespace escapade::multilevel
