#include "quantities/fluctuations/resolvent.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace escapade {

namespace {

/// Local row of the heaviest cell of all ranks; −1 on the others.
std::int64_t heaviest(const AtRest& chain) {
  const LogVector& mass = chain.log_mass;
  const auto at = std::max_element(mass.begin(), mass.end());
  const long double top = at == mass.end() ? log_of_zero : *at, most = chain.halo.max(top);
  const int mine = top == most ? -chain.halo.rank() : -chain.halo.count();
  return chain.halo.max(mine) == -chain.halo.rank() && top == most ? at - mass.begin() : -1;
}

double rate_out(const Generator& rows, std::int64_t x) {
  return std::accumulate(rows.rate.begin() + rows.row_start[x],
                         rows.rate.begin() + rows.row_start[x + 1], 0.0);
}

Generator killed(const AtRest& chain, double rate, std::int64_t pinned) {
  Generator out = chain.rows;
  for (double& k : out.killing)
    k = rate;
  if (pinned >= 0)
    out.killing[static_cast<std::size_t>(pinned)] = rate_out(out, pinned);
  for (std::size_t x = 0; x < out.killing.size(); ++x)
    if (out.killing[x] > 0)
      out.part_killing.push_back({static_cast<std::int32_t>(x), 0, out.killing[x]});
  return out;
}

long double largest(const Halo& halo, const Reals& f) {
  long double top = 0;
  for (const long double v : f)
    top = std::max(top, std::abs(v));
  return halo.max(top);
}

} // namespace

long double mean_product(const AtRest& chain, const Reals& f, const Reals& g) {
  long double sum = 0, mass = 0;
  for (std::size_t x = 0; x < f.size(); ++x) {
    const long double m = std::exp(chain.log_mass[x]);
    sum += m * f[x] * g[x], mass += m;
  }
  return chain.halo.sum(sum) / chain.halo.sum(mass);
}

long double mean(const AtRest& chain, const Reals& f) {
  return mean_product(chain, f, Reals(f.size(), 1));
}

Reals minus_generator(const AtRest& chain, const Reals& f) {
  const Generator& G = chain.rows;
  const Reals around = chain.halo.around(f);
  Reals out(f.size(), 0);
  for (std::size_t x = 0; x < f.size(); ++x)
    for (std::int64_t k = G.row_start[x]; k < G.row_start[x + 1]; ++k)
      out[x] += G.rate[k] * (f[x] - around[chain.halo.at(G.column[k])]);
  return out;
}

Resolvent::Resolvent(const AtRest& chain, double rate)
    : chain_(chain), rate_(rate), pinned_(rate > 0 ? -1 : heaviest(chain)),
      pin_(pinned_ >= 0 ? rate_out(chain.rows, pinned_) : 0),
      solver_(chain.halo.alone() ? MPI_COMM_SELF : chain.halo.comm(), killed(chain, rate, pinned_),
              chain.solve) {}

SignedSolution Resolvent::solve(Reals f) {
  if (rate_ > 0)
    return solve_signed(chain_.halo, solver_, f);
  constexpr int most_refinements = 3;
  constexpr long double small = 1e-16L;
  const long double f_mean = mean(chain_, f);
  for (long double& v : f)
    v -= f_mean;
  SignedSolution out = solve_signed(chain_.halo, solver_, f);
  const long double target = small * largest(chain_.halo, f);
  long double before = std::numeric_limits<long double>::infinity();
  for (int k = 0; k < most_refinements; ++k) {
    Reals residual = minus_generator(chain_, out.value);
    if (pinned_ >= 0)
      residual[static_cast<std::size_t>(pinned_)] +=
          pin_ * out.value[static_cast<std::size_t>(pinned_)];
    for (std::size_t x = 0; x < f.size(); ++x)
      residual[x] = f[x] - residual[x];
    const long double left = largest(chain_.halo, residual);
    if (!(left > target && left < 0.5L * before))
      break;
    before = left;
    const SignedSolution more = solve_signed(chain_.halo, solver_, residual);
    for (std::size_t x = 0; x < f.size(); ++x)
      out.value[x] += more.value[x];
  }
  const long double g_mean = mean(chain_, out.value);
  for (long double& v : out.value)
    v -= g_mean;
  return out;
}

} // namespace escapade
