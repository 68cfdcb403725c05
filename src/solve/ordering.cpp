#include "solve/ordering.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <cholmod.h>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <utility>

namespace escapade {
namespace {

/// A cell at (i, j) of the lattice.
struct Place {
  std::int32_t i, j, cell;
};
using Part = std::span<Place>;

/// Lines a·i + b·j = const that may separate, and how many neighbouring ones no edge crosses.
struct Direction {
  std::int32_t a, b, width;
  std::int32_t operator()(const Place& place) const { return a * place.i + b * place.j; }
};

struct Cut {
  Direction direction;
  std::int32_t begin; // the separator is begin ≤ a·i + b·j < begin + width
  double cost = std::numeric_limits<double>::infinity();
};

class Dissection {
public:
  explicit Dissection(std::vector<Direction> directions) : directions_(std::move(directions)) {}

  /// Appends the cells of `part` to the order, separators after what they separate.
  void order(Part part) {
    if (part.size() > 3) {
      if (const Cut cut = best_cut(part); std::isfinite(cut.cost)) {
        const auto [before, after] = split(part, cut);
        order(part.first(before));
        order(part.subspan(before, after));
        append(part.subspan(before + after));
        return;
      }
    }
    append(part);
  }

  std::vector<std::int32_t> take() { return std::move(order_); }

private:
  /// The smallest separator with about equal sides.
  Cut best_cut(Part part) {
    Cut best{directions_.front(), 0};
    const auto total = static_cast<std::int64_t>(part.size());
    for (const Direction& direction : directions_) {
      const auto [low, high] =
          std::minmax_element(part.begin(), part.end(), [&](const Place& x, const Place& y) {
            return direction(x) < direction(y);
          });
      const std::int32_t first = direction(*low), lines = direction(*high) - first + 1;
      if (lines < direction.width + 2)
        continue;
      count_.assign(lines + 1, 0); // count_[l]: cells before line l
      for (const Place& place : part)
        ++count_[direction(place) - first + 1];
      std::partial_sum(count_.begin(), count_.end(), count_.begin());
      for (std::int32_t l = 1; l + direction.width < lines; ++l) {
        const std::int64_t before = count_[l], after = total - count_[l + direction.width];
        const auto separator = static_cast<double>(total - before - after);
        // As many pairs of cells apart as possible for each cell of the separator.
        const double cost = separator / (static_cast<double>(before) * static_cast<double>(after));
        if (cost < best.cost)
          best = {direction, first + l, cost};
      }
    }
    return best;
  }

  /// Sorts `part` into before, after and separator, keeping the order within each.
  std::pair<std::size_t, std::size_t> split(Part part, const Cut& cut) {
    after_.clear();
    separator_.clear();
    std::size_t before = 0;
    for (const Place& place : part)
      if (const std::int32_t line = cut.direction(place); line < cut.begin)
        part[before++] = place;
      else
        (line < cut.begin + cut.direction.width ? separator_ : after_).push_back(place);
    std::copy(after_.begin(), after_.end(), part.begin() + before);
    std::copy(separator_.begin(), separator_.end(), part.end() - separator_.size());
    return {before, after_.size()};
  }

  void append(Part part) {
    for (const Place& place : part)
      order_.push_back(place.cell);
  }

