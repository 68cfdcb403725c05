#include "escapade/error.hpp"
#include "generator/flow/ends.hpp"
#include "generator/flow/flow.hpp"
#include "generator/flow/landing.hpp"
#include "generator/flow/streamlines.hpp"
#include "generator/flow/times.hpp"
#include "generator/rates/stencils.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

/// What the cells of a block bear.
struct Block {
  std::vector<Sym2> noise;   // D in cell units
  std::vector<Vec2> carried; // ℓ in the variables
  std::vector<Vec2> spread;  // of the jumps, in cell units
  std::vector<double> time;  // Σ rate·time² of the jumps
};

/// The largest share s of the spread N ≤ 1 with D − sN ≥ D/10: Selling's edges get long where that
/// is nearly singular.
double compensated_share(Sym2 d, Vec2 n) {
  const double a = n.x * n.y, b = d.xx * n.y + d.yy * n.x, c = determinant(d);
  const double root = std::sqrt(std::max(b * b - 4 * a * c, 0.0)); // of det(D − sN) = 0
  return std::min(1.0, b > 0 ? 0.9 * 2 * c / (b + root) : 1.0);
}

/// Assembles block after block.
class FlowAssembly {
public:
  FlowAssembly(const Problem& problem, const Grid& grid, const Region& exit, CutRule rule,
               RowRange rows, const std::vector<Region>& sets, bool rest, double interval = 0,
               double in_one = 1)
      : problem_(problem), grid_(grid), exit_(exit), sets_(sets), rule_(rule), rows_(rows),
        diagonal_(is_diagonal(problem, grid)), carried_(carried_drift(problem, grid)),
        times_(problem, grid, exit, carried_, diagonal_, rest, !sets.empty()),
        ends_(grid.domain, exit) {
    journey_.sets = sets;
    journey_.reach = JumpTimes::most_cells;
    journey_.across = times_.across();
    journey_.on_time = sets.empty() && !rest;
    if (journey_.across >= 0)
      journey_.longest = journey_.on_time ? 16 : 4;
    if (interval > 0) {
      // Jumps that end on a line of centres take times that differ by a cell's crossing. Only a
      // phase that is to be kept is worth that, and frames within a step, which are the chain's
      // own.
      if (!carried_.potential)
        journey_.across = -1;
      journey_.step = step_within(interval) / in_one;
      journey_.reach *= 4; // nothing is factored
    }
  }

  Assembly whole() {
    out_.flow = FlowPart{};
    out_.flow->along_lines = journey_.across >= 0;
    for (Generator* G : {&out_.generator, &edges_.generator, &jumps_.generator}) {
      G->size = grid_.unknowns();
      G->first = rows_.first;
    }
    for (std::int64_t begin = rows_.first; begin < rows_.last; begin += block_rows)
      add(begin, std::min(begin + block_rows, rows_.last));
    out_.peclet = std::move(edges_.peclet);
    out_.flow->edges = std::move(edges_.generator);
    return std::move(out_);
  }

  FlowSteps steps() {
    out_ = whole();
    return {journey_.step, std::move(jumps_.generator), std::move(out_.generator)};
  }

private:
  /// A whole number of times in the interval, or it in the step: no longer than is asked for with
  /// friction, which acts between jumps; else no shorter.
  double step_within(double interval) const {
    constexpr double rounding = 1e-9;
    const double asked = times_.of_steps();
    if (!(asked > 0) || !carried_.potential)
      return asked > 0 ? interval / std::floor(std::max(interval / asked, 1.0)) : interval;
    return interval > asked ? interval / std::ceil(interval / asked - rounding)
                            : interval * std::floor(asked / interval + rounding);
  }

  const Problem& problem_;
  const Grid& grid_;
  const Region& exit_;
  const std::vector<Region>& sets_;
  CutRule rule_;
  RowRange rows_;
  bool diagonal_; // D in the frame
  Carried carried_;
  JumpTimes times_;
  Ends ends_;
  Journey journey_;
  Assembly out_, edges_; // of jumps and edges; of edges alone
  Assembly jumps_;       // of whole steps: out_ has no jumps then

  std::array<double, 2> sides(std::int64_t u) const {
    const Vec2 t = grid_.place(static_cast<std::int32_t>(u));
    return {grid_.side(0, t.x), grid_.side(1, t.y)};
  }

