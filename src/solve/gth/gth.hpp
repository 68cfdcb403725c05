// Direct solution of M x = f, Mᵀ x = f and Mᵀ π = 0 for the M-matrix M = diag(k + W 1) − W of a
// Markov jump process, without a single subtraction.
//
// Cells v are eliminated one after the other (Grassmann, Taksar, Heyman):
//   d_v = k_v + Σ_{j>v} w_vj,   w_ij += w_iv w_vj / d_v,   k_i += w_iv k_v / d_v,
// sums, products and quotients of non-negative numbers only: every entry of the factors, and of x
// where f ≥ 0, is right to a few roundings whatever the condition number. The elimination is
// multifrontal: dense blocks on a tree of separators.
//   W. K. Grassmann, M. I. Taksar, D. P. Heyman, Oper. Res. 33 (1985) 1107,
//   doi:10.1287/opre.33.5.1107 C. A. O'Cinneide, Numer. Math. 65 (1993) 109, doi:10.1007/BF01385743
//   (entrywise accuracy) I. S. Duff, J. K. Reid, ACM Trans. Math. Softw. 9 (1983) 302,
//   doi:10.1145/356044.356047
//
// Range. A rate lost to underflow matters only where the answer feels it: an absolute change δ of a
// rate changes τ = M⁻¹1 relatively by at most δ·max τ. When an underflow happened and the answer is
// that large (or spans that many orders), the factorisation is repeated in long double (1e±4932)
// and then with an integer exponent (no limit), and the solve with it.
#pragma once

#include "escapade/solve/options.hpp"
#include "generator/generator.hpp"
#include "generator/log_vector.hpp"
#include "solve/ordering.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace escapade {

struct GthOptions {
  Precision precision = Precision::automatic;
  const Lattice* lattice = nullptr; // where the cells lie: see elimination_order
  int threads = 0;                  // 0: OpenMP's default; the answer does not depend on it
  std::int64_t memory_limit = 0;    // bytes; 0: what the machine has available
};

/// Factors of one generator. Cells in the generator's numbering everywhere.
class GthSolver {
public:
  /// Analyses and factorises. The generator must hold all its rows; it is not needed afterwards.
  /// BadInput: rates not finite or negative, an exit that some cells cannot reach, several closed
  /// classes where there is no exit, factors that do not fit into memory (bytes named).
  GthSolver(const Generator& generator, const GthOptions& options);
  GthSolver(GthSolver&&) noexcept;
  GthSolver& operator=(GthSolver&&) noexcept;
  ~GthSolver();

  /// log x ≥ 0 of M x = f, f ≥ 0 given by logs (all 0: mean exit times). BadInput without an exit.
  LogVector backward(const LogVector& log_f);
  /// log x ≥ 0 of Mᵀ x = f (f a source per unit time: mean time spent in each cell).
  LogVector forward(const LogVector& log_f);
  /// log π of Mᵀ π = 0, Σ π = 1. BadInput if the generator has an exit.
  LogVector stationary();

  Precision precision() const;       // of the factors now held, never `automatic`
  std::int64_t memory_bytes() const; // peak of the factorisation, counted
  double seconds() const;            // analysis, factorisations and solves so far, wall clock
  double flops() const;              // of one factorisation
  std::string notice() const;        // empty, or why the precision was widened

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Bytes a factorisation of `cells` cells of a square lattice will take at its peak, the generator
/// included: an estimate for before anything is assembled. `reach` and `diagonal_edges` as in
/// Lattice. The solver itself counts exactly before it factorises.
std::int64_t gth_memory(std::int64_t cells, int reach, Precision precision,
                        bool diagonal_edges = false);

} // namespace escapade