  std::vector<Direction> directions_;
  std::vector<std::int32_t> count_, order_;
  std::vector<Place> after_, separator_;
};

std::vector<Place> places(const Lattice& lattice) {
  const std::int64_t all = lattice.nx * lattice.ny;
  std::vector<char> taken(all, 0);
  std::vector<Place> result;
  result.reserve(lattice.position.size());
  for (const std::int64_t position : lattice.position) {
    const auto cell = static_cast<std::int32_t>(result.size());
    if (position < 0 || position >= all || taken[position])
      throw BadInput("nested dissection: cell " + std::to_string(cell) + " has place " +
                     std::to_string(position) + ", expected a free one below " +
                     std::to_string(all));
    taken[position] = 1;
    result.push_back({static_cast<std::int32_t>(position % lattice.nx),
                      static_cast<std::int32_t>(position / lattice.nx), cell});
  }
  return result;
}

} // namespace

namespace {

std::vector<std::int32_t> dissect(const Lattice& lattice, int reach, bool diagonal_edges) {
  std::vector<Place> cells = places(lattice);
  const std::int32_t width = std::max(reach, 1), oblique = diagonal_edges ? 2 * width : width;
  // A diagonal line of n cells spans √2 times the length of a straight one: without diagonal edges
  // the parts it bounds have fewer neighbours.
  Dissection dissection({{1, 1, oblique}, {1, -1, oblique}, {1, 0, width}, {0, 1, width}});
  dissection.order(cells);
  return dissection.take();
}

} // namespace

std::vector<std::int32_t> nested_dissection(const Lattice& lattice) {
  return dissect(lattice, lattice.reach, lattice.diagonal_edges);
}

std::vector<std::int32_t> elimination_order(const Generator& generator, const Lattice* lattice) {
  if (!lattice)
    return metis_order(generator);
  if (static_cast<std::int64_t>(lattice->position.size()) != generator.rows())
    throw BadInput("the lattice has " + std::to_string(lattice->position.size()) +
                   " cells, the generator " + std::to_string(generator.rows()));
  std::int64_t reach = 0, steps = 0; // largest max(|Δi|, |Δj|) and |Δi| + |Δj|
  for (std::int64_t x = 0; x < generator.rows(); ++x)
    for (std::int64_t e = generator.row_start[x]; e < generator.row_start[x + 1]; ++e) {
      const std::int64_t from = lattice->position[x], to = lattice->position[generator.column[e]];
      const std::int64_t i = std::abs(from % lattice->nx - to % lattice->nx);
      const std::int64_t j = std::abs(from / lattice->nx - to / lattice->nx);
      reach = std::max({reach, i, j});
      steps = std::max(steps, i + j);
    }
  return reach > 1 ? metis_order(generator) : dissect(*lattice, 1, steps > 1);
}

std::vector<std::int32_t> metis_order(const Generator& generator) {
  const std::int64_t n = generator.rows();
  const auto entries = static_cast<std::size_t>(generator.row_start.back());
  if (n == 0)
    return {};
  cholmod_common common;
  cholmod_l_start(&common);
  common.print = 0;
  // Column x of `rates` holds the targets of cell x: the pattern is used up to transposition. METIS
  // wants a symmetric pattern: rates + ratesᵀ, of which CHOLMOD keeps the upper half.
  const auto rows = static_cast<std::size_t>(n);
  cholmod_sparse* rates =
      cholmod_l_allocate_sparse(rows, rows, entries, 1, 1, 0, CHOLMOD_PATTERN, &common);
  std::vector<std::int32_t> order;
  if (rates) {
    auto* start = static_cast<SuiteSparse_long*>(rates->p);
    auto* index = static_cast<SuiteSparse_long*>(rates->i);
    std::copy(generator.row_start.begin(), generator.row_start.end(), start);
    std::copy_n(generator.column.begin(), entries, index);
    cholmod_sparse* transposed = cholmod_l_transpose(rates, 0, &common);
    double one[2] = {1, 0};
    cholmod_sparse* both =
        transposed ? cholmod_l_add(rates, transposed, one, one, 0, 1, &common) : nullptr;
    cholmod_l_free_sparse(&rates, &common);
    cholmod_l_free_sparse(&transposed, &common);
    if (both) {
      both->stype = 1;
      std::vector<SuiteSparse_long> permutation(rows);
      if (cholmod_l_metis(both, nullptr, 0, 0, permutation.data(), &common))
        order.assign(permutation.begin(), permutation.end());
    }
    cholmod_l_free_sparse(&both, &common);
  }
  const int status = common.status;
  cholmod_l_finish(&common);
  if (order.empty())
    throw NotTrusted("METIS could not order " + std::to_string(n) + " cells (CHOLMOD status " +
                     std::to_string(status) + ")");
  return order;
}

} // namespace escapade
