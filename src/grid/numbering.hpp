// Which cells of a lattice carry unknowns, and the unknowns' numbers: those of the cells in the
// lattice's order. Kept as runs of consecutive cells, so that every rank knows all of it in memory
// that grows with the boundary of the set, not with its area.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace escapade {

class Numbering {
public:
  /// Consecutive cells [cell, end), numbered from `unknown` on.
  struct Run {
    std::int32_t cell, end, unknown;
    bool operator==(const Run&) const = default;
  };

  /// Numbers the cells [cell, end), none of them below a cell numbered before.
  void append(std::int32_t cell, std::int32_t end);

  std::int64_t unknowns() const { return unknowns_; }
  /// Ascending; apart from each other.
  const std::vector<Run>& runs() const { return run_; }

  /// The unknown of a cell, −1 where it has none.
  std::int32_t unknown(std::int64_t cell) const {
    const Run* r = last_run(by_cell_, cell, [](const Run& run) { return run.cell; });
    return r && cell < r->end ? static_cast<std::int32_t>(r->unknown + (cell - r->cell)) : -1;
  }
  /// The cell of an unknown, 0 to unknowns() − 1.
  std::int32_t cell(std::int64_t unknown) const {
    const Run* r = last_run(by_unknown_, unknown, [](const Run& run) { return run.unknown; });
    return static_cast<std::int32_t>(r->cell + (unknown - r->unknown));
  }
  /// How many cells below `cell` carry unknowns.
  std::int64_t unknowns_before(std::int64_t cell) const;

private:
  static constexpr int block = 8; // log₂ of the entries that share one of `by_...`

  /// The last run that begins at or before `at`, null where there is none.
  template<class Begin>
  const Run* last_run(const std::vector<std::int32_t>& first, std::int64_t at, Begin begin) const {
    if (run_.empty())
      return nullptr;
    const std::size_t b = std::min(static_cast<std::size_t>(at >> block), first.size() - 1);
    auto r = static_cast<std::size_t>(first[b]);
    while (r + 1 < run_.size() && begin(run_[r + 1]) <= at)
      ++r;
    return begin(run_[r]) <= at ? &run_[r] : nullptr;
  }

  std::vector<Run> run_;
  // Block b of cells, or of unknowns: the last run that begins at or before its first, else the
  // first run.
  std::vector<std::int32_t> by_cell_, by_unknown_;
  std::int64_t unknowns_ = 0;
};

/// Without the unknowns `dropped` (ascending), the others numbered anew.
Numbering without(const Numbering& numbering, const std::vector<std::int32_t>& dropped);

} // namespace escapade
