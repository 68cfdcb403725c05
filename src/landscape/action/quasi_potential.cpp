#include "landscape/action/quasi_potential.hpp"

#include "escapade/error.hpp"
#include "landscape/action/minimum_action.hpp"
#include "problem/lyapunov.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <queue>

namespace escapade {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// What the cost of a small move v needs: ½(|b| |v| − b·v) in the metric D⁻¹, lengths in cells.
struct Metric {
  Sym2 inverse; // D⁻¹
  Vec2 force;   // D⁻¹ b
  double speed; // |b|
};

Sym2 inverse(Sym2 a) {
  const double det = determinant(a);
  return {a.yy / det, -a.xy / det, a.xx / det};
}

Metric blend(const Metric& a, const Metric& b, double s) {
  const auto mix = [s](double p, double q) { return p + s * (q - p); };
  return {{mix(a.inverse.xx, b.inverse.xx), mix(a.inverse.xy, b.inverse.xy),
           mix(a.inverse.yy, b.inverse.yy)},
          a.force + s * (b.force - a.force),
          mix(a.speed, b.speed)};
}

double cost(const Metric& m, Vec2 v) {
  return 0.5 * (m.speed * std::sqrt(std::max(dot(v, m.inverse * v), 0.0)) - dot(m.force, v));
}

/// Metrics on the lattice of half the spacing: midpoints of two centres lie on it.
struct HalfLattice {
  std::int64_t nx, ny; // centres
  std::vector<Metric> metric;
  double anisotropy = 1; // of D in cells, geometric mean
  const Metric& between(std::int64_t ia, std::int64_t ja, std::int64_t ib, std::int64_t jb) const {
    return metric[static_cast<std::size_t>(ia + ib + (2 * nx - 1) * (ja + jb))];
  }
};

HalfLattice half_lattice(const Field& coefficients, const Grid& grid) {
  HalfLattice out{grid.cells[0], grid.cells[1], {}};
  const std::int64_t width = 2 * out.nx - 1, height = 2 * out.ny - 1;
  out.metric.resize(static_cast<std::size_t>(width * height));
  const Vec2 origin = grid.centre(0, 0), ex = grid.edge(1, 0), ey = grid.edge(0, 1);
  const auto n = static_cast<std::size_t>(width);
  std::vector<double> x(n), y(n), c(5 * n);
  double log_ratio = 0;
  std::size_t counted = 0;
  for (std::int64_t j = 0; j < height; ++j) {
    for (std::size_t i = 0; i < n; ++i) {
      const Vec2 p =
          origin + (0.5 * static_cast<double>(i)) * ex + (0.5 * static_cast<double>(j)) * ey;
      x[i] = p.x, y[i] = p.y;
    }
    coefficients(n, x.data(), y.data(), c.data());
    for (std::size_t i = 0; i < n; ++i) {
      Vec2 b = in_frame(Vec2{c[i], c[n + i]}, grid.angle);
      Sym2 D = in_frame(Sym2{c[2 * n + i], c[3 * n + i], c[4 * n + i]}, grid.angle);
      b = {b.x / grid.h[0], b.y / grid.h[1]};
      D = {D.xx / (grid.h[0] * grid.h[0]), D.xy / (grid.h[0] * grid.h[1]),
           D.yy / (grid.h[1] * grid.h[1])};
      Metric& m = out.metric[i + n * static_cast<std::size_t>(j)];
      const auto e = eigen(D).value;
      if (!(e[0] > 1e-14 * e[1])) {
        m = {{}, {}, infinity}; // singular noise: no way through here
        continue;
      }
      m.inverse = inverse(D);
      m.force = m.inverse * b;
      m.speed = std::sqrt(std::max(dot(b, m.force), 0.0));
      log_ratio += std::log(e[1] / e[0]);
      ++counted;
    }
  }
  if (counted > 0)
    out.anisotropy = std::exp(log_ratio / static_cast<double>(counted));
  return out;
}

class Front {
public:
  Front(const HalfLattice& half, const Grid& grid, int reach)
      : half_(half), nx_(half.nx), ny_(half.ny), U_(static_cast<std::size_t>(nx_ * ny_), infinity),
        single_(U_), best_(U_.size(), -1), origin_(U_.size(), {NAN, NAN}),
        state_(U_.size(), State::far) {
    for (std::size_t k = 0; k < state_.size(); ++k)
      if (grid.unknown(k) < 0)
        state_[k] = State::absent;
    for (int dj = -reach; dj <= reach; ++dj)
      for (int di = -reach; di <= reach; ++di)
        if (di * di + dj * dj <= reach * reach && (di != 0 || dj != 0))
          disc_.push_back({di, dj});
  }

