#include "escapade/problem/expression.hpp"

#include "problem/expression/node.hpp"

#include <cmath>
#include <unordered_set>

namespace escapade {

double apply(Operation operation, double f, double g) {
  switch (operation) {
  case Operation::add:
    return f + g;
  case Operation::subtract:
    return f - g;
  case Operation::multiply:
    return f * g;
  case Operation::divide:
    return f / g;
  case Operation::power:
    return std::pow(f, g);
  case Operation::negate:
    return -f;
  case Operation::constant:
  case Operation::input:
    return f;
  default:
    return function_of(operation).value(f);
  }
}

Expression::Node::~Node() {
  std::vector<NodePointer> orphans;
  const auto take = [&orphans](NodePointer& child) {
    if (child && child.use_count() == 1)
      orphans.push_back(std::move(child));
  };
  take(f);
  take(g);
  while (!orphans.empty()) {
    const NodePointer orphan = std::move(orphans.back());
    orphans.pop_back();
    // The only owner is here, so its children may be taken before it goes.
    auto& node = const_cast<Node&>(*orphan);
    take(node.f);
    take(node.g);
  }
}

std::vector<const Expression::Node*> operands_first(const std::vector<Expression>& roots) {
  std::vector<const Expression::Node*> order;
  std::unordered_set<const Expression::Node*> done;
  std::vector<const Expression::Node*> stack;
  for (const Expression& root : roots) {
    stack.push_back(root.node().get());
    while (!stack.empty()) {
      const Expression::Node* node = stack.back();
      if (done.contains(node)) {
        stack.pop_back();
      } else if (node->f && !done.contains(node->f.get())) {
        stack.push_back(node->f.get());
      } else if (node->g && !done.contains(node->g.get())) {
        stack.push_back(node->g.get());
      } else {
        done.insert(node);
        order.push_back(node);
        stack.pop_back();
      }
    }
  }
  return order;
}

namespace {

using Node = Expression::Node;

bool is(const Expression& f, Operation operation) {
  return f.node()->operation == operation;
}
bool is(const Expression& f, double value) {
  return is(f, Operation::constant) && f.node()->value == value;
}
bool same(const Expression& f, const Expression& g) {
  return f.node() == g.node();
}
Expression first(const Expression& f) {
  return Expression(f.node()->f);
}
Expression second(const Expression& f) {
  return Expression(f.node()->g);
}

Expression make(Operation operation, const Expression& f, const Expression* g = nullptr) {
  const bool constants =
      is(f, Operation::constant) && (g == nullptr || is(*g, Operation::constant));
  if (constants) {
    const double value = apply(operation, f.node()->value, g ? g->node()->value : 0);
    if (std::isfinite(value))
      return constant(value);
  }
  auto node = std::make_shared<Node>();
  node->operation = operation;
  node->f = f.node();
  if (g)
    node->g = g->node();
  return Expression(std::move(node));
}

/// c * f with a number c ≠ 0, ±1 in front.
bool has_factor(const Expression& f) {
  return is(f, Operation::multiply) && is(first(f), Operation::constant);
}

} // namespace

Expression::Expression() {
  static const NodePointer zero = std::make_shared<Node>();
  node_ = zero;
}

Expression constant(double value) {
  if (value == 0)
    return Expression();
  auto node = std::make_shared<Node>();
  node->value = value;
  return Expression(std::move(node));
}

Expression input(int index) {
  auto node = std::make_shared<Node>();
  node->operation = Operation::input;
  node->index = index;
  return Expression(std::move(node));
}

Expression operator+(const Expression& f, const Expression& g) {
  if (is(f, 0.0))
    return g;
  if (is(g, 0.0))
    return f;
  if (is(g, Operation::negate))
    return f - first(g);
  if (is(f, Operation::negate))
    return g - first(f);
  if (same(f, g))
    return constant(2) * f;
  return make(Operation::add, f, &g);
}

Expression operator-(const Expression& f, const Expression& g) {
  if (is(g, 0.0))
    return f;
  if (is(f, 0.0))
    return -g;
  if (is(g, Operation::negate))
    return f + first(g);
  if (same(f, g))
    return Expression();
  return make(Operation::subtract, f, &g);
}

Expression operator*(const Expression& f, const Expression& g) {
  if (is(f, 0.0) || is(g, 0.0))
    return Expression();
  if (is(f, 1.0))
    return g;
  if (is(g, 1.0))
    return f;
  if (is(f, -1.0))
    return -g;
  if (is(g, -1.0))
    return -f;
  if (is(g, Operation::constant) && !is(f, Operation::constant))
    return g * f;
  if (is(f, Operation::negate))
    return -(first(f) * g);
  if (is(g, Operation::negate))
    return -(f * first(g));
  // Numbers are gathered in front, unless their product overflows or vanishes.
  if (is(f, Operation::constant) && has_factor(g)) {
    const double product = f.node()->value * first(g).node()->value;
    if (std::isnormal(product))
      return constant(product) * second(g);
  } else if (has_factor(f)) {
    return first(f) * (second(f) * g);
  } else if (!is(f, Operation::constant) && has_factor(g)) {
    return first(g) * (f * second(g));
  }
  return make(Operation::multiply, f, &g);
}

Expression operator/(const Expression& f, const Expression& g) {
  if (is(g, 1.0))
    return f;
  if (is(g, -1.0))
    return -f;
  if (is(f, 0.0) && !is(g, 0.0))
    return Expression();
  if (is(f, Operation::negate))
    return -(first(f) / g);
  if (is(g, Operation::negate))
    return -(f / first(g));
  return make(Operation::divide, f, &g);
}

Expression operator-(const Expression& f) {
  if (is(f, 0.0))
    return f;
  if (is(f, Operation::negate))
    return first(f);
  if (is(f, Operation::subtract))
    return second(f) - first(f);
  if (has_factor(f))
    return constant(-first(f).node()->value) * second(f);
  return make(Operation::negate, f);
}

Expression pow(const Expression& f, const Expression& g) {
  if (is(g, 0.0))
    return constant(1);
  if (is(g, 1.0))
    return f;
  return make(Operation::power, f, &g);
}

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

using Term = const Expression&;

const std::array<NamedFunction, 10> functions{{
    {"exp", "exp", std::exp, exp, [](Term h, Term, Term df) { return h * df; }},
    {"log", "log", std::log, log, [](Term, Term f, Term df) { return df / f; }},
    {"sqrt", "__builtin_sqrt", std::sqrt, sqrt,
     [](Term h, Term, Term df) { return constant(0.5) * df / h; }},
    {"sin", "sin", std::sin, sin, [](Term, Term f, Term df) { return cos(f) * df; }},
    {"cos", "cos", std::cos, cos, [](Term, Term f, Term df) { return -(sin(f) * df); }},
    {"tan", "tan", std::tan, tan,
     [](Term h, Term, Term df) { return (constant(1) + pow(h, constant(2))) * df; }},
    {"tanh", "tanh", std::tanh, tanh,
     [](Term h, Term, Term df) { return (constant(1) - pow(h, constant(2))) * df; }},
    {"sinh", "sinh", std::sinh, sinh, [](Term, Term f, Term df) { return cosh(f) * df; }},
    {"cosh", "cosh", std::cosh, cosh, [](Term, Term f, Term df) { return sinh(f) * df; }},
    {"atan", "atan", std::atan, atan,
     [](Term, Term f, Term df) { return df / (constant(1) + pow(f, constant(2))); }},
}};

const NamedFunction& function_of(Operation operation) {
  return functions[static_cast<std::size_t>(operation) - static_cast<std::size_t>(Operation::exp)];
}

std::optional<double> constant_value(const Expression& f) {
  if (is(f, Operation::constant))
    return f.node()->value;
  return std::nullopt;
}

bool depends_on(const Expression& f, int input) {
  for (const Node* node : operands_first({f}))
    if (node->operation == Operation::input && node->index == input)
      return true;
  return false;
}

} // namespace escapade
