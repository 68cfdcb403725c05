// Numbers of the cells of a lattice against plain tables of them.
#define BOOST_TEST_MODULE numbering
#include "grid/numbering.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace escapade;

namespace {

/// Cells of a random set: `share` of `cells`, in clusters of about `length`.
std::vector<char> random_set(std::int32_t cells, double share, double length, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> draw(0, 1);
  std::vector<char> in(cells, 0);
  bool now = false;
  for (std::int32_t c = 0; c < cells; ++c) {
    if (draw(random) < 1 / length)
      now = draw(random) < share;
    in[c] = now;
  }
  return in;
}

Numbering numbering_of(const std::vector<char>& in) {
  Numbering n;
  for (std::int32_t c = 0; c < static_cast<std::int32_t>(in.size()); ++c)
    if (in[c])
      n.append(c, c + 1);
  return n;
}

/// Every cell's unknown, every unknown's cell, and the unknowns before every cell.
void check_against(const Numbering& n, const std::vector<char>& in) {
  std::int32_t u = 0;
  for (std::int32_t c = 0; c < static_cast<std::int32_t>(in.size()); ++c) {
    BOOST_REQUIRE_EQUAL(n.unknowns_before(c), u);
    BOOST_REQUIRE_EQUAL(n.unknown(c), in[c] ? u : -1);
    if (in[c])
      BOOST_REQUIRE_EQUAL(n.cell(u++), c);
  }
  BOOST_TEST(n.unknowns() == u);
  BOOST_TEST(n.unknowns_before(static_cast<std::int64_t>(in.size())) == u);
}

} // namespace

BOOST_AUTO_TEST_SUITE(numbering)

BOOST_AUTO_TEST_CASE(knows_every_cell_of_random_sets) {
  unsigned seed = 1;
  for (const double share : {0.03, 0.5, 0.97, 1.0})
    for (const double length : {1.0, 20.0, 700.0}) {
      const std::vector<char> in = random_set(4000, share, length, ++seed);
      check_against(numbering_of(in), in);
    }
}

BOOST_AUTO_TEST_CASE(of_a_whole_lattice_is_one_run) {
  Numbering n;
  for (std::int32_t row = 0; row < 300; ++row)
    n.append(row * 70, (row + 1) * 70);
  BOOST_TEST(n.runs().size() == 1u);
  check_against(n, std::vector<char>(300 * 70, 1));
}

BOOST_AUTO_TEST_CASE(without_some_unknowns_is_that_of_the_other_cells) {
  std::vector<char> in = random_set(3000, 0.6, 30, 77);
  const Numbering all = numbering_of(in);
  const std::vector<char> drop = random_set(3000, 0.2, 5, 78);
  std::vector<std::int32_t> dropped;
  for (std::int32_t c = 0; c < 3000; ++c)
    if (in[c] && drop[c]) {
      dropped.push_back(all.unknown(c));
      in[c] = 0;
    }
  BOOST_REQUIRE(!dropped.empty());
  const Numbering rest = without(all, dropped);
  check_against(rest, in);
  BOOST_TEST((rest.runs() == numbering_of(in).runs()));
}

BOOST_AUTO_TEST_CASE(of_nothing_has_no_unknowns) {
  const Numbering none;
  BOOST_TEST(none.unknowns() == 0);
  BOOST_TEST(none.unknown(5) == -1);
  BOOST_TEST(none.unknowns_before(5) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
