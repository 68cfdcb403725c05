#define BOOST_TEST_MODULE cut_out_chains
#include "generator/cut_out/cut_out.hpp"

#include "answers/check.hpp"
#include "escapade/escapade.hpp"

#include <boost/test/unit_test.hpp>

#include <mpi.h>

#include <cmath>

using namespace escapade;

namespace {

struct Mpi {
  Mpi() { MPI_Init(nullptr, nullptr); }
  ~Mpi() { MPI_Finalize(); }
};

const MPI_Comm comm = MPI_COMM_WORLD;

std::vector<int> sets_of_cells(const Cells& cells, const std::vector<Region>& sets) {
  std::vector<int> out;
  for (std::int32_t u = 0; u < cells.unknowns(); ++u) {
    out.push_back(-1);
    for (std::size_t s = 0; s < sets.size(); ++s)
      if (part_at(sets[s], cells.centre(u)) >= 0)
        out.back() = static_cast<int>(s);
  }
  return out;
}

bool same(double a, double b) {
  return std::abs(a - b) <= 1e-12 * std::max(std::abs(a), std::abs(b));
}

/// The chain that ends in some of the sets, cut out and made from the problem.
void check_cut_out(const Problem& problem, const Domain& domain, const GridShape& shape,
                   const std::vector<Region>& sets, const std::vector<char>& ends) {
  Chain whole = make_chain(comm, problem, domain, shape, {}, CutRule::killing, sets);
  BOOST_REQUIRE(can_be_cut_out(comm, whole));
  const auto cut = cut_out(comm, whole, ends, sets_of_cells(whole.grid, sets));
  BOOST_REQUIRE(cut.has_value());
  Region exit;
  for (std::size_t s = 0; s < sets.size(); ++s)
    if (ends[s])
      exit.insert(exit.end(), sets[s].begin(), sets[s].end());
  const Chain made = make_chain(comm, problem, domain, shape, exit, CutRule::shortley_weller, {});
  const Generator &a = cut->generator, &b = made.generator;
  BOOST_REQUIRE(a.size == b.size);
  if (Ranks(comm).alone()) { // ranks share the cells otherwise
    BOOST_REQUIRE(a.row_start == b.row_start);
    BOOST_REQUIRE(a.column == b.column);
    for (std::size_t k = 0; k < a.rate.size(); ++k)
      BOOST_REQUIRE(same(a.rate[k], b.rate[k]));
    for (std::size_t r = 0; r < a.killing.size(); ++r)
      BOOST_REQUIRE(same(a.killing[r], b.killing[r]));
  }
  const auto total = [](const Generator& G) {
    double sum = 0;
    for (const double k : G.killing)
      sum += k;
    for (const double w : G.rate)
      sum += w;
    return Ranks(comm).sum(sum);
  };
  BOOST_TEST(same(total(a), total(b)));
}

const std::vector<Region> three{region("(x+1)^2 + y^2 < 0.13"), region("(x-1)^2 + y^2 < 0.11"),
                                region("abs(x) < 0.171 and y > 0.93")};

} // namespace

BOOST_GLOBAL_FIXTURE(Mpi);

BOOST_AUTO_TEST_SUITE(cut_out_chains)

BOOST_AUTO_TEST_CASE(a_chain_cut_out_of_the_whole_has_the_rates_of_one_made_for_its_exit) {
  const Problem wells = potential_problem("(x^2-1)^2/4 + (y-0.3*x)^2/2", "0.15");
  const Domain box{-2, 2, -2, 2, {}};
  for (const std::vector<char>& ends : {std::vector<char>{1, 0, 0}, {0, 1, 1}, {1, 1, 1}})
    check_cut_out(wells, box, {.cells = {37, 44}}, three, ends);
}

BOOST_AUTO_TEST_CASE(the_same_holds_around_periodic_sides_and_where_a_drift_circulates) {
  const Domain torus{
      -2,
      2,
      -2,
      2,
      {Boundary::periodic, Boundary::periodic, Boundary::reflecting, Boundary::reflecting}};
  const Problem flow = drift_problem("sin(pi*x/2) + 0.3*cos(pi*y/2), 0.5*cos(pi*x/2) - y",
                                     "0.2 + 0.1*cos(pi*x/2)", torus);
  const std::vector<Region> sets{region("x > 1.83 or x < -1.77"), region("x^2 + y^2 < 0.2")};
  check_cut_out(flow, torus, {.cells = {40, 24}}, sets, {1, 0});
  check_cut_out(flow, torus, {.cells = {40, 24}}, sets, {0, 1});
}

BOOST_AUTO_TEST_CASE(an_exit_that_no_edge_meets_gives_no_chain) {
  const Problem wells = potential_problem("(x^2-1)^2/4 + y^2/2", "0.15");
  const Domain box{-2, 2, -2, 2, {}};
  const std::vector<Region> sets{region("x > 0.5"), region("x < -3")};
  const Chain whole = make_chain(comm, wells, box, {.cells = {16, 16}}, {}, CutRule::killing, sets);
  BOOST_TEST(!cut_out(comm, whole, {0, 1}, sets_of_cells(whole.grid, sets)).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