  /// A value known from elsewhere.
  void seed(std::int64_t k, double value) {
    if (state_[at(k)] == State::absent)
      return;
    state_[at(k)] = State::considered;
    U_[at(k)] = single_[at(k)] = value;
    heap_.push({value, k});
  }

  /// Values and origins of all points.
  std::pair<std::vector<double>, std::vector<Vec2>> run() {
    while (!heap_.empty()) {
      const auto [value, k] = heap_.top();
      heap_.pop();
      if (state_[at(k)] != State::considered || value > U_[at(k)])
        continue; // an older entry
      accept(k);
    }
    return {U_, origin_};
  }

private:
  enum class State : std::uint8_t { far, considered, front, inner, absent };
  struct Offset {
    int di, dj;
  };
  using Entry = std::pair<double, std::int64_t>;

  const HalfLattice& half_;
  std::int64_t nx_, ny_;
  std::vector<double> U_, single_; // single_: best from one point alone
  std::vector<std::int64_t> best_; // where single_ came from
  std::vector<Vec2> origin_;
  std::vector<State> state_;
  std::vector<Offset> disc_;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> heap_;
  static constexpr Offset ring_[8] = {{1, 0},  {1, 1},   {0, 1},  {-1, 1},
                                      {-1, 0}, {-1, -1}, {0, -1}, {1, -1}};

  static std::size_t at(std::int64_t k) { return static_cast<std::size_t>(k); }

  std::int64_t shifted(std::int64_t k, Offset o) const {
    const std::int64_t i = k % nx_ + o.di, j = k / nx_ + o.dj;
    return i < 0 || j < 0 || i >= nx_ || j >= ny_ ? -1 : i + nx_ * j;
  }

  Vec2 vector(std::int64_t from, std::int64_t to) const {
    return {static_cast<double>(to % nx_ - from % nx_), static_cast<double>(to / nx_ - from / nx_)};
  }

  const Metric& middle(std::int64_t a, std::int64_t b) const {
    return half_.between(a % nx_, a / nx_, b % nx_, b / nx_);
  }

  double from_one(std::int64_t y, std::int64_t x) const {
    return U_[at(y)] + cost(middle(y, x), vector(y, x));
  }

  /// The least over the segment y₀ y₁: a parabola through three values, then one through nearer
  /// ones.
  void offer_two(std::int64_t y0, std::int64_t y1, std::int64_t x) {
    const Metric &m0 = middle(y0, x), &m1 = middle(y1, x);
    if (!std::isfinite(m0.speed) || !std::isfinite(m1.speed))
      return;
    const Vec2 v0 = vector(y0, x), v1 = vector(y1, x);
    const double u0 = U_[at(y0)], u1 = U_[at(y1)];
    const auto f = [&](double s) {
      return u0 + s * (u1 - u0) + cost(blend(m0, m1, s), v0 + s * (v1 - v0));
    };
    double middle_at = 0.5, width = 0.5, least = infinity, where = 0;
    for (int round = 0; round < 3; ++round, width *= 0.3) {
      const double a = std::max(middle_at - width, 0.0), c = std::min(middle_at + width, 1.0),
                   b = 0.5 * (a + c), h = 0.5 * (c - a);
      const double fa = f(a), fb = f(b), fc = f(c);
      const double bend = fa - 2 * fb + fc;
      double s = fa < fc ? a : c;
      if (bend > 0)
        s = std::clamp(b + 0.5 * h * (fa - fc) / bend, a, c);
      for (const auto& [at, value] : {std::pair{a, fa}, {b, fb}, {c, fc}, {s, f(s)}})
        if (value < least)
          least = value, where = at;
      middle_at = where;
    }
    offer(x, least, place(y0) + where * vector(y0, y1));
  }

