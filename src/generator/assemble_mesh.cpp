#include "generator/rates/edges.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

Assembly assemble(const Problem& problem, const MeshCells& cells, const Region& exit, RowRange rows,
                  const std::vector<Region>& sets) {
  const Mesh& mesh = *cells.mesh;
  Assembly out;
  out.form = RateForm::ito;
  Generator& G = out.generator;
  G.size = cells.unknowns();
  G.first = rows.first;
  const double trace_d0 = trace(mesh.d0);
  const double to_area = 1 / std::sqrt(determinant(mesh.d0)); // area of a cell in the metric
  for (std::int64_t begin = rows.first; begin < rows.last; begin += block_rows) {
    const std::int64_t end = std::min(begin + block_rows, rows.last);
    std::vector<Edge> edges;
    std::vector<std::size_t> row_edges{0};
    std::vector<double> x, y;
    for (std::int64_t u = begin; u < end; ++u) {
      const std::int32_t v = cells.vertex[u];
      const Vec2 from = mesh.shape.node[v];
      x.push_back(from.x), y.push_back(from.y);
      for (std::int64_t k = mesh.link_start[v]; k < mesh.link_start[v + 1]; ++k) {
        const MeshLink& l = mesh.link[k];
        if (!(l.conductance > 0))
          continue;
        Edge e;
        e.row = static_cast<std::int32_t>(u);
        e.i = 1; // for the sampling of exit sets: the edge is one cell long
        e.from = from, e.to = mesh.shape.node[l.vertex];
        e.target = cells.unknown[l.vertex];
        if (mesh.exit[l.vertex] >= 0) {
          e.target = into_exit;
          e.part = static_cast<std::int16_t>(exit.size() + mesh.exit[l.vertex]);
        }
        e.rho_x = l.conductance / (mesh.area[v] * to_area);
        edges.push_back(e);
      }
      row_edges.push_back(edges.size());
    }
    cut_edges(exit, edges);
    meet_sets(sets, nullptr, edges);
    // s(x) of D = s D₀, at the cells themselves: J = b p − ∇(D p).
    const auto at = coefficients_at(problem, 0, x, y, nullptr);
    integrate_drift(problem, nullptr, RateForm::ito, edges);
    for (std::int64_t u = begin; u < end; ++u) {
      const auto k = static_cast<std::size_t>(u - begin);
      const double s = trace(at[k].d) / trace_d0;
      Row row;
      const auto local = static_cast<std::int32_t>(u - rows.first);
      for (std::size_t q = row_edges[k]; q < row_edges[k + 1]; ++q) {
        add_jump(row, local, edges[q], s * edges[q].rho_x, 1);
        if (edges[q].set >= 0)
          add_set_cut(row, local, edges[q], s * edges[q].rho_x);
      }
      append_row(out, row);
    }
  }
  return out;
}

} // namespace escapade
