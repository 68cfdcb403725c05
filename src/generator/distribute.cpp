#include "generator/distribute.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <new>
#include <numeric>
#include <string>

namespace escapade {

namespace {

constexpr int message_tag = 71;

struct Rank {
  int self = 0, count = 1;
  explicit Rank(MPI_Comm comm) {
    MPI_Comm_rank(comm, &self);
    MPI_Comm_size(comm, &count);
  }
};

std::int64_t all_max(MPI_Comm comm, std::int64_t value) {
  MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_INT64_T, MPI_MAX, comm);
  return value;
}

// MPI counts are ints here: more than that in one message is refused, on all ranks together.
void require_countable(MPI_Comm comm, std::int64_t entries) {
  if (all_max(comm, entries) > std::numeric_limits<int>::max())
    throw BadInput("the grid has more than 2147483647 rates on one rank: use more ranks or fewer "
                   "-cells");
}

int owner_of(const std::vector<std::int64_t>& first, std::int64_t row) {
  return static_cast<int>(std::upper_bound(first.begin(), first.end(), row) - first.begin()) - 1;
}

std::vector<int> offsets(const std::vector<int>& counts) {
  std::vector<int> start(counts.size() + 1, 0);
  std::partial_sum(counts.begin(), counts.end(), start.begin() + 1);
  return start;
}

std::vector<int> exchanged_counts(MPI_Comm comm, const std::vector<int>& to) {
  std::vector<int> from(to.size());
  MPI_Alltoall(to.data(), 1, MPI_INT, from.data(), 1, MPI_INT, comm);
  return from;
}

struct Entry {
  std::int32_t row, column;
  double rate;
};

/// MPI's type of entries of so many bytes.
struct EntryType {
  MPI_Datatype value = MPI_DATATYPE_NULL;
  explicit EntryType(std::size_t size) {
    MPI_Type_contiguous(static_cast<int>(size), MPI_BYTE, &value);
    MPI_Type_commit(&value);
  }
  EntryType(const EntryType&) = delete;
  EntryType& operator=(const EntryType&) = delete;
  ~EntryType() { MPI_Type_free(&value); }
};

} // namespace

std::vector<std::int64_t> row_ranges(MPI_Comm comm, const Generator& rows) {
  const Rank rank(comm);
  std::vector<std::int64_t> first(rank.count + 1, 0);
  const std::int64_t mine = rows.rows();
  MPI_Allgather(&mine, 1, MPI_INT64_T, first.data() + 1, 1, MPI_INT64_T, comm);
  std::partial_sum(first.begin(), first.end(), first.begin());
  const bool wrong = rows.first != first[rank.self] || rows.size != first.back();
  if (all_max(comm, wrong ? 1 : 0) != 0)
    throw BadInput("the ranks' rows of the generator must follow each other and make up all " +
                   std::to_string(first.back()) + " cells");
  return first;
}

GhostExchange::GhostExchange(MPI_Comm comm, const Generator& rows)
    : comm_(comm), rows_(rows.rows()) {
  const Rank rank(comm);
  const auto first = row_ranges(comm, rows);
  const std::int64_t begin = rows.first, end = rows.first + rows_;
  for (const std::int32_t y : rows.column)
    if (y < begin || y >= end)
      ghost_.push_back(y);
  std::sort(ghost_.begin(), ghost_.end());
  ghost_.erase(std::unique(ghost_.begin(), ghost_.end()), ghost_.end());

  column_.reserve(rows.column.size());
  for (const std::int32_t y : rows.column) {
    const bool own = y >= begin && y < end;
    const std::int64_t at =
        own ? y - begin
            : rows_ + (std::lower_bound(ghost_.begin(), ghost_.end(), y) - ghost_.begin());
    column_.push_back(static_cast<std::int32_t>(at));
  }

  std::vector<int> wanted(rank.count, 0);
  for (const std::int32_t y : ghost_)
    ++wanted[owner_of(first, y)];
  const auto asked = exchanged_counts(comm, wanted);
  const auto wanted_at = offsets(wanted), asked_at = offsets(asked);
  send_.resize(asked_at.back());
  MPI_Alltoallv(ghost_.data(), wanted.data(), wanted_at.data(), MPI_INT32_T, send_.data(),
                asked.data(), asked_at.data(), MPI_INT32_T, comm);
  for (std::int32_t& row : send_)
    row -= static_cast<std::int32_t>(begin);
  for (int r = 0; r < rank.count; ++r) {
    if (wanted[r] > 0)
      from_.push_back({r, wanted_at[r], wanted_at[r + 1]});
    if (asked[r] > 0)
      to_.push_back({r, asked_at[r], asked_at[r + 1]});
  }
}

template<class Number>
void GhostExchange::fill(std::vector<Number>& x, MPI_Datatype type) const {
  x.resize(rows_ + ghosts());
  std::vector<Number> out(send_.size());
  for (std::size_t i = 0; i < send_.size(); ++i)
    out[i] = x[send_[i]];
  std::vector<MPI_Request> requests(from_.size() + to_.size());
  auto* request = requests.data();
  for (const Peer& peer : from_)
    MPI_Irecv(x.data() + rows_ + peer.begin, static_cast<int>(peer.end - peer.begin), type,
              peer.rank, message_tag, comm_, request++);
  for (const Peer& peer : to_)
    MPI_Isend(out.data() + peer.begin, static_cast<int>(peer.end - peer.begin), type, peer.rank,
              message_tag, comm_, request++);
  MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE);
}

void GhostExchange::update(std::vector<long double>& x) const {
  fill(x, MPI_LONG_DOUBLE);
}

void GhostExchange::update(std::vector<double>& x) const {
  fill(x, MPI_DOUBLE);
}

