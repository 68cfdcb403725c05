// A Poisson chain spread over ranks: 1, 2 and 3 of them.
#define BOOST_TEST_MODULE uniformisation
#include <boost/test/unit_test.hpp>

#include "generator/assemble.hpp"
#include "quantities/evolution/jumps/uniformisation.hpp"

#include <cmath>
#include <limits>

using namespace escapade;

namespace {

struct Mpi {
  Mpi() { MPI_Init(nullptr, nullptr); }
  ~Mpi() { MPI_Finalize(); }
};

} // namespace

BOOST_GLOBAL_FIXTURE(Mpi);

BOOST_AUTO_TEST_SUITE(uniformisation)

BOOST_AUTO_TEST_CASE(masses_cross_from_rank_to_rank_as_a_poisson_process) {
  int rank = 0, ranks = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  const int n = 50;
  const double t = 21;
  const RowRange range = rows_of_rank(n, rank, ranks);
  Generator rows;
  rows.size = n;
  rows.first = range.first;
  for (auto i = static_cast<std::int32_t>(range.first); i < range.last; ++i) {
    if (i + 1 < n)
      rows.column.push_back(i + 1), rows.rate.push_back(1.0);
    rows.row_start.push_back(static_cast<std::int64_t>(rows.column.size()));
    rows.killing.push_back(i + 1 == n ? 1.0 : 0.0);
    if (i + 1 == n)
      rows.part_killing.push_back({i - static_cast<std::int32_t>(range.first), 0, 1.0});
  }
  Uniformisation u(MPI_COMM_WORLD, rows, 1);
  ChainState s;
  s.log_mass.assign(static_cast<std::size_t>(range.last - range.first),
                    -std::numeric_limits<long double>::infinity());
  if (range.first == 0)
    s.log_mass.front() = 0;
  s.exited = {0};
  u.advance(s, t / 3);
  u.advance(s, 2 * t / 3);
  for (std::int64_t i = range.first; i < range.last; ++i) {
    const auto k = static_cast<long double>(i);
    const long double want = k * std::log(21.0L) - 21 - std::lgamma(k + 1);
    BOOST_TEST(static_cast<double>(std::abs(s.log_mass[i - range.first] - want)) < 1e-11);
  }
  const long double left = std::exp(log_total(MPI_COMM_WORLD, s.log_mass));
  BOOST_TEST(static_cast<double>(left + s.exited[0]) == 1.0, boost::test_tools::tolerance(1e-13));
  // ∫S dt + E[time left] = n steps of mean 1.
  long double rest = 0;
  for (std::int64_t i = range.first; i < range.last; ++i)
    rest += std::exp(s.log_mass[i - range.first]) * static_cast<long double>(n - i);
  MPI_Allreduce(MPI_IN_PLACE, &rest, 1, MPI_LONG_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  BOOST_TEST(static_cast<double>(s.survival_time + rest) == n, boost::test_tools::tolerance(1e-13));
}

BOOST_AUTO_TEST_SUITE_END()
