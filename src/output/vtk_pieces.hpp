// Private to this room: one rank's file of several, the header that names them all, and what these
// have in common.
#pragma once

#include "escapade/answers/fields.hpp"
#include "support/atomic_file.hpp"

#include <string>
#include <vector>

namespace escapade {

/// Whether a cell is NaN in every field. Where one is in any piece, all pieces carry the marks.
bool has_missing_cells(const FieldFile& file);

/// Writes one rank's piece aside: PREFIX_k.vti, .vts or .vtu of piece k, to be committed once every
/// rank's is there. `marks`: has_missing_cells of any piece. Throws as write_fields.
AtomicFile write_piece(const std::string& prefix, const FieldFile& file, bool marks);

/// Writes aside what names the pieces: PREFIX.pvti, .pvts or .pvtu. `file`: any of the pieces;
/// `pieces`: those that have cells, in order.
AtomicFile write_header(const std::string& prefix, const FieldFile& file,
                        const std::vector<Piece>& pieces, bool marks);

/// Text as an attribute of XML holds it.
std::string escaped(const std::string& text);

/// Where the components of a field go in VTK's, and the names of all of VTK's (some may be empty).
struct Layout {
  std::vector<int> slot;
  std::vector<std::string> names;
};
Layout layout(const CellField& field, const std::array<std::string, 2>& variables);

/// Uniform cells along the variables' own axes.
bool is_image(const FieldFile& file);

/// ".vti" of an image, ".vts" of another lattice, ".vtu" of polygons.
std::string extension_of(const FieldFile& file);

} // namespace escapade
