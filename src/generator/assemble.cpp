#include "escapade/generator/assemble.hpp"

#include "edges.hpp"
#include "escapade/error.hpp"
#include "escapade/generator/bernoulli.hpp"
#include "rows.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace escapade {

namespace {

/// Stencils in cell units: Selling's in general, the two axes where D is diagonal in the frame.
class Stencils {
public:
  Stencils(const Problem& problem, const Grid& grid, bool diagonal)
      : problem_(problem), grid_(grid), diagonal_(diagonal) {
    // Graded cells change the tensor's shape, in cell units, from place to place.
    if (!diagonal_ && problem.constant_direction && !grid.graded())
      shape_ = selling(cell_units(in_frame(*problem.constant_direction, grid.angle), grid.h));
  }

  std::vector<Stencil> at(std::int64_t first, std::int64_t last) const {
    std::vector<double> x, y;
    for (std::int64_t u = first; u < last; ++u) {
      const Vec2 p = grid_.centre(static_cast<std::int32_t>(u));
      x.push_back(p.x), y.push_back(p.y);
    }
    const auto values = coefficients_at(problem_, grid_.angle, x, y, nullptr);
    std::vector<Stencil> out(values.size());
    for (std::size_t k = 0; k < values.size(); ++k) {
      const Vec2 t = grid_.place(static_cast<std::int32_t>(first + static_cast<std::int64_t>(k)));
      const Sym2 d = cell_units(values[k].d, {grid_.side(0, t.x), grid_.side(1, t.y)});
      if (diagonal_) {
        out[k] = {Spoke{1, 0, d.xx}, Spoke{0, 1, d.yy}, Spoke{}};
      } else if (shape_) {
        const Sym2 d0 = cell_units(in_frame(*problem_.constant_direction, grid_.angle), grid_.h);
        out[k] = *shape_;
        for (Spoke& spoke : out[k])
          spoke.rho *= trace(d) / trace(d0);
      } else {
        out[k] = selling(d);
      }
    }
    return out;
  }

private:
  static Sym2 cell_units(Sym2 d, std::array<double, 2> h) {
    return {d.xx / (h[0] * h[0]), d.xy / (h[0] * h[1]), d.yy / (h[1] * h[1])};
  }

  const Problem& problem_;
  const Grid& grid_;
  bool diagonal_;
  std::optional<Stencil> shape_;
};

bool used(const Spoke& spoke, bool diagonal) {
  // A diagonal tensor keeps both axes even without noise: the drift still moves along them.
  return spoke.rho > 0 || (diagonal && (spoke.i != 0 || spoke.j != 0));
}

Edge edge_from(const Grid& grid, std::int32_t row, int i, int j) {
  Edge e;
  e.row = row;
  e.i = static_cast<std::int16_t>(i), e.j = static_cast<std::int16_t>(j);
  e.from = grid.centre(row);
  const std::int64_t c = grid.cell[static_cast<std::size_t>(row)];
  // The centre as its own cell computes it, so that potential differences telescope exactly; past
  // a periodic side it lies outside the box, where the problem goes on.
  e.to = grid.centre(c % grid.cells[0] + i, c / grid.cells[0] + j);
  e.place = grid.place(row);
  return e;
}

void add_direction(Row& row, std::int32_t local, RateForm form, CutRule rule, Edge* pair[2]) {
  double factor = 1;
  if (rule == CutRule::shortley_weller && pair[0] && pair[1] &&
      (pair[0]->target == into_exit || pair[1]->target == into_exit))
    factor = 2 / (pair[0]->cut + pair[1]->cut);
  for (int side = 0; side < 2; ++side) {
    if (!pair[side] || pair[side]->target == dropped)
      continue;
    const Edge& e = *pair[side];
    if (e.target == into_exit && e.foreign)
      continue; // y's stencil alone joins x to it, and y does not see x
    double rho = e.rho_x;
    if (form == RateForm::divergence && e.target >= 0)
      rho = 0.5 * (e.rho_x + e.rho_y);
    add_jump(row, local, e, rho, factor);
  }
}

} // namespace

void add_jump(Row& row, std::int32_t local, const Edge& e, double rho, double factor) {
  row.peclet = std::max(row.peclet, std::abs(e.g));
  if (e.target == dropped)
    return;
  const double rate =
      factor * (e.upwind >= 0 ? e.upwind / (e.target == into_exit ? e.cut : 1.0)
                              : edge_rate(rho, e.g, e.target == into_exit ? e.cut : 1.0));
  if (!(rate > 0))
    return;
  if (e.target == into_exit) {
    row.killing += rate;
    row.kills.push_back({local, e.part, rate});
  } else {
    row.jumps.emplace_back(e.target, rate);
  }
}

void append_row(Generator& G, Row& row) {
  std::sort(row.jumps.begin(), row.jumps.end());
  const std::size_t begin = G.column.size();
  for (const auto& [column, rate] : row.jumps)
    if (G.column.size() > begin && G.column.back() == column) // two edges around a short period
      G.rate.back() += rate;
    else
      G.column.push_back(column), G.rate.push_back(rate);
  G.row_start.push_back(static_cast<std::int64_t>(G.column.size()));
  G.killing.push_back(row.killing);
  G.part_killing.insert(G.part_killing.end(), row.kills.begin(), row.kills.end());
}

RowRange rows_of_rank(std::int64_t size, int rank, int ranks) {
  const std::int64_t each = size / ranks, more = size % ranks;
  const std::int64_t first = rank * each + std::min<std::int64_t>(rank, more);
  return {first, first + each + (rank < more ? 1 : 0)};
}

