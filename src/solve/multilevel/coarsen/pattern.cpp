#include "solve/multilevel/coarsen/pattern.hpp"
#include "solve/multilevel/coarsen/diagonal.hpp"
#include "solve/multilevel/coarsen/oblique.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace escapade::multilevel {

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
  for (std::int32_t i = p.first; i < p.last; ++i)
    if (i == p.first || p.place[i] / p.nx != p.place[i - 1] / p.nx)
      p.line.push_back(i);
  p.line.push_back(p.last);
}

void find_cells(Pattern& p) {
  p.bottom = p.place.front() / p.nx;
  const auto row = [&](std::int32_t place) { return (place / p.nx - p.bottom + p.ny) % p.ny; };
  p.cell.assign(p.nx * (row(p.place.back()) + 1), -1);
  for (std::int32_t i = 0; i < p.size(); ++i)
    p.cell[p.place[i] % p.nx + p.nx * row(p.place[i])] = i;
}

void find_wraps(Pattern& p) {
  bool x = false, y = false;
  for (std::int32_t i = p.first; i < p.last; ++i)
    for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e) {
      const std::int64_t a = p.place[i], b = p.place[p.from(i, e)];
      x |= 2 * std::abs(a % p.nx - b % p.nx) > p.nx;
      y |= 2 * std::abs(a / p.nx - b / p.nx) > p.ny;
    }
  p.wraps_x = p.halo.max(x) > 0;
  p.wraps_y = p.halo.max(y) > 0;
}

void find_border_edges(Pattern& p) {
  for (Border& b : p.halo.borders) {
    for (std::int32_t i = p.first; i < p.last; ++i)
      for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e) {
        const std::int32_t j = p.from(i, e);
        if (j >= b.halo_begin && j < b.halo_end)
          b.edges.push_back({j, i, e});
      }
    std::vector<BorderEdge> by_source = b.edges;
    std::stable_sort(by_source.begin(), by_source.end(),
                     [](const BorderEdge& x, const BorderEdge& y) { return x.from < y.from; });
    for (const BorderEdge& edge : by_source)
      b.send_edges.push_back(edge.edge);
  }
}

void check_lattice(const Lattice& lattice, std::int64_t cells) {
  if (static_cast<std::int64_t>(lattice.position.size()) != cells)
    throw BadInput("the solver multilevel: " + std::to_string(lattice.position.size()) +
                   " places for " + std::to_string(cells) + " cells");
  if (lattice.nx < 1 || lattice.ny < 1 || lattice.nx > most_edges / lattice.ny)
    throw BadInput("the solver multilevel: a lattice of " + std::to_string(lattice.nx) + " x " +
                   std::to_string(lattice.ny) + ": expected 1 to 2^31 - 1 places");
  for (const std::int64_t place : lattice.position)
    if (place < 0 || place >= lattice.nx * lattice.ny)
      throw BadInput("the solver multilevel: a cell at place " + std::to_string(place) +
                     " of a lattice of " + std::to_string(lattice.nx) + " x " +
                     std::to_string(lattice.ny));
}

void set_rows(Pattern& p, const Generator& rows, const std::vector<std::int32_t>* column,
              std::vector<std::pair<std::int32_t, std::int32_t>> missing) {
  const std::vector<std::int32_t>& to = column ? *column : rows.column;
  std::sort(missing.begin(), missing.end());
  std::vector<std::int32_t> from;
  p.row_start.reserve(p.size() + 1);
  p.row_start.assign(p.first + 1, 0);
  from.reserve(to.size() + missing.size());
  auto extra = missing.begin();
  for (std::int32_t x = p.first; x < p.last; ++x) {
    const std::int64_t row = x - p.first;
    from.insert(from.end(), to.begin() + rows.row_start[row], to.begin() + rows.row_start[row + 1]);
    const bool more = extra != missing.end() && extra->first == x;
    for (; extra != missing.end() && extra->first == x; ++extra)
      from.push_back(extra->second);
    if (more || column)
      std::sort(from.begin() + p.row_start.back(), from.end());
    p.row_start.push_back(static_cast<std::int32_t>(from.size()));
  }
  p.row_start.resize(p.size() + 1, p.row_start.back());
  set_sources(p, std::move(from));
}

void set_cells(Pattern& p, std::vector<std::int32_t> own, const Halo& around) {
  p.halo = Halo{Ranks(around)};
  p.total = around.sum(static_cast<std::int64_t>(own.size()));
  const std::int64_t low = own.front() / p.nx, high = own.back() / p.nx;
  std::vector<std::vector<std::int32_t>> given;
  for (const Border& b : around.borders) {
    p.halo.borders.push_back({.rank = b.rank, .after = b.after});
    const auto cut = b.after ? std::lower_bound(own.begin(), own.end(), (high + 1 - p.reach) * p.nx)
                             : std::lower_bound(own.begin(), own.end(), (low + p.reach) * p.nx);
    given.emplace_back(b.after ? cut : own.begin(), b.after ? own.end() : cut);
  }
  const auto taken = p.halo.swapped(given);
  for (std::size_t k = 0; k < taken.size(); ++k)
    if (!p.halo.borders[k].after)
      p.place = taken[k];
  p.first = static_cast<std::int32_t>(p.place.size());
  p.place.insert(p.place.end(), own.begin(), own.end());
  p.last = static_cast<std::int32_t>(p.place.size());
  for (std::size_t k = 0; k < taken.size(); ++k) {
    Border& b = p.halo.borders[k];
    const auto held = static_cast<std::int32_t>(taken[k].size()),
               sent = static_cast<std::int32_t>(given[k].size());
    if (b.after)
      p.place.insert(p.place.end(), taken[k].begin(), taken[k].end());
    b.halo_begin = b.after ? p.last : 0;
    b.halo_end = b.halo_begin + held;
    b.send_begin = b.after ? p.last - sent : p.first;
    b.send_end = b.send_begin + sent;
  }
}

