// A ladder of cells spread over ranks, its masses known from the matrix exponential; 1, 2 and 3.
#define BOOST_TEST_MODULE ts_steps
#include <boost/test/unit_test.hpp>

#include "escapade/error.hpp"
#include "generator/assemble.hpp"
#include "quantities/evolution/ts_steps.hpp"
#include "support/petsc.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <unsupported/Eigen/MatrixFunctions>

using namespace escapade;

namespace {

struct Petsc {
  Petsc() {
    ::setenv("OMPI_MCA_ess_singleton_isolated", "1", 0);
    SlepcInitialize(nullptr, nullptr, nullptr, nullptr);
    keep_petsc_errors();
  }
  ~Petsc() { SlepcFinalize(); }
};

/// PETSc's options as long as it lives.
struct Given {
  using Options = std::map<std::string, std::string>;
  Options options;
  explicit Given(Options o) : options(std::move(o)) {
    for (const auto& [name, value] : options)
      check(PetscOptionsSetValue(nullptr, name.c_str(), value.c_str()));
  }
  ~Given() {
    for (const auto& entry : options)
      static_cast<void>(PetscOptionsClearValue(nullptr, entry.first.c_str()));
  }
};

constexpr int n = 12;
constexpr double fastest = 80;
using Vector = Eigen::Vector<long double, Eigen::Dynamic>;
using Matrix = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;

double up(int i) {
  return i + 1 < n ? 3 + 2 * std::sin(i) : 0;
}
double down(int i) {
  return i > 0 ? 2.5 + std::cos(2 * i) : 0;
}
/// Through part 0 at one end, part 1 at the other.
double killing(int i) {
  return i == 0 ? 0.3 : i + 1 == n ? 1.7 : 0;
}

Generator ladder() {
  int rank = 0, ranks = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  const RowRange range = rows_of_rank(n, rank, ranks);
  Generator rows;
  rows.size = n;
  rows.first = range.first;
  for (auto i = static_cast<std::int32_t>(range.first); i < range.last; ++i) {
    if (i > 0)
      rows.column.push_back(i - 1), rows.rate.push_back(down(i));
    if (i + 1 < n)
      rows.column.push_back(i + 1), rows.rate.push_back(up(i));
    rows.row_start.push_back(static_cast<std::int64_t>(rows.column.size()));
    rows.killing.push_back(killing(i));
    if (killing(i) > 0)
      rows.part_killing.push_back(
          {i - static_cast<std::int32_t>(range.first), i == 0 ? 0 : 1, killing(i)});
  }
  return rows;
}

/// From cell 3, or evenly spread: masses, then what has left through both ends.
Vector exact(double t, bool point) {
  Matrix A = Matrix::Zero(n + 2, n + 2); // the ends as cells that nothing leaves
  for (int i = 0; i < n; ++i) {
    A(i, i) = -(up(i) + down(i) + killing(i));
    if (i > 0)
      A(i - 1, i) = down(i);
    if (i + 1 < n)
      A(i + 1, i) = up(i);
    A(n + (i == 0 ? 0 : 1), i) = killing(i);
  }
  Vector p = Vector::Zero(n + 2);
  for (int i = 0; i < n; ++i)
    p[i] = point ? i == 3 : 1.0L / n;
  return (A * t).exp() * p;
}

ChainState beginning(const Generator& rows, bool point) {
  ChainState s;
  for (std::int64_t i = rows.first; i < rows.first + rows.rows(); ++i)
    s.log_mass.push_back(!point   ? -std::log(static_cast<long double>(n))
                         : i == 3 ? 0
                                  : -std::numeric_limits<long double>::infinity());
  s.exited = {0, 0};
  return s;
}

double distance(const Generator& rows, const ChainState& s, const Vector& p) {
  long double sum = 0;
  for (std::int64_t i = 0; i < rows.rows(); ++i)
    sum += std::abs(std::exp(s.log_mass[i]) - p[rows.first + i]);
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_LONG_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  return static_cast<double>(sum + std::abs(s.exited[0] - p[n]) + std::abs(s.exited[1] - p[n + 1]));
}

double imbalance(const ChainState& s) {
  const long double left = std::exp(log_total(MPI_COMM_WORLD, s.log_mass));
  return static_cast<double>(std::abs(left + s.exited[0] + s.exited[1] - 1));
}

TsSteps steps_on(const Generator& rows, double tolerance) {
  SolveOptions options;
  options.kind = SolverKind::gth;
  return TsSteps(MPI_COMM_WORLD, rows, 2, options, fastest, tolerance);
}

bool never(const ChainState&) {
  return false;
}

} // namespace

