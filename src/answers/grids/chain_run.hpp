// A question on a grid: the chain of one grid with its solver.
#pragma once

#include "escapade/answers/answer.hpp"
#include "generator/chain.hpp"

#include <mpi.h>

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
};

struct ChainRun {
  std::shared_ptr<Chain> held = std::make_shared<Chain>(); // the solver uses it too
  Chain& chain = *held;
  std::unique_ptr<Solver> solver;
  double largest_drift = 0; // max |g| over all edges and ranks
};

/// Assembles and makes ready to solve. BadInput where the run would not fit into memory.
/// Collective.
ChainRun start_chain(const GridQuestion& question, const GridShape& shape);

/// The same for one shape of the question's grid_sequence: what is wrong on a coarser grid than the
/// finest is said to be of that one.
ChainRun start_level(const GridQuestion& question, const GridShape& shape);

/// What is known of the cells alone, and of the chain.
GridReport report_of(const Cells& cells);
GridReport report_of(const ChainRun& run);

/// Fills grid, solver and warnings of an answer from the finest grid's run. Collective.
void report(const ChainRun& run, GridAnswer& answer);

/// Reflecting sides that are oblique to the grid.
bool has_oblique_walls(const Cells& grid);

/// Where cells lie, `cells` of them (null: this rank's): nothing where the cells are no lattice.
std::optional<Lattice> cell_places(const Chain& chain,
                                   const std::vector<std::int32_t>* cells = nullptr);

} // namespace escapade
