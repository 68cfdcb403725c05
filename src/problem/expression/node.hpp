// The nodes of an expression, and the order in which to visit them.
#pragma once

#include "escapade/problem/expression.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace escapade {

enum class Operation : std::uint8_t {
  constant,
  input,
  add,
  subtract,
  multiply,
  divide,
  power,
  minimum,
  maximum,
  atan2,
  gate, // g where f > 0, else 0
  table,
  negate,
  exp,
  log,
  sqrt,
  sin,
  cos,
  tan,
  tanh,
  sinh,
  cosh,
  atan,
  asin,
  acos,
  log10,
  log1p,
  expm1,
  cbrt,
  erf,
  erfc,
  sigmoid,
  abs,
  sign,
  step,    // 1 where f ≥ 0, else 0
  positive // 1 where f > 0, else 0
};

/// A function of one argument.
struct NamedFunction {
  const char *name, *c_name; // in texts (empty: none) and in C
  double (*value)(double);
  Expression (*of)(const Expression&);
  /// The derivative of h = function(f) from f and its derivative.
  Expression (*derivative)(const Expression& h, const Expression& f, const Expression& df);
  const char* meaning; // for readers of the documents
};
/// In the order of the operations from exp on.
extern const std::array<NamedFunction, 23> functions;
const NamedFunction& function_of(Operation operation);

/// A function of two arguments.
struct NamedPair {
  const char* name;
  Expression (*of)(const Expression&, const Expression&);
  const char* meaning;
};
/// All of them as rows of a table in Markdown: docs/reference/expressions.md holds it.
std::string function_list();
extern const std::array<NamedPair, 3> pairs;

/// The value of an operation on numbers; g is ignored by functions of one argument.
double apply(Operation operation, double f, double g);

/// 1 where f > 0, else 0. Like step and sign, not a number where f is not.
Expression positive(const Expression& f);
/// g where f > 0, else 0, whatever g is there.
Expression gate(const Expression& f, const Expression& g);
/// The node of an operation, or its value where the operands are constants.
Expression make(Operation operation, const Expression& f, const Expression* g = nullptr);

/// A table, or a derivative of it.
struct TableAccess {
  std::shared_ptr<const TableFunction> table;
  int order_x = 0, order_y = 0;
  bool operator==(const TableAccess&) const = default;
};

/// The derivative one order further along one of the axes.
Expression table_slope(const Expression& f, int axis);

struct Expression::Node {
  Operation operation = Operation::constant;
  int index = 0;      // of an input
  double value = 0;   // of a constant
  bool finite = true; // no constant beneath it is infinite or NaN
  std::shared_ptr<const Node> f, g;
  TableAccess table; // of a table

  Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;
  ~Node(); // takes long chains apart without recursion
};

using NodePointer = std::shared_ptr<const Expression::Node>;

/// All distinct nodes under the roots, operands before what uses them; no recursion, since a sum of
/// many terms is a chain as long as its text.
std::vector<const Expression::Node*> operands_first(const std::vector<Expression>& roots);

} // namespace escapade