  Vec2 place(std::int64_t k) const {
    return {static_cast<double>(k % nx_), static_cast<double>(k / nx_)};
  }

  void offer(std::int64_t x, double value, Vec2 origin) {
    if (value < U_[at(x)]) {
      U_[at(x)] = value;
      origin_[at(x)] = origin;
      heap_.push({value, x});
    }
  }

  void offer_pairs(std::int64_t y, std::int64_t x) {
    for (Offset o : ring_) {
      const std::int64_t z = shifted(y, o);
      if (z >= 0 && z != x && state_[at(z)] == State::front)
        offer_two(y, z, x);
    }
  }

  bool neighbours(std::int64_t a, std::int64_t b) const {
    const Vec2 v = vector(a, b);
    return std::abs(v.x) <= 1 && std::abs(v.y) <= 1;
  }

  /// Values of a point that the front has just come near to, from all of the front around.
  void consider(std::int64_t x) {
    state_[at(x)] = State::considered;
    for (Offset o : disc_) {
      const std::int64_t y = shifted(x, o);
      if (y < 0 || state_[at(y)] != State::front)
        continue;
      const double value = from_one(y, x);
      if (value < single_[at(x)])
        single_[at(x)] = value, best_[at(x)] = y;
    }
    if (best_[at(x)] < 0)
      return;
    offer(x, single_[at(x)], place(best_[at(x)]));
    offer_pairs(best_[at(x)], x);
  }

  void leave_front(std::int64_t k) {
    if (state_[at(k)] != State::front)
      return;
    for (Offset o : ring_) {
      const std::int64_t z = shifted(k, o);
      if (z >= 0 && (state_[at(z)] == State::far || state_[at(z)] == State::considered))
        return;
    }
    state_[at(k)] = State::inner;
  }

  void accept(std::int64_t k) {
    state_[at(k)] = State::front;
    leave_front(k);
    for (Offset o : ring_)
      if (const std::int64_t z = shifted(k, o); z >= 0)
        leave_front(z);
    for (Offset o : disc_) {
      const std::int64_t x = shifted(k, o);
      if (x < 0 || state_[at(x)] != State::considered)
        continue;
      const double value = from_one(k, x);
      if (value < single_[at(x)]) {
        single_[at(x)] = value, best_[at(x)] = k;
        offer(x, value, place(k));
        offer_pairs(k, x);
      } else if (best_[at(x)] >= 0 && neighbours(best_[at(x)], k)) {
        offer_two(best_[at(x)], k, x);
      }
    }
    for (Offset o : ring_) {
      const std::int64_t z = shifted(k, o);
      if (z >= 0 && state_[at(z)] == State::far)
        consider(z);
    }
  }
};

} // namespace

QuasiPotential quasi_potential(const Field& coefficients, const Grid& grid, const RestPoint& from,
                               int reach) {
  if (from.type != RestPoint::Type::stable)
    throw BadInput("the quasi-potential is taken from a stable rest point");
  const HalfLattice half = half_lattice(coefficients, grid);
  if (reach <= 0) {
    // Farther on finer grids, where a long line is still short, and where the noise sees stretched
    // cells, since the best way is then oblique to them.
    const double size = std::sqrt(static_cast<double>(half.nx * half.ny));
    const double round = std::max(5.0, 8 + 2 * std::log2(size / 128));
    reach = static_cast<int>(
        std::lround(round * std::clamp(0.5 * std::sqrt(half.anisotropy), 1.0, 2.0)));
  }
  Front front(half, grid, reach);
  double c[5];
  coefficients(1, &from.position.x, &from.position.y, c);
  const Sym2 K = inverse(lyapunov_covariance(from.jacobian, {c[2], c[3], c[4]}));
  const Vec2 centre = grid.lattice_position(from.position);
  constexpr std::int64_t around = 3;
  bool seeded = false;
  const auto ci = static_cast<std::int64_t>(std::llround(centre.x)),
             cj = static_cast<std::int64_t>(std::llround(centre.y));
  for (std::int64_t j = cj - around; j <= cj + around; ++j)
    for (std::int64_t i = ci - around; i <= ci + around; ++i) {
      if (i < 0 || j < 0 || i >= half.nx || j >= half.ny)
        continue;
      const Vec2 z = grid.centre(i, j) - from.position;
      front.seed(i + half.nx * j, 0.5 * dot(z, K * z));
      seeded = true;
    }
  if (!seeded)
    throw BadInput("the stable rest point lies outside the grid: give a wider domain");
  auto [value, origin] = front.run();
  return {std::move(value), std::move(origin), reach};
}

