#include "generator/halo.hpp"

#include <algorithm>

namespace escapade {

namespace {

/// The jumps of these rows to other ranks' cells.
Generator across(const Generator& rows) {
  Generator out;
  out.size = rows.size;
  out.first = rows.first;
  out.killing.assign(static_cast<std::size_t>(rows.rows()), 0.0);
  for (std::int64_t x = 0; x < rows.rows(); ++x) {
    for (std::int64_t q = rows.row_start[x]; q < rows.row_start[x + 1]; ++q)
      if (rows.column[q] < rows.first || rows.column[q] >= rows.first + rows.rows()) {
        out.column.push_back(rows.column[q]);
        out.rate.push_back(rows.rate[q]);
      }
    out.row_start.push_back(static_cast<std::int64_t>(out.column.size()));
  }
  return out;
}

/// Both directions of each edge, from the jumps out of and into every row.
std::vector<BorderEdge> joined(const Generator& out, const Generator& in) {
  std::vector<BorderEdge> edges;
  for (std::int64_t x = 0; x < out.rows(); ++x) {
    const auto row = static_cast<std::int32_t>(x);
    std::int64_t a = out.row_start[x], b = in.row_start[x];
    while (a < out.row_start[x + 1] || b < in.row_start[x + 1]) {
      const bool more_out = a < out.row_start[x + 1], more_in = b < in.row_start[x + 1];
      if (more_out && more_in && out.column[a] == in.column[b]) {
        edges.push_back({row, out.column[a], 0, out.rate[a], in.rate[b]});
        ++a, ++b;
      } else if (more_out && (!more_in || out.column[a] < in.column[b])) {
        edges.push_back({row, out.column[a], 0, out.rate[a], 0});
        ++a;
      } else {
        edges.push_back({row, in.column[b], 0, 0, in.rate[b]});
        ++b;
      }
    }
  }
  return edges;
}

} // namespace

Ghosts::Ghosts(MPI_Comm comm, const Generator& rows, std::vector<std::int32_t> wanted)
    : first_(rows.first), rows_(rows.rows()), wanted_(std::move(wanted)) {
  std::sort(wanted_.begin(), wanted_.end());
  wanted_.erase(std::unique(wanted_.begin(), wanted_.end()), wanted_.end());
  Generator pattern; // all that is wanted stands in the first row
  pattern.size = rows.size;
  pattern.first = rows.first;
  pattern.killing.assign(static_cast<std::size_t>(rows_), 0.0);
  pattern.column = wanted_;
  pattern.rate.assign(wanted_.size(), 0.0);
  pattern.row_start.resize(static_cast<std::size_t>(rows_ + 1),
                           static_cast<std::int64_t>(wanted_.size()));
  exchange_ = std::make_unique<GhostExchange>(comm, pattern);
}

std::size_t Ghosts::at(std::int32_t cell) const {
  if (cell >= first_ && cell < first_ + rows_)
    return static_cast<std::size_t>(cell - first_);
  return static_cast<std::size_t>(
      rows_ + (std::lower_bound(wanted_.begin(), wanted_.end(), cell) - wanted_.begin()));
}

Halo::Halo(MPI_Comm comm, const Generator& rows) : comm_(comm) {
  MPI_Comm_rank(comm, &rank_);
  MPI_Comm_size(comm, &ranks_);
  first_ = row_ranges(comm, rows);
  if (alone())
    return;
  const Generator out = across(rows);
  edges_ = joined(out, transposed(comm, out));
  std::vector<std::int32_t> wanted;
  for (const BorderEdge& e : edges_)
    wanted.push_back(e.cell);
  ghosts_ = std::make_shared<const Ghosts>(comm, rows, std::move(wanted));
  for (BorderEdge& e : edges_)
    e.ghost = ghosts_->at(e.cell);
}

int Halo::owner(std::int32_t cell) const {
  return static_cast<int>(std::upper_bound(first_.begin(), first_.end(), cell) - first_.begin()) -
         1;
}

std::size_t Halo::at(std::int32_t cell) const {
  return ghosts_ ? ghosts_->at(cell) : static_cast<std::size_t>(cell);
}

LogVector Halo::around(LogVector own) const {
  if (ghosts_)
    ghosts_->update(own);
  return own;
}

long double Halo::sum(long double value) const {
  if (alone())
    return value;
  std::vector<long double> all(static_cast<std::size_t>(ranks_));
  MPI_Allgather(&value, 1, MPI_LONG_DOUBLE, all.data(), 1, MPI_LONG_DOUBLE, comm_);
  long double total = 0;
  for (long double v : all)
    total += v;
  return total;
}

std::vector<double> Halo::sums(std::vector<double> values) const {
  if (alone())
    return values;
  const std::size_t n = values.size();
  std::vector<double> all(n * static_cast<std::size_t>(ranks_));
  MPI_Allgather(values.data(), static_cast<int>(n), MPI_DOUBLE, all.data(), static_cast<int>(n),
                MPI_DOUBLE, comm_);
  std::fill(values.begin(), values.end(), 0.0);
  for (std::size_t k = 0; k < all.size(); ++k)
    values[k % n] += all[k];
  return values;
}

long double Halo::max(long double value) const {
  if (!alone())
    MPI_Allreduce(MPI_IN_PLACE, &value, 1, MPI_LONG_DOUBLE, MPI_MAX, comm_);
  return value;
}

} // namespace escapade
