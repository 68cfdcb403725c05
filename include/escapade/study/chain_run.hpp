// A chain with its solver, and what every study says of them.
#pragma once

#include "escapade/generator/chain.hpp"
#include "escapade/output/fields.hpp"
#include "escapade/run/session.hpp"
#include "escapade/study/setup.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace escapade {

struct ChainRun {
  Chain chain;
  std::unique_ptr<Solver> solver;
  double largest_drift = 0; // max |g| over all edges and ranks
};

/// Assembles and makes ready to solve. BadInput where the factors would not fit into memory.
ChainRun start_chain(Session& session, const Setup& setup, const GridShape& shape,
                     const Region& exit, CutRule rule);

/// "grid" of the JSON summary: what is known of the cells alone, and of the chain; "solver".
nlohmann::ordered_json describe_cells(const Cells& cells);
nlohmann::ordered_json describe_grid(const ChainRun& run);
nlohmann::ordered_json describe_solver(Session& session, const ChainRun& run);

/// Reflecting sides that are oblique to the grid.
bool has_oblique_walls(const Cells& grid);

/// A field file on the grid, without fields.
FieldFile field_file(const Cells& grid, const Problem& problem);

/// A field with f(unknown, out[components]) where there is an unknown and NaN elsewhere.
CellField cell_field(const Cells& grid, const std::string& name, const std::string& units,
                     int components, const std::function<void(std::size_t, double*)>& f);

/// Logarithm of a cell's area: log density = log mass − log area.
long double log_area(const Cells& grid, std::size_t u);

/// Where cells lie, `cells` of them (null: all): nothing where the cells are no lattice.
std::optional<Lattice> cell_places(const Chain& chain,
                                   const std::vector<std::int32_t>* cells = nullptr);

/// exp of a logarithm as double: 0 or infinity beyond its range.
double exp_of(long double log);

} // namespace escapade
