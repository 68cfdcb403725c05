#include "quantities/interpolate.hpp"

#include "escapade/error.hpp"
#include "quantities/evolution/lagrange.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

namespace escapade {

namespace {

struct Block {
  std::int64_t i, j; // lowest cell
  int width, height; // height: 1 on a line
};

bool complete(const Grid& grid, const Block& block) {
  for (int b = 0; b < block.height; ++b)
    for (int a = 0; a < block.width; ++a) {
      const std::int64_t c = grid.lattice_cell(block.i + a, block.j + b);
      if (c < 0 || grid.unknown(c) < 0)
        return false;
    }
  return true;
}

/// The block of that width around the position, or the nearest shifted one that is complete.
std::optional<Block> block_at(const Grid& grid, Vec2 at, int width) {
  const double shift = 0.5 * (width - 1);
  const auto base = [&](double t) {
    return width % 2 ? std::int64_t{std::lround(t - shift)}
                     : static_cast<std::int64_t>(std::floor(t)) - width / 2 + 1;
  };
  const bool line = grid.domain.line;
  const std::int64_t i = base(at.x), j = line ? 0 : base(at.y);
  for (int d : {0, -1, 1})
    for (int e : {0, -1, 1}) {
      const Block block{i + d, line ? 0 : j + e, width, line ? 1 : width};
      if (complete(grid, block))
        return block;
    }
  return std::nullopt;
}

/// Values of a few cells, in ascending order of these.
struct Few {
  std::vector<std::int32_t> cell;
  LogVector value;
  long double operator[](std::int32_t u) const {
    return value[std::lower_bound(cell.begin(), cell.end(), u) - cell.begin()];
  }
};

template<class Values>
long double nearest(const Grid& grid, const Values& values, Vec2 at, Vec2 point) {
  double best = 8;
  std::int32_t found = -1;
  const auto i0 = std::lround(at.x), j0 = std::lround(at.y);
  for (std::int64_t j = j0 - 2; j <= j0 + 2; ++j)
    for (std::int64_t i = i0 - 2; i <= i0 + 2; ++i) {
      const std::int64_t c = grid.lattice_cell(i, j);
      const double distance =
          std::hypot(at.x - static_cast<double>(i), at.y - static_cast<double>(j));
      if (c >= 0 && grid.unknown(c) >= 0 && distance < best) {
        best = distance;
        found = grid.unknown(c);
      }
    }
  if (found < 0)
    throw BadInput("the start (" + std::to_string(point.x) + ", " + std::to_string(point.y) +
                   "): no cell of the grid is near; give a point inside the domain and outside the "
                   "exit set, or more cells");
  return values[found];
}

/// The corners of the triangle around the point and their neighbours that carry an unknown.
std::vector<std::int32_t> vertices_near(const MeshCells& cells, Vec2 point) {
  const Mesh& mesh = *cells.mesh;
  const std::int32_t t = mesh.triangle_at(point);
  std::vector<std::int32_t> near;
  if (t >= 0)
    for (std::int32_t corner : mesh.shape.triangle[t]) {
      near.push_back(corner);
      for (std::int64_t k = mesh.link_start[corner]; k < mesh.link_start[corner + 1]; ++k)
        near.push_back(mesh.link[k].vertex);
    }
  std::sort(near.begin(), near.end());
  near.erase(std::unique(near.begin(), near.end()), near.end());
  std::erase_if(near, [&](std::int32_t v) { return cells.unknown[v] < 0; });
  return near;
}

/// A polynomial of degree 2 through the vertices around the point by least squares, near ones
/// counting most; of degree 1 where there are too few of them.
template<class Values>
long double on_triangles(const MeshCells& cells, const Values& values, Vec2 point) {
  const Mesh& mesh = *cells.mesh;
  const std::vector<std::int32_t> near = vertices_near(cells, point);
  if (near.empty())
    throw BadInput("the start (" + std::to_string(point.x) + ", " + std::to_string(point.y) +
                   "): no cell of the mesh is near; give a point inside the mesh and outside the "
                   "exit set, or a finer mesh");
  const auto offset = [&](std::int32_t v) { return mesh.shape.node[v] - point; };
  const auto nearest = *std::min_element(
      near.begin(), near.end(), [&](auto v, auto w) { return norm(offset(v)) < norm(offset(w)); });
  double size = 0; // of the neighbourhood
  long double low = std::numeric_limits<long double>::infinity(), high = -low;
  for (std::int32_t v : near) {
    size = std::max(size, norm(offset(v)));
    low = std::min(low, values[cells.unknown[v]]), high = std::max(high, values[cells.unknown[v]]);
  }
  const bool by_log = high - low > std::log(4.0L);
  if (norm(offset(nearest)) <= 1e-9 * size || near.size() < 3 || (by_log && !std::isfinite(low)))
    return values[cells.unknown[nearest]];
  const auto n = static_cast<Eigen::Index>(near.size());
  for (const Eigen::Index terms : {6, 3}) {
    if (n < terms)
      continue;
    Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic> A(n, terms);
    Eigen::Matrix<long double, Eigen::Dynamic, 1> f(n);
    for (Eigen::Index k = 0; k < n; ++k) {
      const long double x = offset(near[k]).x / size, y = offset(near[k]).y / size;
      const long double weight = 1 / (x * x + y * y + 1e-2L);
      const long double row[] = {1, x, y, x * x, x * y, y * y};
      for (Eigen::Index c = 0; c < terms; ++c)
        A(k, c) = weight * row[c];
      const long double v = values[cells.unknown[near[k]]];
      f(k) = weight * (by_log ? v : std::exp(v - high));
    }
    const auto qr = A.colPivHouseholderQr();
    if (qr.rank() < terms) // all on a conic
      continue;
    const long double value = qr.solve(f)(0);
    if (by_log || value > 0)
      return by_log ? value : high + std::log(value);
  }
  return values[cells.unknown[nearest]];
}

template<class Values>
long double value_at(const Cells& cells, const Values& values, Vec2 point) {
  if (const MeshCells* triangles = cells.triangles())
    return on_triangles(*triangles, values, point);
  const Grid& grid = *cells.lattice();
  const Vec2 at = grid.lattice_position(point);
  for (int width : {4, 3, 2}) {
    const auto block = block_at(grid, at, width);
    if (!block)
      continue;
    const auto wx = lagrange(width, at.x - static_cast<long double>(block->i));
    const auto wy = lagrange(block->height, at.y - static_cast<long double>(block->j));
    std::array<long double, 16> v{};
    long double low = std::numeric_limits<long double>::infinity(), high = -low;
    for (int b = 0; b < block->height; ++b)
      for (int a = 0; a < width; ++a) {
        const long double u = values[grid.unknown(grid.lattice_cell(block->i + a, block->j + b))];
        v[b * width + a] = u;
        low = std::min(low, u), high = std::max(high, u);
      }
    if (high == -std::numeric_limits<long double>::infinity())
      return high; // nothing there at all
    const bool by_log = high - low > std::log(4.0L);
    if (by_log && !std::isfinite(low))
      continue; // a zero among them: a smaller block may do without it
    long double sum = 0;
    for (int b = 0; b < block->height; ++b)
      for (int a = 0; a < width; ++a) {
        const long double u = v[b * width + a];
        sum += wx[a] * wy[b] * (by_log ? u : std::exp(u - high));
      }
    return by_log ? sum : high + std::log(sum);
  }
  return nearest(grid, values, at, point);
}

/// Every cell that the value at the point can depend on, in ascending order.
std::vector<std::int32_t> cells_near(const Cells& cells, Vec2 point) {
  std::vector<std::int32_t> near;
  if (const MeshCells* triangles = cells.triangles()) {
    for (std::int32_t v : vertices_near(*triangles, point))
      near.push_back(triangles->unknown[v]);
  } else {
    const Grid& grid = *cells.lattice();
    const Vec2 at = grid.lattice_position(point);
    const auto i = static_cast<std::int64_t>(std::floor(at.x)),
               j = static_cast<std::int64_t>(std::floor(at.y));
    for (std::int64_t b = j - 3; b <= j + 4; ++b) // blocks of four, moved by one
      for (std::int64_t a = i - 3; a <= i + 4; ++a)
        if (const std::int64_t c = grid.lattice_cell(a, b); c >= 0 && grid.unknown(c) >= 0)
          near.push_back(grid.unknown(c));
  }
  std::sort(near.begin(), near.end());
  near.erase(std::unique(near.begin(), near.end()), near.end());
  return near;
}

} // namespace

long double log_value_at(const Cells& cells, const LogVector& values, Vec2 point,
                         const Halo& halo) {
  if (halo.alone())
    return value_at(cells, values, point);
  Few few{cells_near(cells, point), {}};
  for (std::int32_t u : few.cell)
    few.value.push_back(halo.owner(u) == halo.rank()
                            ? values[u - halo.first()]
                            : -std::numeric_limits<long double>::infinity());
  MPI_Allreduce(MPI_IN_PLACE, few.value.data(), static_cast<int>(few.value.size()), MPI_LONG_DOUBLE,
                MPI_MAX, halo.comm());
  return value_at(cells, few, point);
}

} // namespace escapade
