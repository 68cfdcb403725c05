// Fields on the cells of a chain, as files and viewers want them.
#pragma once

#include "escapade/answers/fields.hpp"
#include "escapade/problem/problem.hpp"
#include "generator/chain.hpp"

#include <mpi.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace escapade {

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

/// exp of a logarithm as double: 0 or infinity beyond its range.
double exp_of(long double log);

} // namespace escapade
