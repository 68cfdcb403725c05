#include "generator/assemble.hpp"

#include "escapade/error.hpp"
#include "generator/rates/bernoulli.hpp"
#include "generator/rates/edges.hpp"
#include "generator/rates/stencils.hpp"
#include "generator/rates/walls.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace escapade {

namespace {

bool used(const Spoke& spoke, bool diagonal) {
  // A diagonal tensor keeps both axes even without noise: the drift still moves along them.
  return spoke.rho > 0 || (diagonal && (spoke.i != 0 || spoke.j != 0));
}

} // namespace

Edge edge_from(const Grid& grid, std::int32_t row, int i, int j) {
  Edge e;
  e.row = row;
  e.i = static_cast<std::int16_t>(i), e.j = static_cast<std::int16_t>(j);
  e.from = grid.centre(row);
  const std::int64_t c = grid.cell(row);
  // The centre as its own cell computes it, so that potential differences telescope exactly; past
  // a periodic side it lies outside the box, where the problem goes on.
  e.to = grid.centre(c % grid.cells[0] + i, c / grid.cells[0] + j);
  e.place = grid.place(row);
  return e;
}

void add_direction(Row& row, std::int32_t local, RateForm form, CutRule rule, bool by_end,
                   Edge* pair[2]) {
  double factor = 1;
  if (rule == CutRule::shortley_weller && pair[0] && pair[1] &&
      (pair[0]->target == into_exit || pair[1]->target == into_exit))
    factor = 2 / (pair[0]->cut + pair[1]->cut);
  for (int side = 0; side < 2; ++side) {
    if (!pair[side])
      continue;
    Edge& e = *pair[side];
    if (e.target < 0 && e.foreign)
      continue; // y's stencil alone joins x to it, and y does not see x
    double rho = e.rho_x;
    if (form == RateForm::divergence && e.target >= 0 && !(by_end && e.rho_x > 0 && e.rho_y > 0))
      rho = 0.5 * (e.rho_x + e.rho_y);
    else if (form == RateForm::divergence && e.target >= 0)
      e.g += std::log(e.rho_y / e.rho_x);
    if (e.set >= 0)
      add_set_cut(row, local, e, rho);
    if (e.target != dropped && !e.to_side)
      add_jump(row, local, e, rho, factor * e.weight);
  }
}

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
    double share = 1; // of the part that the edge meets itself
    for (const PartShare& other : e.others)
      if (other.part >= 0) {
        row.kills.push_back({local, other.part, other.share * rate});
        share -= other.share;
      }
    if (share > 0)
      row.kills.push_back({local, e.part, share * rate});
  } else {
    row.jumps.emplace_back(e.target, rate);
  }
}

void append_row(Assembly& out, Row& row) {
  Generator& G = out.generator;
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
  out.set_cuts.insert(out.set_cuts.end(), row.set_cuts.begin(), row.set_cuts.end());
  out.peclet.push_back(static_cast<float>(row.peclet));
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
    if (std::abs(d.xy) > 1e-14 * trace(d) && !domain.in_hole({x[k], y[k]}))
      return RateForm::divergence;
  }
  return RateForm::ito;
}

namespace {

struct Form {
  RateForm form;
  bool diagonal; // D in the frame
};

Form form_of(const Problem& problem, const Grid& grid) {
  const RateForm form = rate_form(problem, grid.domain, grid.angle);
  bool diagonal = form == RateForm::ito;
  if (problem.constant_direction) {
    const Sym2 d0 = in_frame(*problem.constant_direction, grid.angle);
    diagonal = std::abs(d0.xy) <= 1e-13 * trace(d0);
  }
  // In cell units an oblique tensor on graded cells is no longer a scalar times a constant one.
  return {grid.graded() && !diagonal ? RateForm::divergence : form, diagonal};
}

} // namespace

bool is_diagonal(const Problem& problem, const Grid& grid) {
  return form_of(problem, grid).diagonal;
}

std::int64_t rows_reached(const Problem& problem, const Grid& grid, RowRange rows) {
  const auto [form, diagonal] = form_of(problem, grid);
  if (form == RateForm::ito)
    return 0;
  const Stencils stencils(problem, grid, diagonal);
  int most = 0;
  for (std::int64_t u = rows.first; u < rows.last; u += block_rows)
    for (const Stencil& stencil : stencils.at(u, std::min(u + block_rows, rows.last)))
      for (const Spoke& spoke : stencil)
        if (spoke.rho > 0)
          most = std::max(most, std::abs(int(spoke.j)));
  return most;
}

namespace {

/// Per row, edges from a neighbour's stencil that the row's own has not.
std::vector<std::vector<Edge>> foreign_edges(const StencilsAround& around, const Grid& grid,
                                             RowRange rows) {
  std::vector<std::vector<Edge>> foreign(static_cast<std::size_t>(rows.last - rows.first));
  around.for_each([&](std::int64_t u, const Stencil& stencil) {
    const std::int64_t c = grid.cell(u);
    for (const Spoke& spoke : stencil)
      for (int sign : {1, -1}) {
        if (!(spoke.rho > 0))
          continue;
        const int i = sign * spoke.i, j = sign * spoke.j;
        const std::int64_t t = grid.lattice_cell(c % grid.cells[0] + i, c / grid.cells[0] + j);
        const std::int32_t x = t < 0 ? -1 : grid.unknown(t);
        if (x < rows.first || x >= rows.last || weight_of(around.of(x), i, j) > 0)
          continue;
        Edge e = edge_from(grid, x, -i, -j);
        e.foreign = true;
        e.rho_y = spoke.rho;
        foreign[static_cast<std::size_t>(x - rows.first)].push_back(e);
      }
  });
  return foreign;
}

/// Edges of a block of rows: of each its pairs of opposite edges, then foreign ones.
struct BlockEdges {
  std::vector<Edge> edges;
  std::vector<std::size_t> row{0}, pairs; // where each row begins, and where its pairs end

