#include "answers/trajectories/runs.hpp"

#include "escapade/error.hpp"
#include "parallel/agree.hpp"
#include "parallel/gather.hpp"
#include "paths/exits/survival.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace escapade {
namespace {

struct Interval { // of paths
  std::int64_t first = 0, count = 0;
};
constexpr std::chrono::seconds between_writes{2};
constexpr int most_halvings = 12;

/// This rank's share of the paths in the intervals.
std::vector<Interval> share(MPI_Comm comm, const std::vector<Interval>& intervals) {
  std::int64_t total = 0;
  for (const Interval& i : intervals)
    total += i.count;
  const RowRange own = own_rows(comm, total);
  std::int64_t skip = own.first, take = own.size();
  std::vector<Interval> mine;
  for (const auto& [first, count] : intervals) {
    const std::int64_t jump = std::min(skip, count), use = std::min(take, count - jump);
    skip -= jump;
    if (use > 0)
      mine.push_back({first + jump, use});
    take -= use;
  }
  return mine;
}

/// All ranks' pieces, on rank 0.
std::vector<RecordPiece> gathered_pieces(MPI_Comm comm, const std::vector<RecordPiece>& mine) {
  std::vector<Interval> heads;
  std::vector<ExitRecord> records;
  for (const RecordPiece& p : mine) {
    heads.push_back({p.first, std::ssize(p.records)});
    records.insert(records.end(), p.records.begin(), p.records.end());
  }
  const auto all = joined(comm, heads);
  const std::vector<ExitRecord> every = gathered(comm, std::move(records));
  std::vector<RecordPiece> pieces;
  if (every.empty()) // other ranks
    return pieces;
  auto at = every.begin();
  for (const auto& [first, count] : all) {
    pieces.push_back({first, {at, at + count}});
    at += count;
  }
  return pieces;
}

/// Runs the intervals one after the other; the leading whole batches where it was stopped.
std::vector<RecordPiece> run_intervals(int rank, ExitSetup run,
                                       const std::vector<Interval>& intervals,
                                       const Progressed& progressed, const CheckpointPlace* place) {
  std::vector<RecordPiece> pieces;
  std::int64_t total = 0, before = 0;
  for (const Interval& i : intervals)
    total += i.count;
  auto written = std::chrono::steady_clock::now();
  for (const auto& [first, count] : intervals) {
    if (run.stop && run.stop())
      break;
    run.first_path = first;
    run.paths = count;
    run.progress = [&, at = first](std::int64_t done, std::span<const ExitRecord> whole) {
      if (progressed)
        progressed(before + done, total);
      const auto now = std::chrono::steady_clock::now();
      if (!place || whole.empty() || now - written < between_writes)
        return;
      std::vector<RecordPiece> all = pieces;
      all.push_back({at, {whole.begin(), whole.end()}});
      write_checkpoint(*place, rank, std::move(all));
      written = std::chrono::steady_clock::now();
    };
    pieces.push_back({first, simulate_exits(run)});
    before += count;
  }
  return pieces;
}

} // namespace

std::vector<ExitRecord> run_exits(MPI_Comm comm, ExitSetup setup, std::int64_t paths,
                                  const Progressed& progressed, bool& partial) {
  std::vector<RecordPiece> mine; // one at most
  agree(comm, [&] {
    mine = run_intervals(Ranks(comm).rank(), setup, share(comm, {{setup.first_path, paths}}),
                         progressed, nullptr);
  });
  std::vector<ExitRecord> records;
  if (!mine.empty())
    records = std::move(mine.front().records);
  partial = Ranks(comm).sum(std::ssize(records)) < paths || partial;
  return records;
}

