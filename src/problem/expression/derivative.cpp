// Exact derivatives, one rule per operation. Each node is differentiated once, however often it is
// shared, so that repeated derivatives do not grow with the tree written out.
#include "problem/expression/node.hpp"

#include <cmath>
#include <unordered_map>

namespace escapade {
namespace {

bool vanishes(const Expression& df) {
  return constant_value(df) == 0.0;
}

/// The product with a derivative that vanishes is none, even if the factor is infinite.
Expression times(const Expression& df, const Expression& factor) {
  return vanishes(df) ? Expression() : df * factor;
}

/// (f^g)′ = g f^(g−1) f′ + f^g log(f) g′; the second term only where the exponent varies, since
/// log(f) need not exist where a power with a constant exponent does.
Expression derivative_of_power(const Expression& power, const Expression& f, const Expression& df,
                               const Expression& g, const Expression& dg) {
  Expression sum;
  if (!vanishes(df))
    sum = g * pow(f, g - constant(1)) * df;
  if (!vanishes(dg))
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
    return times(df, g) + times(dg, f);
  case Operation::divide:
    return (df - times(dg, h)) / g;
  case Operation::power:
    return derivative_of_power(h, f, df, g, dg);
  case Operation::minimum:
    return gate(step(g - f), df) + gate(positive(f - g), dg);
  case Operation::maximum:
    return gate(step(f - g), df) + gate(positive(g - f), dg);
  case Operation::atan2:
    return (times(df, g) - times(dg, f)) / (pow(f, constant(2)) + pow(g, constant(2)));
  case Operation::table:
    return times(df, table_slope(h, 0)) + times(dg, table_slope(h, 1));
  case Operation::gate:
    return gate(f, dg);
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
    else if (node->operation == Operation::constant && std::isnan(node->value))
      d = constant(node->value); // else a gradient would hide that its potential is none
    else if (node->f) {
      const Expression& df = known.at(node->f.get());
      const Expression& dg = node->g ? known.at(node->g.get()) : zero;
      if (!vanishes(df) || !vanishes(dg))
        d = rule(node->operation, self.at(node), Expression(node->f), df,
                 node->g ? Expression(node->g) : zero, dg);
    }
    known.emplace(node, d);
  }
  return known.at(f.node().get());
}

} // namespace escapade
