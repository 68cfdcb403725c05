#define BOOST_TEST_MODULE table
#include "paths/table.hpp"
#include "escapade/error.hpp"
#include "paths/exits/exits.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>
#include <vector>

using namespace escapade;

namespace {

using enum Boundary;

const Domain box{-2, 2, -1, 2, {reflecting, reflecting, reflecting, reflecting}};

/// Oblique noise that varies: five components.
Problem wavy() {
  Problem p;
  p.coefficients = pointwise(5, [](double x, double y, double* out) {
    out[0] = std::sin(2 * x) * std::exp(-y);
    out[1] = std::cos(x + 2 * y);
    out[2] = 1 + 0.3 * std::sin(x * y);
    out[3] = 0.2 * std::cos(3 * x);
    out[4] = 2 + std::cos(y);
  });
  return p;
}

/// D = s D₀: three components.
Problem along() {
  Problem p;
  p.coefficients = pointwise(5, [](double x, double y, double* out) {
    const double s = 0.2 + 0.1 * std::sin(x) * std::cos(y);
    out[0] = x - x * x * x, out[1] = -y, out[2] = s, out[3] = 0.5 * s, out[4] = 2 * s;
  });
  p.constant_direction = Sym2{1, 0.5, 2};
  return p;
}

/// Largest difference at points of no relation to the cells.
double difference(const Problem& a, const Problem& b) {
  std::vector<double> x, y;
  for (int k = 0; k < 3000; ++k) {
    x.push_back(box.x0 + box.width() * std::fmod(k * 0.7548776662466927, 1));
    y.push_back(box.y0 + box.height() * std::fmod(k * 0.5698402909980532, 1));
  }
  std::vector<double> va(5 * x.size()), vb(va);
  a.coefficients(x.size(), x.data(), y.data(), va.data());
  b.coefficients(x.size(), x.data(), y.data(), vb.data());
  double worst = 0;
  for (std::size_t i = 0; i < va.size(); ++i)
    worst = std::max(worst, std::fabs(va[i] - vb[i]));
  return worst;
}

} // namespace

BOOST_AUTO_TEST_SUITE(table)

BOOST_AUTO_TEST_CASE(error_falls_with_the_fourth_power_of_the_cell) {
  for (const Problem& p : {wavy(), along()}) {
    double error[3], reported[3];
    for (std::size_t k = 0; k < 3; ++k) {
      const std::int64_t n = 48 << k;
      const Tabulated t = tabulate(p, box, {n, n});
      error[k] = difference(p, t.problem);
      reported[k] = t.error;
    }
    for (std::size_t k = 0; k < 2; ++k) {
      BOOST_TEST(std::fabs(std::log2(error[k] / error[k + 1]) - 4) < 0.35);
      BOOST_TEST(std::fabs(std::log2(reported[k] / reported[k + 1]) - 4) < 0.35);
    }
  }
}

BOOST_AUTO_TEST_CASE(reported_error_is_that_of_the_points) {
  const Problem p = along();
  const Tabulated t = tabulate(p, box, {40, 30});
  const double found = difference(p, t.problem); // the largest value is |b| = 6 at a corner
  BOOST_TEST(t.error > 0.3 * found / 6);
  BOOST_TEST(t.error < 3 * found / 0.2);
  BOOST_TEST(t.local_error >= t.error);
}

BOOST_AUTO_TEST_CASE(cubic_polynomials_are_exact) {
  Problem p;
  p.coefficients = pointwise(5, [](double x, double y, double* out) {
    out[0] = x * x * x - y, out[1] = x * y * y, out[2] = 40 + x * x * x * y * y * y;
    out[3] = x, out[4] = 40 + y;
  });
  const Tabulated t = tabulate(p, box, {8, 9});
  BOOST_TEST(difference(p, t.problem) < 1e-11);
  BOOST_TEST(t.error < 1e-13);
}

BOOST_AUTO_TEST_CASE(points_beyond_the_box_are_evaluated_exactly) {
  const Problem p = wavy();
  const Tabulated t = tabulate(p, box, {16, 16});
  const double x[4] = {-2.5, 2.001, 0, 0.3}, y[4] = {0, 0, 2.5, -1.7};
  double exact[20], found[20];
  p.coefficients(4, x, y, exact);
  t.problem.coefficients(4, x, y, found);
  for (int i = 0; i < 20; ++i)
    BOOST_TEST(exact[i] == found[i]);
}

BOOST_AUTO_TEST_CASE(cells_without_finite_values_are_evaluated_exactly) {
  Problem p;
  p.coefficients = pointwise(5, [](double x, double y, double* out) {
    out[0] = std::log(x + 1), out[1] = y, out[2] = out[4] = 1, out[3] = 0;
  });
  const Tabulated t = tabulate(p, box, {64, 64});
  const double x[2] = {-0.99, 1.3}, y[2] = {0, 0.2};
  double exact[10], found[10];
  p.coefficients(2, x, y, exact);
  t.problem.coefficients(2, x, y, found);
  BOOST_TEST(found[0] == exact[0]);
  BOOST_TEST(std::fabs(found[1] - exact[1]) < 1e-6);
  BOOST_TEST(std::isfinite(t.error));
}

