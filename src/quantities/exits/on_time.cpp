#include "quantities/exits/on_time.hpp"

#include "solve/signed_solve.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escapade {

namespace {

using Values = std::vector<long double>;

/// Σ w (u_y − u_x) − k u_x at local row x.
long double applied(const Generator& G, const Halo& halo, const Values& around, std::size_t x) {
  long double sum = -G.killing[x] * around[x];
  for (std::int64_t e = G.row_start[x]; e < G.row_start[x + 1]; ++e)
    sum += G.rate[e] * (around[halo.at(G.column[e])] - around[x]);
  return sum;
}

Values scaled(Values v, long double factor) {
  for (long double& x : v)
    x *= factor;
  return v;
}

void add(Values& to, long double factor, const Values& v) {
  for (std::size_t x = 0; x < to.size(); ++x)
    to[x] += factor * v[x];
}

/// The least squares of GMRES by Givens rotations (Y. Saad, M. H. Schultz, SIAM J. Sci. Stat.
/// Comput. 7 (1986) 856, doi:10.1137/0907058).
class Krylov {
public:
  explicit Krylov(long double residual) : right_{residual} {}
  long double residual() const { return std::abs(right_.back()); }
  /// A column of Hessenberg's matrix.
  void append(std::vector<long double> h) {
    const std::size_t k = turn_.size();
    for (std::size_t i = 0; i < k; ++i)
      rotate(turn_[i], h[i], h[i + 1]);
    const long double length = std::hypot(h[k], h[k + 1]);
    turn_.push_back({h[k] / length, h[k + 1] / length});
    rotate(turn_[k], h[k], h[k + 1]);
    column_.push_back(std::move(h));
    right_.push_back(0);
    rotate(turn_[k], right_[k], right_[k + 1]);
  }
  /// Of the basis in the solution.
  std::vector<long double> weights() const {
    std::vector<long double> w(right_.begin(), right_.end() - 1);
    for (std::size_t i = w.size(); i-- > 0;) {
      for (std::size_t j = i + 1; j < w.size(); ++j)
        w[i] -= column_[j][i] * w[j];
      w[i] /= column_[i][i];
    }
    return w;
  }

private:
  struct Turn {
    long double c, s;
  };
  static void rotate(Turn t, long double& a, long double& b) {
    const long double x = t.c * a + t.s * b;
    b = t.c * b - t.s * a, a = x;
  }
  std::vector<Turn> turn_;
  std::vector<std::vector<long double>> column_;
  std::vector<long double> right_;
};

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

/// (Δt/2) F g
Values OnTime::carried(const Values& g) const {
  const Values around = around_chain_.around(g), edges = edges_of(g);
  Values out(g.size());
  for (std::size_t x = 0; x < g.size(); ++x)
    out[x] = 0.5 * flow_->time[x] * (applied(chain_, around_chain_, around, x) - edges[x]);
  return out;
}

/// −Q u = f
Values OnTime::solve(const Values& f) {
  return solve_signed(around_chain_, solver_, f).value;
}

/// Differences of u are known to so much of it, and are to tell f.
bool OnTime::drowns(long double log_u, long double log_f) const {
  constexpr long double unit = std::numeric_limits<long double>::epsilon();
  return !(std::log(unit * fastest_) + log_u - log_f < std::log(1e-6L));
}

/// u = Q⁻¹(−f − (Δt/2)F(ℰu + f)), by GMRES from its first guess; empty where it does not settle.
Values OnTime::corrected(const Values& f, Source source, Values u) {
  constexpr int most_turns = 60;
  constexpr double settled = 1e-7;
  const std::size_t n = f.size();
  const auto dot = [&](const Values& a, const Values& b) {
    long double sum = 0;
    for (std::size_t x = 0; x < n; ++x)
      sum += a[x] * b[x];
    return around_chain_.sum(sum);
  };
  Values right = source == Source::field ? carried(f) : Values(n, 0.0L);
  for (std::size_t x = 0; x < n; ++x)
    right[x] += f[x];
  const auto turned = [&](const Values& v) { // v − Q⁻¹… of it
    Values out = solve(carried(edges_of(v)));
    for (std::size_t x = 0; x < n; ++x)
      out[x] = v[x] - out[x];
    return out;
  };
  Values r = solve(right);
  const long double size = std::sqrt(dot(r, r));
  const Values image = turned(u);
  for (std::size_t x = 0; x < n; ++x)
    r[x] -= image[x];
  Krylov krylov(std::sqrt(dot(r, r)));
  std::vector<Values> basis{scaled(r, 1 / krylov.residual())};
  while (krylov.residual() > settled * size) {
    if (static_cast<int>(basis.size()) > most_turns)
      return {};
    Values next = turned(basis.back());
    std::vector<long double> column;
    for (const Values& v : basis) {
      column.push_back(dot(v, next));
      add(next, -column.back(), v);
    }
    column.push_back(std::sqrt(dot(next, next)));
    krylov.append(column);
    basis.push_back(scaled(next, 1 / column.back()));
  }
  const std::vector<long double> weight = krylov.weights();
  for (std::size_t k = 0; k < weight.size(); ++k)
    add(u, weight[k], basis[k]);
  return u;
}

LogVector OnTime::backward(const LogVector& log_f, Source source) {
  const LogVector log_u = solver_.backward(log_f);
  if (!flow_)
    return log_u;
  const auto top_of = [&](const LogVector& values) {
    long double top = log_of_zero;
    for (const long double l : values)
      top = std::max(top, l);
    return around_chain_.max(top);
  };
  const long double top = top_of(log_u);
  if (!(top > log_of_zero) || drowns(top, top_of(log_f)))
    return log_u;
  Values u, f;
  for (std::size_t x = 0; x < log_u.size(); ++x)
    u.push_back(std::exp(log_u[x] - top)), f.push_back(std::exp(log_f[x] - top));
  u = corrected(f, source, std::move(u));
  const bool positive = std::all_of(u.begin(), u.end(), [](long double v) { return v > 0; });
  if (around_chain_.any(!positive || u.size() < f.size()))
    return log_u;
  LogVector out;
  for (const long double v : u)
    out.push_back(top + std::log(v));
  return out;
}

long double OnTime::escape_rate(const LogVector& log_mass, long double log_rate) {
  constexpr int most_turns = 100;
  constexpr double settled = 1e-6;
  if (!flow_ || drowns(0, log_rate))
    return log_rate;
  const auto mean = [&](const Values& u) {
    long double sum = 0;
    for (std::size_t x = 0; x < u.size(); ++x)
      sum += std::exp(log_mass[x]) * u[x];
    return around_chain_.sum(sum);
  };
  Values u;
  for (const long double l : solver_.backward(LogVector(log_mass.size(), log_rate)))
    u.push_back(std::exp(l)); // of mean 1
  long double rate = std::exp(log_rate);
  for (int turn = 0; turn < most_turns; ++turn) {
    Values next = corrected(scaled(u, rate), Source::field, u);
    const long double total = around_chain_.any(next.size() < u.size()) ? 0 : mean(next);
    if (!(total > 0))
      return log_rate;
    const long double before = rate;
    rate /= total, u = scaled(next, 1 / total);
    if (std::abs(rate - before) < settled * rate)
      return std::log(rate);
  }
  return log_rate;
}

} // namespace escapade