BOOST_GLOBAL_FIXTURE(Petsc);

BOOST_AUTO_TEST_SUITE(ts_steps)

BOOST_AUTO_TEST_CASE(from_a_point_the_error_follows_the_tolerance_and_its_estimate) {
  const Generator rows = ladder();
  double before = 1, largest = 0;
  for (double tolerance : {1e-4, 1e-6, 1e-8}) {
    TsSteps steps = steps_on(rows, tolerance);
    ChainState s = beginning(rows, true);
    for (int frame = 1; frame <= 3; ++frame) {
      BOOST_TEST(steps.advance(s, 0.7, never));
      BOOST_TEST(s.time == 0.7 * frame, boost::test_tools::tolerance(1e-14));
      BOOST_TEST(imbalance(s) < 1e-14);
    }
    const double off = distance(rows, s, exact(2.1, true));
    BOOST_TEST(off <= s.error);
    BOOST_TEST(off <= 10 * tolerance);
    BOOST_TEST(off < before);
    before = off;
    largest = std::max(largest, off);
    for (long double l : s.log_mass)
      BOOST_TEST(std::isfinite(l)); // a mass > 0
    BOOST_TEST(steps.work().solves ==
               31 * (steps.work().steps + steps.work().rejected)); // 1 + 2 + 4 + 8 + 16 a step
    BOOST_TEST(steps.work().factorisations < 3 * steps.work().steps);
  }
  BOOST_TEST(before < 1e-3 * largest);
}

BOOST_AUTO_TEST_CASE(equal_steps_have_the_order_of_their_sequences) {
  const Generator rows = ladder();
  const Vector p = exact(1, false);
  for (int sequences : {2, 3, 4}) {
    double off[2];
    for (int k = 0; k < 2; ++k) {
      const Given given(
          Given::Options{{"-evolve_ts_adapt_type", "none"},
                         {"-evolve_ts_dt", k == 0 ? "0.0625" : "0.03125"},
                         {"-evolve_ts_positive_sequences", std::to_string(sequences)}});
      TsSteps steps = steps_on(rows, 1e-8);
      ChainState s = beginning(rows, false);
      BOOST_TEST(steps.advance(s, 1, never));
      BOOST_TEST(steps.work().steps == 16 << k);
      off[k] = distance(rows, s, p);
      BOOST_TEST(imbalance(s) < 1e-14);
    }
    BOOST_TEST(std::abs(std::log2(off[0] / off[1]) - sequences) < 0.4);
  }
}

BOOST_AUTO_TEST_CASE(steps_of_any_length_keep_every_mass_positive) {
  const Generator rows = ladder();
  const Given given(Given::Options{{"-evolve_ts_adapt_type", "none"}, {"-evolve_ts_dt", "1"}});
  TsSteps steps = steps_on(rows, 1e-8);
  ChainState s = beginning(rows, true);
  BOOST_TEST(steps.advance(s, 1, never)); // 80 times the fastest jump's time
  for (long double l : s.log_mass)
    BOOST_TEST(std::isfinite(l));
  BOOST_TEST(imbalance(s) < 1e-14);
}

BOOST_AUTO_TEST_CASE(a_stop_leaves_the_state_where_it_is) {
  const Generator rows = ladder();
  TsSteps steps = steps_on(rows, 1e-6);
  ChainState s = beginning(rows, true);
  BOOST_TEST(!steps.advance(s, 1, [](const ChainState& c) { return c.time > 0.1; }));
  BOOST_TEST(s.time > 0.1);
  BOOST_TEST(s.time < 1);
  BOOST_TEST(distance(rows, s, exact(s.time, true)) <= s.error);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_positive_or_cannot_be_is_refused) {
  const Generator rows = ladder();
  for (const auto& [name, value] : std::map<std::string, std::string>{
           {"-evolve_ts_type", "bdf"},
           {"-evolve_ts_positive_sequences", "9"},
           {"-evolve_ts_rtol", "-1"},
       }) {
    const Given given(Given::Options{{name, value}});
    BOOST_CHECK_THROW(steps_on(rows, 1e-8), BadInput);
  }
  const Given given(Given::Options{{"-evolve_ts_max_steps", "2"}});
  TsSteps steps = steps_on(rows, 1e-8);
  ChainState s = beginning(rows, true);
  BOOST_CHECK_THROW(steps.advance(s, 1, never), NotTrusted);
}

BOOST_AUTO_TEST_SUITE_END()
