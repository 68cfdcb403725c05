#define BOOST_TEST_MODULE time
#include "escapade/problem/time.hpp"

#include "escapade/problem/function.hpp"
#include "escapade/problem/make.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <vector>

using namespace escapade;

namespace {

const Symbols timed{{"x", "y", "t"}, {}};

Field field(const char* text, Compile compile) {
  return field_of({parse_expression("-drift", text, timed)}, compile);
}

std::vector<double> values(const Field& f, const std::vector<double>& x) {
  const std::vector<double> y(x.size(), 0.5);
  std::vector<double> out(x.size());
  f(x.size(), x.data(), y.data(), out.data());
  return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(fields_have_the_time_that_was_set_and_zero_before) {
  for (const Compile compile : {Compile::never, Compile::automatic}) {
    const Field f = field("x*exp(-t) + y", compile);
    const std::vector<double> x{1, 2, 3};
    BOOST_TEST(values(f, x)[1] == 2.5);
    {
      const AtTime now(2.0);
      BOOST_TEST(values(f, x)[1] == 2 * std::exp(-2.0) + 0.5, boost::test_tools::tolerance(1e-15));
      const std::vector<double> each{0, 1, 2};
      const AtTime own(each.data());
      const auto v = values(f, x);
      for (std::size_t i = 0; i < 3; ++i)
        BOOST_TEST(v[i] == x[i] * std::exp(-each[i]) + 0.5, boost::test_tools::tolerance(1e-15));
    }
    BOOST_TEST(values(f, x)[1] == 2.5);
  }
}

BOOST_AUTO_TEST_CASE(a_frozen_problem_keeps_its_time) {
  const Problem moving = potential_problem("(x - t)^2/2", "1 + t", timed);
  const Problem frozen = at_time(moving, 3);
  const AtTime other(7.0);
  const double x = 1, y = 0;
  double c[5];
  frozen.coefficients(1, &x, &y, c);
  BOOST_TEST(c[0] == 2);
  BOOST_TEST(c[2] == 4);
  moving.coefficients(1, &x, &y, c);
  BOOST_TEST(c[0] == 6);
}

BOOST_AUTO_TEST_CASE(the_time_scale_is_that_of_the_fastest_coefficient) {
  const Domain box{-1, 1, -1, 1};
  const auto scale = [&](const char* drift, const char* diffusion, double end) {
    return time_scale(drift_problem(drift, diffusion, box, timed), box, 0, end);
  };
  BOOST_TEST(scale("cos(5*t), 0", "1", 10) == 0.2, boost::test_tools::tolerance(0.02));
  BOOST_TEST(scale("cos(300*t), 0", "1", 10) == 1.0 / 300, boost::test_tools::tolerance(0.05));
  BOOST_TEST(std::isinf(scale("-x + 3*t, 0", "1 + t", 10)));
}
