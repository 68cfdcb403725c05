// Parts of random chains spread over ranks against a search from cell to cell. Runs on 1, 2 and 3
// ranks.
#define BOOST_TEST_MODULE components
#include "generator/components.hpp"

#include "shared/ranks.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

using namespace escapade;
using namespace escapade::test;

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

namespace {

/// One-way edges between random cells at most `reach` apart.
Generator random_chain(std::int32_t cells, int edges, std::int32_t reach, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::vector<std::int32_t>> to(cells);
  for (int e = 0; e < edges; ++e) {
    const auto x = static_cast<std::int32_t>(random() % cells);
    const std::int32_t y = x + static_cast<std::int32_t>(random() % (2 * reach + 1)) - reach;
    if (y >= 0 && y < cells && y != x)
      to[x].push_back(y);
  }
  Generator G;
  G.size = cells;
  G.killing.assign(cells, 0.0);
  for (auto& row : to) {
    std::sort(row.begin(), row.end());
    row.erase(std::unique(row.begin(), row.end()), row.end());
    G.column.insert(G.column.end(), row.begin(), row.end());
    G.rate.resize(G.column.size(), 1.0);
    G.row_start.push_back(static_cast<std::int64_t>(G.column.size()));
  }
  return G;
}

/// The smallest cell of each cell's part: labels go down along edges until none changes.
std::vector<std::int32_t> labels(const Generator& G) {
  std::vector<std::int32_t> label(G.size);
  for (std::int32_t x = 0; x < G.size; ++x)
    label[x] = x;
  for (bool changed = true; changed;) {
    changed = false;
    for (std::int32_t x = 0; x < G.size; ++x)
      for (std::int64_t e = G.row_start[x]; e < G.row_start[x + 1]; ++e) {
        const std::int32_t y = G.column[e], least = std::min(label[x], label[y]);
        changed = changed || label[x] != least || label[y] != least;
        label[x] = label[y] = least;
      }
  }
  return label;
}

} // namespace

BOOST_AUTO_TEST_SUITE(parts)

BOOST_AUTO_TEST_CASE(of_random_chains_are_named_by_their_smallest_cells_and_counted) {
  unsigned seed = 5;
  for (const int edges : {0, 60, 130, 300, 900})
    for (const std::int32_t reach : {2, 30, 200}) {
      const Generator whole = random_chain(200, edges, reach, ++seed);
      const std::vector<std::int32_t> exact = labels(whole);
      const Generator mine = share(whole);
      const Components found = components(MPI_COMM_WORLD, mine);
      const auto begin = exact.begin() + mine.first;
      BOOST_TEST((found.label == std::vector<std::int32_t>(begin, begin + mine.rows())));
      std::map<std::int32_t, std::int64_t> size;
      for (const std::int32_t l : exact)
        ++size[l];
      BOOST_TEST((found.size == size));
    }
}

BOOST_AUTO_TEST_SUITE_END()
