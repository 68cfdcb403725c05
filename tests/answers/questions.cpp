#define BOOST_TEST_MODULE questions
#include "escapade/escapade.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <string>

using namespace escapade;

namespace {

struct Mpi {
  Mpi() { MPI_Init(nullptr, nullptr); }
  ~Mpi() { MPI_Finalize(); }
};

const MPI_Comm comm = MPI_COMM_SELF;
const Domain box{-2, 2, -2, 2, {}};
const GridShape coarse{.cells = {48, 48}};

/// Within three of its errors, which are less than `share` of it.
bool holds(const Number& n, double exact, double share) {
  return n.value && n.error && std::abs(*n.value - exact) <= 3 * *n.error &&
         *n.error <= share * std::abs(exact);
}

Problem double_well() {
  return potential_problem("(x^2-1)^2/4 + y^2/2", "0.1");
}

} // namespace

BOOST_GLOBAL_FIXTURE(Mpi);

BOOST_AUTO_TEST_SUITE(questions)

BOOST_AUTO_TEST_CASE(exits_of_a_double_well_hold_the_double_integral) {
  const ExitAnswer a = exits(comm, double_well(), box, coarse, region("x > 0"), {{-1, 0}});
  BOOST_TEST(holds(a.at[0].mean_time, 30.821302, 0.02));
  BOOST_TEST(holds(a.at[0].probability[0], 1, 1e-9));
  BOOST_TEST(a.field("mean_exit_time").values.size() == 48u * 48u);
  BOOST_TEST(norm(a.way_out.front() - Vec2{-1, 0}) < 0.2); // from the well
  BOOST_TEST(norm(a.way_out.back()) < 0.2);
}

BOOST_AUTO_TEST_CASE(stationary_states_of_a_rotation_hold_their_closed_forms) {
  const Domain wide{-6, 6, -6, 6, {}};
  const StationaryAnswer a = stationary(comm, drift_problem("-x - y, x - y", "1", wide), wide,
                                        {.cells = {96, 96}}, {{"disc", disc({0, 0}, 1)}});
  BOOST_TEST(holds(a.covariance[0], 1, 0.02));
  BOOST_TEST(holds(*a.entropy_production, 2, 0.02));
  BOOST_TEST(std::abs(*a.region_probability[0].value - (1 - std::exp(-0.5))) < 0.01);
}

BOOST_AUTO_TEST_CASE(wells_narrower_than_a_cell_are_told) {
  const Domain wide{-3, 3, -3, 3, {}};
  const auto told = [&](const char* V, std::int64_t cells) {
    const auto& w =
        stationary(comm, potential_problem(V, "0.1"), wide, {.cells = {cells, cells}}).warnings;
    return std::any_of(w.begin(), w.end(), [](const std::string& line) {
      return line.find("narrower than a cell") != std::string::npos;
    });
  };
  const char* const hole = "x^2/2 + y^2/2 - exp(-((x-1.01)^2+(y-1.03)^2)/(2*0.02^2))";
  BOOST_TEST(told(hole, 64));
  BOOST_TEST(!told("x^2/2 + y^2/2", 64));
  BOOST_TEST(told("200*x^2 + y^2/2", 64)); // a valley of width 0.016, cells of 0.094
  BOOST_TEST(!told("2*x^2 + y^2/2", 64));
}

BOOST_AUTO_TEST_CASE(rates_and_mean_times_of_the_quasi_stationary_state_are_inverse) {
  const RateAnswer a = escape_rate(comm, double_well(), box, coarse, region("x > 0"));
  BOOST_TEST(std::abs(a.rate_times_mean_time - 1) < 1e-9);
  BOOST_TEST(std::abs(*a.escape_rate.value * *a.mean_time.value - 1) < 1e-9);
}

BOOST_AUTO_TEST_CASE(committors_between_equal_wells_are_a_half_in_the_middle) {
  const CommittorAnswer a =
      committor(comm, double_well(), box, coarse, region("x < -0.9"), region("x > 0.9"), {{0, 0}});
  BOOST_TEST(std::abs(*a.forward[0].value - 0.5) < 1e-9);
  BOOST_TEST(std::abs(*a.probability_a.value - 0.5) < 1e-9);
}

BOOST_AUTO_TEST_CASE(evolutions_relax_exponentially_and_tell_every_frame) {
  const Domain wide{-5, 5, -5, 5, {}};
  int told = 0;
  const EvolutionAnswer a =
      evolution(comm, drift_problem("-x, -y", "0.5", wide), wide, {.cells = {64, 64}}, {},
                {.t_end = 1, .frames = 4, .start = {2, 0}}, {}, {},
                [&](double, const FieldFile& f) { told += f.fields.front().name == "density"; });
  BOOST_REQUIRE(a.frames.size() == 5u);
  BOOST_TEST(told == 5);
  BOOST_TEST(holds(a.frames.back().mean[0], 2 * std::exp(-1), 0.05));
  BOOST_TEST(a.mass_imbalance < 1e-12);
}

BOOST_AUTO_TEST_CASE(least_action_over_a_barrier_is_its_height_over_temperature) {
  const PathAnswer a =
      least_action(double_well(), box, coarse, {.start = {-1, 0}, .target = {}}, {});
  BOOST_TEST(std::abs(*a.action.value - 2.5) < 1e-9);
  BOOST_TEST(a.through == "saddle");
}

BOOST_AUTO_TEST_CASE(landscapes_have_their_points_passes_and_basins) {
  const LandscapeAnswer a = landscape(double_well(), box, coarse);
  BOOST_TEST(a.points.size() == 3u);
  BOOST_REQUIRE(a.passes.size() == 1u);
  BOOST_TEST(std::abs(a.passes[0].value - 0.25) < 1e-9);
  BOOST_TEST(a.basins.size() == 2u);
  BOOST_TEST(std::abs(a.basins[0].area - 8) < 0.5);
}

BOOST_AUTO_TEST_CASE(impossible_questions_are_bad_input) {
  const Problem p = double_well();
  BOOST_CHECK_THROW(exits(comm, p, box, coarse, region("x > 0"), {{1, 0}}), BadInput);
  BOOST_CHECK_EXCEPTION(
      exits(comm, p, box, coarse, region("x > 0"), {{-3, 0}}), BadInput, [](const BadInput& e) {
        return std::string(e.what()).starts_with("start (-3, 0): outside the domain");
      });
  BOOST_CHECK_THROW(exits(comm, p, box, coarse, region("x > 9"), {{-1, 0}}), BadInput);
  BOOST_CHECK_THROW(landscape(drift_problem("-x, -y", "1", box), box, coarse), BadInput);
  BOOST_CHECK_THROW(committor(comm, p, box, coarse, region("x < 0.5"), region("x > 0.2"), {{0, 0}}),
                    BadInput);
}

BOOST_AUTO_TEST_SUITE_END()
