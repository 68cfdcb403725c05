// The multilevel solver as one of Solver's methods.
#include "generator/distribute.hpp"
#include "solve/first_rank.hpp"
#include "solve/multilevel/multilevel.hpp"

#include <optional>
#include <utility>

namespace escapade {

namespace {

/// The places of this rank's cells, from those or from all cells'.
std::optional<Lattice> own_lattice(const Lattice* lattice, const Generator& rows) {
  const auto held = lattice ? static_cast<std::int64_t>(lattice->position.size()) : -1;
  if (held == rows.rows())
    return *lattice;
  if (held != rows.size)
    return std::nullopt;
  const auto begin = lattice->position.begin() + rows.first;
  return Lattice{lattice->nx, lattice->ny, {begin, begin + rows.rows()}, lattice->reach};
}

/// Null where the ranks cannot share the work.
std::unique_ptr<Method> shared_method(MPI_Comm comm, const std::shared_ptr<const Generator>& rows,
                                      const SolveOptions& options) {
  const std::optional<Lattice> own = own_lattice(options.lattice, *rows);
  if (!Ranks(comm).all(own.has_value()))
    return nullptr;
  auto solver = MultilevelSolver::spread(comm, rows, {&*own, options.tolerance});
  return solver ? std::make_unique<MultilevelSolver>(std::move(*solver)) : nullptr;
}

} // namespace

std::unique_ptr<Method> multilevel_method(MPI_Comm comm, std::shared_ptr<const Generator> rows,
                                          const SolveOptions& options) {
  const Ranks ranks(comm);
  if (ranks.alone())
    return made_on_first_rank(comm, rows->rows(), [&] {
      return std::make_unique<MultilevelSolver>(
          std::move(rows), MultilevelOptions{options.lattice, options.tolerance});
    });
  if (std::unique_ptr<Method> shared = shared_method(comm, rows, options))
    return shared;
  const std::int64_t own = rows->rows();
  const std::optional<Lattice> lattice = whole_lattice(comm, options.lattice, *rows);
  rows = std::make_shared<const Generator>(gathered(comm, *rows));
  return made_on_first_rank(
      comm, own,
      [&] {
        return std::make_unique<MultilevelSolver>(
            std::move(rows), MultilevelOptions{lattice ? &*lattice : nullptr, options.tolerance});
      },
      "too few rows of cells for " + std::to_string(ranks.count()) +
          " ranks: the multilevel solver ran on the first one");
}

} // namespace escapade
