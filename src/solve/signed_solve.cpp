#include "solve/signed_solve.hpp"

#include <cmath>
#include <limits>

namespace escapade {

SignedSolution solve_signed(const Ranks& ranks, Solver& solver, const std::vector<long double>& f) {
  SignedSolution out{std::vector(f.size(), 0.0L), std::vector(f.size(), 0.0L)};
  for (const int sign : {1, -1}) {
    LogVector part(f.size(), -std::numeric_limits<long double>::infinity());
    bool any = false;
    for (std::size_t x = 0; x < f.size(); ++x)
      if (sign * f[x] > 0)
        part[x] = std::log(sign * f[x]), any = true;
    if (!ranks.any(any))
      continue;
    const LogVector solved = solver.backward(part);
    for (std::size_t x = 0; x < f.size(); ++x) {
      const long double value = std::exp(solved[x]);
      out.value[x] += sign * value, out.size[x] += value;
    }
  }
  return out;
}

} // namespace escapade
