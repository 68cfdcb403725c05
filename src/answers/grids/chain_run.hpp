// A question on a grid: the chain of one grid with its solver.
#pragma once

#include "escapade/answers/answer.hpp"
#include "generator/chain.hpp"
#include "solve/solver.hpp"

#include <mpi.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace escapade {

/// What will be done with a chain, which decides how much memory that takes.
enum class Demand { stationary, exits, more };

/// What does not change from grid to grid. References must outlive it.
struct GridQuestion {
  MPI_Comm comm = MPI_COMM_NULL;
  const Problem& problem;
  const Domain& domain;
  const GridShape& shape; // of the finest grid
  const Region& exit;
  const Effort& effort;
  CutRule rule = CutRule::killing;
  Demand demand = Demand::more;
  bool with_solver = true;
  bool nested = false;           // each grid begins with the answers of the one before
  std::vector<Region> sets = {}; // within the chain, met by its edges
  bool may_fall_apart = false;   // into closed parts, which then have no solver
  bool through_time = false;     // followed from frame to frame, in steps
  /// Makes steps along a flow half as long (true) or as they were: grids do not tell what they are
  /// off by. Null: there are none.
  std::function<void(bool)> half_steps = {};
};

struct ChainRun {
  std::shared_ptr<Chain> held = std::make_shared<Chain>(); // the solver uses it too
  Chain& chain = *held;
  GridShape shape; // that the chain was asked for on
  std::unique_ptr<Solver> solver;
  double largest_drift = 0; // max |g| over all edges and ranks
};

/// What the memory of a run depends on.
struct RunSize {
  double unknowns = 0;
  int reach = 1;         // of the stencil, in cells
  bool diagonal = false; // it has edges besides those along the axes
  bool even = false;     // the noise is known to exchange about as much along both axes
  Demand demand = Demand::more;
};

/// Bytes of a whole run at its peak, over all ranks: rates, solver and fields.
double run_bytes(const SolveOptions& solve, int ranks, const RunSize& size);

/// Collective; every rank throws together. BadInput, with the bytes and the largest grid that fits,
/// where a node's ranks need more than it has free. The number of unknowns is taken from the share
/// of the box that the exit set leaves; of graded cells a quarter, the least there is likely to be.
void check_memory(const GridQuestion& question, const GridShape& shape);

/// The same once the chain is there, with its own number of unknowns and its stencil. Returns the
/// bytes.
double check_memory(const GridQuestion& question, const GridShape& shape, const Chain& chain);

/// "the grid of 32 x 32 cells"
std::string text_of(const GridShape& shape);

/// "1.5 GB"
std::string gigabytes(double bytes);

/// Assembles and makes ready to solve. BadInput where the run would not fit into memory.
/// Collective.
ChainRun start_chain(const GridQuestion& question, const GridShape& shape);

/// What is known of the cells alone, and of the chain.
GridReport report_of(const Cells& cells);
GridReport report_of(const ChainRun& run);

/// Fills grid, solver and warnings of an answer from the finest grid's run. Collective.
void report(const ChainRun& run, GridAnswer& answer);

/// Where cells lie, `cells` of them (null: this rank's): nothing where the cells are no lattice.
std::optional<Lattice> cell_places(const Chain& chain,
                                   const std::vector<std::int32_t>* cells = nullptr);

} // namespace escapade
