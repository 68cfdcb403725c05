// Exact derivatives, one rule per operation. Each node is differentiated once, however often it is
// shared, so that repeated derivatives do not grow with the tree written out.
#include "problem/expression/node.hpp"

#include <unordered_map>

namespace escapade {
namespace {

/// (f^g)′ = g f^(g−1) f′ + f^g log(f) g′; the second term only where the exponent varies, since
/// log(f) need not exist where a power with a constant exponent does.
Expression derivative_of_power(const Expression& power, const Expression& f, const Expression& df,
                               const Expression& g, const Expression& dg) {
  Expression sum;
  if (constant_value(df) != 0.0)
    sum = g * pow(f, g - constant(1)) * df;
  if (constant_value(dg) != 0.0)
    sum = sum + power * log(f) * dg;
  return sum;
}

/// h is the node itself, so that its value is shared with its derivative.
Expression rule(Operation operation, const Expression& h, const Expression& f, const Expression& df,
                const Expression& g, const Expression& dg) {
  switch (operation) {
  case Operation::add:
    return df + dg;
  case Operation::subtract:
    return df - dg;
  case Operation::multiply:
    return df * g + f * dg;
  case Operation::divide:
    return (df - h * dg) / g;
  case Operation::power:
    return derivative_of_power(h, f, df, g, dg);
  case Operation::negate:
    return -df;
  case Operation::constant:
  case Operation::input:
    return Expression();
  default:
    return function_of(operation).derivative(h, f, df);
  }
}

} // namespace

Expression derivative(const Expression& f, int input) {
  std::unordered_map<const Expression::Node*, Expression> known;
  // Owners of the operands, since a node holds those of its operands but not its own.
  std::unordered_map<const Expression::Node*, Expression> self{{f.node().get(), f}};
  const auto order = operands_first({f});
  for (const auto* node : order) {
    if (node->f)
      self.try_emplace(node->f.get(), Expression(node->f));
    if (node->g)
      self.try_emplace(node->g.get(), Expression(node->g));
  }
  const Expression zero;
  for (const auto* node : order) {
    Expression d;
    if (node->operation == Operation::input)
      d = constant(node->index == input ? 1 : 0);
    else if (node->f) {
      const Expression& df = known.at(node->f.get());
      const Expression& dg = node->g ? known.at(node->g.get()) : zero;
      if (constant_value(df) != 0.0 || constant_value(dg) != 0.0)
        d = rule(node->operation, self.at(node), Expression(node->f), df,
                 node->g ? Expression(node->g) : zero, dg);
    }
    known.emplace(node, d);
  }
  return known.at(f.node().get());
}

} // namespace escapade
