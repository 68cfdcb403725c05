#define BOOST_TEST_MODULE ordering
#include "solve/ordering.hpp"

#include "escapade/error.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
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
  Lattice lattice{nx, ny, std::vector<std::int64_t>(nx * ny), reach, true};
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

/// Cells of an n × n box that can be reached from the first of the order without its last ones.
std::int64_t reached_without_last(const std::vector<std::int32_t>& order, std::int64_t last,
                                  std::int64_t n, std::int64_t reach, bool diagonal_edges) {
  std::vector<char> closed(n * n, 0);
  std::for_each(order.end() - last, order.end(), [&](std::int32_t c) { closed[c] = 1; });
  std::vector<std::int64_t> stack{order.front()};
  closed[order.front()] = 1;
  std::int64_t reached = 0;
  while (!stack.empty()) {
    const std::int64_t i = stack.back() % n, j = stack.back() / n;
    stack.pop_back();
    ++reached;
    for (std::int64_t k = std::max(i - reach, 0L); k <= std::min(i + reach, n - 1); ++k)
      for (std::int64_t l = std::max(j - reach, 0L); l <= std::min(j + reach, n - 1); ++l)
        if ((diagonal_edges || k == i || l == j) && !closed[k + n * l]) {
          closed[k + n * l] = 1;
          stack.push_back(k + n * l);
        }
  }
  return reached;
}

} // namespace

BOOST_AUTO_TEST_SUITE(ordering)

BOOST_AUTO_TEST_CASE(nested_dissection_orders_every_cell_once) {
  for (const auto& [nx, ny] : {std::pair{1, 1}, {1, 9}, {7, 3}, {16, 16}, {33, 20}})
    for (const int reach : {1, 2, 5})
      BOOST_TEST(is_permutation_of(nx * ny, nested_dissection(full_lattice(nx, ny, reach))));
}

BOOST_AUTO_TEST_CASE(nested_dissection_skips_places_without_a_cell) {
  Lattice lattice{10, 10, {}, 1, true};
  for (std::int64_t place = 0; place < 100; ++place)
    if ((place % 10 - 5) * (place % 10 - 5) + (place / 10 - 5) * (place / 10 - 5) < 20)
      lattice.position.push_back(place);
  std::reverse(lattice.position.begin(), lattice.position.end());
  BOOST_TEST(is_permutation_of(static_cast<std::int64_t>(lattice.position.size()),
                               nested_dissection(lattice)));
}

BOOST_AUTO_TEST_CASE(the_last_cells_are_a_separator) {
  const std::int64_t n = 21;
  for (const auto& [reach, diagonal_edges] : {std::pair{1, false}, {1, true}, {3, true}}) {
    Lattice lattice = full_lattice(n, n, reach);
    lattice.diagonal_edges = diagonal_edges;
    const std::vector<std::int32_t> order = nested_dissection(lattice);
    // Fewest cells from the end without which the rest falls apart.
    std::int64_t separator = 0, reached = 0;
    do {
      reached = reached_without_last(order, ++separator, n, reach, diagonal_edges);
    } while (reached == n * n - separator);
    BOOST_TEST(separator <= n * reach);
    BOOST_TEST(reached > n * n / 4);
    BOOST_TEST(reached < 3 * n * n / 4);
  }
}

BOOST_AUTO_TEST_CASE(metis_orders_every_cell_once) {
  BOOST_TEST(is_permutation_of(30 * 20, metis_order(one_way_box(30, 20))));
  BOOST_TEST(is_permutation_of(1, metis_order(one_way_box(1, 1))));
}

BOOST_AUTO_TEST_CASE(the_order_follows_the_edges_there_are) {
  const Generator box = one_way_box(30, 20);
  Lattice lattice = full_lattice(30, 20, 7); // claims more than there is
  const std::vector<std::int32_t> metis = metis_order(box);
  BOOST_TEST((elimination_order(box, nullptr) == metis));
  Lattice five_point = full_lattice(30, 20, 1);
  five_point.diagonal_edges = false;
  BOOST_TEST((elimination_order(box, &lattice) == nested_dissection(five_point)));
  for (std::int64_t& place : lattice.position) // every other column: edges reach 2
    place = 2 * (place % 30) + 60 * (place / 30);
  lattice.nx = 60;
  BOOST_TEST((elimination_order(box, &lattice) == metis));
  lattice.position.pop_back();
  BOOST_CHECK_THROW(elimination_order(box, &lattice), BadInput);
}

BOOST_AUTO_TEST_CASE(misplaced_cells_are_refused) {
  BOOST_CHECK_THROW(nested_dissection({2, 2, {0, 4}, 1, true}), BadInput);
  BOOST_CHECK_THROW(nested_dissection({2, 2, {0, -1}, 1, true}), BadInput);
  BOOST_CHECK_THROW(nested_dissection({2, 2, {3, 3}, 1, true}), BadInput);
}

BOOST_AUTO_TEST_SUITE_END()
