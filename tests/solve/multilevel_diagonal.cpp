#define BOOST_TEST_MODULE multilevel_diagonal
#include "solve/multilevel/coarsen/diagonal.hpp"
#include "solve/multilevel/cycle.hpp"

#include "shared/chains.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <string>
#include <vector>

using namespace escapade;
using namespace escapade::test;
using namespace escapade::multilevel;

namespace {

constexpr std::int64_t n = 64;
const Domain around = box(-2, 2, -2, 2);

Lattice places(const Chain& chain) {
  const Grid& grid = *chain.grid.lattice();
  return {grid.cells[0], grid.cells[1], grid.places(0, grid.unknowns()), chain.reach};
}

/// The coarse chain of the exact masses.
struct Coarse {
  Chain chain;
  Hierarchy hierarchy;
  explicit Coarse(const std::string& b, const std::string& noise)
      : chain(closed_chain(drift(b, noise, around), around, square(n))),
        hierarchy(chain.generator, finest_pattern(chain.generator, places(chain))) {
    const LogVector exact = stationary_of(chain);
    const Pattern& p = hierarchy.patterns[0];
    std::vector<double> incoming;
    for (std::int32_t i = 0; i < p.size(); ++i)
      for (std::int64_t e = p.row_start[i]; e < p.row_start[i + 1]; ++e) {
        const std::int64_t entry = find_entry(chain.generator, p.from(i, e), i);
        incoming.push_back(entry < 0 ? 0.0 : chain.generator.rate[entry]);
      }
    hierarchy.load(0, incoming, {exact.begin(), exact.end()});
    aggregate(hierarchy.levels[0], hierarchy.levels[1]);
  }
  const Pattern& blocks() const { return hierarchy.patterns[1]; }
  const Level& level() const { return hierarchy.levels[1]; }
};

} // namespace

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

BOOST_AUTO_TEST_SUITE(multilevel_diagonal)

// Rows of v add up to 1 where u = 1 solves the coarse chain.
BOOST_AUTO_TEST_CASE(exact_masses_are_a_fixed_point_and_all_fluxes_positive) {
  const Coarse coarse("x - x^3 - 3*y, 3*x - y", "0.01, 0, 0.01");
  const Pattern& P = coarse.blocks();
  double over_corners = 0, worst = 0;
  for (std::int32_t I = 0; I < P.size(); ++I) {
    double sum = 0;
    for (std::int64_t e = P.row_start[I]; e < P.row_start[I + 1]; ++e) {
      BOOST_TEST_REQUIRE(coarse.level().v[e] >= 0);
      sum += coarse.level().v[e];
      if (step(P, P.from(I, e), I).axis == 2)
        over_corners = std::fmax(over_corners, coarse.level().v[e]);
    }
    worst = std::fmax(worst, std::abs(sum - 1));
  }
  BOOST_TEST(over_corners > 0.2);
  BOOST_TEST(worst < 1e-11);
}

BOOST_AUTO_TEST_CASE(weak_currents_and_none_need_no_corners) {
  for (const std::string b : {"x - x^3, -y", "x - x^3 - 0.7*y, 0.7*x - y"})
    BOOST_TEST(!Coarse(b, "0.1, 0, 0.1").blocks().corners);
}

// The work around a square is 2ch²/T exactly for a rotation by cx, −cy.
BOOST_AUTO_TEST_CASE(circulation_is_the_work_around_the_lattice) {
  const Chain chain =
      closed_chain(drift("-x - 3*y, 3*x - y", "0.1, 0, 0.1", around), around, square(n));
  const double h = 4.0 / n, exact = (n - 1.0) * (n - 1.0) * 6 * h * h / 0.1;
  const double found = circulation(chain.generator, finest_pattern(chain.generator, places(chain)));
  BOOST_TEST(found == exact, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_SUITE_END()
