#include "solve/krylov/lattice.hpp"

#include "escapade/error.hpp"
#include "generator/distribute.hpp"
#include "support/parse.hpp"

#include <petscdmda.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <limits>

namespace escapade::krylov {

namespace {

/// Coarse lattices of fewer vertices a side are left to elimination at once: one level more would
/// spare it next to nothing. A choice.
constexpr std::int64_t smallest_side = 4;
/// Rows of a share that outlast so many coarsenings: PETSc moves the border b between two ranks to
/// ⌊b/2⌋ or ⌊b/2⌋ + 1, which makes a share of n rows one of more than n/2ᵏ − 3 (1 − 2⁻ᵏ) rows.
constexpr std::int64_t least_share(int coarsenings) {
  return 3 * ((std::int64_t{1} << coarsenings) - 1) + 1;
}

bool asks_for_mg(const std::string& prefix) {
  std::array<char, 64> type{};
  PetscBool given = PETSC_FALSE;
  check(
      PetscOptionsGetString(nullptr, prefix.c_str(), "-pc_type", type.data(), type.size(), &given));
  return given && std::string(type.data()) == PCMG;
}

/// Whether someone may look at the DMDA: preconditioners that are asked for by name, -dm_view.
bool asks_for_lattice(const std::string& prefix) {
  PetscBool type = PETSC_FALSE, view = PETSC_FALSE;
  check(PetscOptionsHasName(nullptr, prefix.c_str(), "-pc_type", &type));
  check(PetscOptionsHasName(nullptr, prefix.c_str(), "-dm_view", &view));
  return type || view;
}

std::int64_t least(const std::vector<std::int64_t>& first_row) {
  std::int64_t rows = std::numeric_limits<std::int64_t>::max();
  for (std::size_t r = 0; r + 1 < first_row.size(); ++r)
    rows = std::min(rows, first_row[r + 1] - first_row[r]);
  return rows;
}

std::int64_t padded(std::int64_t n, int coarsenings) {
  const std::int64_t step = std::int64_t{1} << coarsenings;
  return (n - 1 + step - 1) / step * step + 1;
}

/// Coarsenings that leave a side of two vertices at least and each rank a share of the rows.
int most_coarsenings(const LatticeShares& s) {
  const bool shared = s.first_row.size() > 2;
  int k = 0;
  while (std::int64_t{2} << k < std::min(s.nx, s.ny) &&
         (!shared || least(s.first_row) >= least_share(k + 1)))
    ++k;
  return k;
}

int usual_coarsenings(const LatticeShares& s) {
  int k = most_coarsenings(s);
  while (k > 1 && (padded(std::min(s.nx, s.ny), k) - 1) >> k < smallest_side)
    --k;
  return k;
}

int coarsenings(const LatticeShares& s, const std::string& prefix) {
  const std::string option = "-" + prefix + "pc_type mg";
  if (!s.unknown.empty())
    throw BadInput(option + ": " + s.unknown + "; leave it out (hypre's algebraic multigrid) or " +
                   "take -" + prefix + "pc_type gamg");
  const std::size_t ranks = s.first_row.size() - 1;
  const std::string lattice = "a lattice of " + std::to_string(s.nx) + " x " +
                              std::to_string(s.ny) + " cells on " + std::to_string(ranks) +
                              (ranks == 1 ? " rank" : " ranks");
  const int most = most_coarsenings(s);
  if (most < 1)
    throw BadInput(option + ": " + lattice +
                   " cannot be coarsened; give more cells or take fewer ranks");
  std::array<char, 64> text{};
  PetscBool given = PETSC_FALSE;
  check(PetscOptionsGetString(nullptr, prefix.c_str(), "-pc_mg_levels", text.data(), text.size(),
                              &given));
  if (!given)
    return usual_coarsenings(s);
  const auto levels = parse_integer(text.data());
  if (!levels || *levels < 2 || *levels > most + 1)
    throw BadInput("-" + prefix + "pc_mg_levels " + text.data() + ": " + lattice + " allows 2 to " +
                   std::to_string(most + 1) + " levels; give one of these");
  return static_cast<int>(*levels) - 1;
}

PetscHandle<DM> dmda(MPI_Comm comm, std::array<bool, 2> wraps, std::array<std::int64_t, 2> sides,
                     int width, const std::vector<std::int64_t>& first_row,
                     const std::string& prefix) {
  const auto boundary = [](bool around) {
    return around ? DM_BOUNDARY_PERIODIC : DM_BOUNDARY_NONE;
  };
  std::vector<PetscInt> rows;
  for (std::size_t r = 0; r + 1 < first_row.size(); ++r)
    rows.push_back(static_cast<PetscInt>(first_row[r + 1] - first_row[r]));
  PetscHandle<DM> dm;
  check(DMDACreate2d(comm, boundary(wraps[0]), boundary(wraps[1]), DMDA_STENCIL_BOX,
                     static_cast<PetscInt>(sides[0]), static_cast<PetscInt>(sides[1]), 1,
                     static_cast<PetscInt>(rows.size()), 1, width, nullptr, rows.data(), dm.put()));
  check(DMSetOptionsPrefix(dm, prefix.c_str()));
  check(DMSetUp(dm)); // shows it where -PREFIXdm_view asks for it
  return dm;
}

/// Whether edges lead around the lattice along x and y, where every place has a cell.
std::array<bool, 2> wraps_of(MPI_Comm comm, const LatticeShares& s, std::int64_t first,
                             std::span<const std::int64_t> row_start,
                             std::span<const std::int32_t> column) {
  std::array<int, 2> any{};
  for (std::size_t x = 0; x + 1 < row_start.size(); ++x)
    for (std::int64_t e = row_start[x]; e < row_start[x + 1]; ++e) {
      const std::int64_t here = first + static_cast<std::int64_t>(x), there = column[e];
      any[0] |= std::abs(there % s.nx - here % s.nx) > s.reach;
      any[1] |= std::abs(there / s.nx - here / s.nx) > s.reach;
    }
  MPI_Allreduce(MPI_IN_PLACE, any.data(), 2, MPI_INT, MPI_MAX, comm);
  return {any[0] != 0, any[1] != 0};
}

/// Columns as places of the padded lattice.
std::vector<PetscInt> padded_columns(MPI_Comm comm, const LatticeShares& s,
                                     std::span<const std::int32_t> column, std::int64_t side) {
  const auto embedded = [&](std::int64_t place) {
    return static_cast<PetscInt>(place % s.nx + place / s.nx * side);
  };
  std::vector<PetscInt> out;
  out.reserve(column.size());
  if (s.full) {
    for (const std::int32_t y : column)
      out.push_back(embedded(y));
    return out;
  }
  const Ghosts ghosts(comm, firsts_of_ranks(Ranks(comm), std::ssize(s.place)), column);
  std::vector<std::int64_t> place = s.place;
  ghosts.update(place);
  for (const std::int32_t y : column)
    out.push_back(embedded(place[ghosts.at(y)]));
  return out;
}

} // namespace

LatticeShares lattice_shares(MPI_Comm comm, const Generator& rows, const Lattice* lattice) {
  LatticeShares s;
  s.multigrid = asks_for_mg("solve_");
  const Ranks ranks(comm);
  const std::int64_t n = rows.rows();
  const auto held = lattice ? static_cast<std::int64_t>(lattice->position.size()) : -1;
  if (!ranks.all(held == n || held == rows.size)) {
    s.unknown = "it needs a lattice, and these cells are on none";
    return s;
  }
  s.nx = lattice->nx;
  s.ny = lattice->ny;
  s.reach = lattice->reach;
  std::span<const std::int64_t> place = lattice->position;
  if (held != n)
    place = place.subspan(rows.first, n);
  const bool ordered =
      n > 0 && place.front() >= 0 && place.back() < s.nx * s.ny &&
      std::adjacent_find(place.begin(), place.end(), std::greater_equal<>()) == place.end();
  const std::int64_t begin = !ordered ? -1 : ranks.rank() == 0 ? 0 : place.front() / s.nx;
  s.first_row = ranks.each(begin);
  const auto last_row = ranks.each(ordered ? place.back() / s.nx : std::int64_t{-1});
  bool whole = s.first_row.front() >= 0;
  for (int r = 1; r < ranks.count(); ++r)
    whole = whole && s.first_row[r] > last_row[r - 1];
  if (!whole) {
    s.unknown = "it needs whole rows of the lattice on each rank, and there are too few for " +
                std::to_string(ranks.count()) + " ranks";
    return s;
  }
  s.first_row.push_back(s.ny);
  s.full = rows.size == s.nx * s.ny;
  if (!s.full && (s.multigrid || asks_for_mg("solve_gauge_")))
    s.place.assign(place.begin(), place.end());
  return s;
}

MatrixRows matrix_rows(MPI_Comm comm, std::int64_t size, std::int64_t first,
                       std::span<const std::int64_t> row_start,
                       std::span<const std::int32_t> column, const LatticeShares& s,
                       const std::string& prefix) {
  MatrixRows out;
  const auto cells = static_cast<std::int64_t>(row_start.size()) - 1;
  out.size = size;
  out.first = first;
  out.rows = cells;
  if (!asks_for_mg(prefix)) {
    const bool shared = s.first_row.size() > 2;
    if (!asks_for_lattice(prefix) || !s.unknown.empty() || !s.full ||
        (shared && least(s.first_row) < s.reach))
      return out;
    const auto wraps = wraps_of(comm, s, first, row_start, column);
    if ((wraps[0] && s.nx < s.reach) || (wraps[1] && least(s.first_row) < s.reach))
      return out;
    out.lattice = dmda(comm, wraps, {s.nx, s.ny}, s.reach, s.first_row, prefix);
    return out;
  }
  const int rank = Ranks(comm).rank();
  const int k = coarsenings(s, prefix);
  const std::int64_t nx = padded(s.nx, k), ny = padded(s.ny, k);
  if (nx * ny > std::numeric_limits<PetscInt>::max())
    throw BadInput("-" + prefix + "pc_type mg: " + std::to_string(nx) + " x " + std::to_string(ny) +
                   " places are more than PETSc can number; leave it out");
  std::vector<std::int64_t> first_row = s.first_row;
  first_row.back() = ny;
  out.levels = k + 1;
  // Bilinear interpolation needs one neighbour; the matrix is not made by the DMDA.
  out.lattice = dmda(comm, {false, false}, {nx, ny}, 1, first_row, prefix);
  check(DMDASetInterpolationType(out.lattice, DMDA_Q1));
  out.size = nx * ny;
  out.first = first_row[rank] * nx;
  out.rows = (first_row[rank + 1] - first_row[rank]) * nx;
  out.row.reserve(cells);
  for (std::int64_t i = 0; i < cells; ++i) {
    const std::int64_t place = s.full ? first + i : s.place[i];
    out.row.push_back(static_cast<PetscInt>(place % s.nx + place / s.nx * nx - out.first));
  }
  out.column = padded_columns(comm, s, column, nx);
  return out;
}

} // namespace escapade::krylov