std::vector<ExitRecord> run_exits(MPI_Comm comm, ExitSetup setup, std::int64_t paths,
                                  const Progressed& progressed, bool& partial,
                                  const CheckpointPlace& place) {
  const int rank = Ranks(comm).rank();
  RecordFile file; // on rank 0
  std::vector<Interval> missing;
  agree(comm, [&] {
    if (rank != 0)
      return;
    file = read_checkpoint(place);
    write_checkpoint(place, file); // before the run: a place that cannot be written is told now
    for (const auto& [first, count] :
         missing_paths(file.starts[place.start], setup.first_path, paths))
      missing.push_back({first, count});
  });
  missing = joined(comm, missing); // rank 0's
  std::vector<RecordPiece> mine;
  agree(comm, [&] {
    mine = run_intervals(rank, setup, share(comm, missing), progressed, &place);
    if (rank == 0)
      for (RecordPiece& p : file.starts[place.start])
        mine.push_back(std::move(p));
  });
  std::vector<ExitRecord> records;
  std::vector<RecordPiece> all = gathered_pieces(comm, mine);
  agree(comm, [&] {
    if (rank != 0)
      return;
    all = joined_pieces(std::move(all), false);
    records = records_within(all, setup.first_path, paths);
    file.starts[place.start] = std::move(all);
    write_checkpoint(place, file);
  });
  partial = Ranks(comm).sum(std::ssize(records)) < paths || partial;
  return records;
}

std::vector<ExitRecord> run_until_stable(MPI_Comm comm, ExitSetup& setup, std::int64_t paths,
                                         std::size_t parts, const Progressed& progressed,
                                         bool& partial, std::vector<StepTried>& tried) {
  const Ranks ranks(comm);
  Estimate before;
  for (int k = 0; k <= most_halvings; ++k) {
    std::vector<ExitRecord> records = run_exits(comm, setup, paths, progressed, partial);
    if (partial)
      return records;
    const auto left = [](const ExitRecord& r) { return r.part >= 0; };
    const std::int64_t exits = std::count_if(records.begin(), records.end(), left);
    if (diverged_of(records, ranks) == 0 && ranks.sum(exits) > 0) {
      const Estimate now = exit_statistics(records, parts, ranks).mean_exit_time;
      tried.push_back({setup.dt, now});
      if (before.samples > 0 &&
          std::fabs(now.mean - before.mean) < std::hypot(now.standard_error, before.standard_error))
        return records;
      before = now;
    }
    setup.dt /= 2;
    setup.seed += 0x9E3779B97F4A7C15u;
  }
  throw NotTrusted("the step size auto: the mean exit time still changes with the step after " +
                   std::to_string(most_halvings) + " halvings; give a step size");
}

std::int64_t diverged_of(const std::vector<ExitRecord>& records, const Ranks& ranks) {
  const auto lost = [](const ExitRecord& r) { return r.part == ExitRecord::diverged; };
  return ranks.sum(std::count_if(records.begin(), records.end(), lost));
}

void refuse_diverged(std::int64_t diverged, double dt) {
  if (diverged == 0)
    return;
  throw NotTrusted(printed(
      "%lld trajectories diverged: the step is too long for the drift; try the step size %.3g or "
      "the path scheme tamed (for sgd a smaller learning rate)",
      static_cast<long long>(diverged), dt / 4));
}

ExitStatistics whole_statistics(const std::vector<ExitRecord>& records, std::size_t parts,
                                double dt, const Ranks& ranks) {
  if (ranks.sum(std::ssize(records)) == 0)
    throw NotTrusted("stopped before the first batch of trajectories was whole: nothing to report");
  refuse_diverged(diverged_of(records, ranks), dt); // first: where all have, there is nothing else
  ExitStatistics s = exit_statistics(records, parts, ranks);
  s.survival = survival_curve(records, ranks);
  return s;
}

std::vector<ExitRecord> first_exits(MPI_Comm comm, const std::vector<ExitRecord>& records,
                                    std::int64_t most) {
  std::vector<ExitRecord> exits;
  for (auto r = records.begin(); r != records.end() && std::ssize(exits) < most; ++r)
    if (r->part >= 0)
      exits.push_back(*r);
  const std::int64_t mine = std::ssize(exits);
  std::int64_t before = 0;
  MPI_Exscan(&mine, &before, 1, MPI_INT64_T, MPI_SUM, comm);
  if (Ranks(comm).rank() > 0)
    exits.resize(static_cast<std::size_t>(std::clamp<std::int64_t>(most - before, 0, mine)));
  return gathered(comm, std::move(exits));
}

} // namespace escapade
