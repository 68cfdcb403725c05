// Expressions at many points: machine code against the interpreter against plain C++.
#define BOOST_TEST_MODULE function
#include <boost/test/unit_test.hpp>

#include "escapade/error.hpp"
#include "escapade/problem/function.hpp"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <unistd.h>

using namespace escapade;

namespace {

/// A cache of this run alone.
struct Cache {
  std::filesystem::path path;
  Cache() {
    std::string name = (std::filesystem::temp_directory_path() / "escapade_test_XXXXXX").string();
    path = mkdtemp(name.data());
    setenv("XDG_CACHE_HOME", path.c_str(), 1);
  }
  ~Cache() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

const Symbols xy{{"x", "y"}, {}};

Expression read(const std::string& text) {
  return parse_expression("", text, xy);
}

std::vector<Expression> with_derivatives(const Expression& f) {
  const Expression f0 = derivative(f, 0), f1 = derivative(f, 1);
  return {f, f0, f1, derivative(f0, 0), derivative(f0, 1), derivative(f1, 1)};
}

struct Points {
  std::vector<double> x, y;
  explicit Points(std::size_t n) : x(n), y(n) {
    for (std::size_t i = 0; i < n; ++i) {
      x[i] = std::sin(1.7 * static_cast<double>(i) + 0.1) * 2;
      y[i] = std::cos(0.9 * static_cast<double>(i)) * 3;
    }
  }
};

template<class F>
std::vector<double> evaluate(const F& f, std::size_t outputs, const Points& p, std::size_t first,
                             std::size_t n) {
  std::vector<double> values(outputs * n);
  std::vector<double*> out;
  for (std::size_t k = 0; k < outputs; ++k)
    out.push_back(values.data() + k * n);
  const double* in[2] = {p.x.data() + first, p.y.data() + first};
  f(n, in, out.data());
  return values;
}

template<class F>
void check_independence_of_place(const F& f, std::size_t outputs) {
  const Points p(300);
  const auto all = evaluate(f, outputs, p, 0, 300);
  for (std::size_t first : {0, 1, 7, 250})
    for (std::size_t n : {1, 3, 16, 17, 50}) {
      const auto some = evaluate(f, outputs, p, first, n);
      for (std::size_t k = 0; k < outputs; ++k)
        for (std::size_t i = 0; i < n; ++i)
          BOOST_REQUIRE(some[k * n + i] == all[k * 300 + first + i]);
    }
}

void check_close(const std::vector<double>& a, const std::vector<double>& b, double tolerance) {
  BOOST_REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double scale = std::max(1.0, std::max(std::abs(a[i]), std::abs(b[i])));
    BOOST_TEST_REQUIRE(std::abs(a[i] - b[i]) <= tolerance * scale,
                       i << ": " << a[i] << " and " << b[i]);
  }
}

const char* const every_function =
    "exp(-x^2)*sin(3*y) + cos(3*y)*log(5 + x) + sqrt(4 + y) + tan(x/4) + tanh(x*y) + sinh(y/3) + "
    "cosh(x) + atan(y) + asin(x/3)*acos(y/4) + log10(4 + x) + log1p(x^2) + expm1(y) + cbrt(5 + x) "
    "+ "
    "erf(x) + erfc(y) + sigmoid(2*x) + abs(x - 1) + sign(y) + step(x*y) + min(x, y) + max(x, y^2) "
    "+ "
    "atan2(y, x) + if(x > y and y < 1, x*y, x^2 - y) + (6 + x)^(y/2) + 2^x + x^-3*1e-3 + (y + "
    "4)^1.3 + x/(7 + y) + y/(7 + y)";

/// The thesis's model and its data in miniature.
const Symbols abxy{{"a", "b", "x", "y"}, {}};
const std::vector<double> rows_x{-1, 0.5, 2, 3.5}, rows_y{0.1, -2, 3, 1};
std::vector<Expression> thesis_loss() {
  return with_derivatives(
      parse_expression("", "0.5*(a^2 + x*(1 + b/(1 + exp(-a*x))) - y)^2", abxy));
}

} // namespace

BOOST_TEST_GLOBAL_FIXTURE(Cache);

BOOST_AUTO_TEST_SUITE(function)

