// Files of exit records: checkpoints of a run, and slices that are joined later.
//
// A file says what it belongs to (`key`: everything that determines a path's record, one
// "name=value" a line) and holds runs of consecutive paths for each start. Since a record depends
// on the key and the path's number alone, pieces from any run with the same key fit together.
//
// Layout, little-endian: "ESCAPADE records 2\n", key (u64 length, bytes), u64 starts, for each u64
// pieces, for each i64 first path, u64 paths, then time f64, part i32, x f64, y f64 a path; at the
// end XXH64 of all before.
#pragma once

#include "paths/exits/exits.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace escapade {

/// Records of paths first, first + 1, …
struct RecordPiece {
  std::int64_t first = 0;
  std::vector<ExitRecord> records;
  std::int64_t end() const { return first + static_cast<std::int64_t>(records.size()); }
};

struct RecordFile {
  std::string key;
  std::vector<std::vector<RecordPiece>> starts;
};

/// Written whole or not at all; CannotWrite.
void write_records(const std::string& path, const RecordFile& file);

/// BadInput, with `what` before it, for a file that cannot be read, is truncated or damaged, or
/// is none of ours.
RecordFile read_records(const std::string& what, const std::string& path);

/// Throws BadInput that names the first line in which the two keys differ.
void check_key(const std::string& what, const std::string& path, const std::string& found,
               const std::string& wanted);

/// Sorted by path, neighbours joined, empty ones dropped. Paths that two pieces hold are taken once
/// if `overlap` is allowed (they are the same, given the same key), else BadInput.
std::vector<RecordPiece> joined_pieces(std::vector<RecordPiece> pieces, bool overlap);

/// The paths of [first, first + paths) that no piece holds, as {first, count} in order; `pieces` as
/// from joined_pieces.
std::vector<std::pair<std::int64_t, std::int64_t>>
missing_paths(const std::vector<RecordPiece>& pieces, std::int64_t first, std::int64_t paths);

/// The records of [first, first + paths) that there are, in order.
std::vector<ExitRecord> records_within(const std::vector<RecordPiece>& pieces, std::int64_t first,
                                       std::int64_t paths);

} // namespace escapade
