#include "output/pieces.hpp"

#include "generator/distribute.hpp"
#include "output/vtk_pieces.hpp"
#include "parallel/agree.hpp"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <optional>

namespace escapade {

namespace {

bool any(MPI_Comm comm, bool mine) {
  int all = mine;
  MPI_Allreduce(MPI_IN_PLACE, &all, 1, MPI_INT, MPI_LOR, comm);
  return all != 0;
}

/// Pieces with cells, in the order of the ranks, everywhere.
std::vector<Piece> pieces_of(MPI_Comm comm, const FieldFile& file) {
  int ranks = 1;
  MPI_Comm_size(comm, &ranks);
  const std::int64_t mine[3] = {file.piece->first, file.piece->last, cells_of(file)};
  std::vector<std::int64_t> all(3 * static_cast<std::size_t>(ranks));
  MPI_Allgather(mine, 3, MPI_INT64_T, all.data(), 3, MPI_INT64_T, comm);
  std::vector<Piece> pieces;
  for (int r = 0; r < ranks; ++r)
    if (all[3 * r + 2] > 0)
      pieces.push_back({r, all[3 * r], all[3 * r + 1]});
  return pieces;
}

} // namespace

std::string write_pieces(MPI_Comm comm, const std::string& prefix, const FieldFile& file) {
  int rank = 0;
  MPI_Comm_rank(comm, &rank);
  const std::vector<Piece> pieces = pieces_of(comm, file);
  const bool marks = any(comm, cells_of(file) > 0 && has_missing_cells(file));
  std::optional<AtomicFile> piece, header;
  agree(comm, [&] {
    if (cells_of(file) > 0)
      piece.emplace(write_piece(prefix, file, marks));
    if (rank == 0)
      header.emplace(write_header(prefix, file, pieces, marks));
  });
  std::vector<std::string> named;
  const auto name = [&](std::optional<AtomicFile>& part) {
    if (part) {
      part->commit();
      named.push_back(part->path());
    }
  };
  try {
    agree(comm, [&] { name(piece); });
    agree(comm, [&] { name(header); });
  } catch (const std::exception&) {
    std::error_code ignored;
    for (const std::string& path : named)
      std::filesystem::remove(path, ignored);
    throw;
  }
  return header ? header->path() : std::string();
}

FieldFile gathered_fields(MPI_Comm comm, const FieldFile& piece,
                          const std::vector<std::string>& names) {
  int rank = 0;
  MPI_Comm_rank(comm, &rank);
  FieldFile whole = piece;
  whole.piece.reset();
  whole.fields.clear();
  if (piece.polygons) {
    std::vector<double> corner, sides;
    for (Vec2 p : piece.polygons->corner)
      corner.push_back(p.x), corner.push_back(p.y);
    for (std::size_t k = 0; k + 1 < piece.polygons->start.size(); ++k)
      sides.push_back(static_cast<double>(piece.polygons->start[k + 1] - piece.polygons->start[k]));
    corner = gathered(comm, corner);
    sides = gathered(comm, sides);
    whole.polygons.emplace();
    for (std::size_t k = 0; k + 1 < corner.size(); k += 2)
      whole.polygons->corner.push_back({corner[k], corner[k + 1]});
    for (double n : sides)
      whole.polygons->start.push_back(whole.polygons->start.back() + static_cast<std::int64_t>(n));
  }
  for (const CellField& f : piece.fields)
    if (std::find(names.begin(), names.end(), f.name) != names.end()) {
      CellField all{f.name, f.units, f.components, f.component_names,
                    gathered(comm, f.make ? f.make() : f.values)};
      if (rank == 0)
        whole.fields.push_back(std::move(all));
    }
  return whole;
}

} // namespace escapade
