#define BOOST_TEST_MODULE way_out_frame
#include "escapade/answers/way_out_frame.hpp"

#include "escapade/answers/exits.hpp"
#include "escapade/error.hpp"
#include "escapade/problem/make.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numbers>

using namespace escapade;

namespace {

struct Mpi {
  Mpi() { MPI_Init(nullptr, nullptr); }
  ~Mpi() { MPI_Finalize(); }
};

const Domain box{-3, 3, -3, 3, {}};
const GridShape plain{.cells = {192, 192}};
const Vec2 well{-std::sqrt(0.75), -0.5};

/// X = x cos 30° + y sin 30° moves by itself in a double well at T = 0.002, Y = −x sin 30° + y cos
/// 30° is driven by it: the time to X > 0 is that of one dimension, log τ = 125.801181 by
/// quadrature, whatever the noise of Y.
Problem driven(double cross, double other) {
  const double c = std::sqrt(0.75), s = 0.5, T = 0.002;
  Problem p;
  const Sym2 D{c * c * T - 2 * c * s * cross + s * s * other,
               c * s * (T - other) + (c * c - s * s) * cross,
               s * s * T + 2 * c * s * cross + c * c * other};
  p.coefficients = pointwise(5, [=](double x, double y, double* out) {
    const double X = c * x + s * y, Y = -s * x + c * y, pull = X - X * X * X, driven = -Y + pull;
    out[0] = c * pull - s * driven, out[1] = s * pull + c * driven;
    out[2] = D.xx, out[3] = D.xy, out[4] = D.yy;
  });
  p.constant_direction = D;
  return p;
}

Region half() {
  return region("0.8660254037844387*x + 0.5*y > 0");
}

double log_time(const Problem& problem, const GridShape& shape) {
  Effort effort;
  effort.errors = false;
  const ExitAnswer a = exits(MPI_COMM_SELF, problem, box, shape, half(), {well}, effort);
  return *a.at[0].mean_time.log;
}

} // namespace

BOOST_GLOBAL_FIXTURE(Mpi);

BOOST_AUTO_TEST_SUITE(way_out_frame_)

BOOST_AUTO_TEST_CASE(gives_back_what_a_grid_takes_from_a_barrier) {
  const double exact = 125.801181;
  for (const auto& [cross, other] : {std::pair{0.0, 0.002}, {0.001, 0.002}, {0.003, 0.02}}) {
    const Problem problem = driven(cross, other);
    const WayOutFrame frame = way_out_frame(problem, box, {well, {}, half()}, plain);
    BOOST_TEST(frame.turned);
    BOOST_TEST(frame.lost < 0.1);
    BOOST_TEST(std::abs(log_time(problem, plain) - exact) > 1);
    BOOST_TEST(std::abs(log_time(problem, frame.shape) - exact) < 0.2);
  }
}

BOOST_AUTO_TEST_CASE(keeps_a_grid_on_which_a_potential_is_exact) {
  const Problem problem = potential_problem("(x^2-1)^2/4 + (y - x/2)^2/2", "0.002");
  const WayOutFrame frame = way_out_frame(problem, box, {{-1, -0.5}, {}, region("x > 0")}, plain);
  BOOST_TEST(!frame.turned);
  BOOST_TEST((frame.shape.cells == plain.cells));
  BOOST_TEST(frame.shape.angle == 0);
}

/// Momenta of many directions: a grid that is kind to the path makes another way cheaper.
BOOST_AUTO_TEST_CASE(keeps_a_grid_where_turning_would_open_another_way) {
  const Domain around{-2, 2, -1.5, 1.5, {}};
  const Problem problem = drift_problem("x - x^3 - 10*x*y^2, -(1+x^2)*y", "0.002", around);
  BOOST_TEST(!way_out_frame(problem, around, {{-1, 0}, {}, region("x > 0")}, plain).turned);
}

BOOST_AUTO_TEST_CASE(is_refused_where_no_way_leads_out) {
  const Problem problem = potential_problem("(x^2-1)^2/4 + y^2/2", "0.1");
  BOOST_CHECK_THROW(way_out_frame(problem, box, {{-1, 0}, {}, {}}, plain), BadInput);
  BOOST_CHECK_THROW(way_out_frame(problem, box, {{0.5, 0}, {}, region("x > 0.9")}, plain),
                    BadInput); // it falls out
  Domain ring = box;
  ring.boundary[2] = ring.boundary[3] = Boundary::periodic;
  BOOST_CHECK_THROW(way_out_frame(problem, ring, {{-1, 0}, {}, region("x > 0")}, plain), BadInput);
}

BOOST_AUTO_TEST_CASE(begins_in_the_one_well_that_there_is) {
  const Problem problem = potential_problem("(x^2-1)^2/4 + y^2/2", "0.1");
  BOOST_TEST(std::abs(well_beside(problem, box, region("x > 0")).x + 1) < 1e-9);
  BOOST_TEST(std::abs(well_within(problem, box, region("x > 0")).x - 1) < 1e-9);
  BOOST_CHECK_THROW(well_beside(problem, box, region("x > 2")), BadInput);
  BOOST_CHECK_THROW(well_within(problem, box, region("x > 2")), BadInput);
}

BOOST_AUTO_TEST_SUITE_END()
