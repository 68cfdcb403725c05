// Running trajectories on all ranks, with or without a checkpoint.
#include "programs/mc/exit.hpp"

#include "escapade/error.hpp"
#include "parallel/gather.hpp"
#include "programs/main/progress.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>

namespace escapade {
namespace {

using Interval = std::pair<std::int64_t, std::int64_t>; // first path, number of paths
namespace fs = std::filesystem;
constexpr std::chrono::seconds between_writes{2};

/// This rank's share of the paths in the intervals.
std::vector<Interval> share(const std::vector<Interval>& intervals, int rank, int ranks) {
  std::int64_t total = 0;
  for (const Interval& i : intervals)
    total += i.second;
  const RowRange slice = rows_of_rank(total, rank, ranks);
  std::int64_t skip = slice.first, take = slice.size();
  std::vector<Interval> mine;
  for (const auto& [first, count] : intervals) {
    const std::int64_t jump = std::min(skip, count), use = std::min(take, count - jump);
    skip -= jump;
    if (use > 0)
      mine.emplace_back(first + jump, use);
    take -= use;
  }
  return mine;
}

/// All ranks' pieces, on rank 0.
std::vector<RecordPiece> gathered_pieces(MPI_Comm comm, const std::vector<RecordPiece>& mine) {
  std::vector<std::int64_t> heads;
  std::vector<ExitRecord> records;
  for (const RecordPiece& p : mine) {
    heads.push_back(p.first);
    heads.push_back(static_cast<std::int64_t>(p.records.size()));
    records.insert(records.end(), p.records.begin(), p.records.end());
  }
  const auto all = joined(comm, heads);
  const std::vector<ExitRecord> every = gathered(comm, std::move(records));
  std::vector<RecordPiece> pieces;
  if (every.empty()) // other ranks
    return pieces;
  auto at = every.begin();
  for (std::size_t k = 0; k + 1 < all.size(); k += 2) {
    RecordPiece& p = pieces.emplace_back();
    p.first = all[k];
    p.records.assign(at, at + all[k + 1]);
    at += all[k + 1];
  }
  return pieces;
}

std::vector<Interval> broadcast(MPI_Comm comm, std::vector<Interval> intervals) {
  std::vector<std::int64_t> flat;
  for (const auto& [first, count] : intervals) {
    flat.push_back(first);
    flat.push_back(count);
  }
  auto n = static_cast<std::int64_t>(flat.size());
  MPI_Bcast(&n, 1, MPI_INT64_T, 0, comm);
  flat.resize(static_cast<std::size_t>(n));
  MPI_Bcast(flat.data(), static_cast<int>(n), MPI_INT64_T, 0, comm);
  intervals.clear();
  for (std::size_t k = 0; k + 1 < flat.size(); k += 2)
    intervals.emplace_back(flat[k], flat[k + 1]);
  return intervals;
}

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
  const std::string option = "-mc_checkpoint " + path;
  std::error_code ignored;
  if (fs::is_directory(path, ignored))
    throw BadInput(option + ": is a folder; give the name of a file, such as " +
                   (fs::path(path) / "checkpoint").string());
  if (fs::exists(path, ignored) && !fs::is_regular_file(path, ignored))
    throw BadInput(option + ": is no ordinary file; give another name");
  const fs::path folder = fs::path(path).parent_path();
  if (!folder.empty() && !fs::is_directory(folder, ignored))
    throw CannotWrite(option + ": there is no folder " + folder.string() +
                      "; make it, or give a file in a folder that there is");
}

/// write_records with the option in what it throws.
void write_part(const std::string& path, const RecordFile& file) {
  try {
    write_records(path, file);
  } catch (const CannotWrite& e) {
    throw CannotWrite("-mc_checkpoint: " + std::string(e.what()) +
                      "; give a file in a folder that can be written to, with room for it");
  }
}

/// The checkpoint and what ranks have left beside it, joined.
RecordFile read_checkpoint(const CheckpointPlace& place) {
  check_place(place.path);
  RecordFile all;
  all.key = place.key;
  std::vector<std::string> names = rank_files(place.path);
  if (fs::exists(place.path))
    names.insert(names.begin(), place.path);
  for (const std::string& name : names) {
    RecordFile one = read_records("-mc_checkpoint", name);
    check_key("-mc_checkpoint", name, one.key, place.key);
    all.starts.resize(std::max(all.starts.size(), one.starts.size()));
    for (std::size_t s = 0; s < one.starts.size(); ++s)
      for (RecordPiece& p : one.starts[s])
        all.starts[s].push_back(std::move(p));
  }
  for (auto& pieces : all.starts)
    pieces = joined_pieces(std::move(pieces), true);
  return all;
}

void write_checkpoint(const CheckpointPlace& place, const RecordFile& file) {
  const std::vector<std::string> parts = rank_files(place.path);
  write_part(place.path, file);
  for (const std::string& name : parts)
    fs::remove(name);
}

/// Runs the intervals one after the other; the leading whole batches where a signal came.
std::vector<RecordPiece> run_intervals(Session& session, ExitSetup run,
                                       const std::vector<Interval>& intervals,
                                       const CheckpointPlace* place) {
  std::vector<RecordPiece> pieces;
  std::int64_t total = 0, before = 0;
  for (const Interval& i : intervals)
    total += i.second;
  Progress line("trajectories", session.rank());
  auto written = std::chrono::steady_clock::now();
  for (const auto& [first, count] : intervals) {
    if (stop_requested())
      break;
    run.first_path = first;
    run.paths = count;
    run.stop = [] { return stop_requested(); };
    run.progress = [&, at = first](std::int64_t done, std::span<const ExitRecord> whole) {
      line.show(before + done, total, "");
      const auto now = std::chrono::steady_clock::now();
      if (!place || whole.empty() || now - written < between_writes)
        return;
      RecordFile file;
      file.key = place->key;
      file.starts.resize(place->start + 1);
      file.starts.back() = pieces;
      file.starts.back().push_back({at, {whole.begin(), whole.end()}});
      write_part(place->path + ".rank" + std::to_string(session.rank()), file);
      written = std::chrono::steady_clock::now();
    };
    pieces.push_back({first, simulate_exits(run)});
    before += count;
  }
  return pieces;
}

std::vector<ExitRecord> run_some(Session& session, const ExitSetup& setup, std::int64_t paths,
                                 bool& partial, const CheckpointPlace* place) {
  RecordFile file; // on rank 0
  std::vector<Interval> missing{{setup.first_path, paths}};
  if (place) {
    agree(session.comm(), [&] {
      if (session.rank() != 0)
        return;
      file = read_checkpoint(*place);
      file.starts.resize(std::max(file.starts.size(), place->start + 1));
      write_checkpoint(*place, file); // before the run: a place that cannot be written is told now
      missing = missing_paths(file.starts[place->start], setup.first_path, paths);
    });
    missing = broadcast(session.comm(), missing);
  }
  std::vector<RecordPiece> mine;
  agree(session.comm(), [&] {
    mine = run_intervals(session, setup, share(missing, session.rank(), session.ranks()), place);
    if (place && session.rank() == 0)
      for (RecordPiece& p : file.starts[place->start])
        mine.push_back(std::move(p));
  });
  std::vector<ExitRecord> records;
  if (!place && !mine.empty()) { // one interval
    records = std::move(mine.front().records);
  } else if (place) {
    std::vector<RecordPiece> all = gathered_pieces(session.comm(), mine);
    agree(session.comm(), [&] {
      if (session.rank() != 0)
        return;
      all = joined_pieces(std::move(all), false);
      records = records_within(all, setup.first_path, paths);
      file.starts[place->start] = std::move(all);
      write_checkpoint(*place, file);
    });
  }
  const Ranks ranks(session.comm());
  partial = partial || ranks.sum(std::ssize(records)) < paths;
  return records;
}

} // namespace