  Block block_of(std::int64_t begin, std::int64_t end) const {
    std::vector<double> x, y;
    for (std::int64_t u = begin; u < end; ++u) {
      const Vec2 p = grid_.centre(static_cast<std::int32_t>(u));
      x.push_back(p.x), y.push_back(p.y);
    }
    const std::size_t n = x.size();
    std::vector<double> l(2 * n);
    const auto at = coefficients_at(problem_, grid_.angle, x, y, nullptr);
    carried_.drift(n, x.data(), y.data(), l.data());
    Block out;
    for (std::size_t k = 0; k < n; ++k) {
      const auto h = sides(begin + static_cast<std::int64_t>(k));
      const Sym2 d = at[k].d;
      out.noise.push_back({d.xx / (h[0] * h[0]), d.xy / (h[0] * h[1]), d.yy / (h[1] * h[1])});
      out.carried.push_back({l[k], l[n + k]});
    }
    out.spread.resize(n), out.time.assign(n, 0);
    return out;
  }

  /// Jumps of the block's rows; sets their spread.
  std::vector<Row> jumps_of(std::int64_t begin, Block& block) {
    std::vector<Departure> from;
    for (std::size_t k = 0; k < block.noise.size(); ++k) {
      const std::int64_t u = begin + static_cast<std::int64_t>(k);
      const auto h = sides(u);
      const Vec2 drift = in_frame(block.carried[k], grid_.angle);
      const double time = journey_.step > 0
                              ? journey_.step
                              : times_.of(block.noise[k], {drift.x / h[0], drift.y / h[1]});
      if (std::isfinite(time)) // else nothing moves
        from.push_back({static_cast<std::int32_t>(u), time});
    }
    std::vector<Row> rows(block.noise.size());
    const auto to = arrivals(carried_.drift, grid_, exit_, from, journey_);
    for (std::size_t q = 0; q < from.size(); ++q) {
      const auto k = static_cast<std::size_t>(from[q].row - begin);
      for (const Arrival& arrival : to[q]) {
        block.time[k] += arrival.rate * arrival.time * arrival.time;
        block.spread[k] =
            block.spread[k] + land(grid_, ends_, arrival,
                                   static_cast<std::int32_t>(from[q].row - rows_.first),
                                   from[q].row, rows[k], out_.reach);
      }
    }
    return rows;
  }

  Stencil stencil_of(Sym2 d) const {
    if (diagonal_)
      return {Spoke{1, 0, d.xx}, Spoke{0, 1, d.yy}, Spoke{}};
    return selling(d);
  }

  /// Pairs of opposite edges along the stencils of so much noise, with the drift left to them.
  std::vector<Edge> edges_along(std::int64_t begin, const std::vector<Sym2>& noise,
                                std::vector<std::size_t>& row) {
    std::vector<Edge> edges;
    for (std::size_t k = 0; k < noise.size(); ++k) {
      row.push_back(edges.size());
      for (const Spoke& spoke : stencil_of(noise[k]))
        for (int sign : {1, -1}) {
          if (spoke.i == 0 && spoke.j == 0)
            continue;
          Edge e = edge_from(grid_, static_cast<std::int32_t>(begin + static_cast<std::int64_t>(k)),
                             sign * spoke.i, sign * spoke.j);
          e.rho_x = spoke.rho;
          edges.push_back(e);
          if (spoke.rho > 0)
            out_.reach = std::max({out_.reach, std::abs(int(spoke.i)), std::abs(int(spoke.j))});
        }
    }
    row.push_back(edges.size());
    find_cuts(grid_, exit_, edges);
    meet_sets(sets_, &grid_, edges);
    drift_on(edges);
    return edges;
  }

  /// g of the edges: that of the part of the drift which is not carried, and of graded cells.
  void drift_on(std::vector<Edge>& edges) const {
    const std::size_t n = edges.size();
    std::vector<double> x(2 * n), y(2 * n), psi(4 * n, 0);
    for (std::size_t k = 0; k < n; ++k) {
      x[k] = edges[k].from.x, y[k] = edges[k].from.y;
      x[n + k] = edges[k].to.x, y[n + k] = edges[k].to.y;
    }
    if (carried_.potential)
      carried_.potential(2 * n, x.data(), y.data(), psi.data());
    for (std::size_t k = 0; k < n; ++k) {
      const std::size_t axis = edges[k].i != 0 ? 0 : 1;
      edges[k].g = psi[2 * n * axis + k] - psi[2 * n * axis + n + k] +
                   grading_term(&grid_, RateForm::ito, edges[k]);
    }
  }