RateForm rate_form(const Problem& problem, const Domain& domain, double angle) {
  if (problem.constant_direction)
    return RateForm::ito;
  // D diagonal in the frame wherever it is looked at: a lattice that no symmetry of a problem
  // meets.
  constexpr int n = 67;
  std::vector<double> x, y;
  for (int j = 0; j < n; ++j)
    for (int i = 0; i < n; ++i) {
      x.push_back(domain.x0 + domain.width() * (i + 0.3819660112501051) / n);
      y.push_back(domain.y0 + domain.height() * (j + 0.2360679774997898) / n);
    }
  std::vector<double> v(5 * x.size());
  problem.coefficients(x.size(), x.data(), y.data(), v.data());
  for (std::size_t k = 0; k < x.size(); ++k) {
    const Sym2 d =
        in_frame(Sym2{v[2 * x.size() + k], v[3 * x.size() + k], v[4 * x.size() + k]}, angle);
    if (std::abs(d.xy) > 1e-14 * trace(d))
      return RateForm::divergence;
  }
  return RateForm::ito;
}

Assembly assemble(const Problem& problem, const Grid& grid, const Region& exit, CutRule rule,
                  RowRange rows) {
  Assembly out;
  out.form = rate_form(problem, grid.domain, grid.angle);
  bool diagonal = out.form == RateForm::ito;
  if (problem.constant_direction) {
    const Sym2 d0 = in_frame(*problem.constant_direction, grid.angle);
    diagonal = std::abs(d0.xy) <= 1e-13 * trace(d0);
  }
  // In cell units an oblique tensor on graded cells is no longer a scalar times a constant one.
  if (grid.graded() && !diagonal)
    out.form = RateForm::divergence;
  if (out.form == RateForm::divergence && !problem.divergence)
    throw BadInput("the divergence of the diffusion is not known: the problem must give it where D "
                   "is neither a scalar times a constant matrix nor diagonal in the frame");
  const Stencils stencils(problem, grid, diagonal);

  // The divergence form averages the weights at both ends, so it needs the neighbours' stencils.
  std::vector<Stencil> all;
  std::vector<std::vector<Edge>> foreign(static_cast<std::size_t>(rows.last - rows.first));
  if (out.form == RateForm::divergence) {
    for (std::int64_t u = 0; u < grid.unknowns(); u += block_rows)
      for (const Stencil& s : stencils.at(u, std::min(u + block_rows, grid.unknowns())))
        all.push_back(s);
    for (std::int64_t u = 0; u < grid.unknowns(); ++u) {
      const std::int64_t c = grid.cell[static_cast<std::size_t>(u)];
      for (const Spoke& spoke : all[static_cast<std::size_t>(u)])
        for (int sign : {1, -1}) {
          if (!(spoke.rho > 0))
            continue;
          const int i = sign * spoke.i, j = sign * spoke.j;
          const std::int64_t t = grid.lattice_cell(c % grid.cells[0] + i, c / grid.cells[0] + j);
          const std::int32_t x = t < 0 ? -1 : grid.unknown[static_cast<std::size_t>(t)];
          if (x < rows.first || x >= rows.last ||
              weight_of(all[static_cast<std::size_t>(x)], i, j) > 0)
            continue;
          Edge e = edge_from(grid, x, -i, -j);
          e.foreign = true;
          e.rho_y = spoke.rho;
          foreign[static_cast<std::size_t>(x - rows.first)].push_back(e);
        }
    }
  }

  Generator& G = out.generator;
  G.size = grid.unknowns();
  G.first = rows.first;
  for (std::int64_t begin = rows.first; begin < rows.last; begin += block_rows) {
    const std::int64_t end = std::min(begin + block_rows, rows.last);
    const std::vector<Stencil> own =
        all.empty() ? stencils.at(begin, end)
                    : std::vector<Stencil>(all.begin() + begin, all.begin() + end);
    std::vector<Edge> edges; // per row: pairs of opposite edges, then foreign ones
    std::vector<std::size_t> row_edges{0}, row_pairs;
    for (std::int64_t u = begin; u < end; ++u) {
      for (const Spoke& spoke : own[static_cast<std::size_t>(u - begin)]) {
        if (!used(spoke, diagonal))
          continue;
        out.reach = std::max({out.reach, std::abs(int(spoke.i)), std::abs(int(spoke.j))});
        for (int sign : {1, -1}) {
          Edge e = edge_from(grid, static_cast<std::int32_t>(u), sign * spoke.i, sign * spoke.j);
          e.rho_x = spoke.rho;
          edges.push_back(e);
        }
      }
      row_pairs.push_back(edges.size());
      for (const Edge& e : foreign[static_cast<std::size_t>(u - rows.first)])
        edges.push_back(e);
      row_edges.push_back(edges.size());
    }
    find_cuts(grid, exit, edges);
    integrate_drift(problem, &grid, out.form, edges);
    if (out.form == RateForm::divergence)
      for (Edge& e : edges)
        if (e.target >= 0 && !e.foreign)
          e.rho_y = weight_of(all[static_cast<std::size_t>(e.target)], e.i, e.j);
    for (std::int64_t u = begin; u < end; ++u) {
      const auto k = static_cast<std::size_t>(u - begin);
      const auto local = static_cast<std::int32_t>(u - rows.first);
      Row row;
      for (std::size_t q = row_edges[k]; q < row_edges[k + 1]; q += q < row_pairs[k] ? 2 : 1) {
        Edge* pair[2] = {&edges[q], q < row_pairs[k] ? &edges[q + 1] : nullptr};
        add_direction(row, local, out.form, rule, pair);
      }
      append_row(G, row);
      out.peclet.push_back(static_cast<float>(row.peclet));
    }
  }
  return out;
}

} // namespace escapade
