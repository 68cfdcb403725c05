// A chain with its solver, and what every study says of them.
#pragma once

#include "answers/fields.hpp"
#include "generator/chain.hpp"
#include "programs/main/session.hpp"
#include "programs/setup/setup.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace escapade {

struct ChainRun {
  std::shared_ptr<Chain> held = std::make_shared<Chain>(); // the solver uses it too
  Chain& chain = *held;
  std::unique_ptr<Solver> solver;
  double largest_drift = 0; // max |g| over all edges and ranks
};

/// What will be done with a chain, which decides how much memory that takes.
enum class Demand { stationary, exits, more };

/// Assembles and makes ready to solve. BadInput where the run would not fit into memory.
ChainRun start_chain(Session& session, const Setup& setup, const GridShape& shape,
                     const Region& exit, CutRule rule, Demand demand = Demand::more);

/// The same for one shape of the run's grid_sequence: what is wrong on a coarser grid than the
/// run's is said to be of that one.
ChainRun start_level(Session& session, const Setup& setup, const GridShape& shape,
                     const Region& exit, CutRule rule, Demand demand = Demand::more);

/// "grid" of the JSON summary: what is known of the cells alone, and of the chain; "solver".
nlohmann::ordered_json describe_cells(const Cells& cells);
nlohmann::ordered_json describe_grid(const ChainRun& run);
nlohmann::ordered_json describe_solver(Session& session, const ChainRun& run);

/// Reflecting sides that are oblique to the grid.
bool has_oblique_walls(const Cells& grid);

/// The cells that a rank writes: [first, last) of the unknowns, in its piece.
struct OwnCells {
  std::int64_t first = 0, last = 0;
  std::optional<Piece> piece; // none: all cells
};

/// All cells, whoever writes them; those of this rank, in a piece where there are several
/// (collective).
OwnCells all_cells(const Cells& grid);
OwnCells own_cells(MPI_Comm comm, const Chain& chain);

/// A field file on these cells, without fields.
FieldFile field_file(const Cells& grid, const OwnCells& own, const Problem& problem);

/// A field with f(k, out[components]) for the k-th of these cells and NaN where there is none.
CellField cell_field(const Cells& grid, const OwnCells& own, const std::string& name,
                     const std::string& units, int components,
                     const std::function<void(std::size_t, double*)>& f);

/// The same, made when it is written; what f needs must be shared with it.
CellField made_field(std::shared_ptr<const Cells> grid, const OwnCells& own,
                     const std::string& name, const std::string& units, int components,
                     std::function<void(std::size_t, double*)> f);

/// The same of all cells.
FieldFile field_file(const Cells& grid, const Problem& problem);
CellField cell_field(const Cells& grid, const std::string& name, const std::string& units,
                     int components, const std::function<void(std::size_t, double*)>& f);

/// Logarithm of a cell's area: log density = log mass − log area.
long double log_area(const Cells& grid, std::int64_t u);

/// Where cells lie, `cells` of them (null: this rank's): nothing where the cells are no lattice.
std::optional<Lattice> cell_places(const Chain& chain,
                                   const std::vector<std::int32_t>* cells = nullptr);

/// exp of a logarithm as double: 0 or infinity beyond its range.
double exp_of(long double log);

} // namespace escapade
