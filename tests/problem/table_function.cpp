// Functions known at points: what files hold, what is interpolated, what the two evaluators say.
#define BOOST_TEST_MODULE table_function
#include <boost/test/unit_test.hpp>

#include "escapade/error.hpp"
#include "escapade/problem/expression.hpp"
#include "escapade/problem/function.hpp"
#include "escapade/problem/table_function.hpp"

#include <cmath>
#include <fstream>
#include <functional>
#include <numbers>

using namespace escapade;

namespace {

constexpr double pi = std::numbers::pi;

double wave(double x, double y) {
  return std::sin(x) * std::cos(2 * y) + 0.3 * std::cos(x + y);
}

/// f on n × n points: periodic on [−π, π)², else on [−1, 1]².
TableValues lattice(std::size_t n, bool periodic, const std::function<double(double, double)>& f) {
  const double low = periodic ? -pi : -1,
               step = periodic ? 2 * pi / static_cast<double>(n) : 2.0 / static_cast<double>(n - 1);
  TableValues t{"a table", {"x", "y"}, {n, n}, {low, low}, {step, step}, {periodic, periodic}, {}};
  for (std::size_t k = 0; k < n * n; ++k)
    t.value.push_back(
        f(low + step * static_cast<double>(k % n), low + step * static_cast<double>(k / n)));
  return t;
}

std::shared_ptr<const TableFunction> from_text(const std::string& text,
                                               const std::string& column = "",
                                               const std::string& name = "table.dat") {
  std::ofstream(name) << text;
  return read_table("-table", name, column);
}

std::string refusal(const std::string& text, const std::string& column = "") {
  try {
    from_text(text, column);
  } catch (const BadInput& e) {
    return e.what();
  }
  return "accepted";
}

/// Largest error over the box at points of no lattice, and of the first derivative along x.
std::array<double, 2> largest_error(const TableFunction& t, double half) {
  std::array<double, 2> worst{};
  for (int k = 0; k < 400; ++k) {
    const double x = half * std::sin(7.1 * k), y = half * std::cos(3.7 * k);
    worst[0] = std::max(worst[0], std::abs(t.at({x, y}) - wave(x, y)));
    const double slope = std::cos(x) * std::cos(2 * y) - 0.3 * std::sin(x + y);
    worst[1] = std::max(worst[1], std::abs(t.at({x, y}, 1, 0) - slope));
  }
  return worst;
}

/// Bicubic with the same slopes as the differences give: they are exact to degree 3.
double cubic(double x, double y) {
  return 1 + x * x * x - 2 * x * y * y + y * y * y - x * x * y * y * y + 0.5 * x;
}

} // namespace

BOOST_AUTO_TEST_CASE(cubics_are_exact_with_all_derivatives) {
  const TableFunction t(lattice(9, false, cubic));
  for (const Vec2 p : {Vec2{0.11, -0.83}, {-0.999, 0.4}, {0.5, 0.5}}) {
    const double x = p.x, y = p.y;
    BOOST_TEST(t.at(p) == cubic(x, y), boost::test_tools::tolerance(1e-13));
    BOOST_TEST(t.at(p, 1, 0) == 3 * x * x - 2 * y * y - 2 * x * y * y * y + 0.5,
               boost::test_tools::tolerance(1e-12));
    BOOST_TEST(t.at(p, 1, 1) == -4 * y - 6 * x * y * y, boost::test_tools::tolerance(1e-11));
    BOOST_TEST(t.at(p, 0, 2) == -4 * x + 6 * y - 6 * x * x * y,
               boost::test_tools::tolerance(1e-11));
    BOOST_TEST(t.at(p, 0, 3) == 6 - 6 * x * x, boost::test_tools::tolerance(1e-9));
    BOOST_TEST(t.at(p, 4, 0) == 0);
  }
}

BOOST_AUTO_TEST_CASE(error_falls_with_the_fourth_power) {
  const auto coarse = largest_error(TableFunction(lattice(30, true, wave)), 9);
  const auto fine = largest_error(TableFunction(lattice(60, true, wave)), 9);
  BOOST_TEST(coarse[0] / fine[0] > 13);
  BOOST_TEST(coarse[1] / fine[1] > 7);
  BOOST_TEST(fine[0] < 1e-5);
}

BOOST_AUTO_TEST_CASE(every_second_point_is_the_table_of_these) {
  const auto n = lattice(40, true, wave);
  const TableFunction whole(n), half(lattice(20, true, wave));
  whole.leave_out_points(true);
  for (int k = 0; k < 50; ++k) {
    const Vec2 p{3 * std::sin(7.1 * k), 3 * std::cos(3.7 * k)};
    BOOST_TEST(std::abs(whole.at(p) - half.at(p)) < 1e-13);
    BOOST_TEST(std::abs(whole.at(p, 1, 1) - half.at(p, 1, 1)) < 1e-11);
  }
  whole.leave_out_points(false);
  BOOST_TEST(std::abs(whole.at({0.3, 0.4}) - half.at({0.3, 0.4})) > 1e-8);
}

