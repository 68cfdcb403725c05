#include "parallel/gather.hpp"

#include "escapade/error.hpp"
#include "parallel/messages.hpp"

#include <cstddef>
#include <cstring>
#include <string>

namespace escapade {

namespace {

RowRange common(RowRange a, RowRange b) {
  const std::int64_t first = std::max(a.first, b.first);
  return {first, std::max(first, std::min(a.last, b.last))};
}

} // namespace

void fetch(const Ranks& ranks, RowRange own, const void* from, RowRange wanted, void* to,
           std::size_t size) {
  const auto bytes = static_cast<std::int64_t>(size);
  const auto source = [&](RowRange part) {
    return static_cast<const std::byte*>(from) + (part.first - own.first) * bytes;
  };
  const auto sink = [&](RowRange part) {
    return static_cast<std::byte*>(to) + (part.first - wanted.first) * bytes;
  };
  if (const RowRange here = common(own, wanted); here.size() > 0)
    std::memcpy(sink(here), source(here), static_cast<std::size_t>(here.size()) * size);
  struct Ends {
    RowRange own, wanted;
  };
  const auto ends = ranks.each(Ends{own, wanted});
  Messages messages(ranks.comm());
  for (int r = 0; r < ranks.count(); ++r)
    if (const RowRange part = common(ends[r].own, wanted); r != ranks.rank() && part.size() > 0)
      messages.receive_bytes(r, sink(part), part.size() * bytes);
  for (int r = 0; r < ranks.count(); ++r)
    if (const RowRange part = common(own, ends[r].wanted); r != ranks.rank() && part.size() > 0)
      messages.send_bytes(r, source(part), part.size() * bytes);
  messages.wait();
}

void require_whole(const Ranks& ranks, std::int64_t entries, std::int64_t wanted) {
  if (ranks.any(ranks.rank() == 0 && entries != wanted))
    throw BadInput("the vector to be scattered must have the " + std::to_string(wanted) +
                   " entries of all ranks");
}

} // namespace escapade
