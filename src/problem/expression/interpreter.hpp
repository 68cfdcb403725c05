// Runs a program on blocks of points: each step is one loop over the block, so that its values stay
// in the first-level cache and the loops vectorise.
#pragma once

#include "problem/expression/program.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace escapade {

class Interpreter {
public:
  static constexpr std::size_t block = 256;

  Interpreter() = default;
  /// The first `vectors` inputs differ from point to point, the others are one number each.
  Interpreter(const Program& program, int vectors);

  /// Doubles of scratch that run needs, aligned to 64 bytes for speed.
  std::size_t scratch() const { return registers_ * block; }

  /// out[k][i] for i < n ≤ block, from in[v][i] and the numbers scalar[…].
  void run(std::size_t n, const double* const* in, const double* scalar, double* const* out,
           double* scratch) const;

private:
  enum class Shape : std::uint8_t { vector, vector_vector, vector_scalar, scalar_vector };
  struct Instruction {
    Operation operation;
    bool reciprocal;
    Shape shape;
    int target, f, g; // places of vectors: inputs, registers, outputs; or numbers of scalars
    int table = -1;
  };
  struct Copy {
    std::size_t output;
    bool from_scalar;
    int from;
  };

  std::vector<Instruction> instructions_;
  std::vector<Copy> copies_; // outputs that are inputs, numbers or other outputs
  std::vector<double> constants_;
  std::vector<TableAccess> tables_;
  std::size_t vectors_ = 0, registers_ = 0, outputs_ = 0;
  int scalars_ = 0;
};

/// Scratch of this thread, at least that many doubles, aligned to 64 bytes.
double* thread_scratch(std::size_t doubles);

} // namespace escapade
