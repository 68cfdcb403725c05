// Expressions evaluated at many points: by machine code that the system's compiler makes of them,
// or, where there is none or it is not wanted, by an interpreter that works on blocks of points.
//
// Subexpressions that several outputs share are computed once. A point's result depends neither on
// how many points are given nor on its place among them. Undefined results are NaN or infinite.
#pragma once

#include "escapade/problem/expression.hpp"
#include "escapade/problem/field.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace escapade {

/// automatic: machine code where it can be had; never: always the interpreter.
enum class Compile { automatic, never };

/// out[k][i] = e_k(in[0][i], in[1][i], …) for i < n. May be called from several threads at once;
/// out must not overlap in.
class Function {
public:
  Function() = default; // no outputs
  /// Throws BadInput if an expression uses an input ≥ `inputs` or is too large.
  Function(std::vector<Expression> outputs, int inputs, Compile compile);
  void operator()(std::size_t n, const double* const* in, double* const* out) const;
  bool compiled() const;

private:
  struct Code;
  std::shared_ptr<const Code> code_;
};

/// out[k][i] = Σ_r weight[r] e_k(in[0][i], …, row[0][r], row[1][r], …) for i < n. The inputs
/// 0 … point_inputs−1 of the expressions are the point's, the following ones the row's columns.
class RowSum {
public:
  RowSum() = default;
  /// columns[c][r]; each column has as many rows as there are weights, else BadInput.
  RowSum(std::vector<Expression> outputs, int point_inputs,
         std::vector<std::vector<double>> columns, std::vector<double> weights, Compile compile);
  void operator()(std::size_t n, const double* const* in, double* const* out) const;
  bool compiled() const;

private:
  struct Code;
  std::shared_ptr<const Code> code_;
};

/// The expressions of inputs 0 and 1 as a field of x and y, one component each.
Field field_of(std::vector<Expression> outputs, Compile compile);

/// Why the latest function that wanted machine code is interpreted instead; empty if none was.
std::optional<std::string> compile_notice();

} // namespace escapade
