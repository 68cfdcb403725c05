// The file that keeps exit records of a run while it goes on; one rank's business each time.
// Private to the library.
#pragma once

#include "paths/exits/checkpoint.hpp"

#include <cstddef>
#include <string>

namespace escapade {

/// The file PATH, what it belongs to (RecordFile::key), and the number of the start that is run.
struct CheckpointPlace {
  std::string path, key;
  std::size_t start = 0;
};

/// The file and what ranks have left beside it as PATH.rankN, joined; at least start + 1 starts.
/// BadInput for a file of another run, a damaged one, or a place that is no file.
RecordFile read_checkpoint(const CheckpointPlace& place);

/// Writes the file, which then holds what ranks have left. CannotWrite.
void write_checkpoint(const CheckpointPlace& place, const RecordFile& file);

/// What rank `rank` has so far of the start that is run, as PATH.rankN. CannotWrite.
void write_checkpoint(const CheckpointPlace& place, int rank, std::vector<RecordPiece> pieces);

} // namespace escapade