BOOST_AUTO_TEST_CASE(holes_are_rectangles_with_an_unknown_corner) {
  auto values = lattice(21, false, wave);
  values.value[10 + 21 * 10] = INFINITY; // the origin
  const TableFunction t(values);
  BOOST_TEST(!t.covers({0.05, 0.05}));
  BOOST_TEST(!t.covers({-0.09, 0.05}));
  BOOST_TEST(t.covers({0.11, 0.05}));
  BOOST_TEST(!t.covers({1.01, 0}));
  BOOST_TEST(t.covers({1, -1}));
  BOOST_TEST(std::isfinite(t.at({0.05, 0.05})));
  BOOST_TEST(std::abs(t.at({0.15, 0.05}) - wave(0.15, 0.05)) < 1e-4); // order 4 beside it
  const auto beyond = largest_error(TableFunction(lattice(21, false, wave)), 1);
  BOOST_TEST(beyond[0] < 1e-4);
}

BOOST_AUTO_TEST_CASE(derivatives_in_expressions_are_exact_in_both_evaluators) {
  Symbols s{{"x", "y"}, {}};
  s.tables["F"] = std::make_shared<const TableFunction>(lattice(12, true, wave));
  const Expression v = parse_expression("-potential", "x*F(2*x, y^2) + exp(F(y, x))", s);
  const Expression vx = derivative(v, 0), vxy = derivative(vx, 1);
  for (const Compile compile : {Compile::automatic, Compile::never}) {
    const Field f = field_of({v, vx, vxy}, compile);
    const auto at = [&](double x, double y, std::size_t k) {
      double out[3];
      f(1, &x, &y, out);
      return out[k];
    };
    for (int k = 0; k < 40; ++k) {
      const double x = 2 * std::sin(5.0 * k), y = 1.5 * std::cos(3.0 * k), h = 1e-5;
      BOOST_TEST(std::abs((at(x + h, y, 0) - at(x - h, y, 0)) / (2 * h) - at(x, y, 1)) < 1e-6);
      BOOST_TEST(std::abs((at(x, y + h, 1) - at(x, y - h, 1)) / (2 * h) - at(x, y, 2)) < 1e-4);
    }
  }
  const Function machine({v, vx, vxy}, 2, Compile::automatic),
      interpreted({v, vx, vxy}, 2, Compile::never);
  BOOST_TEST(machine.compiled());
  for (int k = 0; k < 40; ++k) {
    const double x = 2 * std::sin(5.0 * k), y = 1.5 * std::cos(3.0 * k);
    const double* in[2] = {&x, &y};
    double a[3], b[3];
    double* const out_a[3] = {a, a + 1, a + 2};
    double* const out_b[3] = {b, b + 1, b + 2};
    machine(1, in, out_a);
    interpreted(1, in, out_b);
    for (int c = 0; c < 3; ++c)
      BOOST_TEST(std::abs(a[c] - b[c]) < 1e-11 * (1 + std::abs(b[c])));
  }
}

BOOST_AUTO_TEST_CASE(calls_tell_where_they_mean_something) {
  Symbols s{{"x", "y"}, {}};
  s.tables["F"] = std::make_shared<const TableFunction>(lattice(12, false, wave));
  s.table_calls = std::make_shared<std::vector<Expression>>();
  (void)parse_expression("-potential", "F(2*x, y) + F(0, 0)", s);
  const Field inside = inside_tables(*s.table_calls);
  const double x[3] = {0.4, 0.6, 0.4}, y[3] = {0.9, 0, -1.1};
  double v[3];
  inside(3, x, y, v);
  BOOST_TEST(v[0] > 0);
  BOOST_TEST(v[1] < 0);
  BOOST_TEST(v[2] < 0);
}

