#include "quantities/exits/on_time.hpp"

#include "quantities/fluctuations/two_signs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escapade {

namespace {

using Values = std::vector<long double>;
constexpr long double nothing = -std::numeric_limits<long double>::infinity();

/// Σ w (u_y − u_x) − k u_x at local row x.
long double applied(const Generator& G, const Halo& halo, const Values& around, std::size_t x) {
  long double sum = -G.killing[x] * around[x];
  for (std::int64_t e = G.row_start[x]; e < G.row_start[x + 1]; ++e)
    sum += G.rate[e] * (around[halo.at(G.column[e])] - around[x]);
  return sum;
}

double fastest_of(const Ranks& ranks, const Generator& G) {
  double most = 0;
  for (std::size_t x = 0; x < G.killing.size(); ++x) {
    double out = G.killing[x];
    for (std::int64_t e = G.row_start[x]; e < G.row_start[x + 1]; ++e)
      out += G.rate[e];
    most = std::max(most, out);
  }
  return static_cast<double>(ranks.max(most));
}

} // namespace

OnTime::OnTime(MPI_Comm comm, Solver& solver, const Generator& chain, const FlowPart* flow)
    : solver_(solver), chain_(chain), flow_(flow && flow->along_lines ? flow : nullptr) {
  if (!flow_)
    return;
  around_chain_ = Halo(comm, chain);
  around_edges_ = Halo(comm, flow_->edges);
  fastest_ = fastest_of(around_chain_, chain);
}

Values OnTime::edges_of(const Values& u) const {
  const Values around = around_edges_.around(u);
  Values out(u.size());
  for (std::size_t x = 0; x < out.size(); ++x)
    out[x] = applied(flow_->edges, around_edges_, around, x);
  return out;
}

/// (Δt/2) F(ℰu + f)
Values OnTime::correction(const Values& u, const Values& f, Source source) const {
  Values g = edges_of(u);
  if (source == Source::field)
    for (std::size_t x = 0; x < g.size(); ++x)
      g[x] += f[x];
  const Values around = around_chain_.around(g), edges = edges_of(g);
  for (std::size_t x = 0; x < g.size(); ++x)
    g[x] = 0.5 * flow_->time[x] * (applied(chain_, around_chain_, around, x) - edges[x]);
  return g;
}

LogVector OnTime::backward(const LogVector& log_f, Source source) {
  constexpr int most_turns = 20;
  constexpr double settled = 1e-4; // of the largest u, of which as much again may be left
  LogVector log_u = solver_.backward(log_f);
  if (!flow_)
    return log_u;
  const auto top_of = [&](const LogVector& values) {
    long double top = nothing;
    for (const long double l : values)
      top = std::max(top, l);
    return around_chain_.max(top);
  };
  const long double top = top_of(log_u), top_f = top_of(log_f);
  // Differences of u are known to so much of it, and are to tell f.
  constexpr long double unit = std::numeric_limits<long double>::epsilon();
  if (!(top > nothing) || !(std::log(unit * fastest_) + top - top_f < std::log(1e-6L)))
    return log_u;
  Values u, f;
  for (std::size_t x = 0; x < log_u.size(); ++x)
    u.push_back(std::exp(log_u[x] - top)), f.push_back(std::exp(log_f[x] - top));
  long double before = std::numeric_limits<long double>::infinity();
  for (int turn = 0; turn < most_turns; ++turn) {
    Values whole = correction(u, f, source);
    for (std::size_t x = 0; x < f.size(); ++x)
      whole[x] += f[x];
    const Values next = backward_of_two_signs(solver_, around_chain_, whole).value;
    long double change = 0;
    for (std::size_t x = 0; x < u.size(); ++x)
      change = std::max(change, std::abs(next[x] - u[x]));
    change = around_chain_.max(change);
    if (!(change < 2 * before)) // it grows
      return log_u;
    before = change, u = next;
    if (change < settled)
      break;
  }
  const bool positive = std::all_of(u.begin(), u.end(), [](long double v) { return v > 0; });
  if (!(before < settled) || around_chain_.any(!positive))
    return log_u;
  for (std::size_t x = 0; x < u.size(); ++x)
    log_u[x] = top + std::log(u[x]);
  return log_u;
}

} // namespace escapade
