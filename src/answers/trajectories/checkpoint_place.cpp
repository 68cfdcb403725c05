#include "answers/trajectories/runs.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <filesystem>

namespace escapade {
namespace {

namespace fs = std::filesystem;

/// Files PATH.rank0, PATH.rank1, … that a run has left.
std::vector<std::string> rank_files(const std::string& path) {
  std::vector<std::string> names;
  const fs::path whole(path);
  const fs::path folder = whole.has_parent_path() ? whole.parent_path() : fs::path(".");
  const std::string stem = whole.filename().string() + ".rank";
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.size() > stem.size() && name.compare(0, stem.size(), stem) == 0 &&
        name.find_first_not_of("0123456789", stem.size()) == std::string::npos)
      names.push_back(entry.path().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

void check_place(const std::string& path) {
  const std::string place = "the path checkpoint " + path;
  std::error_code ignored;
  if (fs::is_directory(path, ignored))
    throw BadInput(place + ": is a folder; give the name of a file, such as " +
                   (fs::path(path) / "checkpoint").string());
  if (fs::exists(path, ignored) && !fs::is_regular_file(path, ignored))
    throw BadInput(place + ": is no ordinary file; give another name");
  const fs::path folder = fs::path(path).parent_path();
  if (!folder.empty() && !fs::is_directory(folder, ignored))
    throw CannotWrite(place + ": there is no folder " + folder.string() +
                      "; make it, or give a file in a folder that there is");
}

/// write_records with what it is in what it throws.
void write_part(const std::string& path, const RecordFile& file) {
  try {
    write_records(path, file);
  } catch (const CannotWrite& e) {
    throw CannotWrite("the path checkpoint: " + std::string(e.what()) +
                      "; give a file in a folder that can be written to, with room for it");
  }
}

} // namespace

RecordFile read_checkpoint(const CheckpointPlace& place) {
  check_place(place.path);
  RecordFile all;
  all.key = place.key;
  std::vector<std::string> names = rank_files(place.path);
  if (fs::exists(place.path))
    names.insert(names.begin(), place.path);
  for (const std::string& name : names) {
    RecordFile one = read_records("the path checkpoint", name);
    check_key("the path checkpoint", name, one.key, place.key);
    all.starts.resize(std::max(all.starts.size(), one.starts.size()));
    for (std::size_t s = 0; s < one.starts.size(); ++s)
      for (RecordPiece& p : one.starts[s])
        all.starts[s].push_back(std::move(p));
  }
  for (auto& pieces : all.starts)
    pieces = joined_pieces(std::move(pieces), true);
  all.starts.resize(std::max(all.starts.size(), place.start + 1));
  return all;
}

void write_checkpoint(const CheckpointPlace& place, const RecordFile& file) {
  const std::vector<std::string> parts = rank_files(place.path);
  write_part(place.path, file);
  for (const std::string& name : parts)
    fs::remove(name);
}

void write_checkpoint(const CheckpointPlace& place, int rank, std::vector<RecordPiece> pieces) {
  RecordFile file;
  file.key = place.key;
  file.starts.resize(place.start + 1);
  file.starts.back() = std::move(pieces);
  write_part(place.path + ".rank" + std::to_string(rank), file);
}

} // namespace escapade
