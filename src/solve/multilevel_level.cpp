#include "multilevel_level.hpp"

#include "escapade/error.hpp"
#include "escapade/solve/gth.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace escapade::multilevel {

namespace {

[[noreturn]] void out_of_range() {
  throw NotTrusted("-solver multilevel: masses or times differ by more than double's range of "
                   "e^700 between neighbouring blocks of cells: use -solver gth");
}

bool usable(double x) {
  return x > 0 && x < std::numeric_limits<double>::infinity();
}

} // namespace

std::int64_t edge(const Pattern& pattern, std::int32_t j, std::int32_t i) {
  std::int64_t e = pattern.row_start[i];
  while (pattern.from[e] != j)
    ++e;
  return e;
}

void sweep(Level& level, bool forth) {
  const Pattern& p = *level.pattern;
  const double* const v = level.v.data();
  const std::int32_t* const from = p.from.data();
  double* const u = level.u.data();
  const std::int64_t n = p.size();
  const bool source = !level.s.empty();
  for (std::int64_t q = 0; q < n; ++q) {
    const std::int64_t i = forth ? q : n - 1 - q;
    double sum = source ? level.s[i] : 0.0;
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e)
      sum += v[e] * u[from[e]];
    u[i] = sum;
  }
}

namespace {

/// z/(eᶻ − 1)
double bernoulli(double z) {
  return std::abs(z) < 1e-8 ? 1 - z / 2 : z / std::expm1(z);
}

/// c of an edge with fluxes c Bern(−g) and c Bern(g): their logarithmic mean.
double conductance(double there, double back) {
  return there > 0 && back > 0 ? there / bernoulli(std::log(back / there)) : 0.0;
}

/// The step between two places: its axis, 0 along x, 1 along y, 2 both; and whether it leads up.
struct Step {
  int axis;
  bool up;
};
Step step(const Pattern& p, std::int32_t a, std::int32_t b) {
  const std::int64_t x = p.place[b] % p.nx - p.place[a] % p.nx;
  const std::int64_t y = p.place[b] / p.nx - p.place[a] / p.nx;
  // Over more than half of the lattice it goes around, the other way.
  if (y == 0)
    return {0, (x > 0) == (2 * std::abs(x) <= p.nx)};
  return {x == 0 ? 1 : 2, (y > 0) == (2 * std::abs(y) <= p.ny)};
}

/// What lies within a block, by axis: fluxes up and down, mass of the lower and the upper half;
/// then the resistance from the block's mass to its lower and its upper end, per mass.
struct Inside {
  std::array<double, 2> up{}, down{};
  std::array<std::array<double, 2>, 2> mass{}, resistance{};
};

/// The share λ of the conductance between two blocks that an edge between their masses has: in
/// series with what lies within each.
double share(double here, double resistance_here, double there, double resistance_there, double g) {
  const double lambda = 1 / (1 + here * resistance_here + there * resistance_there);
  return std::max(lambda, std::min(0.5, std::abs(g)));
}

} // namespace

