#include "problem/expression/program.hpp"

#include "escapade/error.hpp"
#include "escapade/problem/table_function.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace escapade {
namespace {

using Node = Expression::Node;

constexpr std::size_t most_steps = 1000000;
constexpr double largest_product_power = 64;

class Builder {
public:
  Program program;

  int add(const Step& step) {
    const Key key{static_cast<int>(step.kind),
                  static_cast<int>(step.operation),
                  step.f,
                  step.g,
                  std::bit_cast<std::uint64_t>(step.value),
                  step.table};
    const auto [entry, isnew] = known_.try_emplace(key, static_cast<int>(program.steps.size()));
    if (isnew) {
      if (program.steps.size() >= most_steps)
        throw BadInput("an expression needs more than a million operations, simplify it");
      program.steps.push_back(step);
    }
    return entry->second;
  }
  int constant(double value) {
    return add({StepKind::constant, Operation::constant, 0, -1, value});
  }
  const Step& at(int step) const { return program.steps[static_cast<std::size_t>(step)]; }

  int operation(Operation o, int f, int g = -1) {
    if (at(f).kind == StepKind::constant && (g < 0 || at(g).kind == StepKind::constant))
      return constant(apply(o, at(f).value, g < 0 ? 0 : at(g).value));
    if ((o == Operation::add || o == Operation::multiply) && g < f)
      std::swap(f, g);
    return add({StepKind::operation, o, f, g, 0});
  }
  int table(const TableAccess& access, int f, int g) {
    auto& tables = program.tables;
    if (at(f).kind == StepKind::constant && at(g).kind == StepKind::constant)
      return constant(access.table->at({at(f).value, at(g).value}, access.order_x, access.order_y));
    const auto place = std::find(tables.begin(), tables.end(), access) - tables.begin();
    if (place == std::ssize(tables))
      tables.push_back(access);
    return add({StepKind::operation, Operation::table, f, g, 0, static_cast<int>(place)});
  }
  int reciprocal(int f) {
    if (at(f).kind == StepKind::constant)
      return constant(1 / at(f).value);
    return add({StepKind::reciprocal, Operation::divide, f, -1, 0});
  }

  /// f^n, n ≥ 1, by squaring.
  int product_power(int f, int n) {
    int result = -1;
    for (int square = f; n > 0; n >>= 1) {
      if (n & 1)
        result = result < 0 ? square : operation(Operation::multiply, result, square);
      if (n > 1)
        square = operation(Operation::multiply, square, square);
    }
    return result;
  }

  int power(int f, int g, const double* exponent) {
    if (exponent != nullptr) {
      const double c = std::abs(*exponent);
      int h = -1;
      if (c == std::floor(c) && c >= 1 && c <= largest_product_power)
        h = product_power(f, static_cast<int>(c));
      else if (c == 0.5)
        h = operation(Operation::sqrt, f);
      if (h >= 0)
        return *exponent < 0 ? reciprocal(h) : h;
    }
    return operation(Operation::power, f, g);
  }

private:
  using Key = std::tuple<int, int, int, int, std::uint64_t, int>;
  std::map<Key, int> known_;
};

/// How many distinct quotients have this denominator.
std::unordered_map<const Node*, int> count_quotients(const std::vector<const Node*>& nodes) {
  std::unordered_map<const Node*, int> count;
  for (const Node* node : nodes)
    if (node->operation == Operation::divide && node->g->operation != Operation::constant)
      ++count[node->g.get()];
  return count;
}

/// Copies the steps that `keep` names and what they need; steps named in `leaf` become inputs.
Program extract(const Program& from, const std::vector<int>& keep, const std::map<int, int>& leaf,
                int inputs) {
  std::vector<bool> known(from.steps.size());
  for (const auto& [step, number] : leaf)
    known[static_cast<std::size_t>(step)] = true;
  const std::vector<bool> needed = needed_for(from, keep, known);
  Builder builder;
  std::vector<int> place(from.steps.size(), -1);
  for (std::size_t i = 0; i < from.steps.size(); ++i) {
    if (!needed[i])
      continue;
    Step s = from.steps[i];
    if (const auto found = leaf.find(static_cast<int>(i)); found != leaf.end()) {
      s = {StepKind::input, Operation::input, found->second, -1, 0};
    } else if (s.kind == StepKind::operation || s.kind == StepKind::reciprocal) {
      s.f = place[static_cast<std::size_t>(s.f)];
      if (s.g >= 0)
        s.g = place[static_cast<std::size_t>(s.g)];
    }
    place[i] = builder.add(s);
  }
  for (int step : keep)
    builder.program.outputs.push_back(place[static_cast<std::size_t>(step)]);
  builder.program.inputs = inputs;
  builder.program.tables = from.tables;
  return std::move(builder.program);
}

} // namespace

