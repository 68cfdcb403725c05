#include "escapade/grid/mesh.hpp"

#include "escapade/error.hpp"
#include "grid/mesh/bins.hpp"
#include "grid/mesh/topology.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <numbers>

namespace escapade {

namespace {

/// Angles and circumcentres in the metric aᵀ D₀⁻¹ b.
struct Metric {
  Sym2 inverse;
  double root; // √det D₀⁻¹

  explicit Metric(Sym2 d0) {
    const double d = determinant(d0);
    inverse = {d0.yy / d, -d0.xy / d, d0.xx / d};
    root = 1 / std::sqrt(d);
  }
  double product(Vec2 a, Vec2 b) const { return dot(a, inverse * b); }
  double cross(Vec2 a, Vec2 b) const { return (a.x * b.y - a.y * b.x) * root; }
  /// At r in the triangle p q r.
  double cot(Vec2 p, Vec2 q, Vec2 r) const {
    return product(p - r, q - r) / std::abs(cross(p - r, q - r));
  }
  double angle(Vec2 p, Vec2 q, Vec2 r) const {
    return std::atan2(std::abs(cross(p - r, q - r)), product(p - r, q - r)) * 180 /
           std::numbers::pi;
  }
  Vec2 circumcentre(Vec2 p, Vec2 q, Vec2 r) const {
    // 2 aᵀMc = aᵀMa, 2 bᵀMc = bᵀMb for the centre c seen from r
    const Vec2 a = p - r, b = q - r, ma = inverse * a, mb = inverse * b;
    const double fa = 0.5 * dot(a, ma), fb = 0.5 * dot(b, mb);
    const double d = ma.x * mb.y - ma.y * mb.x;
    return r + Vec2{(fa * mb.y - fb * ma.y) / d, (fb * ma.x - fa * mb.x) / d};
  }
};

struct Builder {
  Mesh& mesh;
  const std::vector<MeshSide>& sides;
  Metric metric;
  std::vector<Vec2> centre; // circumcentres

  Vec2 node(std::int32_t v) const { return mesh.shape.node[v]; }
  Vec2 opposite(const MeshSide& s, std::int32_t triangle) const {
    for (std::int32_t v : mesh.shape.triangle[triangle])
      if (v != s.a && v != s.b)
        return node(v);
    return {};
  }

  void find_exit(const MeshBoundary& boundary) {
    mesh.exit.assign(mesh.shape.node.size(), -1);
    if (boundary.whole_rim) {
      mesh.exit_name = {"rim"};
      for (const MeshSide& s : sides)
        if (s.right < 0)
          mesh.exit[s.a] = mesh.exit[s.b] = 0;
      return;
    }
    for (const std::string& name : boundary.curve) {
      const auto part = static_cast<std::int16_t>(mesh.exit_name.size());
      mesh.exit_name.push_back(name);
      for (const MeshSide& s : sides)
        if (s.curve != 0 && mesh.shape.curve_name.at(s.curve) == name)
          for (std::int32_t v : {s.a, s.b})
            if (mesh.exit[v] < 0) // where curves meet, the first named counts
              mesh.exit[v] = part;
    }
  }

  [[noreturn]] void refuse_edge(const MeshSide& s) const {
    const double left = metric.angle(node(s.a), node(s.b), opposite(s, s.left));
    const bool plain = std::abs(mesh.d0.xy) + std::abs(mesh.d0.xx - mesh.d0.yy) <=
                       1e-12 * (mesh.d0.xx + mesh.d0.yy);
    const std::string where = "the grid's mesh " + mesh.file + ": the edge from " +
                              point_text(node(s.a)) + " to " + point_text(node(s.b)) +
                              " is not Delaunay" +
                              (plain ? "" : " in the metric of the noise (lengths v^T D^-1 v)");
    char text[200];
    if (s.right < 0)
      std::snprintf(text, sizeof text,
                    ": it lies on the boundary and the angle opposite to it is %.2f degrees, 90 at "
                    "most",
                    left);
    else
      std::snprintf(text, sizeof text,
                    ": the angles opposite to it add up to %.2f degrees, 180 at most",
                    left + metric.angle(node(s.a), node(s.b), opposite(s, s.right)));
    throw BadInput(where + text +
                   (plain ? "; mesh with gmsh -2 -algo front2d and without smoothing"
                          : "; mesh the domain after the map x -> D^-1/2 x and map it back, or use "
                            "a grid on a rectangle"));
  }

  double conductance(const MeshSide& s) const {
    double c = metric.cot(node(s.a), node(s.b), opposite(s, s.left));
    if (s.right >= 0)
      c += metric.cot(node(s.a), node(s.b), opposite(s, s.right));
    const bool irrelevant = mesh.exit[s.a] >= 0 && mesh.exit[s.b] >= 0;
    // Four vertices on a circle (squares cut in two) give 0 to rounding.
    if (c < -1e-8 && !irrelevant)
      refuse_edge(s);
    return 0.5 * std::max(c, 0.0);
  }

