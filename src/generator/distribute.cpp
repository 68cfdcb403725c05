#include "generator/distribute.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

namespace escapade {

namespace {

struct Entry {
  std::int32_t row, column;
  double rate;
};

} // namespace

std::vector<std::int64_t> row_ranges(MPI_Comm comm, const Generator& rows) {
  const Ranks ranks(comm);
  const auto first = firsts_of_ranks(ranks, rows.rows());
  if (ranks.any(rows.first != first[ranks.rank()] || rows.size != first.back()))
    throw BadInput("the ranks' rows of the generator must follow each other and make up all " +
                   std::to_string(first.back()) + " cells");
  return first;
}

GhostExchange::GhostExchange(MPI_Comm comm, const Generator& rows)
    : Ghosts(comm, row_ranges(comm, rows), rows.column) {
  column_.reserve(rows.column.size());
  for (const std::int32_t y : rows.column)
    column_.push_back(static_cast<std::int32_t>(at(y)));
}

bool has_killing(const Ranks& ranks, const Generator& rows) {
  return ranks.any(
      std::any_of(rows.killing.begin(), rows.killing.end(), [](double k) { return k > 0; }));
}

Generator transposed(MPI_Comm comm, const Generator& rows) {
  const auto first = row_ranges(comm, rows);
  std::vector<std::int64_t> to(first.size(), 0);
  for (const std::int32_t y : rows.column)
    ++to[owner_of(first, y) + 1];
  std::partial_sum(to.begin(), to.end(), to.begin());
  std::vector<Entry> out(rows.column.size());
  auto next = to;
  for (std::int64_t x = 0; x < rows.rows(); ++x)
    for (std::int64_t e = rows.row_start[x]; e < rows.row_start[x + 1]; ++e)
      out[next[owner_of(first, rows.column[e])]++] = {
          rows.column[e], static_cast<std::int32_t>(rows.first + x), rows.rate[e]};

  std::vector<Entry> in = dealt(comm, out, to).entries;
  std::sort(in.begin(), in.end(), [](const Entry& a, const Entry& b) {
    return a.row != b.row ? a.row < b.row : a.column < b.column;
  });

  Generator incoming;
  incoming.size = rows.size;
  incoming.first = rows.first;
  incoming.row_start.assign(rows.rows() + 1, 0);
  incoming.killing.assign(rows.rows(), 0.0);
  for (const Entry& entry : in) {
    ++incoming.row_start[entry.row - rows.first + 1];
    incoming.column.push_back(entry.column);
    incoming.rate.push_back(entry.rate);
  }
  std::partial_sum(incoming.row_start.begin(), incoming.row_start.end(),
                   incoming.row_start.begin());
  return incoming;
}

Generator gathered(MPI_Comm comm, const Generator& rows) {
  row_ranges(comm, rows);
  std::vector<std::int64_t> lengths(rows.rows());
  for (std::int64_t x = 0; x < rows.rows(); ++x)
    lengths[x] = rows.row_start[x + 1] - rows.row_start[x];
  auto parts = rows.part_killing;
  for (PartKilling& part : parts)
    part.row += static_cast<std::int32_t>(rows.first);

  Generator whole;
  whole.size = rows.size;
  whole.first = Ranks(comm).rank() == 0 ? 0 : rows.size;
  lengths = gathered(comm, std::move(lengths));
  whole.row_start.assign(lengths.size() + 1, 0);
  std::partial_sum(lengths.begin(), lengths.end(), whole.row_start.begin() + 1);
  whole.column = gathered(comm, rows.column);
  whole.rate = gathered(comm, rows.rate);
  whole.killing = gathered(comm, rows.killing);
  whole.part_killing = gathered(comm, std::move(parts));
  return whole;
}

} // namespace escapade