  void add_stencil(const Grid& grid, std::int64_t u, const Stencil& stencil, bool diagonal,
                   int& reach) {
    for (const Spoke& spoke : stencil) {
      if (!used(spoke, diagonal))
        continue;
      reach = std::max({reach, std::abs(int(spoke.i)), std::abs(int(spoke.j))});
      for (int sign : {1, -1}) {
        Edge e = edge_from(grid, static_cast<std::int32_t>(u), sign * spoke.i, sign * spoke.j);
        e.rho_x = spoke.rho;
        edges.push_back(e);
      }
    }
    pairs.push_back(edges.size());
  }
  void close_row(const std::vector<Edge>* foreign) {
    if (foreign)
      edges.insert(edges.end(), foreign->begin(), foreign->end());
    row.push_back(edges.size());
  }
};

/// Whether the fraction s of an edge lies on a line of faces or of centres.
bool on_lattice(const Edge& e, double s) {
  constexpr double rounding = 1e-6;
  const auto on_line = [&](int cells) {
    const double halves = 2 * s * std::abs(cells);
    return cells != 0 && std::abs(halves - std::round(halves)) < rounding;
  };
  return on_line(e.i) || on_line(e.j);
}

bool is_near(const std::vector<Vec2>& places, const Grid& grid, std::int64_t u) {
  if (places.empty())
    return false;
  const Vec2 here = grid.place(static_cast<std::int32_t>(u));
  return std::any_of(places.begin(), places.end(), [&](Vec2 p) {
    return dot(p - here, p - here) < killing_reach * killing_reach;
  });
}

} // namespace

Assembly assemble(const Problem& problem, const Grid& grid, const Region& exit, CutRule rule,
                  RowRange rows, std::int64_t rows_around, const std::vector<Region>& sets,
                  const std::vector<Vec2>& by_killing) {
  Assembly out;
  const auto [form, diagonal] = form_of(problem, grid);
  out.form = form;
  if (out.form == RateForm::divergence && !problem.divergence)
    throw BadInput("the divergence of the diffusion is not known: the problem must give it where D "
                   "is neither a scalar times a constant matrix nor diagonal in the frame");
  const Stencils stencils(problem, grid, diagonal);

  // The divergence form averages the weights at both ends, so it needs the neighbours' stencils.
  std::optional<StencilsAround> around;
  std::vector<std::vector<Edge>> foreign;
  if (out.form == RateForm::divergence) {
    around.emplace(stencils, grid, rows, rows_around);
    foreign = foreign_edges(*around, grid, rows);
  }

  out.generator.size = grid.unknowns();
  out.generator.first = rows.first;
  for (std::int64_t begin = rows.first; begin < rows.last; begin += block_rows) {
    const std::int64_t end = std::min(begin + block_rows, rows.last);
    const std::vector<Stencil> own = around ? std::vector<Stencil>{} : stencils.at(begin, end);
    BlockEdges block;
    for (std::int64_t u = begin; u < end; ++u) {
      block.add_stencil(grid, u, around ? around->of(u) : own[static_cast<std::size_t>(u - begin)],
                        diagonal, out.reach);
      block.close_row(around ? &foreign[static_cast<std::size_t>(u - rows.first)] : nullptr);
    }
    find_cuts(grid, exit, block.edges);
    for (const Edge& e : block.edges)
      if (e.others[0].part >= 0)
        out.shared.push_back(e.place);
    meet_sets(sets, &grid, block.edges);
    for (const Edge& e : block.edges)
      out.cut_anywhere = out.cut_anywhere || (e.target == into_exit && !on_lattice(e, e.cut)) ||
                         (e.set >= 0 && !on_lattice(e, e.set_cut));
    integrate_drift(problem, &grid, out.form, block.edges);
    if (grid.walls)
      weigh_by_walls(problem, grid, begin, end, block.edges);
    if (around)
      for (Edge& e : block.edges)
        if (e.target >= 0 && !e.foreign)
          e.rho_y = weight_of(around->of(e.target), e.i, e.j);
    for (std::int64_t u = begin; u < end; ++u) {
      const auto k = static_cast<std::size_t>(u - begin);
      Row row;
      const CutRule here = is_near(by_killing, grid, u) ? CutRule::killing : rule;
      for (std::size_t q = block.row[k]; q < block.row[k + 1]; q += q < block.pairs[k] ? 2 : 1) {
        Edge* pair[2] = {&block.edges[q], q < block.pairs[k] ? &block.edges[q + 1] : nullptr};
        add_direction(row, static_cast<std::int32_t>(u - rows.first), out.form, here, !!grid.walls,
                      pair);
      }
      append_row(out, row);
    }
  }
  return out;
}

} // namespace escapade
