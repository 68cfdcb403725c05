#include "grid/cells.hpp"

#include "grid/walls.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escapade {

namespace {

/// Offset in lattice cells from u to v, the shortest of the periodic images.
std::array<std::int64_t, 2> offset(const Grid& grid, std::int32_t u, std::int32_t v) {
  const std::int64_t n = grid.cells[0], a = grid.cell(u), b = grid.cell(v);
  std::array<std::int64_t, 2> d{b % n - a % n, b / n - a / n};
  for (std::size_t axis = 0; axis < 2; ++axis)
    if (grid.domain.periodic(static_cast<int>(axis)) && 2 * std::abs(d[axis]) > grid.cells[axis])
      d[axis] -= d[axis] > 0 ? grid.cells[axis] : -grid.cells[axis];
  return d;
}

Vec2 vertex_of(const MeshCells& cells, std::int32_t u) {
  return cells.mesh->shape.node[cells.vertex[u]];
}

void spread(const Grid& grid, std::int32_t u, std::vector<double>& x, std::vector<double>& y,
            std::vector<double>& share) {
  constexpr int fine = 8;
  const Vec2 t = grid.place(u);
  const auto shift = [](int k) { return 0.5 * (2 * k + 1 - fine) / fine; };
  for (int b = 0; b < fine; ++b)
    for (int a = 0; a < fine; ++a) {
      const Vec2 p = grid.point(t.x + shift(a), t.y + shift(b));
      x.push_back(p.x), y.push_back(p.y);
      share.push_back(1.0 / (fine * fine));
    }
}

/// The cell is the fan of triangles over its faces; each is cut into 16 equal ones.
void spread(const MeshCells& cells, std::int32_t u, std::vector<double>& x, std::vector<double>& y,
            std::vector<double>& share) {
  constexpr int fine = 4;
  const Mesh& mesh = *cells.mesh;
  const std::int32_t v = cells.vertex[u];
  const Vec2 p = mesh.shape.node[v];
  const std::size_t begin = share.size();
  double whole = 0;
  for (std::int64_t k = mesh.link_start[v]; k < mesh.link_start[v + 1]; ++k) {
    const Vec2 a = mesh.link[k].face[0] - p, b = mesh.link[k].face[1] - p;
    const double area = std::abs(a.x * b.y - a.y * b.x);
    if (!(mesh.link[k].conductance > 0))
      continue;
    whole += area;
    for (int j = 0; j < fine; ++j)
      for (int i = 0; i < 2 * (fine - j) - 1; ++i) {
        // centroids of the small triangles, those that point up and those that point down
        const double s = (i / 2 + (i % 2 ? 2.0 : 1.0) / 3) / fine;
        const double t = (j + (i % 2 ? 2.0 : 1.0) / 3) / fine;
        x.push_back(p.x + s * a.x + t * b.x), y.push_back(p.y + s * a.y + t * b.y);
        share.push_back(area / (fine * fine));
      }
  }
  for (std::size_t k = begin; k < share.size(); ++k)
    share[k] /= whole;
}

/// The vertex nearest to the point in the mesh's metric, found downhill from a triangle's corner.
std::int32_t vertex_at(const Mesh& mesh, Vec2 point) {
  const std::int32_t t = mesh.triangle_at(point);
  if (t < 0)
    return -1;
  const auto distance = [&](std::int32_t v) {
    const Vec2 d = point - mesh.shape.node[v];
    return dot(d, solve(mesh.d0, d));
  };
  std::int32_t v = mesh.shape.triangle[t][0];
  for (double best = distance(v);;) {
    std::int32_t next = v;
    for (std::int64_t k = mesh.link_start[v]; k < mesh.link_start[v + 1]; ++k)
      if (distance(mesh.link[k].vertex) < best)
        best = distance(next = mesh.link[k].vertex);
    if (next == v)
      return v;
    v = next;
  }
}

} // namespace

std::int64_t Cells::unknowns() const {
  return std::visit([](const auto& c) { return c.unknowns(); }, kind);
}

std::int64_t Cells::isolated() const {
  return std::visit([](const auto& c) { return c.isolated; }, kind);
}

Vec2 Cells::centre(std::int32_t u) const {
  const Grid* grid = lattice();
  return grid ? grid->centre(u) : vertex_of(*triangles(), u);
}