void aggregate(const Level& fine, Level& coarse) {
  const Pattern& p = *fine.pattern;
  const Pattern& P = *coarse.pattern;
  const bool source = !fine.s.empty(), killed = !fine.k.empty();
  std::vector<double>& top = coarse.phi; // largest φ in the block, then the coarse gauge
  top.assign(P.size(), -std::numeric_limits<double>::infinity());
  for (std::int64_t i = 0; i < p.size(); ++i)
    top[p.block[i]] = std::max(top[p.block[i]], fine.phi[i]);

  std::vector<double>& mass = coarse.u; // in units of e^top
  mass.assign(P.size(), 0.0);
  coarse.v.assign(P.edges(), 0.0);
  coarse.s.assign(source ? P.size() : 0, 0.0);
  coarse.k.assign(killed ? P.size() : 0, 0.0);
  std::vector<Inside> inside(P.size());
  for (std::int64_t i = 0; i < p.size(); ++i) {
    const std::int32_t I = p.block[i];
    const double c = std::exp(fine.phi[i] - top[I]), inflow = c * fine.d[i];
    const double own = c * fine.u[i];
    mass[I] += own;
    inside[I].mass[0][p.place[i] % p.nx % 2] += own;
    inside[I].mass[1][p.place[i] / p.nx % 2] += own;
    if (source)
      coarse.s[I] += inflow * fine.s[i];
    if (killed)
      coarse.k[I] += c * fine.u[i] * fine.k[i];
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e) {
      const std::int32_t j = p.from[e], J = p.block[j];
      const double flux = inflow * fine.v[e] * fine.u[j];
      if (J != I)
        coarse.v[edge(P, J, I)] += flux;
      else if (const Step from = step(p, j, static_cast<std::int32_t>(i)); from.axis < 2)
        (from.up ? inside[I].up : inside[I].down)[from.axis] += flux;
    }
  }

  coarse.d.assign(P.size(), 0.0);
  for (std::int64_t I = 0; I < P.size(); ++I) {
    if (!usable(mass[I]))
      out_of_range();
    top[I] += std::log(mass[I]);
    Inside& in = inside[I];
    for (std::size_t axis = 0; axis < 2; ++axis)
      if (const double c = conductance(in.up[axis], in.down[axis]); c > 0)
        in.resistance[axis] = {in.mass[axis][1] / c, in.mass[axis][0] / c};
    if (source)
      coarse.s[I] /= mass[I];
    if (killed)
      coarse.d[I] = coarse.k[I] /= mass[I];
    for (std::int64_t e = P.row_start[I]; e < P.row_start[I + 1]; ++e)
      coarse.v[e] /= mass[I];
  }

  // Fluxes a = F_JI, b = F_IJ between two blocks: conductance c and work g of the edges across. One
  // edge from centre to centre has λc instead and, for the same net flux cg, the work g/λ.
  for (std::int32_t I = 0; I < P.size(); ++I)
    for (std::int64_t e = P.row_start[I]; e < P.row_start[I + 1]; ++e) {
      const std::int32_t J = P.from[e];
      if (J > I)
        break;
      const std::int64_t back = edge(P, I, J);
      double &v = coarse.v[e], &w = coarse.v[back]; // F_JI/mass_I and F_IJ/mass_J
      const double lead = top[J] - top[I], g = std::log(v / w) - lead;
      if (v > 0 && w > 0) {
        const double here = bernoulli(-g), there = bernoulli(g);
        const Step to = step(P, I, J);
        const double lambda = to.axis == 2
                                  ? 0.5
                                  : share(v / here, inside[I].resistance[to.axis][to.up], w / there,
                                          inside[J].resistance[to.axis][!to.up], g);
        v *= lambda * bernoulli(-g / lambda) / here;
        w *= lambda * bernoulli(g / lambda) / there;
      }
      coarse.d[I] += w * std::exp(lead);
      coarse.d[J] += v * std::exp(-lead);
    }
  for (std::int64_t I = 0; I < P.size(); ++I) {
    if (!usable(coarse.d[I]) && P.size() > 1)
      out_of_range();
    if (source)
      coarse.s[I] /= coarse.d[I];
    for (std::int64_t e = P.row_start[I]; e < P.row_start[I + 1]; ++e)
      coarse.v[e] /= coarse.d[I];
  }
  coarse.u.assign(P.size(), 1.0);
}

void interpolate(const Pattern& fine, const Pattern& coarse, const std::vector<double>& f,
                 std::vector<double>& out) {
  out.resize(fine.size());
  for (std::int64_t i = 0; i < fine.size(); ++i) {
    const std::int64_t x = fine.place[i] % fine.nx, y = fine.place[i] / fine.nx;
    // A cell lies a quarter of a block from its block's centre: weights ¾ and ¼ along each axis.
    const std::int64_t X = x / 2, Y = y / 2;
    std::int64_t X2 = X + (x % 2 ? 1 : -1), Y2 = Y + (y % 2 ? 1 : -1);
    if (coarse.wraps_x)
      X2 = (X2 + coarse.nx) % coarse.nx;
    if (coarse.wraps_y)
      Y2 = (Y2 + coarse.ny) % coarse.ny;
    double sum = 0, weights = 0;
    const auto add = [&](std::int64_t a, std::int64_t b, double weight) {
      if (a < 0 || b < 0 || a >= coarse.nx || b >= coarse.ny)
        return;
      const std::int32_t c = coarse.cell[a + coarse.nx * b];
      if (c < 0)
        return;
      sum += weight * f[c];
      weights += weight;
    };
    add(X, Y, 9);
    add(X2, Y, 3);
    add(X, Y2, 3);
    add(X2, Y2, 1);
    out[i] = sum / weights;
  }
}

