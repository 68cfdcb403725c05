// Patterns that ranks share (coarsen/level.hpp).
#include "solve/multilevel/coarsen/pattern.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <utility>

namespace escapade::multilevel {

namespace {

std::int64_t lowest_row(const Pattern& p) {
  return p.place[p.first] / p.nx;
}
std::int64_t highest_row(const Pattern& p) {
  return p.place[p.last - 1] / p.nx;
}

/// Whether ranks own rows from low to high that follow each other, each enough of them to lie
/// between two halos.
bool are_slabs(const Halo& halo, std::int64_t low, std::int64_t high, std::int64_t reach) {
  const std::int64_t least = std::max<std::int64_t>(4, 2 * reach);
  const auto lows = halo.each(low), highs = halo.each(high);
  for (std::size_t r = 0; r < lows.size(); ++r)
    if (highs[r] - lows[r] + 1 < least || (r > 0 && lows[r] <= highs[r - 1]))
      return false;
  return true;
}

/// Borders to the ranks before and after; around the first and the last one where it wraps.
std::vector<Border> borders_of(const Ranks& all, bool wraps) {
  const int rank = all.rank(), ranks = all.count();
  std::vector<Border> borders;
  if (rank > 0 || wraps)
    borders.push_back({.rank = (rank + ranks - 1) % ranks, .after = false});
  if (rank + 1 < ranks || wraps)
    borders.push_back({.rank = (rank + 1) % ranks, .after = true});
  return borders;
}

/// The columns' numbers among the cells held, −1 for cells that are not.
std::vector<std::int32_t> held_columns(const Pattern& p, const Generator& rows) {
  const std::int64_t begin = rows.first, end = rows.first + rows.rows();
  std::vector<std::int32_t> out;
  out.reserve(rows.column.size());
  for (const std::int32_t y : rows.column) {
    std::int64_t held = y >= begin && y < end ? y - begin + p.first : -1;
    for (const Border& b : p.halo.borders) {
      const std::int64_t cells = b.halo_end - b.halo_begin;
      // The cells that come next in the numbering of all, which is cyclic here.
      const std::int64_t low = b.after ? end % rows.size : (begin + rows.size - cells) % rows.size;
      if (held < 0 && y >= low && y < low + cells)
        held = b.halo_begin + y - low;
    }
    out.push_back(static_cast<std::int32_t>(held));
  }
  return out;
}

/// (into, from) of edges that there are only the other way.
std::vector<std::pair<std::int32_t, std::int32_t>>
one_way_edges(const Pattern& p, const Generator& rows, const std::vector<std::int32_t>& column) {
  std::vector<std::pair<std::int32_t, std::int32_t>> missing;
  std::vector<std::vector<std::array<std::int32_t, 2>>> across(p.halo.borders.size());
  for (std::int32_t x = p.first; x < p.last; ++x)
    for (std::int64_t e = rows.row_start[x - p.first]; e < rows.row_start[x - p.first + 1]; ++e) {
      const std::int32_t y = column[e];
      if (p.owns(y)) {
        if (find_entry(rows, y - p.first, rows.first + x - p.first) < 0)
          missing.emplace_back(y, x);
        continue;
      }
      for (std::size_t k = 0; k < across.size(); ++k)
        if (const Border& b = p.halo.borders[k]; y >= b.halo_begin && y < b.halo_end)
          across[k].push_back({x - b.send_begin, y - b.halo_begin});
    }
  const auto back = p.halo.swapped(across);
  for (std::size_t k = 0; k < back.size(); ++k)
    for (const auto& [x, y] : back[k]) {
      const Border& b = p.halo.borders[k];
      const std::int32_t from = b.halo_begin + x, into = b.send_begin + y;
      const auto begin = column.begin() + rows.row_start[into - p.first],
                 end = column.begin() + rows.row_start[into - p.first + 1];
      if (std::find(begin, end, from) == end)
        missing.emplace_back(into, from);
    }
  return missing;
}

} // namespace

std::optional<Pattern> spread_pattern(MPI_Comm comm, const Generator& rows,
                                      const Lattice& lattice) {
  Pattern p;
  p.halo = Halo{Ranks(comm)};
  std::string fault;
  try {
    check_lattice(lattice, rows.rows());
  } catch (const BadInput& e) {
    fault = e.what();
  }
  if (!p.halo.all(fault.empty()))
    throw BadInput(fault.empty()
                       ? "the solver multilevel: cells of another rank do not fit the lattice"
                       : fault);
  p.nx = lattice.nx;
  p.ny = lattice.ny;
  p.reach = static_cast<std::int64_t>(p.halo.max(std::max(1, lattice.reach)));
  std::vector<std::int32_t> own(lattice.position.begin(), lattice.position.end());
  const bool fits = !own.empty() && std::is_sorted(own.begin(), own.end());
  if (!p.halo.all(fits) || !are_slabs(p.halo, own.front() / p.nx, own.back() / p.nx, p.reach))
    return std::nullopt;

  // Whether edges lead from the first rank's rows to the last one's around a periodic side.
  const std::int64_t reached = (own.front() / p.nx + p.reach) * p.nx;
  const auto low = p.halo.each(std::lower_bound(own.begin(), own.end(), reached) - own.begin());
  const std::int64_t reaching = (own.back() / p.nx + 1 - p.reach) * p.nx;
  const auto high = p.halo.each(own.end() - std::lower_bound(own.begin(), own.end(), reaching));
  const std::int64_t end = rows.first + rows.rows();
  bool wraps = false;
  for (const std::int32_t y : rows.column)
    wraps |= (rows.first == 0 && y >= std::max(end, rows.size - high.back())) ||
             (end == rows.size && y < std::min(rows.first, low.front()));
  Halo around{Ranks(comm)};
  around.borders = borders_of(around, p.halo.max(wraps) > 0);
  set_cells(p, std::move(own), around);

  const std::vector<std::int32_t> column = held_columns(p, rows);
  if (!p.halo.all(std::find(column.begin(), column.end(), -1) == column.end()))
    return std::nullopt;
  auto missing = one_way_edges(p, rows, column);
  if (!p.halo.all(column.size() + missing.size() <= static_cast<std::size_t>(most_edges)))
    throw BadInput("the solver multilevel: more than 2^31 edges on one rank: use more ranks");
  find_lines(p);
  set_rows(p, rows, &column, std::move(missing));
  find_wraps(p);
  find_border_edges(p);
  return p;
}

bool can_spread_blocks(const Pattern& fine) {
  // Fewer blocks of a rank than that are not worth their messages. A choice that answers depend on
  // to the tolerance only.
  constexpr std::int64_t least_cells = 500;
  const std::int64_t by = fine.step_y;
  return fine.total / (fine.step_x * by) >= least_cells * fine.halo.count() &&
         are_slabs(fine.halo, lowest_row(fine) / by, highest_row(fine) / by, reach_of_blocks(fine));
}

Pattern gathered(const Pattern& part) {
  const Halo& halo = part.halo;
  const auto counts = halo.each(part.last - part.first);
  const auto before =
      std::accumulate(counts.begin(), counts.begin() + halo.rank(), std::int64_t{0});
  std::vector<std::int32_t> number(part.size()), length, from;
  std::iota(number.begin() + part.first, number.begin() + part.last,
            static_cast<std::int32_t>(before));
  halo.fill(number);
  for (std::int32_t i = part.first; i < part.last; ++i) {
    const std::int32_t begin = part.row_start[i], end = part.row_start[i + 1];
    length.push_back(end - begin);
    for (std::int32_t e = begin; e < end; ++e)
      from.push_back(number[part.from(i, e)]);
  }
  Pattern p;
  p.nx = part.nx;
  p.ny = part.ny;
  p.wraps_x = part.wraps_x;
  p.wraps_y = part.wraps_y;
  p.oblique = part.oblique;
  p.corners = part.corners;
  p.reach = part.reach;
  p.total = part.total;
  p.place = halo.to_first(part.place.data() + part.first, part.last - part.first);
  length = halo.to_first(length.data(), static_cast<std::int64_t>(length.size()));
  from = halo.to_first(from.data(), static_cast<std::int64_t>(from.size()));
  if (halo.rank() > 0)
    return p;
  p.last = static_cast<std::int32_t>(p.place.size());
  p.row_start.assign(p.size() + 1, 0);
  std::partial_sum(length.begin(), length.end(), p.row_start.begin() + 1);
  find_lines(p);
  find_cells(p);
  set_sources(p, std::move(from));
  return p;
}

} // namespace escapade::multilevel