Pattern finest_pattern(const Generator& rows, const Lattice& lattice) {
  const std::int64_t n = rows.rows();
  check_lattice(lattice, n);
  Pattern p;
  p.nx = lattice.nx;
  p.ny = lattice.ny;
  p.total = n;
  p.last = static_cast<std::int32_t>(n);
  p.place.assign(lattice.position.begin(), lattice.position.end());
  find_lines(p);
  std::vector<std::pair<std::int32_t, std::int32_t>> missing;
  for (std::int32_t x = 0; x < n; ++x)
    for (std::int64_t e = rows.row_start[x]; e < rows.row_start[x + 1]; ++e)
      if (find_entry(rows, rows.column[e], x) < 0)
        missing.emplace_back(rows.column[e], x);
  if (rows.column.size() + missing.size() > static_cast<std::size_t>(most_edges))
    throw BadInput("the solver multilevel: more than 2^31 edges on one process: use more ranks or "
                   "the solver krylov");
  set_rows(p, rows, nullptr, std::move(missing));
  find_wraps(p);
  return p;
}

std::int64_t reach_of_blocks(const Pattern& fine) {
  return fine.oblique ? fine.reach : (fine.reach + fine.step_y - 1) / fine.step_y;
}

namespace {

std::int32_t block_place(const Pattern& fine, const Pattern& blocks, std::int64_t i) {
  const std::int64_t x = fine.place[i] % fine.nx, y = fine.place[i] / fine.nx;
  return static_cast<std::int32_t>(x / fine.step_x + blocks.nx * (y / fine.step_y));
}

/// Places of the own blocks, line by line: their cells come from up to step_y lines.
std::vector<std::int32_t> own_blocks(const Pattern& fine, const Pattern& blocks) {
  std::vector<std::int32_t> line, own;
  std::int32_t i = fine.first;
  while (i < fine.last) {
    const std::int64_t row = fine.place[i] / fine.nx / fine.step_y;
    line.clear();
    for (; i < fine.last && fine.place[i] / fine.nx / fine.step_y == row; ++i)
      line.push_back(block_place(fine, blocks, i));
    std::sort(line.begin(), line.end());
    own.insert(own.end(), line.begin(), std::unique(line.begin(), line.end()));
  }
  return own;
}

/// The blocks that each block's cells have edges from; sets the blocks' row_start.
std::vector<std::int32_t> sources_of_blocks(const Pattern& fine, Pattern& blocks) {
  std::vector<std::int32_t> begin(blocks.size() + 1, 0), member(fine.size()); // cells of each block
  for (std::int32_t j = 0; j < fine.size(); ++j)
    ++begin[fine.block[j] + 1];
  for (std::int64_t I = 0; I < blocks.size(); ++I)
    begin[I + 1] += begin[I];
  std::vector<std::int32_t> next(begin.begin(), begin.end() - 1);
  for (std::int32_t j = 0; j < fine.size(); ++j)
    member[next[fine.block[j]]++] = j;
  std::vector<std::int32_t> row, from;
  blocks.row_start.push_back(0);
  for (std::int32_t I = 0; I < blocks.size(); ++I) {
    row.clear();
    for (std::int32_t m = begin[I]; m < begin[I + 1]; ++m) // rows of the halo are empty
      for (std::int64_t e = fine.row_start[member[m]]; e < fine.row_start[member[m] + 1]; ++e) {
        const std::int32_t j = fine.from(member[m], e), J = fine.block[j];
        if (J != I)
          row.push_back(J);
        if (fine.oblique)
          if (const std::int32_t K = alike(fine, blocks, member[m], j); K >= 0)
            row.push_back(K);
      }
    if (blocks.corners)
      add_corners(blocks, I, row);
    std::sort(row.begin(), row.end());
    from.insert(from.end(), row.begin(), std::unique(row.begin(), row.end()));
    blocks.row_start.push_back(static_cast<std::int32_t>(from.size()));
  }
  return from;
}

} // namespace

Pattern coarser(Pattern& fine) {
  Pattern p;
  p.nx = (fine.nx + fine.step_x - 1) / fine.step_x;
  p.ny = (fine.ny + fine.step_y - 1) / fine.step_y;
  p.wraps_x = fine.wraps_x;
  p.wraps_y = fine.wraps_y;
  p.oblique = fine.oblique;
  p.corners = fine.corners;
  p.reach = reach_of_blocks(fine);
  set_cells(p, own_blocks(fine, p), fine.halo);
  find_lines(p);
  find_cells(p);
  fine.block.resize(fine.size());
  for (std::int64_t j = 0; j < fine.size(); ++j) {
    const std::int32_t place = block_place(fine, p, j);
    fine.block[j] = p.at(place % p.nx, place / p.nx);
  }
  std::vector<std::int32_t> from = sources_of_blocks(fine, p);
  if (p.oblique)
    keep_mutual(p, p.row_start, from);
  set_sources(p, std::move(from));
  p.place.shrink_to_fit();
  p.row_start.shrink_to_fit();
  find_border_edges(p);
  return p;
}

} // namespace escapade::multilevel