BOOST_AUTO_TEST_CASE(interpreted_values_equal_plain_cpp) {
  const Points p(700);
  const auto f = Function({read("x*exp(-y) + 1/(1 + x^2)"), read("x"), read("3"), read("x")}, 2,
                          Compile::never);
  BOOST_TEST(!f.compiled());
  const auto v = evaluate(f, 4, p, 0, 700);
  for (std::size_t i = 0; i < 700; ++i) {
    BOOST_REQUIRE(std::abs(v[i] - (p.x[i] * std::exp(-p.y[i]) + 1 / (1 + p.x[i] * p.x[i]))) <
                  1e-14 * (1 + std::abs(v[i])));
    BOOST_REQUIRE(v[700 + i] == p.x[i]);
    BOOST_REQUIRE(v[1400 + i] == 3);
    BOOST_REQUIRE(v[2100 + i] == p.x[i]);
  }
}

BOOST_AUTO_TEST_CASE(compiled_equals_interpreted) {
  const Points p(1000);
  for (const char* text : {every_function, "(x^2 - 1)^2/4 + y^2/2 + 0.3*x*y", "x", "7"}) {
    const auto outputs = with_derivatives(read(text));
    const Function compiled(outputs, 2, Compile::automatic);
    BOOST_TEST_REQUIRE(compiled.compiled(), compile_notice().value_or("no notice"));
    const Function interpreted(outputs, 2, Compile::never);
    check_close(evaluate(compiled, 6, p, 0, 1000), evaluate(interpreted, 6, p, 0, 1000), 1e-13);
  }
}

BOOST_AUTO_TEST_CASE(a_point_s_result_depends_neither_on_its_place_nor_on_their_number) {
  for (Compile mode : {Compile::automatic, Compile::never}) {
    check_independence_of_place(Function(with_derivatives(read(every_function)), 2, mode), 6);
    check_independence_of_place(
        RowSum(thesis_loss(), 2, {rows_x, rows_y}, {0.25, 0.25, 0.25, 0.25}, mode), 6);
  }
}

BOOST_AUTO_TEST_CASE(undefined_values_are_nan_in_both) {
  const std::vector<Expression> outputs{read("sqrt(x)"), read("log(x)"), read("(x + 1)/(x + 1)*y"),
                                        read("x^0.3"), read("1/(x + 1)")};
  Points p(40);
  p.x.assign(40, -1);
  for (Compile mode : {Compile::automatic, Compile::never}) {
    const auto v = evaluate(Function(outputs, 2, mode), 5, p, 0, 40);
    for (std::size_t i = 0; i < 160; ++i)
      BOOST_REQUIRE(std::isnan(v[i]));
    for (std::size_t i = 160; i < 200; ++i)
      BOOST_REQUIRE(std::isinf(v[i]));
  }
}

/// A number written as an expression, often one that over- or underflows or that is none.
class Numbers {
public:
  std::string text(int depth) {
    const std::vector<std::string> leaves{"0",      "1",      "2",    "0.5",       "1e308",
                                          "1e-308", "1e-320", "(-3)", "exp(1000)", "exp(-1000)"};
    if (depth == 0 || pick(5) == 0)
      return leaves[pick(leaves.size())];
    const std::string f = text(depth - 1), g = text(depth - 1);
    const std::vector<std::string> made{"(" + f + " + " + g + ")",
                                        "(" + f + " - " + g + ")",
                                        "(" + f + ")*(" + g + ")",
                                        "(" + f + ")/(" + g + ")",
                                        "(" + f + ")^(" + g + ")",
                                        "(" + f + ")^-1",
                                        "(" + f + ")^0.5",
                                        "(" + f + ")^-2",
                                        "log(" + f + ")",
                                        "tanh(" + f + ")",
                                        "min(" + f + ", " + g + ")",
                                        "abs(" + f + ")",
                                        "if(" + f + " > 1, 1, " + g + ")",
                                        "1/(" + f + ")"};
    return made[pick(made.size())];
  }

private:
  std::size_t pick(std::size_t n) { return random_() % n; }
  std::mt19937 random_{7};
};

