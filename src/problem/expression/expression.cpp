#include "escapade/problem/expression.hpp"

#include "escapade/problem/table_function.hpp"
#include "problem/expression/node.hpp"
#include "problem/tables/table_view.hpp"

#include <algorithm>
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
  case Operation::minimum:
    return f <= g ? f : g <= f ? g : f + g; // not a number if either is not
  case Operation::maximum:
    return f >= g ? f : g >= f ? g : f + g;
  case Operation::atan2:
    return std::atan2(f, g);
  case Operation::gate:
    return f > 0 ? g : f <= 0 ? 0 : f;
  case Operation::negate:
    return -f;
  case Operation::constant:
  case Operation::input:
    return f;
  case Operation::table: // the node alone knows which
    return NAN;
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

/// What vanishes for every finite f need not where f has an infinity or a NaN in it.
bool is_finite(const Expression& f) {
  return f.node()->finite;
}

/// c * f with a number c ≠ 0, ±1 in front.
bool has_factor(const Expression& f) {
  return is(f, Operation::multiply) && is(first(f), Operation::constant);
}

} // namespace

Expression make(Operation operation, const Expression& f, const Expression* g) {
  if (is(f, Operation::constant) && (g == nullptr || is(*g, Operation::constant)))
    return constant(apply(operation, f.node()->value, g ? g->node()->value : 0));
  auto node = std::make_shared<Node>();
  node->operation = operation;
  node->f = f.node();
  if (g)
    node->g = g->node();
  node->finite = is_finite(f) && (g == nullptr || is_finite(*g));
  return Expression(std::move(node));
}

Expression::Expression() {
  static const NodePointer zero = std::make_shared<Node>();
  node_ = zero;
}

Expression constant(double value) {
  if (value == 0)
    return Expression();
  auto node = std::make_shared<Node>();
  node->value = value;
  node->finite = std::isfinite(value);
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
  if (same(f, g) && is_finite(f))
    return Expression();
  return make(Operation::subtract, f, &g);
}

Expression operator*(const Expression& f, const Expression& g) {
  if ((is(f, 0.0) && is_finite(g)) || (is(g, 0.0) && is_finite(f)))
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
  if (is(f, 0.0) && !is(g, 0.0) && is_finite(g))
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

namespace {

Expression table_node(TableAccess access, const NodePointer& f, const NodePointer& g) {
  if (std::max(access.order_x, access.order_y) > highest_order)
    return Expression();
  auto node = std::make_shared<Node>();
  node->operation = Operation::table;
  node->f = f, node->g = g;
  node->finite = f->finite && g->finite;
  node->table = std::move(access);
  return Expression(std::move(node));
}

} // namespace

Expression table(std::shared_ptr<const TableFunction> values, const Expression& f,
                 const Expression& g) {
  if (const auto x = constant_value(f), y = constant_value(g); x && y)
    return constant(values->at({*x, *y}));
  return table_node({std::move(values)}, f.node(), g.node());
}

Expression table_slope(const Expression& f, int axis) {
  TableAccess access = f.node()->table;
  ++(axis == 0 ? access.order_x : access.order_y);
  return table_node(std::move(access), f.node()->f, f.node()->g);
}

std::optional<double> constant_value(const Expression& f) {
  if (is(f, Operation::constant) && is_finite(f))
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