  /// The edges of a row, pairwise, each bearing `bears(edge)` of its weight.
  template<class Bears>
  void add_edges(std::vector<Edge>& edges, std::size_t first, std::size_t last, Row& row,
                 const Bears& bears) const {
    for (std::size_t q = first; q < last; q += 2) {
      for (std::size_t side : {q, q + 1}) {
        Edge& e = edges[side];
        const double rho = e.rho_x, left = bears(e);
        if (left > 1e-12 * rho)
          e.g *= rho / left;
        else
          e.upwind = std::max(rho * e.g, 0.0);
        e.rho_x = left;
      }
      Edge* pair[2] = {&edges[q], &edges[q + 1]};
      add_direction(row, static_cast<std::int32_t>(edges[q].row - rows_.first), RateForm::ito,
                    rule_, false, pair);
    }
  }

  void add(std::int64_t begin, std::int64_t end) {
    Block block = block_of(begin, end);
    std::vector<Row> rows = jumps_of(begin, block);
    std::vector<std::size_t> start, start_left;
    std::vector<Edge> edges = edges_along(begin, block.noise, start), left;
    if (!diagonal_) {
      std::vector<Sym2> noise = block.noise;
      for (std::size_t k = 0; k < noise.size(); ++k) {
        const double s = compensated_share(noise[k], block.spread[k]);
        noise[k].xx -= s * block.spread[k].x, noise[k].yy -= s * block.spread[k].y;
      }
      left = edges_along(begin, noise, start_left);
    } else {
      left = edges, start_left = start;
    }
    const auto whole = [](const Edge& e) { return e.rho_x; };
    for (std::size_t k = 0; k < rows.size(); ++k) {
      const Vec2 spread = block.spread[k];
      const auto less = [&](const Edge& e) {
        return std::max(e.rho_x - (!diagonal_ ? 0 : e.i != 0 ? spread.x : spread.y), 0.0);
      };
      Row full;
      add_edges(edges, start[k], start[k + 1], full, whole);
      if (journey_.step > 0) {
        append_row(jumps_, rows[k]);
        rows[k] = {};
      }
      const std::vector<std::pair<std::int32_t, double>> jumps = rows[k].jumps;
      add_edges(left, start_left[k], start_left[k + 1], rows[k], less);
      for (SetCut& cut : rows[k].set_cuts) // jumps to the same cell
        for (const auto& [cell, rate] : jumps)
          if (cell == cut.cell)
            cut.jump += rate, cut.rate += rate;
      append_row(out_, rows[k]);
      append_row(edges_, full);
      out_.flow->drift.push_back(block.carried[k]);
      out_.flow->excess.push_back(excess(begin + static_cast<std::int64_t>(k), block, k));
      out_.flow->time.push_back(block.time[k]);
    }
  }

  /// Trace of the spread that the noise could not make up for, in the variables' units.
  float excess(std::int64_t u, const Block& block, std::size_t k) const {
    const auto h = sides(u);
    const Sym2 d = block.noise[k];
    const Vec2 spread = block.spread[k];
    if (!diagonal_) {
      const double left = 1 - compensated_share(d, spread);
      return static_cast<float>(left * (spread.x * h[0] * h[0] + spread.y * h[1] * h[1]));
    }
    return static_cast<float>(std::max(spread.x - d.xx, 0.0) * h[0] * h[0] +
                              std::max(spread.y - d.yy, 0.0) * h[1] * h[1]);
  }
};

} // namespace

int reach_of_flow(const Problem& problem, const Grid& grid, const Region& exit, bool rest) {
  const Carried carried = carried_drift(problem, grid);
  return JumpTimes(problem, grid, exit, carried, is_diagonal(problem, grid), rest, false).reach();
}

Assembly assemble_flow(const Problem& problem, const Grid& grid, const Region& exit, CutRule rule,
                       RowRange rows, const std::vector<Region>& sets, bool rest) {
  return FlowAssembly(problem, grid, exit, rule, rows, sets, rest).whole();
}

FlowSteps flow_steps(const Problem& problem, const Grid& grid, const Region& exit, RowRange rows,
                     double interval, double in_one) {
  return FlowAssembly(problem, grid, exit, CutRule::killing, rows, {}, false, interval, in_one)
      .steps();
}

} // namespace escapade
