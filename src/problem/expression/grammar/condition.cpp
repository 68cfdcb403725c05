#include "problem/expression/grammar/condition.hpp"

#include "problem/expression/node.hpp"

namespace escapade {

Condition combined(Condition::Kind kind, Condition f, Condition g) {
  if (f.kind != kind)
    f = {kind, {}, {std::move(f)}};
  f.operands.push_back(std::move(g));
  return f;
}

Condition complement(const Condition& c) {
  if (c.kind == Condition::Kind::comparison)
    return {c.kind, -c.phi, {}, !c.strict};
  Condition result{
      c.kind == Condition::Kind::all ? Condition::Kind::any : Condition::Kind::all, {}, {}};
  for (const Condition& operand : c.operands)
    result.operands.push_back(complement(operand));
  return result;
}

Expression indicator(const Condition& c) {
  if (c.kind == Condition::Kind::comparison)
    return c.strict ? positive(c.phi) : step(c.phi);
  Expression result = indicator(c.operands.front());
  for (std::size_t k = 1; k < c.operands.size(); ++k) {
    const Expression next = indicator(c.operands[k]);
    result = c.kind == Condition::Kind::all ? min(result, next) : max(result, next);
  }
  return result;
}

} // namespace escapade
