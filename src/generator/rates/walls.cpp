#include "generator/rates/walls.hpp"

#include "generator/rates/bernoulli.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escapade {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// Points at given distances from one side, beside every line of cells across it.
struct Sampled {
  std::vector<double> drift, noise; // along the normal, both inward
};

Sampled sampled(const Problem& problem, const Grid& grid, std::size_t axis, std::size_t side,
                double distance) {
  const Domain& d = grid.domain;
  const double end[2][2] = {{d.x0, d.x1}, {d.y0, d.y1}};
  const double inward = side == 0 ? 1 : -1;
  const auto n = static_cast<std::size_t>(grid.cells[1 - axis]);
  std::vector<double> at[2] = {std::vector<double>(n), std::vector<double>(n)}, v(5 * n);
  for (std::size_t k = 0; k < n; ++k) {
    at[axis][k] = end[axis][side] + inward * distance;
    at[1 - axis][k] = grid.coordinate(1 - axis, static_cast<double>(k) + 0.5);
  }
  problem.coefficients(n, at[0].data(), at[1].data(), v.data());
  Sampled out{std::vector<double>(n), std::vector<double>(n)};
  for (std::size_t k = 0; k < n; ++k) {
    out.drift[k] = inward * v[axis * n + k];
    out.noise[k] = v[(axis == 0 ? 2 : 4) * n + k];
  }
  return out;
}

/// α of every line at one side: empty where none has it.
std::vector<double> shapes_at(const Problem& problem, const Grid& grid, std::size_t axis,
                              std::size_t side) {
  const double cell = grid.side(axis, side == 0 ? 0 : static_cast<double>(grid.cells[axis]));
  const double small = 1e-3 * cell;
  const auto at = [&](double distance) { return sampled(problem, grid, axis, side, distance); };
  const Sampled wall = at(0), near = at(small), far = at(2 * small), middle = at(0.5 * cell);
  std::vector<double> shape(wall.noise.size(), none);
  bool any = false;
  for (std::size_t k = 0; k < shape.size(); ++k) {
    const double first = near.noise[k] / small, second = 0.5 * far.noise[k] / small;
    const double slope = 2 * first - second; // at the wall
    const bool vanishes = std::abs(wall.noise[k]) <= 1e-12 * middle.noise[k] && slope > 0 &&
                          std::abs(first - second) <= 0.02 * slope;
    if (!vanishes || !std::isfinite(wall.drift[k]))
      continue;
    shape[k] = wall.drift[k] / slope;
    any = true;
  }
  return any ? shape : std::vector<double>{};
}

/// log of D/t and r = b/D − α/t times the direction inward, at points along an axis.
struct Rest {
  double log_noise = 0, slope = 0;
};

} // namespace

std::shared_ptr<const WallShapes> wall_shapes(const Problem& problem, const Grid& grid) {
  const bool oblique = problem.constant_direction && problem.constant_direction->xy != 0;
  if (grid.angle != 0 || problem.constant_noise || problem.gradient || oblique)
    return nullptr;
  auto out = std::make_shared<WallShapes>();
  out->diagonal = rate_form(problem, grid.domain, 0) == RateForm::ito;
  bool any = false;
  for (std::size_t axis = 0; axis < 2; ++axis)
    for (std::size_t side = 0; side < 2; ++side) {
      if (grid.domain.periodic(static_cast<int>(axis)))
        continue;
      out->shape[axis][side] = shapes_at(problem, grid, axis, side);
      any = any || !out->shape[axis][side].empty();
    }
  return any ? out : nullptr;
}

std::optional<EdgeWall> EdgeWall::beside(const Grid& grid, const Edge& e) {
  if (!grid.walls || !grid.walls->diagonal)
    return std::nullopt;
  EdgeWall out(grid, e, {});
  const auto line = static_cast<std::int64_t>(e.i != 0 ? e.place.y : e.place.x);
  const auto wall = wall_of(grid, out.axis(), line, grid.coordinate(out.axis(), out.place(0.5)));
  if (!wall)
    return std::nullopt;
  out.wall_ = *wall;
  return out;
}

double EdgeWall::distance(double s) const {
  return wall_.distance(grid_.coordinate(axis(), place(s)));
}

double EdgeWall::slope(double s) const {
  return wall_.shape / distance(s) * wall_.inward * steps() * grid_.side(axis(), place(s));
}

double EdgeWall::integral(double s) const {
  return wall_.shape * std::log(distance(s) / distance(0));
}

bool EdgeWall::reaches() const {
  return e_.target == into_exit && distance(e_.cut) <= 1e-9 * distance(0);
}

