#include "solve/multilevel/coarsen/strength.hpp"
#include "solve/multilevel/coarsen/diagonal.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escapade::multilevel {

namespace {

// The same, where weaker edges along neither axis matter less; blocks of 2 × 1 cells do more then.
// A choice, as is the 1.5 below: where these edges bear more than that against the weaker axis,
// they are kept all the same. The example of mixing.hpp, which is far from both, says nothing of
// them: 21 cycles with 12 instead of 25, and with 3 instead of 1.5.
constexpr double along_axis_ratio = 25;
// Work around the whole lattice over the noise from which on currents circulate strongly: below,
// exchange over corners costs more than it helps. Products without and with it, drift
// (x − x³ − cy, cx − y) on [−2, 2]²:
//   c     barrier  work    512²         1024²        2048²
//   0.7   100      9 000   222 → 240
//   3     30       11 500               320 → 288    338 → 334
//   3     200      77 000               308 → 252
constexpr double strong_currents = 3000;

} // namespace

Strength strength_of(const Generator& rows, const Pattern& p) {
  Strength strength;
  std::array<double, 3> sum{}, count{};
  for (std::int64_t row = 0; row < rows.rows(); ++row)
    for (std::int64_t e = rows.row_start[row]; e < rows.row_start[row + 1]; ++e) {
      const std::int64_t other = rows.column[e] - rows.first;
      if (other < row || other >= rows.rows())
        continue;
      const auto axis = static_cast<std::size_t>(step(p, static_cast<std::int32_t>(p.first + row),
                                                      static_cast<std::int32_t>(p.first + other))
                                                     .axis);
      const std::int64_t back = find_entry(rows, other, rows.first + row);
      if (back < 0)
        continue;
      const double there = rows.rate[e], returning = rows.rate[back];
      sum[axis] += conductance(there, returning);
      ++count[axis];
      if (axis < 2)
        strength.steep[axis] =
            std::max(strength.steep[axis], std::abs(std::log(there / returning)));
    }
  for (std::size_t axis = 0; axis < 3; ++axis) {
    sum[axis] = p.halo.sum(sum[axis]);
    count[axis] = p.halo.sum(count[axis]);
  }
  for (double& steep : strength.steep)
    steep = p.halo.max(steep);
  if (sum[0] > 0 && sum[1] > 0)
    strength.ratio = sum[0] / count[0] / (sum[1] / count[1]);
  else
    strength.ratio = sum[0] == sum[1] ? 1
                     : sum[0] == 0    ? 0
                                      : std::numeric_limits<double>::infinity();
  // Not beside much stronger noise along an axis: then blocks of 2 × 1 cells do more.
  const bool along_axis = std::max(strength.ratio, 1 / strength.ratio) > along_axis_ratio;
  strength.oblique = sum[2] > (along_axis ? 1.5 * std::min(sum[0], sum[1]) : 0.0);
  const bool even = strength.ratio < strong && 1 / strength.ratio < strong && sum[2] == 0;
  strength.currents = even && p.halo.sum(circulation(rows, p)) > strong_currents;
  return strength;
}

} // namespace escapade::multilevel
