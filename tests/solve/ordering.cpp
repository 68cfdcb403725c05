#define BOOST_TEST_MODULE ordering
#include "escapade/solve/ordering.hpp"

#include "escapade/error.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <numeric>

using namespace escapade;

namespace {

bool is_permutation_of(std::int64_t n, std::vector<std::int32_t> order) {
  std::sort(order.begin(), order.end());
  std::vector<std::int32_t> all(n);
  std::iota(all.begin(), all.end(), 0);
  return order == all;
}

Lattice full_lattice(std::int64_t nx, std::int64_t ny, int reach) {
  Lattice lattice{nx, ny, std::vector<std::int64_t>(nx * ny), reach};
  std::iota(lattice.position.begin(), lattice.position.end(), 0);
  return lattice;
}

/// Cells of an nx × ny box joined to their right and upper neighbours, one way only.
Generator one_way_box(std::int32_t nx, std::int32_t ny) {
  Generator generator;
  generator.size = nx * ny;
  generator.killing.assign(nx * ny, 0.0);
  for (std::int32_t c = 0; c < nx * ny; ++c) {
    for (const std::int32_t to : {c % nx + 1 < nx ? c + 1 : -1, c + nx < nx * ny ? c + nx : -1})
      if (to >= 0) {
        generator.column.push_back(to);
        generator.rate.push_back(1);
      }
    generator.row_start.push_back(static_cast<std::int64_t>(generator.column.size()));
  }
  return generator;
}

} // namespace

BOOST_AUTO_TEST_SUITE(ordering)

BOOST_AUTO_TEST_CASE(nested_dissection_orders_every_cell_once) {
  for (const auto& [nx, ny] : {std::pair{1, 1}, {1, 9}, {7, 3}, {16, 16}, {33, 20}})
    for (const int reach : {1, 2, 5})
      BOOST_TEST(is_permutation_of(nx * ny, nested_dissection(full_lattice(nx, ny, reach))));
}

BOOST_AUTO_TEST_CASE(nested_dissection_skips_places_without_a_cell) {
  Lattice lattice{10, 10, {}, 1};
  for (std::int64_t place = 0; place < 100; ++place)
    if ((place % 10 - 5) * (place % 10 - 5) + (place / 10 - 5) * (place / 10 - 5) < 20)
      lattice.position.push_back(place);
  std::reverse(lattice.position.begin(), lattice.position.end());
  BOOST_TEST(is_permutation_of(static_cast<std::int64_t>(lattice.position.size()),
                               nested_dissection(lattice)));
}

BOOST_AUTO_TEST_CASE(the_last_cells_separate_the_halves) {
  const std::int64_t n = 20;
  for (const int reach : {1, 3}) {
    const std::vector<std::int32_t> order = nested_dissection(full_lattice(n, n, reach));
    std::vector<char> separator(n * n, 0);
    for (std::size_t k = order.size() - n * reach; k < order.size(); ++k)
      separator[order[k]] = 1;
    std::int64_t columns = 0;
    for (std::int64_t i = 0; i < n; ++i) {
      std::int64_t inside = 0;
      for (std::int64_t j = 0; j < n; ++j)
        inside += separator[i + n * j];
      BOOST_TEST((inside == 0 || inside == n));
      columns += inside == n;
    }
    BOOST_TEST(columns == reach);
  }
}

BOOST_AUTO_TEST_CASE(metis_orders_every_cell_once) {
  BOOST_TEST(is_permutation_of(30 * 20, metis_order(one_way_box(30, 20))));
  BOOST_TEST(is_permutation_of(1, metis_order(one_way_box(1, 1))));
}

BOOST_AUTO_TEST_CASE(misplaced_cells_are_refused) {
  BOOST_CHECK_THROW(nested_dissection({2, 2, {0, 4}, 1}), BadInput);
  BOOST_CHECK_THROW(nested_dissection({2, 2, {0, -1}, 1}), BadInput);
  BOOST_CHECK_THROW(nested_dissection({2, 2, {3, 3}, 1}), BadInput);
}

BOOST_AUTO_TEST_SUITE_END()
