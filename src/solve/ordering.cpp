#include "escapade/solve/ordering.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <cholmod.h>
#include <string>

namespace escapade {
namespace {

struct Box {
  std::int64_t i0, j0, i1, j1; // half-open
};

class Dissection {
public:
  explicit Dissection(const Lattice& lattice)
      : nx_(lattice.nx), width_(std::max(lattice.reach, 1)),
        cell_(static_cast<std::size_t>(lattice.nx * lattice.ny), -1) {
    const std::int64_t places = lattice.nx * lattice.ny;
    for (std::size_t c = 0; c < lattice.position.size(); ++c) {
      const std::int64_t place = lattice.position[c];
      if (place < 0 || place >= places || cell_[static_cast<std::size_t>(place)] >= 0)
        throw BadInput("nested dissection: cell " + std::to_string(c) + " has place " +
                       std::to_string(place) + ", expected a free one below " +
                       std::to_string(places));
      cell_[static_cast<std::size_t>(place)] = static_cast<std::int32_t>(c);
    }
    order_.reserve(lattice.position.size());
  }

  void order(const Box& box) {
    const std::int64_t a = box.i1 - box.i0, b = box.j1 - box.j0;
    // Cutting a box no longer than this leaves an empty side.
    if (std::max(a, b) < width_ + 2) {
      append(box);
    } else if (a >= b) {
      const std::int64_t m = box.i0 + (a - width_) / 2;
      order({box.i0, box.j0, m, box.j1});
      order({m + width_, box.j0, box.i1, box.j1});
      append({m, box.j0, m + width_, box.j1});
    } else {
      const std::int64_t m = box.j0 + (b - width_) / 2;
      order({box.i0, box.j0, box.i1, m});
      order({box.i0, m + width_, box.i1, box.j1});
      append({box.i0, m, box.i1, m + width_});
    }
  }

  std::vector<std::int32_t> take() { return std::move(order_); }

private:
  void append(const Box& box) {
    for (std::int64_t j = box.j0; j < box.j1; ++j)
      for (std::int64_t i = box.i0; i < box.i1; ++i)
        if (const std::int32_t c = cell_[static_cast<std::size_t>(i + nx_ * j)]; c >= 0)
          order_.push_back(c);
  }

  std::int64_t nx_, width_;
  std::vector<std::int32_t> cell_; // cell at each place, −1 where there is none
  std::vector<std::int32_t> order_;
};

} // namespace

std::vector<std::int32_t> nested_dissection(const Lattice& lattice) {
  Dissection dissection(lattice);
  dissection.order({0, 0, lattice.nx, lattice.ny});
  return dissection.take();
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