BOOST_AUTO_TEST_CASE(numbers_that_overflow_or_are_none_mean_the_same_in_both) {
  Numbers numbers;
  std::vector<Expression> outputs;
  std::vector<std::string> texts;
  for (int k = 0; k < 60; ++k) {
    const std::string c = "(" + numbers.text(3) + ")";
    for (const std::string& text :
         {"x + " + c, "x*" + c, "x/" + c, c + "/x + " + c + "/x^2", "0*" + c + " + x",
          "exp(-" + c + "*x^2)", "x^" + c, "max(x, " + c + ")", "if(x < " + c + ", x, y)"}) {
      for (const Expression& f : {read(text), derivative(read(text), 0)}) {
        outputs.push_back(f);
        texts.push_back(text);
      }
    }
  }
  const Points p(32);
  const Function compiled(outputs, 2, Compile::automatic);
  BOOST_TEST_REQUIRE(compiled.compiled());
  const auto machine = evaluate(compiled, outputs.size(), p, 0, 32);
  const auto interpreted = evaluate(Function(outputs, 2, Compile::never), outputs.size(), p, 0, 32);
  for (std::size_t i = 0; i < machine.size(); ++i) {
    const double a = machine[i], b = interpreted[i];
    const bool alike = std::isfinite(a) && std::isfinite(b)
                           ? std::abs(a - b) <= 1e-12 * std::max(std::abs(a), std::abs(b)) + 1e-300
                           : a == b || (std::isnan(a) && std::isnan(b));
    BOOST_TEST_REQUIRE(alike,
                       texts[i / 32] << " at x = " << p.x[i % 32] << ": " << a << " and " << b);
  }
}

BOOST_AUTO_TEST_CASE(the_interpreter_takes_reciprocals_of_numbers) {
  const Symbols hot{{"x", "y"}, {{"v", 1}, {"T", 0.001}}};
  const std::vector<Expression> outputs{
      parse_expression("", "-x + tanh(exp(v/T)^-1)", hot), parse_expression("", "0^-1 + y", hot),
      parse_expression("", "0*(-pi)^0.5 + x", hot), parse_expression("", "x/0 + y/0", hot)};
  Points p(20);
  for (Compile mode : {Compile::automatic, Compile::never}) {
    const auto v = evaluate(Function(outputs, 2, mode), 4, p, 0, 20);
    for (std::size_t i = 0; i < 20; ++i) {
      BOOST_TEST_REQUIRE(v[i] == -p.x[i]);
      BOOST_REQUIRE(v[20 + i] == INFINITY);
      BOOST_REQUIRE(std::isnan(v[40 + i]));
      BOOST_REQUIRE(!std::isfinite(v[60 + i]));
    }
  }
}

BOOST_AUTO_TEST_CASE(denormal_numbers_survive_machine_code) {
  const Function f({read("x*y")}, 2, Compile::automatic);
  volatile double small = 1e-300;
  BOOST_TEST(small * 1e-10 > 0);
  Points p(1);
  p.x[0] = 1e-300;
  p.y[0] = 1e-10;
  BOOST_TEST(evaluate(f, 1, p, 0, 1)[0] > 0);
}

BOOST_AUTO_TEST_CASE(row_sums_equal_sums_over_rows) {
  const Points p(130);
  const std::vector<double> weights{0.1, 0.2, 0.3, 0.4};
  std::vector<Expression> outputs = thesis_loss();
  outputs.push_back(parse_expression("", "sin(a)", abxy));  // of the point alone
  outputs.push_back(parse_expression("", "x^2 + y", abxy)); // of the row alone
  outputs.push_back(parse_expression("", "2", abxy));
  const Function term(outputs, 4, Compile::never);
  std::vector<double> expected(9 * 130), values(9 * 130);
  for (std::size_t r = 0; r < 4; ++r) {
    const std::vector<double> x(130, rows_x[r]), y(130, rows_y[r]);
    const double* in[4] = {p.x.data(), p.y.data(), x.data(), y.data()};
    std::vector<double*> out;
    for (std::size_t k = 0; k < 9; ++k)
      out.push_back(values.data() + k * 130);
    term(130, in, out.data());
    for (std::size_t i = 0; i < values.size(); ++i)
      expected[i] += weights[r] * values[i];
  }
  for (Compile mode : {Compile::automatic, Compile::never}) {
    const RowSum sum(outputs, 2, {rows_x, rows_y}, weights, mode);
    BOOST_TEST(sum.compiled() == (mode == Compile::automatic));
    check_close(evaluate(sum, 9, p, 0, 130), expected, 1e-13);
  }
}

