#include "generator/components.hpp"

#include "generator/distribute.hpp"
#include "support/forest.hpp"

#include <algorithm>

namespace escapade {

namespace {

struct Pair {
  std::int32_t a, b;
  auto operator<=>(const Pair&) const = default;
};

void sort_and_unite(std::vector<Pair>& pairs) {
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
}

/// Labels of all parts joined by `pairs` of labels: each label of the pairs with its smallest.
std::map<std::int32_t, std::int32_t> united(const std::vector<Pair>& pairs) {
  std::vector<std::int32_t> name;
  for (const auto& [a, b] : pairs)
    name.push_back(a), name.push_back(b);
  std::sort(name.begin(), name.end());
  name.erase(std::unique(name.begin(), name.end()), name.end());
  const auto at = [&](std::int32_t label) {
    return static_cast<std::int32_t>(std::lower_bound(name.begin(), name.end(), label) -
                                     name.begin());
  };
  Forest<std::int32_t> forest(name.size());
  for (const auto& [a, b] : pairs)
    forest.join(at(a), at(b));
  std::map<std::int32_t, std::int32_t> out;
  for (std::size_t k = 0; k < name.size(); ++k)
    out[name[k]] = name[forest.root(static_cast<std::int32_t>(k))];
  return out;
}

} // namespace

Components components(MPI_Comm comm, const Generator& rows) {
  const auto own = static_cast<std::size_t>(rows.rows());
  const auto first = static_cast<std::int32_t>(rows.first);
  Forest<std::int32_t> forest(own);
  struct Border {
    std::int32_t row, cell; // a cell of another rank
  };
  std::vector<Border> border;
  for (std::size_t r = 0; r < own; ++r)
    for (std::int64_t q = rows.row_start[r]; q < rows.row_start[r + 1]; ++q) {
      const std::int32_t y = rows.column[q] - first, x = static_cast<std::int32_t>(r);
      if (y >= 0 && y < static_cast<std::int32_t>(own))
        forest.join(x, y);
      else
        border.push_back({x, rows.column[q]});
    }
  Components out;
  out.label.resize(own);
  for (std::size_t r = 0; r < own; ++r)
    out.label[r] = first + forest.root(static_cast<std::int32_t>(r));

  std::vector<std::int32_t> cells;
  for (const Border& b : border)
    cells.push_back(b.cell);
  const Ghosts ghosts(comm, row_ranges(comm, rows), cells);
  std::vector<std::int32_t> around = out.label;
  ghosts.update(around);
  std::vector<Pair> pairs;
  for (const Border& b : border)
    pairs.push_back({out.label[b.row], around[ghosts.at(b.cell)]});
  sort_and_unite(pairs);
  const auto whole = united(joined(comm, pairs));
  std::map<std::int32_t, std::int64_t> size;
  for (std::int32_t& label : out.label) {
    if (const auto found = whole.find(label); found != whole.end())
      label = found->second;
    ++size[label];
  }
  struct Count {
    std::int32_t label;
    std::int64_t cells;
  };
  std::vector<Count> counts;
  for (const auto& [label, n] : size)
    counts.push_back({label, n});
  for (const Count& c : joined(comm, counts))
    out.size[c.label] += c.cells;
  return out;
}

} // namespace escapade
