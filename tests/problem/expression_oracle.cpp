// Values and slopes of random expressions against an evaluation that shares nothing with this one:
// dual numbers in Python (random_expressions.py).
#define BOOST_TEST_MODULE expression_oracle
#include <boost/test/unit_test.hpp>

#include "escapade/problem/expression.hpp"
#include "escapade/problem/function.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <sstream>
#include <string>
#include <vector>

using namespace escapade;

namespace {

struct Sample {
  std::string text;
  double x = 0, y = 0;
  std::array<double, 3> expected{}; // value, slopes
};

std::vector<Sample> samples(int seed, int count) {
  const std::string command = "python3 " ESCAPADE_SOURCE_DIR
                              "/tests/problem/random_expressions.py " +
                              std::to_string(seed) + " " + std::to_string(count);
  std::FILE* pipe = popen(command.c_str(), "r");
  std::string all;
  std::array<char, 4096> part;
  while (std::fgets(part.data(), part.size(), pipe))
    all += part.data();
  BOOST_REQUIRE(pclose(pipe) == 0);
  std::vector<Sample> out;
  std::istringstream lines(all);
  for (std::string line; std::getline(lines, line);) {
    const auto tab = line.find('\t');
    Sample s;
    s.text = line.substr(0, tab);
    std::istringstream numbers(line.substr(tab));
    numbers >> s.x >> s.y >> s.expected[0] >> s.expected[1] >> s.expected[2];
    out.push_back(s);
  }
  return out;
}

/// All expressions as one function: every one is evaluated at every point, one is looked at.
void compare(const std::vector<Sample>& all, Compile compile) {
  const Symbols xy{{"x", "y"}, {}};
  std::vector<Expression> outputs;
  for (const Sample& s : all) {
    const Expression f = parse_expression("-drift", s.text, xy);
    outputs.insert(outputs.end(), {f, derivative(f, 0), derivative(f, 1)});
  }
  const Function function(outputs, 2, compile);
  BOOST_TEST(function.compiled() == (compile == Compile::automatic));
  std::vector<double> values(outputs.size());
  std::vector<double*> out;
  for (double& v : values)
    out.push_back(&v);
  for (std::size_t k = 0; k < all.size(); ++k) {
    const Sample& s = all[k];
    const double* in[2] = {&s.x, &s.y};
    function(1, in, out.data());
    for (std::size_t c = 0; c < 3; ++c) {
      const double got = values[3 * k + c], wanted = s.expected[c];
      BOOST_TEST(std::abs(got - wanted) <= 1e-8 * (1 + std::abs(wanted)),
                 s.text << " at (" << s.x << ", " << s.y << "), component " << c << ": " << got
                        << ", Python says " << wanted);
    }
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(interpreted_values_and_slopes_are_those_of_python) {
  compare(samples(1, 1500), Compile::never);
}

BOOST_AUTO_TEST_CASE(compiled_values_and_slopes_are_those_of_python) {
  const std::vector<Sample> all = samples(2, 120);
  for (auto first = all.begin(); first != all.end(); first += 20) // a compiler's meal
    compare({first, first + 20}, Compile::automatic);
}
