#include "generator/cut_out/cut_out.hpp"

#include "generator/components.hpp"
#include "generator/cut_out/drop_rows.hpp"
#include "parallel/gather.hpp"

#include <algorithm>
#include <cstddef>
#include <set>
#include <span>

namespace escapade {

namespace {

/// The cell opposite to y as seen from x, −1 where there is none or no lattice. x and y are cells
/// of all ranks.
std::int32_t opposite(const Grid* grid, std::int64_t x, std::int64_t y) {
  if (!grid)
    return -1;
  const std::int64_t nx = grid->cells[0], a = grid->cell(x), b = grid->cell(y);
  const auto back = [&](int axis, std::int64_t from, std::int64_t to) {
    std::int64_t step = to - from;
    const std::int64_t n = grid->cells[static_cast<std::size_t>(axis)];
    if (grid->domain.periodic(axis) && 2 * std::abs(step) > n)
      step -= step > 0 ? n : -n;
    return from - step;
  };
  const std::int64_t cell = grid->lattice_cell(back(0, a % nx, b % nx), back(1, a / nx, b / nx));
  return cell < 0 ? -1 : grid->unknown(cell);
}

/// A jump that ends in the exit.
struct End {
  std::int32_t cell = 0; // y
  int set = 0;
  double fraction = 1, rate = 0;
};

/// The ends of row r: the cuts into exits, and jumps into them whose cut only rounding hides.
std::vector<End> ends_of(const Chain& whole, std::int64_t r, std::span<const SetCut> cuts,
                         const std::vector<char>& ends, const std::vector<int>& set_of) {
  const Generator& G = whole.generator;
  std::vector<End> out;
  for (const SetCut& cut : cuts)
    if (ends[static_cast<std::size_t>(cut.set)])
      out.push_back({cut.cell, cut.set, cut.fraction, cut.rate});
  for (std::int64_t q = G.row_start[r]; q < G.row_start[r + 1]; ++q) {
    const int set = set_of[static_cast<std::size_t>(G.column[q])];
    if (set >= 0 && ends[static_cast<std::size_t>(set)] &&
        std::none_of(out.begin(), out.end(), [&](const End& e) { return e.cell == G.column[q]; }))
      out.push_back({G.column[q], set, 1, G.rate[q]});
  }
  return out;
}

/// Turns the row's jumps to `ends` into killing; those opposite to them change with it.
void end_row(Generator& G, std::int64_t r, const Grid* grid, const std::vector<End>& ends,
             std::vector<PartKilling>& kills) {
  const auto row = static_cast<std::int32_t>(r);
  for (const End& end : ends) {
    const std::int32_t other = opposite(grid, G.first + r, end.cell);
    const auto cut_too = std::find_if(ends.begin(), ends.end(),
                                      [&](const End& e) { return other >= 0 && e.cell == other; });
    const double back = cut_too != ends.end() ? cut_too->fraction : 1;
    const double factor = grid ? 2 / (end.fraction + back) : 1;
    if (const std::int64_t jump = other < 0 ? -1 : find_entry(G, r, other); jump >= 0)
      G.rate[jump] *= factor; // lost where it ends, too
    G.killing[static_cast<std::size_t>(r)] += factor * end.rate;
    kills.push_back({row, end.set, factor * end.rate});
  }
  for (const End& end : ends)
    if (const std::int64_t jump = find_entry(G, r, end.cell); jump >= 0)
      G.rate[jump] = 0;
}

void erase_zeros(Generator& G) {
  std::int64_t kept = 0, begin = 0;
  for (std::int64_t r = 0; r < G.rows(); ++r) {
    for (std::int64_t q = begin; q < G.row_start[r + 1]; ++q)
      if (G.rate[q] > 0)
        G.column[kept] = G.column[q], G.rate[kept] = G.rate[q], ++kept;
    begin = G.row_start[r + 1];
    G.row_start[r + 1] = kept;
  }
  G.column.resize(static_cast<std::size_t>(kept)), G.rate.resize(static_cast<std::size_t>(kept));
}

/// The exit's own cells, and those that are joined to no cell with killing.
void drop_rest(MPI_Comm comm, Chain& chain, const std::vector<char>& ends,
               const std::vector<int>& set_of) {
  std::vector<std::int32_t> within;
  for (std::size_t u = 0; u < set_of.size(); ++u)
    if (set_of[u] >= 0 && ends[static_cast<std::size_t>(set_of[u])])
      within.push_back(static_cast<std::int32_t>(u));
  drop_rows(chain, within);
  const Components parts = components(comm, chain.generator);
  if (parts.size.size() == 1)
    return;
  std::vector<std::int32_t> met;
  for (const PartKilling& k : chain.generator.part_killing)
    met.push_back(parts.label[static_cast<std::size_t>(k.row)]);
  met = joined(comm, met);
  const std::set<std::int32_t> good(met.begin(), met.end());
  std::vector<std::int32_t> apart;
  for (std::size_t r = 0; r < parts.label.size(); ++r)
    if (!good.contains(parts.label[r]))
      apart.push_back(static_cast<std::int32_t>(chain.generator.first) +
                      static_cast<std::int32_t>(r));
  apart = joined(comm, apart);
  if (!apart.empty())
    drop_rows(chain, apart);
}

} // namespace

bool can_be_cut_out(MPI_Comm comm, const Chain& whole) {
  return Ranks(comm).all(whole.form == RateForm::ito && !whole.flow &&
                         std::all_of(whole.set_cuts.begin(), whole.set_cuts.end(),
                                     [](const SetCut& cut) { return cut.cell >= 0; }));
}

std::optional<Chain> cut_out(MPI_Comm comm, const Chain& whole, const std::vector<char>& ends,
                             const std::vector<int>& set_of) {
  Chain chain = whole;
  Generator& G = chain.generator;
  std::vector<PartKilling> kills;
  auto next = whole.set_cuts.begin();
  for (std::int64_t r = 0; r < G.rows(); ++r) {
    const auto begin = next;
    while (next != whole.set_cuts.end() && next->row == r)
      ++next;
    const int own = set_of[static_cast<std::size_t>(G.first + r)];
    if (own < 0 || !ends[static_cast<std::size_t>(own)])
      end_row(G, r, whole.grid.lattice(), ends_of(whole, r, {begin, next}, ends, set_of), kills);
  }
  if (!Ranks(comm).any(!kills.empty()))
    return std::nullopt;
  G.part_killing = std::move(kills);
  erase_zeros(G);
  drop_rest(comm, chain, ends, set_of);
  return chain;
}

} // namespace escapade
