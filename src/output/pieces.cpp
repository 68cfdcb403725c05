#include "output/pieces.hpp"

#include "generator/distribute.hpp"
#include "output/vtk_pieces.hpp"
#include "parallel/agree.hpp"

#include <algorithm>

namespace escapade {

namespace {

/// Pieces with cells, in the order of the ranks, everywhere.
std::vector<Piece> pieces_of(const Ranks& ranks, const FieldFile& file) {
  struct Share {
    std::int64_t first, last, cells;
  };
  std::vector<Piece> pieces;
  int rank = 0;
  for (const Share& s : ranks.each(Share{file.piece->first, file.piece->last, cells_of(file)})) {
    if (s.cells > 0)
      pieces.push_back({rank, s.first, s.last});
    ++rank;
  }
  return pieces;
}

} // namespace

std::string write_pieces(MPI_Comm comm, const std::string& prefix, const FieldFile& file) {
  const Ranks ranks(comm);
  const std::vector<Piece> pieces = pieces_of(ranks, file);
  const bool marks = ranks.max<int>(cells_of(file) > 0 && has_missing_cells(file)) > 0;
  FilesTogether files;
  std::string header;
  agree(comm, [&] {
    if (cells_of(file) > 0)
      write_piece(prefix, file, marks).commit();
    if (ranks.rank() == 0) {
      AtomicFile all = write_header(prefix, file, pieces, marks);
      all.commit();
      header = all.path();
    }
  });
  agree(comm, [&] { files.name(); });
  files.keep();
  return header;
}

FieldFile gathered_fields(MPI_Comm comm, const FieldFile& piece,
                          const std::vector<std::string>& names) {
  FieldFile whole = piece;
  whole.piece.reset();
  whole.fields.clear();
  if (piece.polygons) {
    std::vector<std::int64_t> sides;
    for (std::size_t k = 0; k + 1 < piece.polygons->start.size(); ++k)
      sides.push_back(piece.polygons->start[k + 1] - piece.polygons->start[k]);
    whole.polygons.emplace();
    whole.polygons->corner = gathered(comm, piece.polygons->corner);
    for (const std::int64_t n : gathered(comm, std::move(sides)))
      whole.polygons->start.push_back(whole.polygons->start.back() + n);
  }
  for (const CellField& f : piece.fields)
    if (std::find(names.begin(), names.end(), f.name) != names.end()) {
      CellField all{f.name, f.units, f.components, f.component_names,
                    gathered(comm, f.make ? f.make() : f.values)};
      if (Ranks(comm).rank() == 0)
        whole.fields.push_back(std::move(all));
    }
  return whole;
}

} // namespace escapade
