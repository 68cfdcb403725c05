#include "solve/krylov/system.hpp"

#include "generator/components.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace escapade::krylov {

namespace {

/// Moves φ in each part that edges join so that its largest value is 0: how high the parts lie
/// above each other is no more than rounding of the equations, which can be far beyond what masses
/// in double bear.
void level_parts(MPI_Comm comm, const Generator& joined, std::vector<long double>& phi) {
  const Components parts = components(comm, joined);
  std::vector<long double> top(parts.size.size(), -std::numeric_limits<long double>::infinity());
  std::map<std::int32_t, std::size_t> number;
  for (const auto& [label, cells] : parts.size)
    number.emplace(label, number.size());
  const auto top_of = [&](std::size_t x) -> long double& { return top[number[parts.label[x]]]; };
  for (std::size_t x = 0; x < phi.size(); ++x)
    top_of(x) = std::max(top_of(x), phi[x]);
  MPI_Allreduce(MPI_IN_PLACE, top.data(), static_cast<int>(top.size()), MPI_LONG_DOUBLE, MPI_MAX,
                comm);
  for (std::size_t x = 0; x < phi.size(); ++x)
    phi[x] -= top_of(x);
}

} // namespace

std::vector<long double> log_mass_estimate(MPI_Comm comm, const Generator& rows,
                                           const Generator& incoming, const LatticeShares& shares,
                                           std::int64_t& iterations) {
  // The normal equations Σ_y c (φ_x − φ_y) = −Σ_y c log(w_xy / w_yx), c = √(w_xy w_yx). The sum of
  // their right sides is 0; a touch on the diagonal makes φ unique without being felt.
  // Above double's rounding, below which the inner matrix is singular; below the least other
  // eigenvalue of a lattice of n cells a side, some 2.5/n² of the diagonal, up to n = 100 000.
  constexpr long double touch = 1e-10L;
  const std::int64_t n = rows.rows();
  std::vector<std::int64_t> start{0};
  std::vector<std::int32_t> column;
  std::vector<long double> weight, d(n), right(n), phi(n, 0.0L);
  for (std::int64_t x = 0; x < n; ++x) {
    std::int64_t back = incoming.row_start[x];
    for (std::int64_t e = rows.row_start[x]; e < rows.row_start[x + 1]; ++e) {
      while (back < incoming.row_start[x + 1] && incoming.column[back] < rows.column[e])
        ++back;
      if (back == incoming.row_start[x + 1] || incoming.column[back] != rows.column[e])
        continue;
      const long double there = rows.rate[e], here = incoming.rate[back];
      const long double c = std::sqrt(there) * std::sqrt(here);
      column.push_back(rows.column[e]);
      weight.push_back(c);
      d[x] += c;
      right[x] -= c * (std::log(there) - std::log(here));
    }
    start.push_back(static_cast<std::int64_t>(column.size()));
    d[x] = d[x] > 0 ? d[x] * (1 + touch) : 1.0L;
  }
  InnerSolver solver(comm, rows.size, rows.first, start, column, weight, d, shares, {},
                     "solve_gauge_");
  const bool solved = solver.correct(right, phi);
  iterations += solver.iterations();

  const bool finite =
      std::all_of(phi.begin(), phi.end(), [](long double value) { return std::isfinite(value); });
  if (!Ranks(comm).all(solved && finite))
    return std::vector<long double>(n, 0.0L);
  Generator joined;
  joined.size = rows.size;
  joined.first = rows.first;
  joined.row_start = std::move(start);
  joined.column = std::move(column);
  joined.killing.resize(n);
  level_parts(comm, joined, phi);
  return phi;
}

Generator stopped_at(const Generator& rows, std::int64_t target) {
  Generator stopped;
  stopped.size = rows.size;
  stopped.first = rows.first;
  for (std::int64_t x = 0; x < rows.rows(); ++x) {
    const bool here = rows.first + x == target;
    stopped.killing.push_back(here ? 1.0 : rows.killing[x]);
    for (std::int64_t e = rows.row_start[x]; !here && e < rows.row_start[x + 1]; ++e) {
      if (rows.column[e] == target) {
        stopped.killing.back() += rows.rate[e];
      } else {
        stopped.column.push_back(rows.column[e]);
        stopped.rate.push_back(rows.rate[e]);
      }
    }
    stopped.row_start.push_back(static_cast<std::int64_t>(stopped.column.size()));
  }
  return stopped;
}

} // namespace escapade::krylov