BOOST_AUTO_TEST_CASE(rows_at_equal_distances_give_the_same_sums) {
  // exponentials of p q then follow as a geometric sequence, except where |p q| is large, and
  // except where one row stands elsewhere
  const std::vector<Expression> out = {exp(-(input(0) * input(1))),
                                       input(1) / (constant(1) + exp(-(input(0) * input(1))))};
  std::vector<double> even, uneven, weight;
  for (int r = 0; r < 30; ++r) {
    even.push_back((r * 7 % 30 - 14) * 0.1); // in no order
    weight.push_back(1 + 0.1 * r);
  }
  uneven = even;
  uneven[28] += 1e-9;
  const std::vector<double> point = {-1000, -3, -0.7, -1e-300, 0, 0.3, 2, 40, 430, 900};
  const double* in[1] = {point.data()};
  const auto sums = [&](const std::vector<double>& column, Compile compile) {
    const RowSum sum(out, 1, {column}, weight, compile);
    std::vector<double> value(2 * point.size());
    double* to[2] = {value.data(), value.data() + point.size()};
    sum(point.size(), in, to);
    return value;
  };
  const auto compiled = sums(even, Compile::automatic), exact = sums(even, Compile::never);
  const auto near = sums(uneven, Compile::automatic), near_exact = sums(uneven, Compile::never);
  for (std::size_t i = 0; i < compiled.size(); ++i) {
    if (!std::isfinite(exact[i])) {
      BOOST_TEST(compiled[i] == exact[i]);
      continue;
    }
    BOOST_TEST(std::fabs(compiled[i] - exact[i]) <= 2e-14 * std::fabs(exact[i]));
    BOOST_TEST(std::fabs(near[i] - near_exact[i]) <= 1e-14 * std::fabs(near_exact[i]));
  }
  // a point's sum does not depend on its company, of which one keeps to exponentials
  const RowSum sum(out, 1, {even}, weight, Compile::automatic);
  for (std::size_t i = 0; i < point.size(); ++i) {
    double alone[2];
    const double* one[1] = {point.data() + i};
    double* to[2] = {alone, alone + 1};
    sum(1, one, to);
    for (std::size_t k = 0; k < 2; ++k)
      BOOST_TEST((alone[k] == compiled[k * point.size() + i]));
  }
}

BOOST_AUTO_TEST_CASE(fields_have_their_components_one_after_another) {
  const Points p(5);
  std::vector<double> out(10);
  field_of({read("x + y"), read("x - y")}, Compile::never)(5, p.x.data(), p.y.data(), out.data());
  BOOST_TEST(out[4] == p.x[4] + p.y[4]);
  BOOST_TEST(out[5] == p.x[0] - p.y[0]);
}

BOOST_AUTO_TEST_CASE(wrong_inputs_and_columns_are_refused) {
  BOOST_CHECK_THROW(Function({input(2)}, 2, Compile::never), BadInput);
  BOOST_CHECK_THROW(RowSum({input(0)}, 1, {{1, 2}}, {1}, Compile::never), BadInput);
}

BOOST_AUTO_TEST_CASE(a_cache_open_to_others_is_not_used_and_the_interpreter_takes_over) {
  const std::filesystem::path open = std::filesystem::path(std::getenv("XDG_CACHE_HOME")) / "open";
  std::filesystem::create_directories(open / "escapade");
  std::filesystem::permissions(open / "escapade", std::filesystem::perms::all);
  const std::string before = std::getenv("XDG_CACHE_HOME");
  setenv("XDG_CACHE_HOME", open.c_str(), 1);
  const Function f({read("x + 17*y")}, 2, Compile::automatic);
  setenv("XDG_CACHE_HOME", before.c_str(), 1);
  BOOST_TEST(!f.compiled());
  BOOST_TEST(compile_notice().value().find("mode 700") != std::string::npos);
  BOOST_TEST(evaluate(f, 1, Points(3), 0, 3).size() == 3);
}

BOOST_AUTO_TEST_CASE(a_damaged_object_is_compiled_anew) {
  const auto cache = std::filesystem::path(std::getenv("XDG_CACHE_HOME")) / "escapade";
  const std::vector<Expression> outputs{read("x + 19*y")};
  BOOST_TEST(Function(outputs, 2, Compile::automatic).compiled());
  for (const auto& file : std::filesystem::directory_iterator(cache))
    if (file.path().extension() == ".so")
      std::filesystem::resize_file(file.path(), 100);
  BOOST_TEST(Function(outputs, 2, Compile::automatic).compiled());
}

BOOST_AUTO_TEST_SUITE_END()