double EdgeWall::excess() const {
  const double from = distance(0);
  if (reaches()) // s = 0 at the wall, and ∫_0^1 of t^(−α) is left
    return std::max(1 - wall_.shape, 0.0);
  const double end = e_.target == into_exit ? e_.cut : 1.0, to = distance(end);
  const double mean = power_integral(-wall_.shape, std::min(from, to), std::max(from, to), from) /
                      std::abs(to - from);
  return 1 / (mean * bernoulli(-integral(end)));
}

namespace {

/// F of cells beside a wall, one axis at a time.
class CellFactors {
public:
  CellFactors(const Problem& problem, const Grid& grid, std::int64_t first, std::int64_t last)
      : grid_(grid), first_(first), ratio_{Ratios(static_cast<std::size_t>(last - first), 1),
                                           Ratios(static_cast<std::size_t>(last - first), 1)} {
    for (std::size_t axis = 0; axis < 2; ++axis)
      weigh(problem, axis);
  }
  double of(std::int32_t unknown, std::size_t axis) const {
    return 1 / ratio_[axis][static_cast<std::size_t>(unknown - first_)];
  }

private:
  using Ratios = std::vector<double>;

  /// Where a cell's weight differs from its size: what r and D/t add on the way to its centroid is
  /// 1 + x to first order, and never far from 1 where a cell is much too wide for them. (Left out
  /// where the axes do not part the density.)
  void weigh(const Problem& problem, std::size_t axis) {
    std::vector<std::size_t> row;
    std::vector<Wall> walls;
    std::vector<double> x, y, from, to;
    for (std::size_t k = 0; k < ratio_[axis].size(); ++k) {
      const auto u = static_cast<std::int32_t>(first_ + static_cast<std::int64_t>(k));
      const Vec2 place = grid_.place(u), centre = grid_.centre(u);
      const double p = axis == 0 ? place.x : place.y, c = axis == 0 ? centre.x : centre.y;
      const auto wall =
          wall_of(grid_, axis, static_cast<std::int64_t>(axis == 0 ? place.y : place.x), c);
      if (!wall)
        continue;
      const double a = wall->distance(grid_.coordinate(axis, p - 0.5)),
                   b = wall->distance(grid_.coordinate(axis, p + 0.5)), t = wall->distance(c);
      const WallWeight w = weight_at(*wall, std::min(a, b), t, std::max(a, b));
      ratio_[axis][k] = w.ratio;
      if (w.centroid == t || !grid_.walls->diagonal)
        continue;
      row.push_back(k), walls.push_back(*wall), from.push_back(t), to.push_back(w.centroid);
      const double moved = wall->position + wall->inward * w.centroid;
      x.push_back(centre.x), y.push_back(centre.y);
      (axis == 0 ? x : y).back() = moved;
    }
    for (const std::size_t k : row) {
      const Vec2 centre =
          grid_.centre(static_cast<std::int32_t>(first_ + static_cast<std::int64_t>(k)));
      x.push_back(centre.x), y.push_back(centre.y);
    }
    const auto at = coefficients_at(problem, 0, x, y, nullptr);
    const std::size_t n = row.size();
    for (std::size_t q = 0; q < n; ++q) {
      const auto rest = [&](const LocalCoefficients& c, double t) {
        const double b = walls[q].inward * (axis == 0 ? c.b.x : c.b.y),
                     d = axis == 0 ? c.d.xx : c.d.yy;
        return Rest{std::log(d / t), b / d - walls[q].shape / t};
      };
      const Rest there = rest(at[q], to[q]), here = rest(at[n + q], from[q]);
      const double add =
          0.5 * (here.slope + there.slope) * (to[q] - from[q]) + here.log_noise - there.log_noise;
      if (std::isfinite(add))
        ratio_[axis][row[q]] *= add > 0 ? 1 + add : 1 / (1 - add);
    }
  }

  const Grid& grid_;
  std::int64_t first_;
  Ratios ratio_[2];
};

} // namespace

void weigh_by_walls(const Problem& problem, const Grid& grid, std::int64_t first, std::int64_t last,
                    std::vector<Edge>& edges) {
  const CellFactors factors(problem, grid, first, last);
  for (Edge& e : edges) {
    if (e.target == dropped || e.upwind >= 0)
      continue;
    e.weight = (e.i != 0 ? factors.of(e.row, 0) : 1) * (e.j != 0 ? factors.of(e.row, 1) : 1);
    if (const auto wall = EdgeWall::beside(grid, e))
      e.weight *= wall->excess();
  }
}

} // namespace escapade
