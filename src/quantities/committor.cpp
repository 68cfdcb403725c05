#include "escapade/quantities/committor.hpp"

#include "escapade/error.hpp"
#include "escapade/quantities/stationary.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace escapade {

namespace {
constexpr long double nothing = -std::numeric_limits<long double>::infinity();
} // namespace

Between chain_between(const Generator& G, const std::vector<Place>& place,
                      const LogVector& log_mass) {
  if (std::find(place.begin(), place.end(), Place::a) == place.end())
    throw BadInput("-set_a holds no cell of the grid; give a larger set, or more -cells");
  if (std::find(place.begin(), place.end(), Place::b) == place.end())
    throw BadInput("-set_b holds no cell of the grid; give a larger set, or more -cells");
  Between out;
  std::vector<std::int32_t> row(place.size(), -1);
  for (std::size_t u = 0; u < place.size(); ++u)
    if (place[u] == Place::between) {
      row[u] = static_cast<std::int32_t>(out.cell.size());
      out.cell.push_back(static_cast<std::int32_t>(u));
    }
  std::vector<long double> source(out.cell.size(), 0);
  Generator& H = out.generator;
  H.size = static_cast<std::int64_t>(out.cell.size());
  for (std::int64_t x = 0; x < G.rows(); ++x) {
    double into[2] = {0, 0};
    for (std::int64_t q = G.row_start[x]; q < G.row_start[x + 1]; ++q) {
      const std::int32_t y = G.column[q];
      if (place[x] != Place::between) {
        if (place[y] != Place::between && place[y] != place[x])
          throw BadInput("-set_a and -set_b touch: an edge of the grid joins them; leave room "
                         "between the sets, or give more -cells");
        if (place[x] == Place::a && place[y] == Place::between)
          source[row[y]] += std::exp(log_mass[x]) * G.rate[q];
      } else if (place[y] == Place::between) {
        H.column.push_back(row[y]);
        H.rate.push_back(G.rate[q]);
      } else {
        into[place[y] == Place::a ? 0 : 1] += G.rate[q];
      }
    }
    if (place[x] != Place::between)
      continue;
    for (std::int32_t part = 0; part < 2; ++part)
      if (into[part] > 0)
        H.part_killing.push_back({row[x], part, into[part]});
    H.killing.push_back(into[0] + into[1]);
    H.row_start.push_back(static_cast<std::int64_t>(H.column.size()));
  }
  for (long double s : source)
    out.log_source.push_back(s > 0 ? std::log(s) : nothing);
  return out;
}

Transition transition(const Cells& grid, const Generator& G, const std::vector<Place>& place,
                      const LogVector& log_mass, const Between& between, const LogVector& log_q,
                      const LogVector& log_mu) {
  const std::size_t n = place.size();
  Transition out;
  out.forward.assign(n, nothing);
  out.backward.assign(n, nothing);
  for (std::size_t u = 0; u < n; ++u) {
    if (place[u] == Place::a)
      out.backward[u] = 0;
    else if (place[u] == Place::b)
      out.forward[u] = 0;
  }
  for (std::size_t r = 0; r < between.cell.size(); ++r) {
    const auto u = static_cast<std::size_t>(between.cell[r]);
    out.forward[u] = std::min(0.0L, log_q[r]); // above 1 by rounding only
    out.backward[u] = std::min(0.0L, log_mu[r] - log_mass[u]);
  }
  for (std::size_t u = 0; u < n; ++u)
    out.probability_a += std::exp(log_mass[u] + out.backward[u]);

  // Reactive flux as rates of a chain, weighted by π q⁻: its net current and its cuts.
  Generator flux = G;
  LogVector weight(n);
  for (std::size_t x = 0; x < n; ++x) {
    weight[x] = log_mass[x] + out.backward[x];
    for (std::int64_t q = G.row_start[x]; q < G.row_start[x + 1]; ++q)
      flux.rate[q] = static_cast<double>(G.rate[q] * std::exp(out.forward[G.column[q]]));
  }
  out.current = probability_current(grid, flux, weight);
  long double rate = 0;
  std::array<long double, 9> through{};
  for (std::size_t x = 0; x < n; ++x)
    for (std::int64_t q = G.row_start[x]; q < G.row_start[x + 1]; ++q) {
      const auto y = static_cast<std::size_t>(G.column[q]);
      const long double f =
          std::exp(weight[x] + out.forward[y] + std::log(static_cast<long double>(G.rate[q])));
      if (place[x] == Place::a && place[y] != Place::a)
        rate += f;
      for (std::size_t c = 0; c < through.size(); ++c) {
        const long double level = std::log(0.1L * static_cast<long double>(c + 1));
        const bool from = out.forward[x] < level, to = out.forward[y] < level;
        through[c] += from == to ? 0 : from ? f : -f;
      }
    }
  if (!(rate > 0))
    throw NotTrusted(
        "the transition rate from A to B underflows; it is below 1e-4900 per unit time");
  out.log_rate = std::log(rate);
  for (long double t : through)
    out.flux_spread = std::max(out.flux_spread, static_cast<double>(std::abs(t / rate - 1)));
  return out;
}

} // namespace escapade
