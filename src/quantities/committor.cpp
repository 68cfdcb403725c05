#include "quantities/committor.hpp"

#include "escapade/error.hpp"
#include "quantities/stationary.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace escapade {

namespace {

constexpr long double nothing = -std::numeric_limits<long double>::infinity();

/// Numbers the cells between A and B over all ranks, −1 elsewhere; sets size and first row of
/// `between`.
std::vector<std::int32_t> number_between(const Generator& whole, const std::vector<Place>& place,
                                         Generator& between) {
  std::vector<std::int32_t> row(place.size(), -1);
  std::int32_t next = 0;
  for (std::size_t u = 0; u < place.size(); ++u) {
    if (static_cast<std::int64_t>(u) == whole.first)
      between.first = next;
    if (place[u] == Place::between)
      row[u] = next++;
  }
  if (whole.first == static_cast<std::int64_t>(place.size())) // a last rank without rows
    between.first = next;
  between.size = next;
  return row;
}

/// Appends row x of the chain between: what leads into A or B is killing.
void append_row(const Generator& G, std::int64_t r, const std::vector<Place>& place,
                const std::vector<std::int32_t>& row, Between& out) {
  Generator& H = out.generator;
  double into[2] = {0, 0};
  for (std::int64_t q = G.row_start[r]; q < G.row_start[r + 1]; ++q) {
    const std::int32_t y = G.column[q];
    if (place[y] == Place::between) {
      H.column.push_back(row[y]);
      H.rate.push_back(G.rate[q]);
    } else {
      into[place[y] == Place::a ? 0 : 1] += G.rate[q];
    }
  }
  const auto local = static_cast<std::int32_t>(H.rows());
  for (std::int32_t part = 0; part < 2; ++part)
    if (into[part] > 0)
      H.part_killing.push_back({local, part, into[part]});
  H.killing.push_back(into[0] + into[1]);
  H.row_start.push_back(static_cast<std::int64_t>(H.column.size()));
  out.cell.push_back(static_cast<std::int32_t>(G.first + r));
}

} // namespace

Between chain_between(const Generator& G, const std::vector<Place>& place,
                      const LogVector& log_mass, const Halo& halo) {
  if (std::find(place.begin(), place.end(), Place::a) == place.end())
    throw BadInput("the set A holds no cell of the grid; give a larger set, or more cells");
  if (std::find(place.begin(), place.end(), Place::b) == place.end())
    throw BadInput("the set B holds no cell of the grid; give a larger set, or more cells");
  Between out;
  const std::vector<std::int32_t> row = number_between(G, place, out.generator);
  for (std::int64_t r = 0; r < G.rows(); ++r)
    if (place[G.first + r] == Place::between)
      append_row(G, r, place, row, out);

  const LogVector around = halo.around(log_mass);
  std::vector<long double> source(out.cell.size(), 0);
  bool touch = false;
  for (std::int64_t r = 0; r < G.rows(); ++r) {
    const Place from = place[G.first + r];
    for (std::int64_t q = G.row_start[r]; from != Place::between && q < G.row_start[r + 1]; ++q) {
      const std::int32_t y = G.column[q];
      touch = touch || (place[y] != Place::between && place[y] != from);
      const bool own = y >= G.first && y < G.first + G.rows(); // others: by the halo's edges
      if (from == Place::a && place[y] == Place::between && own)
        source[row[y] - out.generator.first] += std::exp(around[r]) * G.rate[q];
    }
  }
  for (const BorderEdge& e : halo.edges())
    if (place[G.first + e.row] == Place::between && place[e.cell] == Place::a)
      source[row[G.first + e.row] - out.generator.first] += std::exp(around[e.ghost]) * e.in;
  if (halo.any(touch))
    throw BadInput("the sets A and B touch: an edge of the grid joins them; leave room between "
                   "the sets, or give more cells");
  for (long double s : source)
    out.log_source.push_back(s > 0 ? std::log(s) : nothing);
  return out;
}

Transition transition(const Cells& grid, const Generator& G, const std::vector<Place>& place,
                      const LogVector& log_mass, const Between& between, const LogVector& log_q,
                      const LogVector& log_mu, const Halo& halo) {
  const auto n = static_cast<std::size_t>(G.rows());
  const auto place_of = [&](std::size_t row) { return place[G.first + row]; };
  Transition out;
  out.forward.assign(n, nothing);
  out.backward.assign(n, nothing);
  for (std::size_t u = 0; u < n; ++u) {
    if (place_of(u) == Place::a)
      out.backward[u] = 0;
    else if (place_of(u) == Place::b)
      out.forward[u] = 0;
  }
  for (std::size_t r = 0; r < between.cell.size(); ++r) {
    const auto u = static_cast<std::size_t>(between.cell[r] - G.first);
    out.forward[u] = std::min(0.0L, log_q[r]); // above 1 by rounding only
    out.backward[u] = std::min(0.0L, log_mu[r] - log_mass[u]);
  }
  for (std::size_t u = 0; u < n; ++u)
    out.probability_a += std::exp(log_mass[u] + out.backward[u]);
  out.probability_a = halo.sum(out.probability_a);

  // Reactive flux as rates of a chain, weighted by π q⁻: its net current and its cuts.
  const LogVector forward = halo.around(out.forward);
  Generator flux = G;
  LogVector weight(n);
  for (std::size_t x = 0; x < n; ++x) {
    weight[x] = log_mass[x] + out.backward[x];
    for (std::int64_t q = G.row_start[x]; q < G.row_start[x + 1]; ++q)
      flux.rate[q] = static_cast<double>(G.rate[q] * std::exp(forward[halo.at(G.column[q])]));
  }
  out.current =
      probability_current(grid, flux, weight, halo.alone() ? halo : Halo(halo.comm(), flux));
  long double rate = 0;
  std::array<long double, 9> through{};
  for (std::size_t x = 0; x < n; ++x)
    for (std::int64_t q = G.row_start[x]; q < G.row_start[x + 1]; ++q) {
      const long double to_y = forward[halo.at(G.column[q])];
      const long double f =
          std::exp(weight[x] + to_y + std::log(static_cast<long double>(G.rate[q])));
      if (place_of(x) == Place::a && place[G.column[q]] != Place::a)
        rate += f;
      for (std::size_t c = 0; c < through.size(); ++c) {
        const long double level = std::log(0.1L * static_cast<long double>(c + 1));
        const bool from = out.forward[x] < level, to = to_y < level;
        through[c] += from == to ? 0 : from ? f : -f;
      }
    }
  rate = halo.sum(rate);
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
