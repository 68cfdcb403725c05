#include "quantities/transitions/committor.hpp"

#include "escapade/error.hpp"
#include "quantities/stationary.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace escapade {

namespace {

/// Committors of all cells from those of the cells between.
void fill_committors(const std::vector<Place>& place, std::int64_t first, const LogVector& log_mass,
                     const Between& between, const LogVector& log_q, const LogVector& log_mu,
                     Transition& out) {
  const std::size_t n = log_mass.size();
  out.forward.assign(n, log_of_zero);
  out.backward.assign(n, log_of_zero);
  for (std::size_t u = 0; u < n; ++u) {
    if (place[first + u] == Place::a)
      out.backward[u] = 0;
    else if (place[first + u] == Place::b)
      out.forward[u] = 0;
  }
  for (std::size_t r = 0; r < between.cell.size(); ++r) {
    const auto u = static_cast<std::size_t>(between.cell[r] - first);
    out.forward[u] = std::min(0.0L, log_q[r]); // above 1 by rounding only
    out.backward[u] = std::min(0.0L, log_mu[r] - log_mass[u]);
  }
}

/// ∫ p q⁻: the sum over the cells, and what it misses of the bend of q⁻ at the sets. Along an edge
/// q⁻ has the slope σ outside of the set and none inside: the cell that holds the bend is off by
/// σ (s − ½)²/2. Where the drift alone moves, q⁻ jumps, and the cell has a share of both sides.
long double probability_of_a(const LogVector& log_mass, const Between& between, const Transition& t,
                             std::int64_t first, const Halo& halo) {
  long double sum = 0;
  for (std::size_t u = 0; u < log_mass.size(); ++u)
    sum += std::exp(log_mass[u] + t.backward[u]);
  const LogVector around = halo.around(log_mass);
  for (const SetFlow& f : between.flows) {
    if (!f.bend)
      continue;
    const auto u = static_cast<std::size_t>(between.cell[f.row] - first);
    const double beyond = 0.5 - *f.bend; // of the face between both cells
    const long double mass = std::exp(around[beyond > 0 ? u : halo.at(f.cell)]);
    const long double drop = f.into_b ? std::exp(t.backward[u]) : std::expm1(t.backward[u]);
    sum += mass * drop * (f.noiseless ? -beyond : beyond * beyond / (2 * *f.bend));
  }
  return halo.sum(sum);
}

/// Reactive current of own cells: net flows f_xy of kept edges, and flows into the sets.
std::vector<Vec2> reactive_current(const Cells& grid, const Generator& G,
                                   const std::vector<Place>& place, const Between& between,
                                   const LogVector& log_q, const LogVector& log_mu,
                                   const Halo& halo, const Halo& inner) {
  std::vector<std::int32_t> cell; // of every row between, of all ranks
  for (std::size_t u = 0; u < place.size(); ++u)
    if (place[u] == Place::between)
      cell.push_back(static_cast<std::int32_t>(u));
  const Generator& H = between.generator;
  const LogVector forward = inner.around(log_q);
  // Reactive flux as rates of a chain, weighted by π q⁻: its net current.
  Generator flux;
  flux.size = G.size, flux.first = G.first;
  LogVector weight(static_cast<std::size_t>(G.rows()), log_of_zero);
  std::size_t r = 0;
  for (std::int64_t u = 0; u < G.rows(); ++u) {
    if (r < between.cell.size() && between.cell[r] == G.first + u) {
      weight[u] = log_mu[r];
      for (std::int64_t q = H.row_start[r]; q < H.row_start[r + 1]; ++q) {
        flux.column.push_back(cell[H.column[q]]);
        flux.rate.push_back(
            static_cast<double>(H.rate[q] * std::exp(forward[inner.at(H.column[q])])));
      }
      ++r;
    }
    flux.row_start.push_back(static_cast<std::int64_t>(flux.column.size()));
    flux.killing.push_back(0);
  }
  std::vector<Vec2> current =
      probability_current(grid, flux, weight, halo.alone() ? halo : Halo(halo.comm(), flux));
  for (const SetFlow& f : between.flows) {
    if (f.cell < 0)
      continue;
    const std::int32_t u = between.cell[f.row];
    const long double out =
        f.into_b ? std::exp(log_mu[f.row]) * f.flow : -std::exp(log_q[f.row]) * f.flow;
    current[u - G.first] =
        current[u - G.first] + static_cast<double>(out) / grid.area(u) * grid.to_face(u, f.cell);
  }
  return current;
}

} // namespace

Transition transition(const Cells& grid, const Generator& G, const std::vector<Place>& place,
                      const LogVector& log_mass, const Between& between, const LogVector& log_q,
                      const LogVector& log_mu, const Halo& halo) {
  Transition out;
  fill_committors(place, G.first, log_mass, between, log_q, log_mu, out);
  out.probability_a = probability_of_a(log_mass, between, out, G.first, halo);
  const Generator& H = between.generator;
  const Halo inner = halo.alone() ? Halo() : Halo(halo.comm(), H);
  out.current = reactive_current(grid, G, place, between, log_q, log_mu, halo, inner);

  long double rate = 0;
  std::array<long double, 9> through{};
  const auto add = [&](long double f, long double from, long double to) {
    for (std::size_t c = 0; c < through.size(); ++c) {
      const long double level = std::log(0.1L * static_cast<long double>(c + 1));
      through[c] += (from < level) == (to < level) ? 0 : from < level ? f : -f;
    }
  };
  for (const SetFlow& f : between.flows) {
    const long double from = log_q[f.row];
    if (f.into_b)
      add(std::exp(log_mu[f.row]) * f.flow, from, 0);
    else
      rate += std::exp(from) * f.flow, add(std::exp(from) * f.flow, log_of_zero, from);
  }
  const LogVector forward = inner.around(log_q);
  for (std::int64_t r = 0; r < H.rows(); ++r)
    for (std::int64_t q = H.row_start[r]; q < H.row_start[r + 1]; ++q) {
      const long double to = forward[inner.at(H.column[q])];
      add(std::exp(log_mu[r] + to + std::log(static_cast<long double>(H.rate[q]))), forward[r], to);
    }
  rate = halo.sum(between.killing_back.empty() ? rate : through[4]);
  if (!(rate > 0))
    throw NotTrusted(
        "the transition rate from A to B underflows; it is below 1e-4900 per unit time");
  out.log_rate = std::log(rate);
  for (long double t : through)
    out.flux_spread =
        std::max(out.flux_spread, static_cast<double>(std::abs(halo.sum(t) / rate - 1)));
  return out;
}

} // namespace escapade