std::optional<double> value_at(const QuasiPotential& U, const Grid& grid, Vec2 point) {
  const Vec2 p = grid.lattice_position(point);
  const auto i = std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(p.x)), 0,
                                          grid.cells[0] - 2),
             j = std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(p.y)), 0,
                                          grid.cells[1] - 2);
  const double s = p.x - static_cast<double>(i), t = p.y - static_cast<double>(j);
  const auto at = [&](std::int64_t a, std::int64_t b) {
    return U.value[static_cast<std::size_t>(a + grid.cells[0] * b)];
  };
  const double v = (1 - t) * ((1 - s) * at(i, j) + s * at(i + 1, j)) +
                   t * ((1 - s) * at(i, j + 1) + s * at(i + 1, j + 1));
  return std::isfinite(v) ? std::optional(v) : std::nullopt;
}

std::optional<LeastOnBoundary> least_on_boundary(const QuasiPotential& U, const Field& coefficients,
                                                 const Grid& grid, const Region& region) {
  const std::int64_t nx = grid.cells[0], ny = grid.cells[1];
  const auto centres = lattice_centres(grid);
  const auto &x = centres[0], &y = centres[1];
  LeastOnBoundary least{infinity, {}, 0};
  std::vector<double> phi(x.size());
  for (std::size_t k_part = 0; k_part < region.size(); ++k_part) {
    region[k_part].phi(x.size(), x.data(), y.data(), phi.data());
    const auto look = [&](std::size_t a, std::size_t b) {
      if ((phi[a] >= 0) == (phi[b] >= 0))
        return;
      const double s = phi[a] / (phi[a] - phi[b]);
      const Vec2 at{x[a] + s * (x[b] - x[a]), y[a] + s * (y[b] - y[a])};
      const std::size_t in = phi[a] < 0 ? a : b, beyond = phi[a] < 0 ? b : a;
      const double value = std::isfinite(U.value[beyond]) || !std::isfinite(U.value[in])
                               ? (1 - s) * U.value[a] + s * U.value[b]
                               : U.value[in] + action_along(coefficients, {{x[in], y[in]}, at})[1];
      if (value < least.value)
        least = {value, at, k_part};
    };
    for (std::int64_t j = 0; j < ny; ++j)
      for (std::int64_t i = 0; i < nx; ++i) {
        const auto k = static_cast<std::size_t>(i + nx * j);
        if (i + 1 < nx)
          look(k, k + 1);
        if (j + 1 < ny)
          look(k, k + static_cast<std::size_t>(nx));
      }
  }
  return std::isfinite(least.value) ? std::optional(least) : std::nullopt;
}

std::vector<Vec2> way_to(const QuasiPotential& U, const Grid& grid, Vec2 rest_point, Vec2 point) {
  std::vector<Vec2> way{point};
  Vec2 p = grid.lattice_position(point);
  const Vec2 corner = grid.centre(0, 0), ex = grid.edge(1, 0), ey = grid.edge(0, 1);
  // U falls along the way, so it ends.
  for (std::size_t step = 0; step < U.value.size(); ++step) {
    const std::int64_t cell = grid.lattice_cell(std::llround(p.x), std::llround(p.y));
    if (cell < 0 || !std::isfinite(U.value[static_cast<std::size_t>(cell)]))
      return {};
    const Vec2 origin = U.origin[static_cast<std::size_t>(cell)];
    if (!std::isfinite(origin.x)) {
      way.push_back(rest_point);
      std::reverse(way.begin(), way.end());
      return way;
    }
    p = origin;
    way.push_back(corner + p.x * ex + p.y * ey);
  }
  return {};
}

} // namespace escapade
