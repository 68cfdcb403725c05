// Files on the cells of a mesh as the beginning of another run.
#include "programs/fp/evolve/evolve.hpp"

#include "answers/check.hpp"
#include "escapade/error.hpp"
#include "escapade/grid/mesh.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>
#include <xxhash.h>

namespace escapade {

namespace {

/// The bits of a cell's corners, those that follow each other in one place counted once, as they
/// are written.
std::uint64_t corners_key(const Vec2* begin, const Vec2* end) {
  const auto same = [](Vec2 a, Vec2 b) { return a.x == b.x && a.y == b.y; };
  std::vector<double> bits;
  for (const Vec2* p = begin; p != end; ++p)
    if (p == begin || !same(*p, p[-1]))
      bits.insert(bits.end(), {p->x + 0.0, p->y + 0.0}); // −0 is 0
  while (bits.size() > 2 && bits[0] == bits[bits.size() - 2] && bits[1] == bits.back())
    bits.resize(bits.size() - 2);
  return XXH64(bits.data(), bits.size() * sizeof(double), 0);
}

/// Values at the vertices, 0 where the file has no cell; nothing where it has cells of another
/// mesh.
std::optional<std::vector<double>> at_vertices(const Mesh& mesh, const CellPolygons& cells,
                                               const std::vector<double>& values) {
  std::unordered_map<std::uint64_t, std::int32_t> vertex;
  for (std::int32_t v = 0; v < mesh.vertices(); ++v) {
    const std::vector<Vec2> corners = mesh.polygon(v);
    vertex.emplace(corners_key(corners.data(), corners.data() + corners.size()), v);
  }
  std::vector<double> out(static_cast<std::size_t>(mesh.vertices()), 0.0);
  for (std::size_t k = 0; k + 1 < cells.start.size(); ++k) {
    const Vec2* corner = cells.corner.data();
    const auto found =
        vertex.find(corners_key(corner + cells.start[k], corner + cells.start[k + 1]));
    if (found == vertex.end())
      return std::nullopt;
    out[found->second] = values[k];
  }
  return out;
}

struct OnTriangles {
  std::shared_ptr<const Mesh> mesh;
  std::vector<double> values; // at the vertices

  double operator()(double x, double y) const {
    const Vec2 at{x, y};
    const std::int32_t t = mesh->triangle_at(at);
    if (t < 0)
      return 0;
    const auto& corner = mesh->shape.triangle[t];
    const auto cross = [](Vec2 a, Vec2 b) { return a.x * b.y - a.y * b.x; };
    double sum = 0, weights = 0;
    for (std::size_t c = 0; c < 3; ++c) {
      const Vec2 p = mesh->shape.node[corner[c]];
      if (p.x == x && p.y == y)
        return values[corner[c]];
      const Vec2 q = mesh->shape.node[corner[(c + 1) % 3]],
                 r = mesh->shape.node[corner[(c + 2) % 3]];
      const double w = std::max(0.0, cross(q - at, r - at)); // on a side: rounding
      sum += w * values[corner[c]];
      weights += w;
    }
    return weights > 0 ? sum / weights : 0;
  }
};

/// Refuses a density with mass where this run has no cells.
void require_mass_inside(const std::string& where, const OnTriangles& density, const Setup& setup) {
  const Mesh& mesh = *density.mesh;
  double inside = 0, total = 0;
  for (std::size_t v = 0; v < density.values.size(); ++v) {
    const double mass = density.values[v] * mesh.area[v];
    total += mass;
    inside += mesh.exit[v] < 0 && part_at(setup.exit, mesh.shape.node[v]) < 0 ? mass : 0;
  }
  if (inside >= (1 - 1e-6) * total)
    return;
  throw BadInput(where + printed(": %.3g of its mass lies on absorbing curves or inside -exit; "
                                 "give a density outside of them, or the -exit it was made with",
                                 1 - inside / total));
}

} // namespace

std::string mesh_checksum(const Mesh& mesh) {
  const GmshMesh& m = mesh.shape;
  std::uint64_t sum = XXH64(m.node.data(), m.node.size() * sizeof m.node[0], 0);
  sum = XXH64(m.triangle.data(), m.triangle.size() * sizeof m.triangle[0], sum);
  return printed("%016llx", static_cast<unsigned long long>(sum));
}

Field density_on_mesh(const std::string& where, const FieldFile& file, const CellField& density,
                      const Setup& setup) {
  for (auto mesh = setup.shape.mesh; mesh; mesh = mesh->coarser)
    if (auto values = at_vertices(*mesh, *file.polygons, density.values)) {
      const auto field = std::make_shared<const OnTriangles>(OnTriangles{mesh, std::move(*values)});
      require_mass_inside(where, *field, setup);
      return pointwise(1, [field](double x, double y, double* out) { *out = (*field)(x, y); });
    }
  throw BadInput(where + (setup.shape.mesh
                              ? ": its cells are those of another mesh; give the -mesh "
                                "and -refine it was made with"
                              : ": it was made on a mesh; give -mesh, or a file made "
                                "on a grid"));
}

} // namespace escapade
