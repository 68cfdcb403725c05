// A Markov jump process on cells: rates w(x→y) ≥ 0 between cells and killing rates k(x) ≥ 0 into
// the exit set. The M-matrix of the backward problem is M = diag(k + W 1) − W: M τ = 1 for the
// mean exit time; Mᵀ π = 0 for the stationary masses. No diagonal is stored: a diagonal formed by
// subtraction is what loses digits.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace escapade {

/// Rate k at which row `row` (local) jumps into part `part` of the exit set.
struct PartKilling {
  std::int32_t row;
  std::int32_t part;
  double rate;
};

/// The rows [first, first + rows()) of a generator of `size` cells; in serial, all of them.
struct Generator {
  std::int64_t size = 0;                  // cells in all, below 2³¹
  std::int64_t first = 0;                 // global index of the first local row
  std::vector<std::int64_t> row_start{0}; // local rows + 1
  std::vector<std::int32_t> column;       // global index of y, ascending within a row, never x
  std::vector<double> rate;               // w(x→y) > 0, per unit time
  std::vector<double> killing;            // k(x), one per local row; the sum over its parts
  std::vector<PartKilling> part_killing;  // ascending in row

  std::int64_t rows() const { return static_cast<std::int64_t>(killing.size()); }
};

/// The entry of `column` and `rate` with w(x→y), −1 where there is none; x is counted from the
/// first local row, y globally.
inline std::int64_t find_entry(const Generator& rows, std::int64_t x, std::int64_t y) {
  const auto begin = rows.column.begin() + rows.row_start[x];
  const auto end = rows.column.begin() + rows.row_start[x + 1];
  const auto at = std::lower_bound(begin, end, y);
  return at != end && *at == y ? at - rows.column.begin() : -1;
}

} // namespace escapade
