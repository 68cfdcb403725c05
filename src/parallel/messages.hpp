// Messages between ranks of plain data of any length; MPI's own counts are ints.
#pragma once

#include <mpi.h>

#include <cstdint>
#include <type_traits>
#include <vector>

namespace escapade {

/// Messages under way. What is sent may change, and what is received is there, after wait().
class Messages {
public:
  explicit Messages(MPI_Comm comm) : comm_(comm) {}

  /// `n` entries from the rank that sends as many. Two messages between the same ranks at a time
  /// arrive in the order that they were sent in, or have different tags.
  template<class T>
  void receive(int rank, T* to, std::int64_t n, int tag = 0) {
    static_assert(std::is_trivially_copyable_v<T>);
    receive_bytes(rank, to, n * static_cast<std::int64_t>(sizeof(T)), tag);
  }
  template<class T>
  void send(int rank, const T* from, std::int64_t n, int tag = 0) {
    static_assert(std::is_trivially_copyable_v<T>);
    send_bytes(rank, from, n * static_cast<std::int64_t>(sizeof(T)), tag);
  }
  void receive_bytes(int rank, void* to, std::int64_t bytes, int tag = 0);
  void send_bytes(int rank, const void* from, std::int64_t bytes, int tag = 0);
  void wait();

private:
  MPI_Comm comm_;
  std::vector<MPI_Request> requests_;
};

/// What ranks have dealt to this one: that of rank r at [first[r], first[r + 1]).
template<class T>
struct Dealt {
  std::vector<T> entries;
  std::vector<std::int64_t> first;
};

/// The `first` of what every rank gets from the others, from that of what it gives them.
std::vector<std::int64_t> dealt_firsts(MPI_Comm comm, const std::vector<std::int64_t>& given);

/// Deals the entries [first[r], first[r + 1]) to rank r, itself too. Collective.
template<class T>
Dealt<T> dealt(MPI_Comm comm, const std::vector<T>& entries,
               const std::vector<std::int64_t>& first) {
  Dealt<T> in{{}, dealt_firsts(comm, first)};
  in.entries.resize(static_cast<std::size_t>(in.first.back()));
  Messages messages(comm);
  const int ranks = static_cast<int>(first.size()) - 1;
  for (int r = 0; r < ranks; ++r)
    messages.receive(r, in.entries.data() + in.first[r], in.first[r + 1] - in.first[r]);
  for (int r = 0; r < ranks; ++r)
    messages.send(r, entries.data() + first[r], first[r + 1] - first[r]);
  messages.wait();
  return in;
}

} // namespace escapade