std::vector<bool> needed_for(const Program& program, const std::vector<int>& targets,
                             const std::vector<bool>& known) {
  std::vector<bool> needed(program.steps.size());
  for (int step : targets)
    needed[static_cast<std::size_t>(step)] = true;
  for (std::size_t i = program.steps.size(); i-- > 0;) {
    const Step& s = program.steps[i];
    const bool leaf = s.kind == StepKind::constant || s.kind == StepKind::input;
    if (!needed[i] || leaf || (!known.empty() && known[i]))
      continue;
    needed[static_cast<std::size_t>(s.f)] = true;
    if (s.g >= 0)
      needed[static_cast<std::size_t>(s.g)] = true;
  }
  return needed;
}

Program make_program(const std::vector<Expression>& outputs, int inputs) {
  Builder builder;
  const std::vector<const Node*> nodes = operands_first(outputs);
  const auto quotients = count_quotients(nodes);
  std::unordered_map<const Node*, int> place;
  for (const Node* node : nodes) {
    int step = -1;
    const int f = node->f ? place.at(node->f.get()) : -1;
    const int g = node->g ? place.at(node->g.get()) : -1;
    if (node->operation == Operation::constant) {
      step = builder.constant(node->value);
    } else if (node->operation == Operation::input) {
      if (node->index < 0 || node->index >= inputs)
        throw BadInput("an expression uses input " + std::to_string(node->index) + " of " +
                       std::to_string(inputs) + " (counted from 0)");
      step = builder.add({StepKind::input, Operation::input, node->index, -1, 0});
    } else if (node->operation == Operation::table) {
      step = builder.table(node->table, f, g);
    } else if (node->operation == Operation::power) {
      const bool fixed = node->g->operation == Operation::constant;
      step = builder.power(f, g, fixed ? &node->g->value : nullptr);
    } else if (node->operation == Operation::divide && quotients.contains(node->g.get()) &&
               quotients.at(node->g.get()) > 1) {
      step = builder.operation(Operation::multiply, f, builder.reciprocal(g));
    } else {
      step = builder.operation(node->operation, f, g);
    }
    place.emplace(node, step);
  }
  for (const Expression& output : outputs)
    builder.program.outputs.push_back(place.at(output.node().get()));
  builder.program.inputs = inputs;
  // Squaring and shared reciprocals can leave steps that nothing uses.
  return extract(builder.program, builder.program.outputs, {}, inputs);
}

SplitProgram split(const Program& program, int point_inputs) {
  // Bit 0: depends on the point, bit 1: on the row.
  std::vector<int> depends(program.steps.size());
  for (std::size_t i = 0; i < program.steps.size(); ++i) {
    const Step& s = program.steps[i];
    if (s.kind == StepKind::input)
      depends[i] = s.f < point_inputs ? 1 : 2;
    else if (s.kind != StepKind::constant)
      depends[i] = depends[static_cast<std::size_t>(s.f)] |
                   (s.g >= 0 ? depends[static_cast<std::size_t>(s.g)] : 0);
  }
  // The values at which the sum over rows begins: operands of steps that depend on both, and
  // outputs that do not.
  std::vector<int> of_point, of_row;
  std::vector<bool> taken(program.steps.size());
  const auto take = [&](int step) {
    const auto i = static_cast<std::size_t>(step);
    if (depends[i] == 0 || depends[i] == 3 || taken[i])
      return;
    taken[i] = true;
    (depends[i] == 1 ? of_point : of_row).push_back(step);
  };
  for (std::size_t i = 0; i < program.steps.size(); ++i) {
    if (depends[i] != 3)
      continue;
    take(program.steps[i].f);
    if (program.steps[i].g >= 0)
      take(program.steps[i].g);
  }
  for (int output : program.outputs)
    take(output);
  std::map<int, int> leaf;
  for (int step : of_point)
    leaf.emplace(step, static_cast<int>(leaf.size()));
  for (int step : of_row)
    leaf.emplace(step, static_cast<int>(leaf.size()));

  std::map<int, int> row_inputs;
  for (std::size_t i = 0; i < program.steps.size(); ++i)
    if (program.steps[i].kind == StepKind::input && program.steps[i].f >= point_inputs)
      row_inputs.emplace(static_cast<int>(i), program.steps[i].f - point_inputs);
  return {extract(program, of_row, row_inputs, program.inputs - point_inputs),
          extract(program, of_point, {}, point_inputs),
          extract(program, program.outputs, leaf, static_cast<int>(leaf.size()))};
}

} // namespace escapade
