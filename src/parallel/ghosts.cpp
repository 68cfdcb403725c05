#include "parallel/ghosts.hpp"

#include "parallel/ranks.hpp"

#include <algorithm>

namespace escapade {

Ghosts::Ghosts(MPI_Comm comm, const std::vector<std::int64_t>& firsts,
               std::span<const std::int32_t> wanted)
    : comm_(comm) {
  const Ranks ranks(comm);
  begin_ = firsts[ranks.rank()];
  rows_ = firsts[ranks.rank() + 1] - begin_;
  for (const std::int32_t y : wanted)
    if (y < begin_ || y >= begin_ + rows_)
      ghost_.push_back(y);
  std::sort(ghost_.begin(), ghost_.end());
  ghost_.erase(std::unique(ghost_.begin(), ghost_.end()), ghost_.end());

  std::vector<std::int64_t> asked;
  for (const std::int64_t first : firsts)
    asked.push_back(std::lower_bound(ghost_.begin(), ghost_.end(), first) - ghost_.begin());
  Dealt<std::int32_t> questions = dealt(comm, ghost_, asked);
  send_ = std::move(questions.entries);
  for (std::int32_t& row : send_)
    row -= static_cast<std::int32_t>(begin_);
  from_ = peers(asked);
  to_ = peers(questions.first);
}

std::vector<Ghosts::Peer> Ghosts::peers(const std::vector<std::int64_t>& first) {
  std::vector<Peer> out;
  for (std::size_t r = 0; r + 1 < first.size(); ++r)
    if (first[r] < first[r + 1])
      out.push_back({static_cast<int>(r), first[r], first[r + 1]});
  return out;
}

} // namespace escapade