namespace {

/// φ_i += shift_i, with u unchanged.
void shift_gauge(Level& level, const std::vector<double>& shift) {
  const Pattern& p = *level.pattern;
  for (std::int64_t i = 0; i < p.size(); ++i) {
    level.phi[i] += shift[i];
    if (!level.s.empty())
      level.s[i] *= std::exp(-shift[i]);
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e)
      level.v[e] *= std::exp(shift[p.from[e]] - shift[i]);
  }
}

} // namespace

void regauge(Level& level) {
  std::vector<double> shift(level.u.size());
  for (std::size_t i = 0; i < shift.size(); ++i) {
    if (!usable(level.u[i]))
      out_of_range();
    shift[i] = std::log(level.u[i]);
  }
  shift_gauge(level, shift);
  level.u.assign(level.u.size(), 1.0);
}

void correct(Level& fine, const Level& coarse) {
  std::vector<double> factor(coarse.u.size()), at;
  for (std::size_t I = 0; I < factor.size(); ++I) {
    if (!usable(coarse.u[I]))
      out_of_range();
    factor[I] = std::log(coarse.u[I]);
  }
  interpolate(*fine.pattern, *coarse.pattern, factor, at);
  double largest = 0;
  for (const double value : at)
    largest = std::max(largest, std::abs(value));
  if (largest > 200) // never beyond double's range, however far the guess was off
    return shift_gauge(fine, at);
  for (std::size_t i = 0; i < at.size(); ++i)
    fine.u[i] *= std::exp(at[i]);
}

LogVector log_masses(const Level& level) {
  const Pattern& p = *level.pattern;
  const std::int64_t n = p.size();
  if (n == 1 && level.s.empty())
    return {0.0L};
  Generator chain;
  chain.size = n;
  chain.row_start.assign(n + 1, 0);
  chain.killing = level.k.empty() ? std::vector<double>(n, 0.0) : level.k;
  for (std::int64_t e = 0; e < p.edges(); ++e)
    if (level.v[e] > 0)
      ++chain.row_start[p.from[e] + 1];
  for (std::int64_t i = 0; i < n; ++i)
    chain.row_start[i + 1] += chain.row_start[i];
  chain.column.resize(chain.row_start[n]);
  chain.rate.resize(chain.row_start[n]);
  std::vector<std::int64_t> next(chain.row_start.begin(), chain.row_start.end() - 1);
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e) {
      if (!(level.v[e] > 0))
        continue;
      const std::int32_t j = p.from[e];
      const double rate = level.v[e] * level.d[i] * std::exp(level.phi[i] - level.phi[j]);
      if (!usable(rate))
        out_of_range();
      chain.column[next[j]] = static_cast<std::int32_t>(i);
      chain.rate[next[j]++] = rate;
    }
  Lattice lattice{p.nx, p.ny, {p.place.begin(), p.place.end()}};
  const bool wraps = p.wraps_x || p.wraps_y;
  GthSolver gth(chain, {.lattice = wraps ? nullptr : &lattice,
                        .threads = 1,
                        .memory_limit = std::numeric_limits<std::int64_t>::max()});
  if (level.s.empty())
    return gth.stationary();
  LogVector f(n);
  for (std::int64_t i = 0; i < n; ++i)
    f[i] = std::log(static_cast<long double>(level.s[i])) +
           std::log(static_cast<long double>(level.d[i])) + level.phi[i];
  return gth.forward(f);
}

void eliminate(Level& level) {
  const LogVector x = log_masses(level);
  // Stationary masses have no scale: the largest stays what it was.
  long double shift = 0;
  if (level.s.empty()) {
    const auto top = std::max_element(x.begin(), x.end());
    shift = *top - level.phi[top - x.begin()];
  }
  for (std::size_t i = 0; i < x.size(); ++i)
    level.u[i] = static_cast<double>(std::exp(x[i] - shift - level.phi[i]));
}

} // namespace escapade::multilevel
