#include "multilevel_level.hpp"
#include "multilevel_oblique.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace escapade::multilevel {

namespace {

bool has_edge(const Generator& rows, std::int32_t x, std::int32_t y) {
  const auto begin = rows.column.begin() + rows.row_start[x];
  return std::binary_search(begin, rows.column.begin() + rows.row_start[x + 1], y);
}

/// From `from`, absolute.
void set_sources(Pattern& p, std::vector<std::int32_t> from) {
  bool near = true;
  for (std::int64_t i = 0; i < p.size(); ++i)
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e) {
      from[e] -= static_cast<std::int32_t>(i);
      near = near && from[e] == static_cast<std::int16_t>(from[e]);
    }
  if (near)
    p.near_from.assign(from.begin(), from.end());
  else
    p.far_from = std::move(from);
}

void find_lines(Pattern& p) {
  for (std::int64_t i = 0; i < p.size(); ++i)
    if (i == 0 || p.place[i] / p.nx != p.place[i - 1] / p.nx)
      p.line.push_back(static_cast<std::int32_t>(i));
  p.line.push_back(static_cast<std::int32_t>(p.size()));
}

} // namespace

Pattern finest_pattern(const Generator& rows, const Lattice& lattice) {
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  const std::int64_t n = rows.rows();
  if (static_cast<std::int64_t>(lattice.position.size()) != n)
    throw BadInput("-solver multilevel: " + std::to_string(lattice.position.size()) +
                   " places for " + std::to_string(n) + " cells");
  if (lattice.nx < 1 || lattice.ny < 1 || lattice.nx > most / lattice.ny)
    throw BadInput("-solver multilevel: a lattice of " + std::to_string(lattice.nx) + " x " +
                   std::to_string(lattice.ny) + ": expected 1 to 2^31 - 1 places");
  Pattern p;
  p.nx = lattice.nx;
  p.ny = lattice.ny;
  p.place.reserve(n);
  for (const std::int64_t place : lattice.position) {
    if (place < 0 || place >= p.nx * p.ny)
      throw BadInput("-solver multilevel: a cell at place " + std::to_string(place) +
                     " of a lattice of " + std::to_string(p.nx) + " x " + std::to_string(p.ny));
    p.place.push_back(static_cast<std::int32_t>(place));
  }

  find_lines(p);

  // Both directions of every edge, also where one of the rates is 0.
  std::vector<std::pair<std::int32_t, std::int32_t>> missing;
  for (std::int32_t x = 0; x < n; ++x)
    for (std::int64_t e = rows.row_start[x]; e < rows.row_start[x + 1]; ++e)
      if (!has_edge(rows, rows.column[e], x))
        missing.emplace_back(rows.column[e], x);
  std::sort(missing.begin(), missing.end());
  std::vector<std::int32_t> from;
  p.row_start.reserve(n + 1);
  p.row_start.push_back(0);
  from.reserve(rows.column.size() + missing.size());
  if (rows.column.size() + missing.size() > static_cast<std::size_t>(most))
    throw BadInput("-solver multilevel: more than 2^31 edges on one process: use -solver krylov");
  auto extra = missing.begin();
  for (std::int32_t x = 0; x < n; ++x) {
    from.insert(from.end(), rows.column.begin() + rows.row_start[x],
                rows.column.begin() + rows.row_start[x + 1]);
    const bool more = extra != missing.end() && extra->first == x;
    for (; extra != missing.end() && extra->first == x; ++extra)
      from.push_back(extra->second);
    if (more)
      std::sort(from.begin() + p.row_start.back(), from.end());
    p.row_start.push_back(static_cast<std::int32_t>(from.size()));
  }

  set_sources(p, std::move(from));

  // An edge over more than half of the lattice goes around a periodic side.
  for (std::int64_t x = 0; x < n; ++x)
    for (std::int64_t e = p.row_start[x]; e < p.row_start[x + 1]; ++e) {
      const std::int64_t a = p.place[x], b = p.place[p.from(x, e)];
      p.wraps_x |= 2 * std::abs(a % p.nx - b % p.nx) > p.nx;
      p.wraps_y |= 2 * std::abs(a / p.nx - b / p.nx) > p.ny;
    }
  return p;
}

Pattern coarser(Pattern& fine) {
  Pattern p;
  const std::int64_t bx = fine.step_x, by = fine.step_y;
  p.nx = (fine.nx + bx - 1) / bx;
  p.ny = (fine.ny + by - 1) / by;
  p.wraps_x = fine.wraps_x;
  p.wraps_y = fine.wraps_y;
  p.oblique = fine.oblique;
  p.cell.assign(p.nx * p.ny, -1);
  fine.block.resize(fine.size());
  for (std::int64_t i = 0; i < fine.size(); ++i) {
    const std::int64_t x = fine.place[i] % fine.nx, y = fine.place[i] / fine.nx;
    fine.block[i] = static_cast<std::int32_t>(x / bx + p.nx * (y / by)); // its place, at first
    p.cell[fine.block[i]] = 0;
  }
  for (std::int64_t place = 0; place < p.nx * p.ny; ++place)
    if (p.cell[place] == 0) {
      p.cell[place] = static_cast<std::int32_t>(p.place.size());
      p.place.push_back(static_cast<std::int32_t>(place));
    }
  find_lines(p);
  for (std::int32_t& block : fine.block)
    block = p.cell[block];

  // The fine cells of each block, then the blocks that they have edges from.
  std::vector<std::int32_t> begin(p.size() + 1, 0), member(fine.size());
  for (const std::int32_t block : fine.block)
    ++begin[block + 1];
  for (std::int64_t I = 0; I < p.size(); ++I)
    begin[I + 1] += begin[I];
  std::vector<std::int32_t> next(begin.begin(), begin.end() - 1);
  for (std::int64_t i = 0; i < fine.size(); ++i)
    member[next[fine.block[i]]++] = static_cast<std::int32_t>(i);
  std::vector<std::int32_t> row, from;
  p.row_start.push_back(0);
  for (std::int32_t I = 0; I < p.size(); ++I) {
    row.clear();
    for (std::int32_t m = begin[I]; m < begin[I + 1]; ++m)
      for (std::int64_t e = fine.row_start[member[m]]; e < fine.row_start[member[m] + 1]; ++e) {
        const std::int32_t j = fine.from(member[m], e), J = fine.block[j];
        if (J != I)
          row.push_back(J);
        if (fine.oblique)
          if (const std::int32_t K = alike(fine, p, member[m], j); K >= 0)
            row.push_back(K);
      }
    std::sort(row.begin(), row.end());
    from.insert(from.end(), row.begin(), std::unique(row.begin(), row.end()));
    p.row_start.push_back(static_cast<std::int32_t>(from.size()));
  }
  if (p.oblique)
    keep_mutual(p.row_start, from);
  set_sources(p, std::move(from));
  p.place.shrink_to_fit();
  p.row_start.shrink_to_fit();
  return p;
}

} // namespace escapade::multilevel