  void link_vertices() {
    const std::size_t n = mesh.shape.node.size();
    std::vector<std::vector<std::pair<double, MeshLink>>> around(n);
    std::vector<std::int32_t> first(n, -1);
    mesh.on_boundary.assign(n, 0);
    mesh.area.assign(n, 0);
    for (const MeshSide& s : sides) {
      const double c = conductance(s);
      const Vec2 left = centre[s.left],
                 right = s.right >= 0 ? centre[s.right] : 0.5 * (node(s.a) + node(s.b));
      const Vec2 e = node(s.b) - node(s.a);
      around[s.a].push_back({std::atan2(e.y, e.x), {s.b, c, {right, left}}});
      around[s.b].push_back({std::atan2(-e.y, -e.x), {s.a, c, {left, right}}});
      const double share = 0.25 * c * metric.product(e, e) / metric.root; // ¼ edge × face
      mesh.area[s.a] += share, mesh.area[s.b] += share;
      if (s.right < 0) {
        mesh.on_boundary[s.a] = mesh.on_boundary[s.b] = 1;
        first[s.a] = s.b; // the triangle lies to the left of a → b
      }
    }
    for (std::size_t v = 0; v < n; ++v) {
      auto& links = around[v];
      std::sort(links.begin(), links.end(),
                [](const auto& p, const auto& q) { return p.first < q.first; });
      const auto start = std::find_if(links.begin(), links.end(),
                                      [&](const auto& l) { return l.second.vertex == first[v]; });
      if (start != links.end())
        std::rotate(links.begin(), start, links.end());
      for (const auto& l : links)
        mesh.link.push_back(l.second);
      mesh.link_start.push_back(static_cast<std::int64_t>(mesh.link.size()));
    }
  }
};

void check_names(const Mesh& mesh, const MeshBoundary& boundary,
                 const std::vector<MeshSide>& sides) {
  std::string known;
  for (const auto& entry : mesh.shape.curve_name)
    known += (known.empty() ? "" : ", ") + entry.second;
  for (const std::string& name : boundary.curve) {
    bool named = false, there = false;
    for (const auto& [number, text] : mesh.shape.curve_name)
      named = named || text == name;
    for (const MeshSide& s : sides)
      there = there || (s.curve != 0 && mesh.shape.curve_name.at(s.curve) == name);
    if (!named)
      throw BadInput("the boundary: the mesh " + mesh.file + " has no physical curve '" + name +
                     "'; it has " + (known.empty() ? "none: name them in the .geo file" : known));
    if (!there)
      throw BadInput("the boundary: no edge of the mesh " + mesh.file +
                     " lies on the physical curve '" + name +
                     "': an exit part without boundary; give another curve, or mesh again with it");
  }
}

} // namespace

std::array<Vec2, 2> Mesh::extent() const {
  Vec2 lo = shape.node.front(), hi = lo;
  for (Vec2 p : shape.node) {
    lo = {std::min(lo.x, p.x), std::min(lo.y, p.y)};
    hi = {std::max(hi.x, p.x), std::max(hi.y, p.y)};
  }
  return {lo, hi};
}

std::vector<Vec2> Mesh::polygon(std::int32_t v) const {
  std::vector<Vec2> out;
  if (on_boundary[v])
    out.push_back(shape.node[v]);
  for (std::int64_t k = link_start[v]; k < link_start[v + 1]; ++k)
    out.push_back(link[k].face[0]);
  if (on_boundary[v])
    out.push_back(link[link_start[v + 1] - 1].face[1]);
  return out;
}

std::shared_ptr<const Mesh> make_mesh(GmshMesh shape, const std::string& file,
                                      const MeshBoundary& boundary, Sym2 d0) {
  auto mesh = std::make_shared<Mesh>();
  mesh->file = file;
  mesh->shape = std::move(shape);
  mesh->d0 = d0;
  orient_triangles(mesh->shape, file);
  const std::vector<MeshSide> sides = sides_of(mesh->shape, file);
  check_names(*mesh, boundary, sides);
  Builder builder{*mesh, sides, Metric(d0), {}};
  mesh->smallest_angle = 180;
  for (const auto& t : mesh->shape.triangle) {
    const Vec2 p = builder.node(t[0]), q = builder.node(t[1]), r = builder.node(t[2]);
    builder.centre.push_back(builder.metric.circumcentre(p, q, r));
    mesh->smallest_angle = std::min({mesh->smallest_angle, builder.metric.angle(p, q, r),
                                     builder.metric.angle(q, r, p), builder.metric.angle(r, p, q)});
    mesh->total_area += 0.5 * ((q - p).x * (r - p).y - (q - p).y * (r - p).x);
  }
  builder.find_exit(boundary);
  builder.link_vertices();
  fill_bins(*mesh);
  return mesh;
}

std::shared_ptr<const Mesh> refined_mesh(std::shared_ptr<const Mesh> mesh,
                                         const MeshBoundary& boundary, int times) {
  for (int k = 0; k < times; ++k) {
    GmshMesh shape = split_triangles(mesh->shape, sides_of(mesh->shape, mesh->file));
    const Metric metric(mesh->d0);
    flip_edges(shape, [&](Vec2 p, Vec2 q, Vec2 r) { return metric.cot(p, q, r); });
    const auto fine =
        std::make_shared<Mesh>(*make_mesh(std::move(shape), mesh->file, boundary, mesh->d0));
    fine->refined = mesh->refined + 1;
    fine->coarser = mesh;
    mesh = fine;
  }
  return mesh;
}

MeshCells make_mesh_cells(std::shared_ptr<const Mesh> mesh, const Region& removed) {
  MeshCells cells;
  const std::size_t n = mesh->shape.node.size();
  std::vector<double> x(n), y(n);
  std::vector<int> part(n);
  for (std::size_t v = 0; v < n; ++v)
    x[v] = mesh->shape.node[v].x, y[v] = mesh->shape.node[v].y;
  part_at(removed, n, x.data(), y.data(), part.data());
  cells.unknown.assign(n, -1);
  for (std::size_t v = 0; v < n; ++v)
    if (part[v] < 0 && mesh->exit[v] < 0) {
      cells.unknown[v] = static_cast<std::int32_t>(cells.vertex.size());
      cells.vertex.push_back(static_cast<std::int32_t>(v));
    }
  cells.mesh = std::move(mesh);
  return cells;
}

} // namespace escapade
