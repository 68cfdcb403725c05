// Conditions as sets of points: a comparison f ≥ g is {φ ≥ 0} with φ = f − g; "and" is the
// intersection of sets, "or" their union, "not" the complement up to the boundary {φ = 0}.
#pragma once

#include "escapade/problem/expression.hpp"

#include <vector>

namespace escapade {

/// {φ ≥ 0} for a comparison; the intersection or union of the operands otherwise.
struct Condition {
  enum class Kind { comparison, all, any };
  Kind kind = Kind::comparison;
  Expression phi;
  std::vector<Condition> operands;
  bool strict = false; // the comparison leaves {φ = 0} out, where that matters (if)
};

/// Both conditions (all) or either of them (any).
Condition combined(Condition::Kind kind, Condition f, Condition g);
/// The complement, up to its boundary.
Condition complement(const Condition& condition);
/// 1 where the condition holds, else 0.
Expression indicator(const Condition& condition);

} // namespace escapade
