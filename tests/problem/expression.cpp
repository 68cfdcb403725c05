// Reading and differentiating expressions; muParser is the oracle of their values.
#define BOOST_TEST_MODULE expression
#include <boost/test/unit_test.hpp>

#include "escapade/error.hpp"
#include "escapade/problem/expression.hpp"
#include "escapade/problem/function.hpp"
#include "problem/expression/node.hpp"

#include <muParser.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <numbers>
#include <random>

using namespace escapade;

namespace {

const Symbols xy{{"x", "y"}, {{"k", 2.5}}};

double value(const Expression& f, double x, double y) {
  const double* in[2] = {&x, &y};
  double result = 0;
  double* out[1] = {&result};
  Function({f}, 2, Compile::never)(1, in, out);
  return result;
}

double read(const std::string& text, double x = 0, double y = 0) {
  return value(parse_expression("-drift", text, xy), x, y);
}

double relative_error(double a, double b) {
  return a == b ? 0 : std::abs(a - b) / std::max(1.0, std::max(std::abs(a), std::abs(b)));
}

std::string message(const std::string& text) {
  try {
    parse_expressions("-drift", text, xy);
  } catch (const BadInput& e) {
    return e.what();
  }
  return "accepted";
}

/// Random expressions, the same in every run.
class Generator {
public:
  std::string expression(int depth) {
    if (depth == 0)
      return leaf();
    switch (pick(9)) {
    case 0:
      return expression(depth - 1) + " + " + expression(depth - 1);
    case 1:
      return expression(depth - 1) + "-" + expression(depth - 1);
    case 2:
      return "(" + expression(depth - 1) + ") * " + expression(depth - 1);
    case 3:
      return expression(depth - 1) + "*(" + expression(depth - 1) + ")";
    case 4:
      return "(" + expression(depth - 1) + ")/(3 + (" + expression(depth - 1) + ")^2)";
    case 5:
      return "(-" + leaf() + "^" + std::to_string(1 + pick(3)) + ")";
    case 6:
      return "(2 + " + leaf() + "^2)^(" + leaf() + ")^2";
    case 7:
      return "(-(" + expression(depth - 1) + "))";
    default:
      return function() + "(" + expression(depth - 1) + ")";
    }
  }

private:
  int pick(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  std::string leaf() {
    const std::vector<std::string> leaves{"x", "y", "k", "2", "0.5", "1e-1", "3", "x", "y"};
    return leaves[static_cast<std::size_t>(pick(9))];
  }
  std::string function() {
    const std::vector<std::string> names{"sin", "cos", "tanh", "atan", "sin", "cos"};
    return names[static_cast<std::size_t>(pick(6))];
  }
  std::mt19937 random_{20240117};
};

using Real = long double;
/// A derivative to about eight digits from values alone.
double difference(const Expression& f, double x, double y, int i) {
  const double h = 1e-3;
  const auto d = [&](double s) {
    return static_cast<Real>(value(f, x + (i == 0 ? s : 0), y + (i == 1 ? s : 0))) -
           static_cast<Real>(value(f, x - (i == 0 ? s : 0), y - (i == 1 ? s : 0)));
  };
  return static_cast<double>((45 * d(h) - 9 * d(2 * h) + d(3 * h)) / (60 * Real(h)));
}

} // namespace

BOOST_AUTO_TEST_SUITE(expression)

BOOST_AUTO_TEST_CASE(random_expressions_agree_with_muparser) {
  Generator generator;
  int compared = 0;
  for (int i = 0; i < 400; ++i) {
    const std::string text = generator.expression(1 + i % 5);
    double x = 0.3 + 0.001 * i, y = -0.7 + 0.003 * i, k = 2.5;
    mu::Parser oracle;
    oracle.DefineVar("x", &x);
    oracle.DefineVar("y", &y);
    oracle.DefineVar("k", &k);
    oracle.SetExpr(text);
    const double expected = oracle.Eval();
    if (!std::isfinite(expected) || std::abs(expected) > 1e6)
      continue;
    ++compared;
    BOOST_TEST(relative_error(read(text, x, y), expected) < 1e-12,
               text << " = " << read(text, x, y) << ", muParser: " << expected);
  }
  BOOST_TEST(compared > 300);
}

BOOST_AUTO_TEST_CASE(functions_have_the_values_of_the_c_library) {
  for (double x : {-0.9, -0.3, 0.4, 0.8})
    for (double y : {-2.5, -0.3, 0.4, 3.0}) {
      const std::vector<std::pair<const char*, double>> expected{
          {"asin(x)", std::asin(x)},
          {"acos(x)", std::acos(x)},
          {"log10(2 + x)", std::log10(2 + x)},
          {"log1p(x)", std::log1p(x)},
          {"expm1(x)", std::expm1(x)},
          {"cbrt(y)", std::cbrt(y)},
          {"erf(y)", std::erf(y)},
          {"erfc(y)", std::erfc(y)},
          {"sigmoid(y)", 1 / (1 + std::exp(-y))},
          {"abs(y)", std::abs(y)},
          {"sign(y)", y > 0 ? 1 : -1},
          {"step(y)", y >= 0 ? 1 : 0},
          {"min(x, y)", std::min(x, y)},
          {"max(x, y)", std::max(x, y)},
          {"atan2(y, x)", std::atan2(y, x)},
          {"if(x > y or x >= 0.8, x, 2*y)", x > y || x >= 0.8 ? x : 2 * y},
          {"if(not (x <= y and y > 0), x, 2*y)", !(x <= y && y > 0) ? x : 2 * y}};
      for (const auto& [text, value] : expected)
        BOOST_TEST(relative_error(read(text, x, y), value) < 1e-15,
                   text << " at " << x << ", " << y);
    }
}

BOOST_AUTO_TEST_CASE(functions_with_kinks_and_steps_are_defined_there) {
  BOOST_TEST(read("sign(0)") == 0);
  BOOST_TEST(read("step(0)") == 1);
  BOOST_TEST(read("if(x > 0, 1, 2)", 0) == 2);
  BOOST_TEST(read("if(x >= 0, 1, 2)", 0) == 1);
  BOOST_TEST(read("if(x > 0, log(x), 0)", -1) == 0); // the other branch is not asked
  BOOST_TEST(std::isnan(read("min(1, log(x))", -1)));
  BOOST_TEST(std::isnan(read("max(log(x), 1)", -1)));
  BOOST_TEST(std::isnan(read("if(log(x) > 0, 1, 2)", -1)));
  BOOST_TEST(read("sigmoid(-800)*1e300 + sigmoid(800)") == 1);
  const Expression x = input(0);
  BOOST_TEST(value(derivative(abs(x), 0), 0, 0) == 1);
  BOOST_TEST(value(derivative(max(x, constant(0)), 0), 0, 0) == 1);
  BOOST_TEST(value(derivative(sigmoid(x), 0), 50, 0) ==
             std::exp(-50) / std::pow(1 + std::exp(-50), 2));
}

BOOST_AUTO_TEST_CASE(an_undefined_constant_leaves_no_derivative) {
  BOOST_TEST(std::isnan(value(derivative(parse_expression("", "x^2 + (-pi)^0.5", xy), 0), 1, 0)));
  BOOST_TEST(value(derivative(parse_expression("", "x^2 + 1e308*10", xy), 0), 1, 0) == 2);
  BOOST_TEST(std::isnan(read("(-pi)^0.5 - (-pi)^0.5")));
  BOOST_TEST(std::isnan(read("0/(-pi)^0.5")));
  BOOST_TEST(!constant_value(parse_expression("", "exp(1000)", xy)));
}

BOOST_AUTO_TEST_CASE(operators_bind_as_in_mathematics) {
  BOOST_TEST(read("-3^2") == -9);
  BOOST_TEST(read("-x^2", 3) == -9);
  BOOST_TEST(read("2^3^2") == 512);
  BOOST_TEST(read("2**3**2") == 512);
  BOOST_TEST(read("2^-1") == 0.5);
  BOOST_TEST(read("2^-x^2", 2) == 1.0 / 16);
  BOOST_TEST(read("x^-2*3", 2) == 0.75);
  BOOST_TEST(read("2*-x+3", 5) == -7);
  BOOST_TEST(read("8/4/2") == 1);
  BOOST_TEST(read("8-4-2") == 2);
  BOOST_TEST(read("--x", 5) == 5);
  BOOST_TEST(read("+x - -y", 5, 1) == 6);
  BOOST_TEST(read(".5 + 2. + 1e-1 + 1E+1") == 12.6);
  BOOST_TEST(read("pi") == std::numbers::pi);
  BOOST_TEST(read("\tx\n+ 1", 1) == 2);
}

BOOST_AUTO_TEST_CASE(whole_powers_of_negative_numbers_exist) {
  BOOST_TEST(read("x^3", -2) == -8);
  BOOST_TEST(read("x^-3", -2) == -0.125);
  BOOST_TEST(read("x^0", 0) == 1);
  BOOST_TEST(std::isnan(read("x^0.5", -2)));
  BOOST_TEST(std::isnan(read("x^y", -2, 0.3)));
  BOOST_TEST(relative_error(read("x^63", 1.01), std::pow(1.01, 63)) < 1e-14);
  BOOST_TEST(relative_error(read("x^2.5", 1.7), std::pow(1.7, 2.5)) < 1e-15);
}

BOOST_AUTO_TEST_CASE(derivatives_equal_closed_forms) {
  const double x = 0.7, y = 1.3;
  const std::vector<std::pair<const char*, const char*>> pairs{
      {"x^3*y", "3*x^2*y"},
      {"exp(-x*y)", "-y*exp(-x*y)"},
      {"log(x + y)", "1/(x + y)"},
      {"sqrt(x*y)", "y/(2*sqrt(x*y))"},
      {"sin(x^2)", "2*x*cos(x^2)"},
      {"cos(x*y)", "-y*sin(x*y)"},
      {"tan(x)", "1/cos(x)^2"},
      {"tanh(x)", "1/cosh(x)^2"},
      {"sinh(2*x)", "2*cosh(2*x)"},
      {"cosh(2*x)", "2*sinh(2*x)"},
      {"atan(x*y)", "y/(1 + (x*y)^2)"},
      {"x^y", "y*x^(y-1)"},
      {"y^x", "y^x*log(y)"},
      {"x^x", "x^x*(log(x) + 1)"},
      {"x^-2", "-2/x^3"},
      {"(x - y)/(x + y)", "2*y/(x + y)^2"},
      {"y", "0"},
      {"y/(1 + exp(-x))", "y*exp(-x)/(1 + exp(-x))^2"}};
  for (const auto& [f, df] : pairs) {
    const double found = value(derivative(parse_expression("", f, xy), 0), x, y);
    BOOST_TEST(relative_error(found, read(df, x, y)) < 1e-14, f << "' = " << found);
  }
}

BOOST_AUTO_TEST_CASE(derivatives_agree_with_central_differences) {
  Generator generator;
  int compared = 0;
  for (int i = 0; i < 200; ++i) {
    const std::string text = generator.expression(1 + i % 4);
    const Expression f = parse_expression("", text, xy);
    const double x = 0.4 + 0.001 * i, y = -0.6 + 0.002 * i;
    for (int axis = 0; axis < 2; ++axis) {
      const Expression d = derivative(f, axis);
      const double expected = difference(f, x, y, axis);
      const double rough = std::abs(value(derivative(derivative(d, axis), axis), x, y));
      if (!(std::abs(expected) < 1e3) || !(rough < 1e4) || !(std::abs(value(f, x, y)) < 1e3))
        continue;
      ++compared;
      BOOST_TEST(relative_error(value(d, x, y), expected) < 1e-7,
                 "d(" << text << ")/d" << axis << " = " << value(d, x, y) << ", " << expected);
    }
  }
  BOOST_TEST(compared > 200);
}

BOOST_AUTO_TEST_CASE(every_function_has_its_derivative) {
  for (const char* name : {"asin", "acos", "log10", "log1p", "expm1", "cbrt", "erf", "erfc",
                           "sigmoid", "abs", "sign", "step"})
    for (double x : {0.2, 0.7}) {
      const Expression f = parse_expression("", std::string(name) + "(x*y)", xy);
      for (int axis = 0; axis < 2; ++axis)
        BOOST_TEST(relative_error(value(derivative(f, axis), x, 0.6), difference(f, x, 0.6, axis)) <
                       1e-7,
                   name);
    }
  for (const char* text :
       {"min(x*y, x^2)", "max(x*y, x^2)", "atan2(x*y, x^2 - 2)", "if(x > y, x*y, x^2)"})
    for (double x : {0.2, 0.7}) {
      const Expression f = parse_expression("", text, xy);
      for (int axis = 0; axis < 2; ++axis)
        BOOST_TEST(relative_error(value(derivative(f, axis), x, 0.6), difference(f, x, 0.6, axis)) <
                       1e-7,
                   text);
    }
}

BOOST_AUTO_TEST_CASE(mixed_derivatives_commute) {
  const Expression f = parse_expression("", "exp(x*y)*sin(x - y^2)/(2 + cos(x))", xy);
  const double xy_first = value(derivative(derivative(f, 0), 1), 0.3, 0.4);
  BOOST_TEST(relative_error(xy_first, value(derivative(derivative(f, 1), 0), 0.3, 0.4)) < 1e-14);
}

BOOST_AUTO_TEST_CASE(powers_with_constant_exponents_have_derivatives_at_negative_numbers) {
  BOOST_TEST(value(derivative(parse_expression("", "x^2", xy), 0), -3, 0) == -6);
  BOOST_TEST(value(derivative(parse_expression("", "x^k*0 + x^3", xy), 0), -1, 0) == 3);
}

BOOST_AUTO_TEST_CASE(repeated_derivatives_of_shared_trees_stay_small) {
  // Written out, this has 2^40 terms.
  Expression f = input(0);
  for (int i = 0; i < 40; ++i)
    f = sin(f) * f;
  const Expression d = derivative(derivative(f, 0), 0);
  BOOST_TEST(std::isfinite(value(d, 0.5, 0)));
}

BOOST_AUTO_TEST_CASE(long_sums_need_no_deep_stack) {
  std::string text = "x";
  while (text.size() < 60000)
    text += "+x*y";
  const Expression f = parse_expression("", text, xy);
  BOOST_TEST(relative_error(value(derivative(f, 1), 1, 1),
                            static_cast<double>(text.size() - 1) / 4) < 1e-14);
}

BOOST_AUTO_TEST_CASE(constants_are_folded) {
  BOOST_TEST(constant_value(parse_expression("", "2*k + sqrt(4)", xy)).value() == 7);
  BOOST_TEST(constant_value(parse_expression("", "0*x + 1", xy)).value() == 1);
  BOOST_TEST(!constant_value(parse_expression("", "x", xy)).has_value());
  BOOST_TEST(!depends_on(parse_expression("", "0*x + y", xy), 0));
  BOOST_TEST(depends_on(parse_expression("", "0*x + y", xy), 1));
  BOOST_TEST(constant_value(Expression()).value() == 0);
}

BOOST_AUTO_TEST_CASE(lists_are_read) {
  const auto list = parse_expressions("-drift", "x*(1 + y), -y", xy);
  BOOST_TEST(list.size() == 2);
  BOOST_TEST(value(list[1], 0, 3) == -3);
}

BOOST_AUTO_TEST_CASE(errors_name_the_column_and_what_was_expected) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "expected an expression (column 1)"},
      {"x +", "expected an expression after '+' (column 4)"},
      {"x + * y", "expected an expression after '+', not '*' (column 5)"},
      {"(x", "expected ')' to close the '(' of column 1 (column 3)"},
      {"x)", "')' without '(' (column 2)"},
      {"2x", "expected an operator between '2' and 'x' (column 2)"},
      {"x y", "expected an operator between 'x' and 'y' (column 3)"},
      {"1.2.3", "expected an operator between '1.2' and '.3' (column 4)"},
      {"1e", "expected an operator between '1' and 'e' (column 2)"},
      {"0x10", "expected an operator between '0' and 'x10' (column 2)"},
      {"sin x", "expected '(' after the function 'sin' (column 5)"},
      {"sin(x, y)", "'sin' takes one argument (column 6)"},
      {"sin()", "expected an expression after '(', not ')' (column 5)"},
      {"x, , y", "expected an expression after ',', not ',' (column 4)"},
      {"x,", "expected an expression after ',' (column 3)"},
      {"z", "unknown name 'z'; known names: x, y, k, pi (column 1)"},
      {"1 + X", "unknown name 'X', did you mean 'x'? Known names: x, y, k, pi (column 5)"},
      {"1e999", "the number 1e999 is outside the range of double precision (column 1)"},
      {"x @ y", "unexpected '@' (column 3)"},
      {"x \xe2\x88\x92 y @", "unexpected '\xe2\x88\x92' (column 3)"},
      {"x\xff", "unexpected byte 0xff (column 2)"},
      {"x > 2", "expected an expression, not a condition (column 1)"},
      {"(x > 2) + 1", "expected an expression before '+', not a condition (column 9)"},
      {"x = 2", "'=' is not allowed: conditions compare with <, <=, > or >= (column 3)"},
      {"inf", "unknown name 'inf'; known names: x, y, k, pi (column 1)"}};
  for (const auto& [text, expected] : cases)
    BOOST_TEST(message(text) == "-drift \"" + text + "\": " + expected);
  BOOST_TEST(message("ln(x)").find("did you mean 'log'?") != std::string::npos);
  BOOST_TEST(message("exq(x)").find("did you mean 'exp'?") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(size_and_depth_are_limited) {
  BOOST_TEST(message(std::string(70000, ' ')).find("at most 65536") != std::string::npos);
  for (const char* opening : {"(", "-", "sin(", "2^"}) {
    std::string text;
    for (int i = 0; i < 10000; ++i)
      text += opening;
    BOOST_TEST(message(text).find("nested deeper than 200") != std::string::npos);
  }
  BOOST_TEST(message(std::string(100, '(') + "x" + std::string(100, ')')) == "accepted");
}

BOOST_AUTO_TEST_CASE(names_are_checked) {
  check_name("-variables", "theta_1");
  for (const char* bad : {"", "1x", "_x", "a b", "sin", "pi", "and", "\xc3\xa9"})
    BOOST_CHECK_THROW(check_name("-variables", bad), BadInput);
  BOOST_CHECK_THROW(parse_expression("-drift", "1", Symbols{{"exp"}, {}}), BadInput);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_CASE(the_reference_page_lists_the_functions_that_there_are) {
  std::ifstream file(ESCAPADE_SOURCE_DIR "/docs/reference/expressions.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  BOOST_TEST(page.find(function_list()) != std::string::npos,
             "docs/reference/expressions.md should hold these lines:\n"
                 << function_list());
}
