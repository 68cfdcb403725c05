#include "landscape/action/momentum_frame.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace escapade {

namespace {

constexpr std::size_t samples = 5; // places of a way whose lattices are tried
constexpr std::size_t pursued = 4; // of all these

/// A lattice of rectangles: h₂/h₁ is e^slant.
struct Lattice {
  double angle = 0, slant = 0;
};

/// The same lattice with an angle in (−45°, 45°].
Lattice upright(Lattice l) {
  constexpr double right = 0.5 * std::numbers::pi;
  const double turns = std::ceil(l.angle / right - 0.5);
  return {l.angle - turns * right, std::fmod(turns, 2) == 0 ? l.slant : -l.slant};
}

struct Judged {
  Lattice lattice;
  double lost = 0;
  bool operator<(const Judged& other) const { return lost < other.lost; }
};

struct Search {
  const std::vector<Climb>& way;
  const Domain& domain;
  double total = 0;  // cells
  double action = 0; // of the way
};

double action_of(const std::vector<Climb>& way) {
  double sum = 0;
  for (const Climb& c : way)
    sum += c.action;
  return sum;
}

std::array<double, 2> extent(const Domain& domain, double angle) {
  const auto bounds = frame_bounds(domain, angle);
  return {bounds[0][1] - bounds[0][0], bounds[1][1] - bounds[1][0]};
}

std::array<double, 2> sides(const Search& s, Lattice l) {
  const auto size = extent(s.domain, l.angle);
  const double h = std::sqrt(size[0] * size[1] / s.total);
  return {h * std::exp(-0.5 * l.slant), h * std::exp(0.5 * l.slant)};
}

/// Half the ratio of the noise's axes, seen in cells, and its inverse; 1 where cells are even.
double unevenness(const Search& s, double angle, std::array<double, 2> h) {
  double most = 1;
  for (const Climb& c : s.way) {
    const Sym2 d = in_frame(c.noise, angle);
    const double a = d.xx / (h[0] * h[0]), b = d.yy / (h[1] * h[1]);
    most = std::max(most, 0.5 * (a + b) / std::sqrt(determinant(d)) * h[0] * h[1]);
  }
  return most;
}

/// What is lost of the action on the grid and on those of two and three times its spacing, which
/// errors are estimated with, and a little for cells that are long in the eyes of the noise.
double loss(const Search& s, double angle, std::array<double, 2> h) {
  constexpr double weight = 0.05, most = 30;
  const double uneven = unevenness(s, angle, h);
  if (!(uneven < most))
    return std::numeric_limits<double>::infinity();
  double lost = 3 * s.action;
  for (double coarser : {1.0, 2.0, 3.0})
    lost -= lattice_action(s.way, angle, {coarser * h[0], coarser * h[1]});
  return lost + weight * (uneven - 1);
}

double loss(const Search& s, Lattice l) {
  return loss(s, l.angle, sides(s, l));
}

/// Lattices of rectangles whose jumps (a, b) and (c, d) have two given directions: with t = h₂/h₁
/// the angle ψ between them fulfils  bd sin ψ t² − (ad − bc) cos ψ t + ac sin ψ = 0.
void add_lattices(Vec2 first, Vec2 second, std::array<int, 4> jumps, std::vector<Lattice>& out) {
  const auto [a, b, c, d] = jumps;
  const double of_first = std::atan2(first.y, first.x);
  const double psi = std::atan2(second.y, second.x) - of_first;
  const double A = b * d * std::sin(psi), B = -(a * d - b * c) * std::cos(psi),
               C = a * c * std::sin(psi);
  std::array<double, 2> roots{-C / B, -C / B};
  if (A != 0) {
    const double root = std::sqrt(B * B - 4 * A * C); // not a number where there is none
    roots = {(-B + root) / (2 * A), (-B - root) / (2 * A)};
  }
  for (double t : roots)
    if (t > 1e-3 && t < 1e3)
      out.push_back({of_first - std::atan2(b * t, a), std::log(t)});
}

/// Lattices that lose nothing on one climb; those along its momentum, too, in which the noise sees
/// square cells as nearly as it can.
void add_candidates(const Climb& climb, std::vector<Lattice>& out) {
  constexpr std::array<std::array<int, 2>, 8> offsets{
      {{1, 0}, {0, 1}, {1, 1}, {1, -1}, {2, 1}, {2, -1}, {1, 2}, {1, -2}}};
  const Vec2 along = climb.noise * climb.momentum, across{-climb.momentum.y, climb.momentum.x};
  for (const auto& e : offsets)
    for (const auto& f : offsets)
      if (std::abs(e[0] * f[1] - e[1] * f[0]) == 1)
        add_lattices(along, across, {e[0], e[1], f[0], f[1]}, out);
  for (double angle : {std::atan2(along.y, along.x), std::atan2(-across.x, across.y)}) {
    const Sym2 d = in_frame(climb.noise, angle);
    out.push_back({angle, 0.5 * std::log(d.yy / d.xx)});
  }
}

/// Steps in both parameters, and halved ones, as long as they gain.
Lattice improved(const Search& s, Lattice best) {
  double least = loss(s, best);
  for (double step = 0.02; step > 2e-5; step *= 0.5)
    for (bool gained = true; gained;) {
      gained = false;
      for (const auto& [da, ds] : {std::array{1.0, 0.0},
                                   {-1.0, 0.0},
                                   {0.0, 1.0},
                                   {0.0, -1.0},
                                   {1.0, 1.0},
                                   {-1.0, -1.0},
                                   {1.0, -1.0},
                                   {-1.0, 1.0}}) {
        const Lattice next{best.angle + step * da, best.slant + 2 * step * ds};
        const double lost = loss(s, next);
        if (lost < least - 1e-9 * s.action)
          best = next, least = lost, gained = true;
      }
    }
  return best;
}

/// All that are lattices of a grid, by what they take.
std::vector<Judged> judged(const Search& s, const std::vector<Lattice>& lattices) {
  std::vector<Judged> out;
  for (Lattice l : lattices)
    if (const double lost = loss(s, l); std::isfinite(lost))
      out.push_back({upright(l), lost});
  std::sort(out.begin(), out.end());
  return out;
}

/// The first few of those that are not nearly the same.
std::vector<Judged> distinct(std::vector<Judged> all) {
  std::vector<Judged> out;
  for (const Judged& one : all)
    if (out.size() < pursued && std::none_of(out.begin(), out.end(), [&](const Judged& other) {
          return std::abs(other.lattice.angle - one.lattice.angle) < 0.03 &&
                 std::abs(other.lattice.slant - one.lattice.slant) < 0.1;
        }))
      out.push_back(one);
  return out;
}

/// Of the numbers of cells divisible by 6 with about that product the pair that loses least: a
/// proportion that is off by a hundredth can open ways that are too cheap.
GridShape shape_of(const Search& s, Lattice l) {
  constexpr double thousandths = 1000 * 180 / std::numbers::pi;
  l = upright(l);
  GridShape shape;
  shape.angle = l.angle = std::round(l.angle * thousandths) / thousandths;
  const auto h = sides(s, l), size = extent(s.domain, l.angle);
  const std::size_t few = size[0] / h[0] < size[1] / h[1] ? 0 : 1, many = 1 - few;
  const auto sixes = [&](double cells) {
    return std::max<std::int64_t>(3, std::llround(cells / 6));
  };
  const std::int64_t middle = sixes(size[few] / h[few]), spread = 1 + middle / 12;
  double least = std::numeric_limits<double>::infinity();
  for (std::int64_t n = std::max<std::int64_t>(3, middle - spread); n <= middle + spread; ++n) {
    const double fitting = 6 * static_cast<double>(n) * size[many] * h[few] / (size[few] * h[many]);
    for (std::int64_t m = sixes(fitting - 3); m <= sixes(fitting + 3); ++m) {
      std::array<std::int64_t, 2> cells{};
      cells[few] = 6 * n, cells[many] = 6 * m;
      const double all = static_cast<double>(cells[0]) * static_cast<double>(cells[1]),
                   off = all / s.total - 1;
      const double lost =
          loss(s, l.angle,
               {size[0] / static_cast<double>(cells[0]), size[1] / static_cast<double>(cells[1])}) +
          0.5 * off * off;
      if (lost < least)
        least = lost, shape.cells = cells;
    }
  }
  return shape;
}

} // namespace