std::vector<ExitRecord> run_exits(Session& session, const ExitSetup& setup, std::int64_t paths,
                                  bool& partial) {
  return run_some(session, setup, paths, partial, nullptr);
}

std::vector<ExitRecord> run_exits(Session& session, const ExitSetup& setup, std::int64_t paths,
                                  bool& partial, const CheckpointPlace& place) {
  return run_some(session, setup, paths, partial, &place);
}

std::string run_key(const Options& options, const Setup& setup, double dt) {
  std::string key;
  char text[120];
  for (const std::string& part : setup.parts)
    key += "part=" + part + "\n";
  for (Vec2 s : setup.starts) {
    std::snprintf(text, sizeof text, "start=%.17g,%.17g\n", s.x, s.y);
    key += text;
  }
  std::snprintf(text, sizeof text, "step=%.17g\n", dt);
  key += text;
  for (const char* name :
       {"mc_seed",       "mc_scheme",   "mc_bridge", "mc_batches", "mc_max_time",
        "domain",        "boundary",    "exit",      "variables",  "parameters",
        "potential",     "temperature", "drift",     "diffusion",  "noise",
        "calculus",      "loss",        "model",     "target",     "regularization",
        "learning_rate", "batch_size",  "sgd_noise", "minimum",    "mc_table"})
    key +=
        std::string(name) + "=" + (options.given(name) ? options.text(name) : "(default)") + "\n";
  if (setup.data)
    key += "data=" + setup.data->checksum + "\n";
  return key;
}

} // namespace escapade
