// Expressions as a list of steps, each computing one value from earlier ones. Equal values are
// computed once; constant whole powers are products; divisions by the same value share its
// reciprocal.
#pragma once

#include "problem/expression/node.hpp"

#include <vector>

namespace escapade {

enum class StepKind { constant, input, operation, reciprocal };

struct Step {
  StepKind kind = StepKind::constant;
  Operation operation = Operation::constant; // of an operation
  int f = 0, g = -1;                         // operands: earlier steps; the number of an input is f
  double value = 0;                          // of a constant
  int table = -1;                            // of a table: its place among the program's
};

/// outputs[k] is the step that computes output k.
struct Program {
  std::vector<Step> steps;
  std::vector<int> outputs;
  int inputs = 0;
  std::vector<TableAccess> tables;
};

/// Throws BadInput if an input ≥ `inputs` is used or more than a million steps are needed.
Program make_program(const std::vector<Expression>& outputs, int inputs);

/// The steps that `targets` need, themselves included, down to those in `known` (empty: none).
std::vector<bool> needed_for(const Program& program, const std::vector<int>& targets,
                             const std::vector<bool>& known);

/// A program of inputs (point's, row's) in three: what depends on the row alone, what depends on
/// the point alone, and the rest, whose inputs are the outputs of `point`, then those of `row`.
struct SplitProgram {
  Program row, point, both;
};
SplitProgram split(const Program& program, int point_inputs);

} // namespace escapade
