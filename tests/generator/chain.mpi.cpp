// Chains spread over ranks against the same chain on one; cells that nothing joins. Runs on 1, 2
// and 3 ranks.
#define BOOST_TEST_MODULE chain
#include "generator/chain.hpp"

#include "escapade/error.hpp"
#include "generator/components.hpp"
#include "generator/distribute.hpp"
#include "shared/chains.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

using namespace escapade;
using namespace escapade::test;

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

namespace {

/// Rank 0 compares the gathered rows of the chain on all ranks with those of a chain of its own.
bool same_as_alone(const Problem& p, const Domain& d, const GridShape& shape,
                   const std::string& exit) {
  const Region set = exit.empty() ? Region{} : region(exit);
  const Chain spread = make_chain(MPI_COMM_WORLD, p, d, shape, set, CutRule::shortley_weller);
  const Generator all = gathered(MPI_COMM_WORLD, spread.generator);
  const Chain alone = make_chain(MPI_COMM_SELF, p, d, shape, set, CutRule::shortley_weller);
  bool same = spread.grid.lattice()->numbering.runs() == alone.grid.lattice()->numbering.runs() &&
              spread.grid.isolated() == alone.grid.isolated() && spread.reach == alone.reach &&
              spread.form == alone.form && spread.generator.size == alone.generator.size &&
              spread.peclet.size() == spread.generator.killing.size();
  if (rank_of_self() == 0) {
    const Generator& one = alone.generator;
    same = same && all.row_start == one.row_start && all.column == one.column &&
           all.rate == one.rate && all.killing == one.killing &&
           all.part_killing.size() == one.part_killing.size();
    for (std::size_t k = 0; same && k < one.part_killing.size(); ++k)
      same = all.part_killing[k].row == one.part_killing[k].row &&
             all.part_killing[k].part == one.part_killing[k].part &&
             all.part_killing[k].rate == one.part_killing[k].rate;
  }
  int good = same;
  MPI_Allreduce(MPI_IN_PLACE, &good, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
  return good == 1;
}

const Domain unit = box(-1, 1, -1, 1);

bool refused(const Problem& p, const Domain& d, const GridShape& shape, const std::string& exit,
             const std::string& word) {
  try {
    make_chain(MPI_COMM_WORLD, p, d, shape, exit.empty() ? Region{} : region(exit),
               CutRule::killing);
  } catch (const std::runtime_error& e) { // BadInput, or NotTrusted of a set between cells
    return std::string(e.what()).find(word) != std::string::npos;
  }
  return false;
}

} // namespace

BOOST_AUTO_TEST_SUITE(chains)

BOOST_AUTO_TEST_CASE(have_the_same_rates_on_any_number_of_ranks) {
  const Problem scalar = potential("(x^2-1)^2/4 + y^2/2", "0.1");
  const Problem turning = drift("-x, -y", "1+y^2, 0.9*x*y, 1+x^2", unit);
  const Problem thin = drift("-x, -y", "1, 0.97, 1", unit);
  BOOST_TEST(same_as_alone(scalar, unit, square(19), ""));
  BOOST_TEST(same_as_alone(scalar, unit, square(19, 0.3), "x^2 + y^2 > 0.7 or x > 0.6"));
  BOOST_TEST(same_as_alone(turning, unit, square(17), ""));
  BOOST_TEST(same_as_alone(turning, unit, square(17), "x > 0.4"));
  BOOST_TEST(same_as_alone(thin, unit, square(17), ""));
  BOOST_TEST(same_as_alone(thin, unit, square(17), "y > 0.5 or x < -0.8"));
  BOOST_TEST(same_as_alone(
      drift("1, 2", "1, 0.3, 1", box(0, 1, 0, 1, Boundary::periodic, Boundary::periodic)),
      box(0, 1, 0, 1, Boundary::periodic, Boundary::periodic), square(11), ""));
}

BOOST_AUTO_TEST_CASE(drop_the_corner_cells_that_wide_offsets_isolate_and_count_them) {
  const Chain chain = closed_chain(drift("-x, -y", "1, 0.97, 1", unit), unit, square(16));
  BOOST_TEST(chain.grid.isolated() + chain.grid.unknowns() == 256);
  const Components parts = components(MPI_COMM_WORLD, chain.generator);
  BOOST_TEST(parts.size.size() == 1u);
  BOOST_TEST(parts.size.at(0) == chain.grid.unknowns());

  // long offsets in a strip of few rows: nothing leaves the outer corners
  const Domain strip = box(0, 1, 0, 1);
  const Chain wide = closed_chain(drift("0, 0", "1, 0.999, 1", strip), strip, {{30, 4}, 0});
  BOOST_TEST(wide.reach > 1);
  BOOST_TEST(wide.grid.isolated() > 0);
  BOOST_TEST(wide.grid.isolated() + wide.grid.unknowns() == 120);
  BOOST_TEST(wide.generator.size == wide.grid.unknowns());
  std::int64_t rows = wide.generator.rows();
  MPI_Allreduce(MPI_IN_PLACE, &rows, 1, MPI_INT64_T, MPI_SUM, MPI_COMM_WORLD);
  BOOST_TEST(rows == wide.generator.size);
  for (std::int32_t c : wide.generator.column)
    BOOST_REQUIRE((c >= 0 && c < wide.generator.size));
}

BOOST_AUTO_TEST_CASE(that_fall_into_closed_parts_are_refused_where_they_may_not) {
  const Problem p = drift("0, -y", "0, 0, 1", unit); // each column by itself
  BOOST_TEST(refused(p, unit, square(12), "", "closed parts"));
  BOOST_TEST(refused(p, unit, square(40), "", "closed parts"));
  const Chain all = make_chain(MPI_COMM_WORLD, p, unit, square(12), {}, CutRule::killing, {}, true);
  BOOST_TEST(all.falls_apart);
  BOOST_TEST(all.grid.unknowns() == 144);
}

BOOST_AUTO_TEST_CASE(whose_exit_cannot_be_reached_are_refused) {
  const Problem p = drift("-x, -y", "1, 0, 1", unit);
  BOOST_TEST(refused(p, unit, square(12), "x > 3", "cannot be reached"));
  BOOST_TEST(refused(p, unit, square(12), "(x-0.05)^2 + y^2 < 1e-9", "between cells"));
  BOOST_TEST(refused(p, unit, square(12), "x > -3", "the exit set covers the whole domain"));
}

BOOST_AUTO_TEST_CASE(keep_only_the_cells_that_reach_the_exit) {
  const Problem p = drift("0, 0", "0, 0, 1", unit); // columns of their own
  const Chain chain = leaving_chain(p, unit, square(10), "y > 0.6 and x > 0.1", CutRule::killing);
  for (std::int32_t u = 0; u < chain.grid.unknowns(); ++u)
    BOOST_REQUIRE(chain.grid.centre(u).x > 0);
  BOOST_TEST(chain.grid.isolated() == 50);
  BOOST_TEST(same_as_alone(p, unit, {{7, 10}, 0}, "y > 0.6 and x > 0.1"));
  BOOST_TEST(same_as_alone(p, unit, {{11, 9}, 0}, "y > 0.6 and x > 0.7"));
}

BOOST_AUTO_TEST_CASE(refuse_bad_coefficients_on_all_ranks_together) {
  // undefined in the last rows only, which one rank holds
  const Problem p = drift("0, sqrt(0.9-y)", "1, 0, 1", unit);
  BOOST_TEST(refused(p, unit, square(32), "", "drift is not finite"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(rows)

BOOST_AUTO_TEST_CASE(of_ranks_are_contiguous_and_differ_by_at_most_one) {
  for (std::int64_t size : {0, 1, 2, 7, 100})
    for (int ranks : {1, 2, 3, 8}) {
      std::int64_t next = 0;
      for (int r = 0; r < ranks; ++r) {
        const RowRange range = rows_of_rank(size, r, ranks);
        BOOST_TEST(range.first == next);
        BOOST_TEST(range.last - range.first >= size / ranks);
        BOOST_TEST(range.last - range.first <= size / ranks + 1);
        next = range.last;
      }
      BOOST_TEST(next == size);
    }
}

BOOST_AUTO_TEST_SUITE_END()
