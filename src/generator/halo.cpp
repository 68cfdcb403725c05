#include "generator/halo.hpp"

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
std::vector<BorderEdge> border_edges(const Generator& out, const Generator& in) {
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

Halo::Halo(MPI_Comm comm, const Generator& rows) : Ranks(comm) {
  first_ = row_ranges(comm, rows);
  if (alone())
    return;
  const Generator out = across(rows);
  edges_ = border_edges(out, transposed(comm, out));
  std::vector<std::int32_t> wanted;
  for (const BorderEdge& e : edges_)
    wanted.push_back(e.cell);
  ghosts_ = std::make_shared<const Ghosts>(comm, first_, wanted);
  for (BorderEdge& e : edges_)
    e.ghost = ghosts_->at(e.cell);
}

int Halo::owner(std::int32_t cell) const {
  return owner_of(first_, cell);
}

std::size_t Halo::at(std::int32_t cell) const {
  return ghosts_ ? ghosts_->at(cell) : static_cast<std::size_t>(cell);
}

LogVector Halo::around(LogVector own) const {
  if (ghosts_)
    ghosts_->update(own);
  return own;
}

} // namespace escapade