ActionLoss action_loss(const std::vector<Climb>& way, const Domain& domain,
                       const GridShape& shape) {
  const auto size = extent(domain, shape.angle);
  const std::array<double, 2> h{size[0] / static_cast<double>(shape.cells[0]),
                                size[1] / static_cast<double>(shape.cells[1])};
  const double action = action_of(way);
  return {action - lattice_action(way, shape.angle, h),
          action - lattice_action(way, shape.angle, {2 * h[0], 2 * h[1]})};
}

std::vector<GridShape> momentum_frames(const std::vector<Climb>& way, const Domain& domain,
                                       const GridShape& otherwise) {
  const auto [n0, n1] =
      std::array{static_cast<double>(otherwise.cells[0]), static_cast<double>(otherwise.cells[1])};
  const Search s{way, domain, n0 * n1, action_of(way)};
  const auto size = extent(domain, otherwise.angle);
  std::vector<Lattice> candidates{{otherwise.angle, std::log(size[1] * n0 / (size[0] * n1))}};
  for (std::size_t k = 0; k < samples; ++k)
    add_candidates(way[(2 * k + 1) * way.size() / (2 * samples)], candidates);
  std::vector<Judged> found;
  for (const Judged& one : distinct(judged(s, candidates))) {
    const Lattice l = improved(s, one.lattice);
    found.push_back({l, loss(s, l)});
  }
  std::sort(found.begin(), found.end());
  std::vector<GridShape> shapes;
  for (const Judged& one : distinct(std::move(found)))
    shapes.push_back(shape_of(s, one.lattice));
  return shapes;
}

} // namespace escapade
