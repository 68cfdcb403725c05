// Problems from text and their chains on one process, for the tests.
#pragma once

#include "shared/ranks.hpp"

#include "escapade/problem/sde.hpp"
#include "generator/chain.hpp"
#include "problem/parse_region.hpp"
#include "solve/gth/gth.hpp"

#include <cmath>
#include <functional>
#include <string>
#include <vector>

namespace escapade::test {

inline Symbols symbols() {
  return {{"x", "y"}, {}};
}

inline Expression expression(const std::string& text) {
  return parse_expression("-expression", text, symbols());
}

inline Region region(const std::string& text) {
  return parse_region("-exit", text, symbols(), Compile::never);
}

inline Problem potential(const std::string& V, const std::string& T) {
  return potential_problem(expression(V), expression(T), Calculus::ito, Compile::never);
}

/// drift "b1, b2", diffusion "D11, D12, D22".
inline Problem drift(const std::string& b, const std::string& d, const Domain& domain,
                     Calculus calculus = Calculus::ito) {
  const auto v = parse_expressions("-drift", b, symbols());
  const auto t = parse_expressions("-diffusion", d, symbols());
  return drift_problem({v.at(0), v.at(1)}, {t.at(0), t.at(1), t.at(2)}, calculus, domain,
                       Compile::never);
}

inline Domain box(double x0, double x1, double y0, double y1,
                  Boundary along_x = Boundary::reflecting,
                  Boundary along_y = Boundary::reflecting) {
  return {x0, x1, y0, y1, {along_x, along_x, along_y, along_y}};
}

inline GridShape square(std::int64_t n, double angle = 0) {
  return {{n, n}, angle};
}

inline Chain closed_chain(const Problem& problem, const Domain& domain, const GridShape& shape) {
  return make_chain(MPI_COMM_WORLD, problem, domain, shape, {}, CutRule::killing);
}

inline Chain leaving_chain(const Problem& problem, const Domain& domain, const GridShape& shape,
                           const std::string& exit, CutRule rule = CutRule::shortley_weller) {
  return make_chain(MPI_COMM_WORLD, problem, domain, shape, exit.empty() ? Region{} : region(exit),
                    rule);
}

inline LogVector stationary_of(const Chain& chain) {
  return GthSolver(chain.generator, {}).stationary();
}

/// Largest deviation of log π from −U + constant over the cells, the constant from Σπ = 1.
inline double deviation_from(const Cells& grid, const LogVector& log_mass,
                             const std::function<long double(Vec2)>& U) {
  long double sum = 0, worst = 0;
  for (std::int32_t u = 0; u < grid.unknowns(); ++u)
    sum += std::exp(-U(grid.centre(u)));
  for (std::int32_t u = 0; u < grid.unknowns(); ++u)
    worst = std::fmax(worst, std::abs(log_mass[u] + U(grid.centre(u)) + std::log(sum)));
  return static_cast<double>(worst);
}

/// Rate of the jump from the cell around one point to the cell around another, 0 if there is none.
inline double rate_between(const Cells& grid, const Generator& G, Vec2 from, Vec2 to) {
  const std::int32_t x = grid.cell_at(from), y = grid.cell_at(to);
  for (std::int64_t q = G.row_start[x]; q < G.row_start[x + 1]; ++q)
    if (G.column[q] == y)
      return G.rate[q];
  return 0;
}

/// The observed order of an error that went from `coarse` to `fine` on a grid `ratio` times finer.
inline double order_of(double coarse, double fine, double ratio = 2) {
  return std::log(std::abs(coarse / fine)) / std::log(ratio);
}

/// ∫ f over [a, b] by Gauss's rule of 5 points on n intervals.
inline long double integral(const std::function<long double(long double)>& f, long double a,
                            long double b, int n = 400) {
  constexpr long double node[] = {0, 0.538469310105683091036314420700208805L,
                                  0.906179845938663992797626878299392965L};
  constexpr long double weight[] = {0.568888888888888888888888888888888889L,
                                    0.478628670499366468041291514835638193L,
                                    0.236926885056189087514264040719917363L};
  const long double half = (b - a) / (2 * n);
  long double sum = 0;
  for (int k = 0; k < n; ++k) {
    const long double middle = a + (2 * k + 1) * half;
    sum += weight[0] * f(middle);
    for (int i = 1; i < 3; ++i)
      sum += weight[i] * (f(middle - node[i] * half) + f(middle + node[i] * half));
  }
  return sum * half;
}

} // namespace escapade::test
