// How the equations of a chain are to be solved, and what did the work.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace escapade {

// gth         exact to rounding; on several ranks gathered on rank 0 and solved there
// krylov      distributed and certified
// multilevel  work and memory ∝ cells; ranks share it where each has a few rows of the lattice,
//             else it is gathered on rank 0
// automatic   gth on one rank; on several krylov, and where that cannot be trusted gth on rank 0
enum class SolverKind { automatic, gth, krylov, multilevel };

/// The number types that gth can hold its factors in. `automatic` starts in double and widens when
/// the range needs it; `long_double` starts in long double and may widen too; `extended` is a
/// double with an integer exponent; `double_precision` stays, and refuses (NotTrusted) what it
/// cannot represent.
enum class Precision { automatic, double_precision, long_double, extended };

struct Lattice; // where cells lie: answers fill it in

struct SolveOptions {
  SolverKind kind = SolverKind::automatic;
  Precision precision = Precision::automatic; // of gth
  double tolerance = 1e-6;                    // of krylov and multilevel
  const Lattice* lattice = nullptr;           // cells' places: of all cells, or of this rank's
};

/// What did the work, for the JSON's `solver`. On several ranks, seconds are of the slowest and
/// bytes of all. certificate: largest certified relative error, 0 where gth did all; of multilevel
/// an estimate from its contraction. iterations: of krylov, or multilevel's cycles.
struct SolverReport {
  std::string kind, precision;
  std::int64_t iterations = 0;
  double products = 0; // multilevel: its work in products with the finest matrix
  double certificate = 0, seconds = 0;
  std::int64_t memory_bytes = 0;
  std::vector<std::string> notices;
};

} // namespace escapade
