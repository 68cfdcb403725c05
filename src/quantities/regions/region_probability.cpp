#include "quantities/regions/region_probability.hpp"

#include <array>
#include <cmath>

namespace escapade {

namespace {

LogVector log_densities(const Cells& cells, LogVector log_mass, std::int64_t first) {
  for (std::size_t k = 0; k < log_mass.size(); ++k)
    log_mass[k] -= std::log(static_cast<long double>(
        cells.area(static_cast<std::int32_t>(first + static_cast<std::int64_t>(k)))));
  return log_mass;
}

template<class Use>
void each_neighbour(const Cells& cells, std::int32_t u, const Use& use) {
  if (const MeshCells* c = cells.triangles()) {
    const Mesh& mesh = *c->mesh;
    const std::int32_t v = c->vertex[u];
    for (std::int64_t k = mesh.link_start[v]; k < mesh.link_start[v + 1]; ++k)
      use(c->unknown[mesh.link[k].vertex]);
    return;
  }
  for (std::int32_t v : neighbours(*cells.lattice(), u))
    use(v);
}

/// What a face moves into a cell: √(π_x π_y) (1/G − 1/(2 sinh(G/2))).
double through_face(double log_mass, double log_mass_beyond) {
  const double g = log_mass_beyond - log_mass;
  if (!std::isfinite(g))
    return 0;
  const double factor =
      std::abs(g) < 1e-2 ? g / 24 * (1 - 7 * g * g / 240) : 1 / g - 0.5 / std::sinh(0.5 * g);
  return std::exp(0.5 * (log_mass + log_mass_beyond)) * factor;
}

/// First and second derivative of the log density along one axis at a cell at t, from the cells
/// on either side as far as there are any.
std::array<double, 2> derivatives_along(const Around<long double>& log_density, const Grid& grid,
                                        std::size_t axis, double t, std::int32_t u,
                                        std::int32_t after, std::int32_t before) {
  const auto known = [&](std::int32_t v) { return v >= 0 && std::isfinite(log_density[v]); };
  const double here = grid.coordinate(axis, t), up = grid.coordinate(axis, t + 1) - here,
               down = here - grid.coordinate(axis, t - 1);
  const auto above = [&] { return double(log_density[after] - log_density[u]) / up; };
  const auto below = [&] { return double(log_density[u] - log_density[before]) / down; };
  if (!known(after) || !known(before))
    return {known(after) ? above() : known(before) ? below() : 0, 0};
  const double a = above(), b = below();
  return {(a * down + b * up) / (up + down), 2 * (a - b) / (up + down)};
}

} // namespace

RegionProbabilities::RegionProbabilities(const Cells& cells, const LogVector& log_mass,
                                         const Halo& halo)
    : cells_(cells), halo_(halo),
      log_density_(log_densities(cells, log_mass, halo.first()), halo,
                   [&](std::int32_t u, const auto& want) { each_neighbour(cells, u, want); }) {
  const Grid* grid = cells.lattice();
  integral_.reserve(log_mass.size());
  for (std::size_t k = 0; k < log_mass.size(); ++k) {
    const auto u = static_cast<std::int32_t>(halo.first() + static_cast<std::int64_t>(k));
    integral_.push_back(exp_in_double(log_mass[k]));
    if (!grid)
      continue;
    for (std::int32_t v : neighbours(*grid, u))
      if (v >= 0 && v != u)
        integral_.back() +=
            through_face(static_cast<double>(log_mass[k]),
                         static_cast<double>(log_density_[v]) + std::log(cells.area(v)));
  }
}

double RegionProbabilities::of(const Region& region) const {
  const std::int64_t first = halo_.first(),
                     last = first + static_cast<std::int64_t>(integral_.size());
  const std::vector<double> share =
      region_shares(cells_, region, first, last, [&](std::int32_t u) { return shape_at(u); });
  long double sum = 0;
  for (std::size_t k = 0; k < share.size(); ++k)
    sum += share[k] * integral_[k];
  return static_cast<double>(halo_.sum(sum));
}

LogShape RegionProbabilities::shape_at(std::int32_t u) const {
  if (!std::isfinite(log_density_[u]))
    return {};
  if (const Grid* grid = cells_.lattice()) {
    const auto [east, west, north, south] = neighbours(*grid, u);
    const Vec2 t = grid->place(u);
    const auto along = derivatives_along(log_density_, *grid, 0, t.x, u, east, west);
    const auto across = derivatives_along(log_density_, *grid, 1, t.y, u, north, south);
    return {in_frame(Vec2{along[0], across[0]}, -grid->angle),
            in_frame(Sym2{along[1], 0, across[1]}, -grid->angle)};
  }
  Sym2 square;
  Vec2 rise; // least squares over the neighbours, near ones counting most
  each_neighbour(cells_, u, [&](std::int32_t v) {
    if (v < 0 || !std::isfinite(log_density_[v]))
      return;
    const Vec2 d = cells_.step(u, v);
    const double near = 1 / dot(d, d);
    const auto up = static_cast<double>(log_density_[v] - log_density_[u]);
    square = {square.xx + near * d.x * d.x, square.xy + near * d.x * d.y,
              square.yy + near * d.y * d.y};
    rise = rise + near * up * d;
  });
  const bool regular = determinant(square) > 1e-6 * trace(square) * trace(square);
  return {regular ? solve(square, rise) : Vec2{}, {}};
}

} // namespace escapade