BOOST_AUTO_TEST_CASE(plumed_leaves_the_last_point_of_a_period_out) {
  std::string text = "#! FIELDS phi psi file.free der_phi der_psi\n"
                     "#! SET min_phi -pi\n#! SET max_phi pi\n#! SET nbins_phi 8\n"
                     "#! SET periodic_phi true\n#! SET min_psi 0\n#! SET max_psi 1\n"
                     "#! SET nbins_psi 5\n#! SET periodic_psi false\n";
  for (int j = 0; j < 5; ++j) {
    for (int i = 0; i < 8; ++i)
      text += std::to_string(-pi + i * pi / 4) + " " + std::to_string(j * 0.25) + " " +
              (i == 3 && j == 4 ? "inf" : std::to_string(i * i + j)) + " 0 0\n";
    text += "\n";
  }
  const auto t = from_text(text);
  BOOST_TEST(t->values().points[0] == 8);
  BOOST_TEST(t->values().step[0] == pi / 4, boost::test_tools::tolerance(1e-15));
  BOOST_TEST(t->values().periodic[0]);
  BOOST_TEST(!t->values().periodic[1]);
  BOOST_TEST(t->at({-pi + pi / 4 + 2 * pi, 0.5}) == 1 + 2, boost::test_tools::tolerance(1e-5));
  BOOST_TEST(!t->covers({-pi + 2.5 * pi / 4, 0.9}));
}

BOOST_AUTO_TEST_CASE(csv_takes_points_in_any_order_and_tables_of_one_variable) {
  const auto t = from_text("a;b;V\n1;0;3\n0;0;1\n0;2;5\n1;2;\n");
  BOOST_TEST(t->at({0, 0}) == 1);
  BOOST_TEST(t->at({0, 2}) == 5);
  BOOST_TEST(!t->covers({0.5, 1}));
  const auto line = from_text("x,u,w\n0,0,1\n1,1,1\n2,4,2\n3,9,2\n", "u");
  BOOST_TEST(line->variables() == 1);
  BOOST_TEST(line->at({1.5, 0}) == 2.25, boost::test_tools::tolerance(1e-13));
  Symbols s{{"x", "y"}, {}};
  s.tables["G"] = line;
  BOOST_TEST(!depends_on(derivative(parse_expression("-potential", "G(x) + y", s), 1), 0));
}

BOOST_AUTO_TEST_CASE(bad_tables_are_one_line_each) {
  const auto says = [](const std::string& text, const std::string& words,
                       const std::string& column = "") {
    const std::string said = refusal(text, column);
    BOOST_TEST(said.find(words) != std::string::npos, said);
    BOOST_TEST(said.find('\n') == std::string::npos);
  };
  says("x,y,V\n0,0,1\n1,0,2\n0,1,3\n",
       "1 of the 4 points of the grid are missing, the first (1, 1)");
  says("x,y,V\n0,0,1\n1,0,2\n0,1,3\n1,1,4\n1,1,4\n", "stands twice");
  says("x,y,V\n0,0,1\n1,0,2\n0,1,3\n1,1,4\n", "there is no column 'W'; it has V", "W");
  says("x,y,V,W\n0,0,1,1\n1,0,2,1\n0,1,3,1\n1,1,4,1\n", "V, W; name one");
  says("x,y,V\n0,0,1\n1,0,2\n0,0,3\n1,0,4\n", "has one value of y only");
  says("x,y,V\n0,0,1\n1,0,1\n0,1,1\n1,1,1\n", "all values are the same");
  says("x,y,V\n0,0,nan\n1,0,inf\n0,1,nan\n1,1,nan\n", "no finite value");
  says("x,y,V\n0,0,1\n1,0,2\n3,0,2\n0,1,3\n1,1,4\n3,1,2\n", "not evenly spaced");
  says("x,y,V\n0,0,1\n1,0,two\n0,1,3\n1,1,4\n", "line 3: 'two' in column 'V' is no number");
  says("x,y,V\n0,0,1\n1,nan,2\n0,1,3\n1,1,4\n", "line 3: 'nan' in column 'y' is no finite number");
  says("#! FIELDS a b f\n#! SET min_a 0\n#! SET max_a 2.5\n#! SET periodic_a true\n"
       "0 0 1\n1 0 2\n2 0 3\n0 1 1\n1 1 2\n2 1 3\n",
       "no whole number of its steps");
  const auto plumed = [](const std::string& set) {
    std::string text = "#! FIELDS a f\n#! SET periodic_a false\n" + set;
    for (int k = 0; k < 5; ++k)
      text += std::to_string(k) + " " + std::to_string(k * k) + "\n";
    return text;
  };
  for (const char* bins : {"4", "5"})
    BOOST_TEST(refusal(plumed("#! SET min_a 0\n#! SET max_a 4\n#! SET nbins_a " +
                              std::string(bins) + "\n")) == "accepted");
  says(plumed("#! SET nbins_a 9\n"), "nbins_a is 9, but a has 5 values");
  says(plumed("#! SET min_a -1\n"), "min_a is -1, but a begins at 0");
  says(plumed("#! SET min_a 0\n#! SET max_a 8\n"), "max_a is 8, but a ends at 4");
}