Vec2 Cells::centroid(std::int32_t u) const {
  const Grid* grid = lattice();
  return grid ? escapade::centroid(*grid, u) : centre(u);
}

double Cells::area(std::int32_t u) const {
  const Grid* grid = lattice();
  return grid ? grid->cell_area(u) : triangles()->mesh->area[triangles()->vertex[u]];
}

double Cells::spacing() const {
  if (const Grid* grid = lattice())
    return grid->domain.line ? grid->h[0] : std::sqrt(grid->cell_area());
  const Mesh& mesh = *triangles()->mesh; // halved exactly by every refinement
  return std::sqrt(mesh.total_area / static_cast<double>(mesh.triangles()));
}

Vec2 Cells::step(std::int32_t u, std::int32_t v) const {
  if (const MeshCells* c = triangles())
    return vertex_of(*c, v) - vertex_of(*c, u);
  if (lattice()->graded())
    return centre(v) - centre(u);
  const auto d = offset(*lattice(), u, v);
  return lattice()->edge(static_cast<int>(d[0]), static_cast<int>(d[1]));
}

Vec2 Cells::to_face(std::int32_t u, std::int32_t v) const {
  if (const MeshCells* c = triangles()) {
    const Mesh& mesh = *c->mesh;
    const std::int32_t a = c->vertex[u], b = c->vertex[v];
    for (std::int64_t k = mesh.link_start[a]; k < mesh.link_start[a + 1]; ++k)
      if (mesh.link[k].vertex == b)
        return 0.5 * (mesh.link[k].face[0] + mesh.link[k].face[1]) - mesh.shape.node[a];
  } else if (lattice()->graded()) {
    const Vec2 middle = 0.5 * (lattice()->place(u) + lattice()->place(v));
    return lattice()->point(middle.x, middle.y) - centre(u);
  }
  return 0.5 * step(u, v);
}

void Cells::spread(std::int32_t u, std::vector<double>& x, std::vector<double>& y,
                   std::vector<double>& share) const {
  std::visit([&](const auto& c) { escapade::spread(c, u, x, y, share); }, kind);
}

double Cells::width(std::int32_t u, Vec2 direction) const {
  const Grid* grid = lattice();
  if (!grid)
    return std::sqrt(area(u));
  const Vec2 d = in_frame(direction, grid->angle);
  const Vec2 t = grid->place(u);
  return norm(d) / std::hypot(d.x / grid->side(0, t.x), d.y / grid->side(1, t.y));
}

std::int32_t Cells::cell_at(Vec2 point) const {
  if (const MeshCells* c = triangles()) {
    const std::int32_t v = vertex_at(*c->mesh, point);
    return v < 0 ? -1 : c->unknown[v];
  }
  const Vec2 at = lattice()->lattice_position(point);
  const std::int64_t cell = lattice()->lattice_cell(std::lround(at.x), std::lround(at.y));
  return cell < 0 ? -1 : lattice()->unknown(cell);
}

std::int32_t Cells::nearest(Vec2 point) const {
  const Grid* grid = lattice();
  const Vec2 at = grid ? grid->lattice_position(point) : point;
  std::int32_t found = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::int32_t u = 0; u < unknowns(); ++u) {
    Vec2 d;
    if (grid) {
      const std::int64_t c = grid->cell(u);
      d = at -
          Vec2{static_cast<double>(c % grid->cells[0]), static_cast<double>(c / grid->cells[0])};
    } else {
      d = at - vertex_of(*triangles(), u);
    }
    const double distance = norm(d);
    if (distance < least)
      least = distance, found = u;
  }
  return found;
}

void drop_unknowns(Cells& cells, const std::vector<std::int32_t>& dropped) {
  if (Grid* grid = cells.lattice())
    return drop_unknowns(*grid, dropped);
  MeshCells& c = std::get<MeshCells>(cells.kind);
  for (std::int32_t u : dropped)
    c.unknown[c.vertex[u]] = -1;
  std::erase_if(c.vertex, [&](std::int32_t v) { return c.unknown[v] < 0; });
  for (std::size_t u = 0; u < c.vertex.size(); ++u)
    c.unknown[c.vertex[u]] = static_cast<std::int32_t>(u);
  c.isolated += static_cast<std::int64_t>(dropped.size());
}

} // namespace escapade
