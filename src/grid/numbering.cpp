#include "grid/numbering.hpp"

namespace escapade {

void Numbering::append(std::int32_t cell, std::int32_t end) {
  if (cell >= end)
    return;
  const auto number = static_cast<std::int32_t>(unknowns_);
  if (!run_.empty() && run_.back().end == cell)
    run_.back().end = end;
  else
    run_.push_back({cell, end, number});
  unknowns_ += end - cell;
  const auto latest = static_cast<std::int32_t>(run_.size()) - 1;
  // Blocks that begin at or after the run's begin have it as their last one so far.
  const auto cover = [&](std::vector<std::int32_t>& first, std::int64_t begin, std::int64_t past) {
    while (static_cast<std::int64_t>(first.size()) << block < past) {
      const bool before = static_cast<std::int64_t>(first.size()) << block < begin;
      first.push_back(before ? std::max(latest - 1, 0) : latest);
    }
  };
  cover(by_cell_, run_.back().cell, end);
  cover(by_unknown_, run_.back().unknown, unknowns_);
}

std::int64_t Numbering::unknowns_before(std::int64_t cell) const {
  const auto after = std::upper_bound(run_.begin(), run_.end(), cell,
                                      [](std::int64_t c, const Run& r) { return c < r.cell; });
  if (after == run_.begin())
    return 0;
  const Run& r = after[-1];
  return r.unknown + std::min<std::int64_t>(cell, r.end) - r.cell;
}

Numbering without(const Numbering& numbering, const std::vector<std::int32_t>& dropped) {
  Numbering out;
  std::size_t k = 0;
  for (const Numbering::Run& r : numbering.runs()) {
    std::int32_t begin = r.cell;
    for (; k < dropped.size() && dropped[k] < r.unknown + (r.end - r.cell); ++k) {
      const std::int32_t hole = r.cell + (dropped[k] - r.unknown);
      out.append(begin, hole);
      begin = hole + 1;
    }
    out.append(begin, r.end);
  }
  return out;
}

} // namespace escapade
