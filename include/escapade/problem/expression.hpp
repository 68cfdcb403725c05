// Expressions of numbered inputs: built from text or by operators, differentiated exactly.
//
//   numbers, names, + - * / ^ ** ( ), pi,
//   exp log log10 log1p expm1 sqrt cbrt abs sign min max step sin cos tan asin acos atan atan2
//   sinh cosh tanh erf erfc sigmoid, if(condition, a, b)
//
// `^` and `**` are one operator and group from the right; unary minus binds as in mathematics:
// -x^2 = -(x^2), 2^-1 = 1/2, x^-2*3 = (x^-2)*3. log is the natural logarithm; angles are radians.
// sign(0) = 0, step(0) = 1; at a kink a derivative is that of one side. Conditions compare with
// < <= > >= and are joined by and, or, not. What is not a number is nowhere hidden: min, max, step
// and if of it are not numbers either.
// The tree depends on the text alone, so the same text gives the same bits on every rank and run.
// Evaluation at many points: function.hpp.
#pragma once

#include "escapade/problem/field.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace escapade {

class TableFunction;

/// An immutable expression; a value type whose copies share their nodes. Constant 0 by default.
class Expression {
public:
  struct Node; // private to src/problem
  Expression();
  explicit Expression(std::shared_ptr<const Node> node) : node_(std::move(node)) {}
  const std::shared_ptr<const Node>& node() const { return node_; }

private:
  std::shared_ptr<const Node> node_;
};

Expression constant(double value);

/// The input of that number, 0 ≤ index.
Expression input(int index);

// Constants are folded; 0 + f, 1 * f and 0 * f are simplified, the last where all constants of f
// are finite.
Expression operator+(const Expression& f, const Expression& g);
Expression operator-(const Expression& f, const Expression& g);
Expression operator*(const Expression& f, const Expression& g);
Expression operator/(const Expression& f, const Expression& g);
Expression operator-(const Expression& f);
Expression pow(const Expression& f, const Expression& g);
Expression exp(const Expression& f);
Expression log(const Expression& f);
Expression sqrt(const Expression& f);
Expression sin(const Expression& f);
Expression cos(const Expression& f);
Expression tan(const Expression& f);
Expression tanh(const Expression& f);
Expression sinh(const Expression& f);
Expression cosh(const Expression& f);
Expression atan(const Expression& f);
Expression asin(const Expression& f);
Expression acos(const Expression& f);
Expression log10(const Expression& f);
Expression log1p(const Expression& f);
Expression expm1(const Expression& f);
Expression cbrt(const Expression& f);
Expression erf(const Expression& f);
Expression erfc(const Expression& f);
/// 1/(1 + exp(−f))
Expression sigmoid(const Expression& f);
Expression abs(const Expression& f);
Expression sign(const Expression& f);
/// 1 where f ≥ 0, else 0.
Expression step(const Expression& f);
Expression min(const Expression& f, const Expression& g);
Expression max(const Expression& f, const Expression& g);
/// The angle of the point (g, f).
Expression atan2(const Expression& f, const Expression& g);

/// ∂f/∂(input), exact. The work is proportional to the number of distinct nodes of f.
Expression derivative(const Expression& f, int input);

/// The value of f where it is a finite constant after simplification.
std::optional<double> constant_value(const Expression& f);

/// Whether the input occurs in f after simplification.
bool depends_on(const Expression& f, int input);

/// A function known at points (table_function.hpp) of f and, where it has two variables, of g.
Expression table(std::shared_ptr<const TableFunction> values, const Expression& f,
                 const Expression& g = constant(0));

/// The names an expression may use besides the functions and pi.
struct Symbols {
  std::vector<std::string> inputs; // names of inputs 0, 1, …
  std::map<std::string, double> constants;
  std::map<std::string, std::shared_ptr<const TableFunction>> tables = {};
  /// Every call of a table that is read is put here: where the arguments lie beyond the table, the
  /// expression means nothing.
  std::shared_ptr<std::vector<Expression>> table_calls = nullptr;
};

/// 1 component: positive where every one of these calls, of inputs 0 and 1, lies within its table.
/// Empty for no calls.
Field inside_tables(const std::vector<Expression>& calls);

/// Reads one expression. `option`, e.g. "-potential", begins the messages:
///   -potential "x +": expected an expression after '+' (column 4)
/// Throws BadInput; columns count characters from 1.
Expression parse_expression(const std::string& option, const std::string& text,
                            const Symbols& symbols);

/// Reads expressions separated by commas, at least one; columns refer to the whole text.
std::vector<Expression> parse_expressions(const std::string& option, const std::string& text,
                                          const Symbols& symbols);

/// Throws BadInput unless the name can stand for an input or a constant: [A-Za-z][A-Za-z0-9_]*
/// and not the name of a function, nor pi, and, or, not.
void check_name(const std::string& option, const std::string& name);

} // namespace escapade