Generator transposed(MPI_Comm comm, const Generator& rows) {
  const Rank rank(comm);
  const auto first = row_ranges(comm, rows);
  require_countable(comm, static_cast<std::int64_t>(rows.column.size()));

  std::vector<int> to(rank.count, 0);
  for (const std::int32_t y : rows.column)
    ++to[owner_of(first, y)];
  const auto to_at = offsets(to);
  std::vector<Entry> out(rows.column.size());
  auto next = to_at;
  for (std::int64_t x = 0; x < rows.rows(); ++x)
    for (std::int64_t e = rows.row_start[x]; e < rows.row_start[x + 1]; ++e)
      out[next[owner_of(first, rows.column[e])]++] = {
          rows.column[e], static_cast<std::int32_t>(rows.first + x), rows.rate[e]};

  const auto from = exchanged_counts(comm, to);
  require_countable(comm, std::accumulate(from.begin(), from.end(), std::int64_t{0}));
  const auto from_at = offsets(from);
  std::vector<Entry> in(from_at.back());
  const EntryType type(sizeof(Entry));
  MPI_Alltoallv(out.data(), to.data(), to_at.data(), type.value, in.data(), from.data(),
                from_at.data(), type.value, comm);
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
  const Rank rank(comm);
  row_ranges(comm, rows);
  std::vector<std::int64_t> lengths(rows.rows());
  for (std::int64_t x = 0; x < rows.rows(); ++x)
    lengths[x] = rows.row_start[x + 1] - rows.row_start[x];
  auto parts = rows.part_killing;
  for (PartKilling& part : parts)
    part.row += static_cast<std::int32_t>(rows.first);

  Generator whole;
  whole.size = rows.size;
  whole.first = rank.self == 0 ? 0 : rows.size;
  lengths = gathered(comm, lengths);
  whole.row_start.assign(lengths.size() + 1, 0);
  std::partial_sum(lengths.begin(), lengths.end(), whole.row_start.begin() + 1);
  whole.column = gathered(comm, rows.column);
  whole.rate = gathered(comm, rows.rate);
  whole.killing = gathered(comm, rows.killing);
  whole.part_killing = gathered(comm, parts);
  return whole;
}

// One rank after the other, so that only rank 0 holds more than its share.
void gather_entries(MPI_Comm comm, const void* local, std::int64_t entries, std::size_t size,
                    const std::function<void*(std::int64_t)>& room) {
  const Rank rank(comm);
  require_countable(comm, entries);
  std::vector<std::int64_t> counts(rank.count);
  MPI_Gather(&entries, 1, MPI_INT64_T, counts.data(), 1, MPI_INT64_T, 0, comm);
  const EntryType type(size);
  if (rank.self > 0) {
    MPI_Send(local, static_cast<int>(entries), type.value, 0, message_tag, comm);
    return;
  }
  auto* to =
      static_cast<std::byte*>(room(std::accumulate(counts.begin(), counts.end(), std::int64_t{0})));
  std::copy_n(static_cast<const std::byte*>(local), entries * size, to);
  for (int r = 1; r < rank.count; ++r) {
    to += counts[r - 1] * size;
    MPI_Recv(to, static_cast<int>(counts[r]), type.value, r, message_tag, comm, MPI_STATUS_IGNORE);
  }
}

void scatter_entries(MPI_Comm comm, const void* whole, std::int64_t there, std::size_t size,
                     void* local, std::int64_t entries) {
  const Rank rank(comm);
  std::vector<std::int64_t> counts(rank.count);
  MPI_Allgather(&entries, 1, MPI_INT64_T, counts.data(), 1, MPI_INT64_T, comm);
  const auto total = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  if (all_max(comm, rank.self == 0 && there != total ? 1 : 0) != 0)
    throw BadInput("the vector to be scattered must have the " + std::to_string(total) +
                   " entries of all ranks");
  require_countable(comm, entries);
  const EntryType type(size);
  if (rank.self > 0) {
    MPI_Recv(local, static_cast<int>(entries), type.value, 0, message_tag, comm, MPI_STATUS_IGNORE);
    return;
  }
  const auto* from = static_cast<const std::byte*>(whole);
  std::copy_n(from, entries * size, static_cast<std::byte*>(local));
  for (int r = 1; r < rank.count; ++r) {
    from += counts[r - 1] * size;
    MPI_Send(from, static_cast<int>(counts[r]), type.value, r, message_tag, comm);
  }
}

void on_first_rank(MPI_Comm comm, const std::function<void()>& work) {
  enum Outcome : int { done, bad_input, not_trusted, cannot_write, other };
  const Rank rank(comm);
  std::array<int, 2> head{done, 0}; // outcome, length of the message
  std::string message;
  if (rank.self == 0) {
    try {
      work();
    } catch (const BadInput& e) {
      head[0] = bad_input;
      message = e.what();
    } catch (const NotTrusted& e) {
      head[0] = not_trusted;
      message = e.what();
    } catch (const CannotWrite& e) {
      head[0] = cannot_write;
      message = e.what();
    } catch (const std::bad_alloc&) {
      head[0] = bad_input;
      message = "out of memory on the first rank: use fewer -cells";
    } catch (const std::exception& e) {
      head[0] = other;
      message = e.what();
    }
    head[1] = static_cast<int>(message.size());
  }
  MPI_Bcast(head.data(), 2, MPI_INT, 0, comm);
  if (head[0] == done)
    return;
  message.resize(head[1]);
  MPI_Bcast(message.data(), head[1], MPI_CHAR, 0, comm);
  if (head[0] == bad_input)
    throw BadInput(message);
  if (head[0] == not_trusted)
    throw NotTrusted(message);
  if (head[0] == cannot_write)
    throw CannotWrite(message);
  throw std::runtime_error(message);
}

} // namespace escapade
