// The parts of fp-evolve, private to this room: what it reports, and its frames as files,
// PREFIX_0000.vti, …, PREFIX.pvd.
//
// A frame holds the density and, in its field data, what a restart needs: its number, what has left
// so far, and everything that determines the evolution (`evolution`), so that a frame of another
// problem is told from one of this.
#pragma once

#include "answers/evolution/run.hpp"
#include "answers/grids/cell_fields.hpp"
#include "escapade/answers/fields.hpp"
#include "programs/report/outcome.hpp"
#include "quantities/evolution/chain_state.hpp"

#include <string>
#include <utility>
#include <vector>

namespace escapade {

struct Frame {
  std::int64_t number = 0;
  ChainState state; // masses of the cells that it is written from, of the whole grid when read
};

/// "name=value" a line: problem, sets, start and grid, all that the masses at a time depend on.
std::string evolution_key(const Options& options, const Setup& setup, const Cells& grid);

/// This rank's file of a frame, without its name. Collective: the checksum is of all cells, the
/// same for any number of ranks.
FieldFile frame_file(MPI_Comm comm, const Chain& chain, const Setup& setup, const Frame& frame,
                     const std::string& key);

/// PREFIX_0012
std::string frame_prefix(const std::string& prefix, std::int64_t number);

/// BadInput beginning with -restart where the file is damaged or belongs to another evolution, with
/// the first difference named.
Frame read_frame(const std::string& file, const Cells& grid, std::size_t parts,
                 const std::string& key);

/// The file and those of all frames before it, in order, if they are all there beside it; else that
/// of `number` alone.
std::vector<std::string> frames_until(const std::string& file, std::int64_t number);

/// Density from a scalar field of a former run's file: bilinear between its cell centres, 0 beyond
/// them; of a run on a mesh linear on the triangles, and BadInput unless it is this run's mesh or
/// one that it was refined from. Of `density`, `quasi_stationary_density`, or the only field there
/// is.
Field density_of_file(const std::string& option, const std::string& file, const Setup& setup);

/// The same from a file on polygons. `where`: option and name of the file.
Field density_on_mesh(const std::string& where, const FieldFile& file, const CellField& density,
                      const Setup& setup);

/// Of nodes and triangles.
std::string mesh_checksum(const Mesh& mesh);

/// What "solver" of the JSON summary says besides the solver itself.
Json describe(const EvolutionAnswer& answer, int ranks);

/// Results and table.
void report_evolution(Outcome& out, const Setup& setup, const EvolutionAnswer& answer);

} // namespace escapade
