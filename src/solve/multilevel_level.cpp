#include "multilevel_level.hpp"
#include "multilevel_oblique.hpp"

#include "escapade/error.hpp"
#include "escapade/solve/gth.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace escapade::multilevel {

namespace {

[[noreturn]] void out_of_range() {
  throw NotTrusted("-solver multilevel: masses or times differ by more than double's range of "
                   "e^700 between neighbouring blocks of cells: use -solver gth");
}

/// z/(eᶻ − 1)
double bernoulli(double z) {
  return std::abs(z) < 1e-8 ? 1 - z / 2 : z / std::expm1(z);
}

bool usable(double x) {
  return x > 0 && x < std::numeric_limits<double>::infinity();
}

} // namespace

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
      const Step to = step(P, I, J);
      const double lambda = to.axis == 2 ? 0.5
                                         : share(v / here, resistance(I, to.axis, to.up), w / there,
                                                 resistance(J, to.axis, !to.up), g);
      v *= lambda * bernoulli(-g / lambda) / here;
      w *= lambda * bernoulli(g / lambda) / there;
    }
  };
  for (std::int32_t I = P.first; I < P.last; ++I)
    for (std::int64_t e = P.row_start[I]; e < P.row_start[I + 1]; ++e) {
      const std::int32_t J = P.from(I, e);
      if (J > I)
        break;
      if (J < P.first)
        continue;
      const std::int64_t back = edge(P, I, J);
      set_rates(I, J, e, coarse.v[back], P.oblique ? along[back] : 0.0);
      coarse.d[I] += coarse.v[back] * std::exp(top[J] - top[I]);
      coarse.d[J] += coarse.v[e] * std::exp(top[I] - top[J]);
    }
  for (std::size_t b = 0; b < across.size(); ++b)
    for (std::size_t k = 0; k < across[b].size(); ++k) { // each rank its own end
      const auto [J, I, e] = P.halo.borders[b].edges[k];
      double w = across[b][k];
      set_rates(I, J, e, w, P.oblique ? along_across[b][k] : 0.0);
      coarse.d[I] += w * std::exp(top[J] - top[I]);
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

namespace {

struct Jump {
  std::int32_t from, to;
  double rate;
};

/// Jumps both ways between parts of the chain that nothing joins, in balance with the masses of the
/// moment. Nothing flows over the only way into a part, so its masses are not touched.
void bridge(const Level& level, std::vector<Jump>& jumps) {
  std::vector<std::int32_t> label(level.d.size());
  std::iota(label.begin(), label.end(), 0);
  const auto root = [&](std::int32_t i) {
    while (label[i] != i)
      i = label[i] = label[label[i]];
    return i;
  };
  for (const Jump& jump : jumps)
    label[root(jump.from)] = root(jump.to);
  for (std::int32_t i = 1; i < static_cast<std::int32_t>(label.size()); ++i) {
    if (root(i) == root(0))
      continue;
    const double rise = level.phi[i] - level.phi[0];
    jumps.push_back({0, i, level.d[i] * std::exp(std::min(0.0, rise))});
    jumps.push_back({i, 0, level.d[i] * std::exp(std::min(0.0, -rise))});
    label[root(i)] = root(0);
  }
}

} // namespace

LogVector log_masses(const Level& level) {
  const Pattern& p = *level.pattern;
  const std::int64_t n = p.size();
  const bool source = !level.s.empty();
  if (n == 1 && !source)
    return {0.0L};
  std::vector<Jump> jumps;
  for (std::int32_t i = 0; i < n; ++i)
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e)
      if (level.v[e] > 0) {
        const std::int32_t j = p.from(i, e);
        jumps.push_back({j, i, level.v[e] * level.d[i] * std::exp(level.phi[i] - level.phi[j])});
      }
  if (!source)
    bridge(level, jumps);
  std::sort(jumps.begin(), jumps.end(), [](const Jump& a, const Jump& b) {
    return a.from < b.from || (a.from == b.from && a.to < b.to);
  });
  Generator chain;
  chain.size = n;
  chain.row_start.assign(n + 1, 0);
  chain.killing = dense(level.k, n);
  for (const Jump& jump : jumps) {
    if (jump.rate == 0) // uphill beyond double's range, beside which the way downhill is all
      continue;
    if (!usable(jump.rate))
      out_of_range();
    ++chain.row_start[jump.from + 1];
    chain.column.push_back(jump.to);
    chain.rate.push_back(jump.rate);
  }
  std::partial_sum(chain.row_start.begin(), chain.row_start.end(), chain.row_start.begin());
  Lattice lattice{p.nx, p.ny, {p.place.begin(), p.place.end()}};
  const bool wraps = p.wraps_x || p.wraps_y;
  const GthOptions options{.lattice = wraps ? nullptr : &lattice,
                           .threads = 1,
                           .memory_limit = std::numeric_limits<std::int64_t>::max()};
  LogVector f;
  for (std::int64_t i = 0; i < n && source; ++i)
    f.push_back(std::log(static_cast<long double>(level.s[i])) +
                std::log(static_cast<long double>(level.d[i])) + level.phi[i]);
  try {
    GthSolver gth(chain, options);
    return source ? gth.forward(f) : gth.stationary();
  } catch (const BadInput&) { // a chain that falls apart, for rates that vanished: not the user's
    out_of_range();
  }
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