BOOST_AUTO_TEST_CASE(one_node_without_a_value_spoils_no_point_beside_it) {
  Problem p; // NaN at one node alone; slopes of its neighbours lack it too
  p.coefficients = pointwise(5, [](double x, double y, double* out) {
    out[0] = std::hypot(x, y - 0.5) < 1e-9 ? std::numeric_limits<double>::quiet_NaN() : x * y;
    out[1] = y, out[2] = out[4] = 1, out[3] = 0;
  });
  const Tabulated t = tabulate(p, box, {32, 32});
  for (int j = 0; j < 32; ++j)
    for (int i = 0; i < 32; ++i) {
      const double x = box.x0 + (i + 0.4) * box.width() / 32,
                   y = box.y0 + (j + 0.7) * box.height() / 32;
      double c[5];
      t.problem.coefficients(1, &x, &y, c);
      BOOST_REQUIRE(std::fabs(c[0] - x * y) < 1e-9);
    }
}

BOOST_AUTO_TEST_CASE(trajectories_take_the_table_and_nothing_else) {
  Problem p; // as drift_problem makes it where the noise is constant
  const auto drift = [](double x, double y, double* out) { out[0] = std::sin(5 * x), out[1] = -y; };
  p.coefficients = pointwise(5, [=](double x, double y, double* out) {
    drift(x, y, out), out[2] = out[4] = 0.3, out[3] = 0;
  });
  p.drift = pointwise(2, drift);
  p.constant_direction = p.constant_noise = Sym2{0.3, 0, 0.3};
  const Tabulated t = tabulate(p, box, {8, 8});
  Problem plain;
  plain.coefficients = t.problem.coefficients;
  plain.constant_direction = p.constant_direction;
  Part part;
  part.name = "x > 1";
  part.phi_and_gradient =
      pointwise(3, [](double x, double, double* out) { out[0] = x - 1, out[1] = 1, out[2] = 0; });
  const Region exit{part};
  ExitSetup setup;
  setup.domain = box;
  setup.exit = &exit;
  setup.paths = 20;
  setup.dt = 0.01;
  const auto records = [&](const Problem& problem) {
    setup.problem = &problem;
    return simulate_exits(setup);
  };
  BOOST_TEST((records(t.problem) == records(plain)));
  BOOST_TEST((records(t.problem) != records(p))); // eight cells are not enough
  BOOST_TEST(!t.problem.drift);
}

BOOST_AUTO_TEST_CASE(noise_stays_semi_definite) {
  Problem p; // degenerate along a curve: interpolation would make it indefinite
  p.coefficients = pointwise(5, [](double x, double y, double* out) {
    const double u = std::sin(3 * x), v = std::cos(2 * y);
    out[0] = out[1] = 0, out[2] = u * u, out[3] = u * v, out[4] = v * v;
  });
  const Tabulated t = tabulate(p, box, {32, 32});
  for (int k = 0; k < 2000; ++k) {
    const double x = box.x0 + box.width() * std::fmod(k * 0.7548776662466927, 1);
    const double y = box.y0 + box.height() * std::fmod(k * 0.5698402909980532, 1);
    double c[5];
    t.problem.coefficients(1, &x, &y, c);
    BOOST_REQUIRE((c[2] >= 0 && c[4] >= 0 && c[2] * c[4] - c[3] * c[3] >= -1e-15));
  }
  p.coefficients = pointwise(5, [](double x, double, double* out) {
    const double s = std::pow(std::sin(3 * x), 4); // cubics through it go below 0
    out[0] = out[1] = out[3] = 0, out[2] = out[4] = s;
  });
  p.constant_direction = Sym2{1, 0, 1};
  const Tabulated scalar = tabulate(p, box, {32, 32});
  for (int k = 0; k < 2000; ++k) {
    const double x = box.x0 + box.width() * std::fmod(k * 0.7548776662466927, 1), y = 0.3;
    double c[5];
    scalar.problem.coefficients(1, &x, &y, c);
    BOOST_REQUIRE((c[2] >= 0 && c[2] == c[4]));
  }
}

BOOST_AUTO_TEST_CASE(exit_times_are_the_same_with_the_table) {
  const Problem p = along();
  const Tabulated t = tabulate(p, box, {128, 128});
  Part part;
  part.name = "x > 0.5";
  part.phi_and_gradient =
      pointwise(3, [](double x, double, double* out) { out[0] = x - 0.5, out[1] = 1, out[2] = 0; });
  part.half_plane = HalfPlane{0, 0.5, true};
  const Region exit{part};
  ExitSetup setup;
  setup.problem = &p;
  setup.domain = box;
  setup.exit = &exit;
  setup.start = {-1, 0};
  setup.paths = 2000;
  setup.dt = 0.01;
  const Estimate exact = exit_statistics(simulate_exits(setup), 1).mean_exit_time;
  setup.problem = &t.problem;
  const Estimate found = exit_statistics(simulate_exits(setup), 1).mean_exit_time;
  // the same draws: far closer than the standard error
  BOOST_TEST(std::fabs(found.mean - exact.mean) < 0.05 * exact.standard_error);
}

BOOST_AUTO_TEST_CASE(numbers_of_cells_that_make_no_sense_are_refused) {
  BOOST_CHECK_THROW(tabulate(along(), box, {4, 64}), BadInput);
  BOOST_CHECK_THROW(tabulate(along(), box, {64, 100000}), BadInput);
  Problem nowhere;
  nowhere.coefficients = pointwise(5, [](double, double, double* out) {
    for (int k = 0; k < 5; ++k)
      out[k] = std::numeric_limits<double>::quiet_NaN();
  });
  BOOST_CHECK_THROW(tabulate(nowhere, box, {16, 16}), BadInput);
}

BOOST_AUTO_TEST_SUITE_END()
