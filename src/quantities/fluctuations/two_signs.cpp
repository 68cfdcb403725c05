#include "quantities/fluctuations/two_signs.hpp"

#include <cmath>
#include <limits>

namespace escapade {

TwoSigns backward_of_two_signs(Solver& solver, const Ranks& ranks, const Reals& f) {
  TwoSigns out{Reals(f.size(), 0), Reals(f.size(), 0)};
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
