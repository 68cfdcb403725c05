#include "generator/cut_out/drop_rows.hpp"

#include <cstddef>
#include <utility>

namespace escapade {

namespace {

/// The new number of every cell of all ranks, −1 of those that go.
std::vector<std::int32_t> numbers_without(std::int64_t size,
                                          const std::vector<std::int32_t>& dropped) {
  std::vector<std::int32_t> number(static_cast<std::size_t>(size), 0);
  for (const std::int32_t u : dropped)
    number[static_cast<std::size_t>(u)] = -1;
  std::int32_t next = 0;
  for (std::int32_t& n : number)
    if (n == 0)
      n = next++;
  return number;
}

/// Of the cells of all ranks before `first`, those that stay.
std::int64_t left_before(const std::vector<std::int32_t>& number, std::int64_t first) {
  while (first > 0 && number[static_cast<std::size_t>(first - 1)] < 0)
    --first;
  return first == 0 ? 0 : number[static_cast<std::size_t>(first - 1)] + 1;
}

Generator without_cells(const Generator& old, const std::vector<std::int32_t>& number,
                        std::int64_t left) {
  Generator G;
  G.size = left;
  G.first = left_before(number, old.first);
  G.column.reserve(old.column.size()), G.rate.reserve(old.rate.size());
  std::size_t part = 0;
  for (std::int64_t r = 0; r < old.rows(); ++r) {
    const auto begin_part = part;
    while (part < old.part_killing.size() && old.part_killing[part].row == r)
      ++part;
    if (number[static_cast<std::size_t>(old.first + r)] < 0)
      continue;
    for (std::size_t p = begin_part; p < part; ++p) {
      PartKilling k = old.part_killing[p];
      k.row = static_cast<std::int32_t>(G.rows());
      G.part_killing.push_back(k);
    }
    for (std::int64_t q = old.row_start[r]; q < old.row_start[r + 1]; ++q)
      if (const std::int32_t y = number[static_cast<std::size_t>(old.column[q])]; y >= 0) {
        G.column.push_back(y);
        G.rate.push_back(old.rate[q]);
      }
    G.row_start.push_back(static_cast<std::int64_t>(G.column.size()));
    G.killing.push_back(old.killing[r]);
  }
  return G;
}

} // namespace

void drop_rows(Chain& chain, const std::vector<std::int32_t>& dropped) {
  const std::int64_t first = chain.generator.first, size = chain.generator.size;
  const std::vector<std::int32_t> number = numbers_without(size, dropped);
  const std::int64_t left = left_before(number, size), new_first = left_before(number, first);
  const auto at = [&](std::int64_t u) { return number[static_cast<std::size_t>(u)]; };
  std::erase_if(chain.set_cuts, [&](SetCut& cut) {
    if (at(first + cut.row) < 0 || (cut.cell >= 0 && at(cut.cell) < 0))
      return true;
    cut.row = static_cast<std::int32_t>(at(first + cut.row) - new_first);
    cut.cell = cut.cell < 0 ? cut.cell : at(cut.cell);
    return false;
  });
  const auto thin = [&](auto& values) { // one for each row
    std::int64_t u = first;
    std::erase_if(values, [&](const auto&) { return at(u++) < 0; });
  };
  thin(chain.peclet);
  if (chain.flow) {
    thin(chain.flow->drift), thin(chain.flow->excess), thin(chain.flow->time);
    chain.flow->edges = without_cells(chain.flow->edges, number, left);
  }
  chain.generator = without_cells(chain.generator, number, left);
  drop_unknowns(chain.grid, dropped);
}

} // namespace escapade
