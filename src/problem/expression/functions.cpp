// The functions of expressions, their values and their derivatives.
#include "problem/expression/node.hpp"

#include <cmath>
#include <numbers>

namespace escapade {

// One line each: they differ in the operation alone.
Expression exp(const Expression& f) {
  return make(Operation::exp, f);
}
Expression log(const Expression& f) {
  return make(Operation::log, f);
}
Expression sqrt(const Expression& f) {
  return make(Operation::sqrt, f);
}
Expression sin(const Expression& f) {
  return make(Operation::sin, f);
}
Expression cos(const Expression& f) {
  return make(Operation::cos, f);
}
Expression tan(const Expression& f) {
  return make(Operation::tan, f);
}
Expression tanh(const Expression& f) {
  return make(Operation::tanh, f);
}
Expression sinh(const Expression& f) {
  return make(Operation::sinh, f);
}
Expression cosh(const Expression& f) {
  return make(Operation::cosh, f);
}
Expression atan(const Expression& f) {
  return make(Operation::atan, f);
}
Expression asin(const Expression& f) {
  return make(Operation::asin, f);
}
Expression acos(const Expression& f) {
  return make(Operation::acos, f);
}
Expression log10(const Expression& f) {
  return make(Operation::log10, f);
}
Expression log1p(const Expression& f) {
  return make(Operation::log1p, f);
}
Expression expm1(const Expression& f) {
  return make(Operation::expm1, f);
}
Expression cbrt(const Expression& f) {
  return make(Operation::cbrt, f);
}
Expression erf(const Expression& f) {
  return make(Operation::erf, f);
}
Expression erfc(const Expression& f) {
  return make(Operation::erfc, f);
}
Expression sigmoid(const Expression& f) {
  return make(Operation::sigmoid, f);
}
Expression abs(const Expression& f) {
  return make(Operation::abs, f);
}
Expression sign(const Expression& f) {
  return make(Operation::sign, f);
}
Expression step(const Expression& f) {
  return make(Operation::step, f);
}
Expression positive(const Expression& f) {
  return make(Operation::positive, f);
}
Expression min(const Expression& f, const Expression& g) {
  return make(Operation::minimum, f, &g);
}
Expression max(const Expression& f, const Expression& g) {
  return make(Operation::maximum, f, &g);
}
Expression atan2(const Expression& f, const Expression& g) {
  return make(Operation::atan2, f, &g);
}
Expression gate(const Expression& f, const Expression& g) {
  return make(Operation::gate, f, &g);
}

namespace {

using Term = const Expression&;

/// The derivative of |f|: at 0 that from above.
Expression side(Term f) {
  return constant(2) * step(f) - constant(1);
}

/// √(1 − f²), in a form that keeps its digits near ±1.
Expression beside_one(Term f) {
  return sqrt((constant(1) - f) * (constant(1) + f));
}

/// (2/√π) exp(−f²)
Expression bell(Term f) {
  return constant(2 * std::numbers::inv_sqrtpi) * exp(-pow(f, constant(2)));
}

double sigmoid_value(double f) {
  const double e = std::exp(-std::abs(f)); // never too large
  return (f >= 0 ? 1 : e) / (1 + e);
}
double sign_value(double f) {
  return f > 0 ? 1 : f < 0 ? -1 : f;
}
double step_value(double f) {
  return f >= 0 ? 1 : f < 0 ? 0 : f;
}
double positive_value(double f) {
  return f > 0 ? 1 : f <= 0 ? 0 : f;
}
double absolute(double f) {
  return std::abs(f);
}
Expression none(Term, Term, Term) {
  return Expression();
}

} // namespace

const std::array<NamedFunction, 23> functions{{
    {"exp", "exp", std::exp, exp, [](Term h, Term, Term df) { return h * df; }, "e to the power f"},
    {"log", "log", std::log, log, [](Term, Term f, Term df) { return df / f; },
     "natural logarithm; f > 0"},
    {"sqrt", "__builtin_sqrt", std::sqrt, sqrt,
     [](Term h, Term, Term df) { return constant(0.5) * df / h; }, "square root; f >= 0"},
    {"sin", "sin", std::sin, sin, [](Term, Term f, Term df) { return cos(f) * df; },
     "sine of radians"},
    {"cos", "cos", std::cos, cos, [](Term, Term f, Term df) { return -(sin(f) * df); },
     "cosine of radians"},
    {"tan", "tan", std::tan, tan,
     [](Term h, Term, Term df) { return (constant(1) + pow(h, constant(2))) * df; },
     "tangent of radians"},
    {"tanh", "tanh", std::tanh, tanh,
     [](Term h, Term, Term df) { return (constant(1) - pow(h, constant(2))) * df; },
     "hyperbolic tangent"},
    {"sinh", "sinh", std::sinh, sinh, [](Term, Term f, Term df) { return cosh(f) * df; },
     "hyperbolic sine"},
    {"cosh", "cosh", std::cosh, cosh, [](Term, Term f, Term df) { return sinh(f) * df; },
     "hyperbolic cosine"},
    {"atan", "atan", std::atan, atan,
     [](Term, Term f, Term df) { return df / (constant(1) + pow(f, constant(2))); },
     "arc tangent, in radians"},
    {"asin", "asin", std::asin, asin, [](Term, Term f, Term df) { return df / beside_one(f); },
     "arc sine, in radians; -1 <= f <= 1"},
    {"acos", "acos", std::acos, acos, [](Term, Term f, Term df) { return -(df / beside_one(f)); },
     "arc cosine, in radians; -1 <= f <= 1"},
    {"log10", "log10", std::log10, log10,
     [](Term, Term f, Term df) { return constant(std::numbers::log10e) * df / f; },
     "logarithm to the base 10; f > 0"},
    {"log1p", "log1p", std::log1p, log1p,
     [](Term, Term f, Term df) { return df / (constant(1) + f); }, "log(1 + f), also for small f"},
    {"expm1", "expm1", std::expm1, expm1, [](Term, Term f, Term df) { return exp(f) * df; },
     "exp(f) - 1, also for small f"},
    {"cbrt", "cbrt", std::cbrt, cbrt,
     [](Term h, Term, Term df) { return df / (constant(3) * pow(h, constant(2))); },
     "cube root, of negative numbers too"},
    {"erf", "erf", std::erf, erf, [](Term, Term f, Term df) { return bell(f) * df; },
     "error function"},
    {"erfc", "erfc", std::erfc, erfc, [](Term, Term f, Term df) { return -(bell(f) * df); },
     "1 - erf(f), also for large f"},
    {"sigmoid", "sigmoid", sigmoid_value, sigmoid,
     [](Term h, Term f, Term df) { return h * sigmoid(-f) * df; }, "1/(1 + exp(-f)), for any f"},
    {"abs", "__builtin_fabs", absolute, abs, [](Term, Term f, Term df) { return side(f) * df; },
     "absolute value; slope at 0 that from above"},
    {"sign", "sign", sign_value, sign, none, "-1, 0 or 1; slope 0"},
    {"step", "step", step_value, step, none, "1 where f >= 0, else 0; slope 0"},
    {"", "positive", positive_value, positive, none, ""},
}};

const NamedFunction& function_of(Operation operation) {
  return functions[static_cast<std::size_t>(operation) - static_cast<std::size_t>(Operation::exp)];
}

const std::array<NamedPair, 3> pairs{{
    {"min", min, "the smaller one"},
    {"max", max, "the larger one"},
    {"atan2", atan2, "angle of the point (g, f), in radians"},
}};

std::string function_list() {
  std::string text;
  const auto add = [&](const std::string& call, const char* meaning) {
    text += "| `" + call + "` | " + meaning + " |\n";
  };
  for (const NamedFunction& f : functions)
    if (*f.name != '\0')
      add(std::string(f.name) + "(f)", f.meaning);
  for (const NamedPair& p : pairs)
    add(std::string(p.name) + "(f, g)", p.meaning);
  add("if(condition, f, g)", "f where the condition holds, else g");
  return text;
}

} // namespace escapade
