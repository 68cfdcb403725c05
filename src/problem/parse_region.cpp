#include "problem/parse_region.hpp"

#include "escapade/error.hpp"

#include "problem/expression/grammar/parser.hpp"
#include "problem/expression/node.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

namespace escapade {
namespace {

/// A condition whose comparisons are numbered, to combine their values at a point.
struct Tree {
  Condition::Kind kind;
  std::size_t comparison = 0;
  std::vector<Tree> operands;
};

Tree numbered(const Condition& condition, std::vector<Expression>& comparisons) {
  Tree tree{condition.kind, comparisons.size(), {}};
  if (condition.kind == Condition::Kind::comparison)
    comparisons.push_back(condition.phi);
  for (const Condition& operand : condition.operands)
    tree.operands.push_back(numbered(operand, comparisons));
  return tree;
}

/// The comparison that decides: the least φ of "and", the largest of "or". An undefined one decides
/// only where the others leave it open, as in "x > 0 and log(x) > 1" at x < 0.
std::size_t deciding(const Tree& tree, const double* phi, std::size_t stride) {
  if (tree.kind == Condition::Kind::comparison)
    return tree.comparison;
  const bool all = tree.kind == Condition::Kind::all;
  std::size_t best = 0, undefined = 0;
  bool found = false, open = false;
  for (const Tree& operand : tree.operands) {
    const std::size_t d = deciding(operand, phi, stride);
    const double value = phi[d * stride];
    if (std::isnan(value)) {
      undefined = d;
      open = true;
    } else if (!found || (all ? value < phi[best * stride] : value > phi[best * stride])) {
      best = d;
      found = true;
    }
  }
  const bool settled = found && (all ? phi[best * stride] < 0 : phi[best * stride] >= 0);
  return open && !settled ? undefined : best;
}

/// φ and what follows it, taken from the comparison that decides. `comparisons` has for each of
/// m comparisons φ, then for each the next component, and so on.
Field combined(Tree tree, std::vector<Expression> expressions, std::size_t m, Compile compile) {
  const std::size_t components = expressions.size() / m;
  const Field all = field_of(std::move(expressions), compile);
  if (m == 1)
    return all;
  return [tree = std::move(tree), all, m, components](std::size_t n, const double* x,
                                                      const double* y, double* out) {
    std::vector<double> values(components * m * n);
    all(n, x, y, values.data());
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t d = deciding(tree, values.data() + i, n);
      for (std::size_t k = 0; k < components; ++k)
        out[k * n + i] = values[(k * m + d) * n + i];
    }
  };
}

/// φ = c (coordinate − position) with a number c ≠ 0.
std::optional<HalfPlane> as_half_plane(const Condition& condition) {
  if (condition.kind != Condition::Kind::comparison)
    return std::nullopt;
  const auto c0 = constant_value(derivative(condition.phi, 0));
  const auto c1 = constant_value(derivative(condition.phi, 1));
  if (!c0 || !c1 || (*c0 == 0) == (*c1 == 0))
    return std::nullopt;
  const double zero = 0;
  const double* in[2] = {&zero, &zero};
  double at_zero = 0;
  double* out[1] = {&at_zero};
  Function({condition.phi}, 2, Compile::never)(1, in, out);
  const double c = *c0 + *c1;
  const double position = -at_zero / c;
  if (!std::isfinite(position))
    return std::nullopt;
  return HalfPlane{*c0 == 0 ? 1 : 0, position == 0 ? 0 : position, c > 0};
}

bool has_kinks(const Expression& f) {
  return std::ranges::any_of(operands_first({f}), [](const Expression::Node* node) {
    switch (node->operation) {
    case Operation::minimum:
    case Operation::maximum:
    case Operation::gate:
    case Operation::table:
    case Operation::abs:
    case Operation::sign:
    case Operation::step:
    case Operation::positive:
      return true;
    default:
      return false;
    }
  });
}

bool has_corners(const Condition& condition) {
  if (condition.kind == Condition::Kind::comparison)
    return has_kinks(condition.phi);
  return condition.kind == Condition::Kind::all ||
         std::ranges::any_of(condition.operands, has_corners);
}

Part as_part(const NamedCondition& named, Compile compile) {
  std::vector<Expression> comparisons;
  const Tree tree = numbered(named.condition, comparisons);
  const std::size_t m = comparisons.size();
  std::vector<Expression> with_gradient = comparisons;
  for (int i = 0; i < 2; ++i)
    for (std::size_t j = 0; j < m; ++j)
      with_gradient.push_back(derivative(comparisons[j], i));
  return {named.name, combined(tree, comparisons, m, compile),
          combined(tree, with_gradient, m, compile), as_half_plane(named.condition),
          has_corners(named.condition)};
}

Region as_region(const std::vector<NamedCondition>& parts, Compile compile) {
  Region region;
  for (const NamedCondition& part : parts)
    region.push_back(as_part(part, compile));
  return region;
}

} // namespace

Region parse_region(const std::string& option, const std::string& text, const Symbols& symbols,
                    Compile compile) {
  Parser parser(option, text, symbols);
  const auto parts = parser.parts();
  parser.tokens.expect_end();
  return as_region(parts, compile);
}

std::vector<std::pair<std::string, Region>> parse_named_regions(const std::string& option,
                                                                const std::string& text,
                                                                const Symbols& symbols,
                                                                Compile compile) {
  Parser parser(option, text, symbols);
  std::vector<std::pair<std::string, Region>> regions;
  do {
    if (!regions.empty() && parser.tokens.at_end())
      break; // a ';' at the end
    std::string name = parser.name("the name of a region");
    for (const auto& known : regions)
      if (known.first == name)
        parser.tokens.fail_before("the region '" + name + "' is given twice");
    parser.tokens.expect(":", "after the name of a region");
    const auto parts = parser.parts();
    regions.emplace_back(std::move(name), as_region(parts, compile));
  } while (parser.tokens.accept(";"));
  parser.tokens.expect_end();
  return regions;
}

} // namespace escapade
