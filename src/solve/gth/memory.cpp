#include "solve/gth/gth.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

std::int64_t gth_memory(std::int64_t cells, int reach, Precision precision, bool diagonal_edges) {
  const auto n = static_cast<double>(std::max<std::int64_t>(cells, 2));
  const double entry =
      precision == Precision::long_double || precision == Precision::extended ? 16 : 8;
  // Entries of factors and contributions grow like n log n. Fitted to the solver's own counts from
  // 64² to 2048² cells: 3.5 without diagonal edges; 5.9, 6.6 and 11.2 with edges of reach 1, 2
  // and 4.
  const double coefficient = reach > 1 ? 3 + 2.1 * reach : diagonal_edges ? 6 : 3.6;
  return static_cast<std::int64_t>(entry * coefficient * n * std::log2(n) + 200 * n);
}

} // namespace escapade
