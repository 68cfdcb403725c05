#include "grid/mesh/bins.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

void fill_bins(Mesh& mesh) {
  const auto [low, high] = mesh.extent();
  const Vec2 size = high - low;
  const double side = std::sqrt(size.x * size.y / static_cast<double>(mesh.triangles()));
  mesh.low = low;
  mesh.bins = {std::max<std::int64_t>(1, std::llround(size.x / side)),
               std::max<std::int64_t>(1, std::llround(size.y / side))};
  mesh.bin = {size.x / static_cast<double>(mesh.bins[0]),
              size.y / static_cast<double>(mesh.bins[1])};
  const auto range = [&](double from, double to, double origin, double width, std::int64_t n) {
    const auto index = [&](double x) {
      return std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor((x - origin) / width)),
                                      0, n - 1);
    };
    return std::pair{index(from), index(to)};
  };
  const auto each_bin = [&, corner = low](std::int32_t t, const auto& f) {
    const auto& v = mesh.shape.triangle[t];
    const Vec2 a = mesh.shape.node[v[0]], b = mesh.shape.node[v[1]], c = mesh.shape.node[v[2]];
    const auto [i0, i1] = range(std::min({a.x, b.x, c.x}), std::max({a.x, b.x, c.x}), corner.x,
                                mesh.bin.x, mesh.bins[0]);
    const auto [j0, j1] = range(std::min({a.y, b.y, c.y}), std::max({a.y, b.y, c.y}), corner.y,
                                mesh.bin.y, mesh.bins[1]);
    for (std::int64_t j = j0; j <= j1; ++j)
      for (std::int64_t i = i0; i <= i1; ++i)
        f(i + mesh.bins[0] * j);
  };
  mesh.bin_start.assign(mesh.bins[0] * mesh.bins[1] + 1, 0);
  for (std::int32_t t = 0; t < mesh.triangles(); ++t)
    each_bin(t, [&](std::int64_t b) { ++mesh.bin_start[b + 1]; });
  for (std::size_t b = 1; b < mesh.bin_start.size(); ++b)
    mesh.bin_start[b] += mesh.bin_start[b - 1];
  mesh.binned.resize(mesh.bin_start.back());
  std::vector<std::int64_t> next = mesh.bin_start;
  for (std::int32_t t = 0; t < mesh.triangles(); ++t)
    each_bin(t, [&](std::int64_t b) { mesh.binned[next[b]++] = t; });
}

std::int32_t Mesh::triangle_at(Vec2 p) const {
  const double s = std::floor((p.x - low.x) / bin.x), t = std::floor((p.y - low.y) / bin.y);
  if (!(s >= -1 && t >= -1 && s <= static_cast<double>(bins[0]) &&
        t <= static_cast<double>(bins[1])))
    return -1;
  const auto i = std::clamp<std::int64_t>(static_cast<std::int64_t>(s), 0, bins[0] - 1);
  const auto j = std::clamp<std::int64_t>(static_cast<std::int64_t>(t), 0, bins[1] - 1);
  const std::int64_t b = i + bins[0] * j;
  std::int32_t found = -1;
  double best = -1e-10; // barycentric coordinate; points on an edge belong to either side
  for (std::int64_t k = bin_start[b]; k < bin_start[b + 1]; ++k) {
    const auto& v = shape.triangle[binned[k]];
    const Vec2 o = shape.node[v[0]], e = shape.node[v[1]] - o, f = shape.node[v[2]] - o, d = p - o;
    const double whole = e.x * f.y - e.y * f.x;
    const double l1 = (d.x * f.y - d.y * f.x) / whole, l2 = (e.x * d.y - e.y * d.x) / whole;
    const double least = std::min({l1, l2, 1 - l1 - l2});
    if (least > best)
      best = least, found = binned[k];
  }
  return found;
}

} // namespace escapade
