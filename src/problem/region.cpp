#include "escapade/problem/region.hpp"

#include <algorithm>

namespace escapade {

void part_at(const Region& region, std::size_t n, const double* x, const double* y, int* part) {
  std::fill_n(part, n, -1);
  std::vector<double> phi(n);
  for (std::size_t k = region.size(); k-- > 0;) { // backwards: the first part has the last word
    region[k].phi(n, x, y, phi.data());
    for (std::size_t i = 0; i < n; ++i)
      if (phi[i] >= 0)
        part[i] = static_cast<int>(k);
  }
}

} // namespace escapade
