#include "answers/grids/nested.hpp"

#include "answers/grids/chain_run.hpp"
#include "escapade/error.hpp"
#include "parallel/gather.hpp"
#include "parallel/ranks.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>

namespace escapade {

namespace {

/// Kept values of this rank's cells on those of another grid; empty, as on other ranks or not,
/// where they are not all known.
std::vector<double> interpolated(MPI_Comm comm, const Grid& from, std::int64_t first,
                                 const std::vector<double>& kept, const Chain& chain) {
  if (Ranks(comm).sum(std::ssize(kept)) != from.unknowns())
    return {};
  const Grid& to = *chain.grid.lattice();
  const std::int64_t begin = chain.generator.first, end = begin + chain.generator.rows();
  const RowRange known = cells_to_know(to, begin, end, from);
  const std::vector<double> there = fetched(comm, first, kept, known.first, known.last);
  std::vector<double> out = log_values_on(to, begin, end, from, there, known.first);
  if (std::any_of(out.begin(), out.end(), [](double v) { return std::isnan(v); }))
    out.clear();
  return out;
}

} // namespace

Nested::Nested(const GridQuestion& q, const std::vector<GridShape>& shapes)
    : comm_(q.comm),
      active_(q.nested && q.effort.solve.kind == SolverKind::multilevel && !q.shape.mesh),
      order_(shapes.size()) {
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  if (!active_)
    return;
  std::reverse(order_.begin(), order_.end());
  check_memory(q, shapes.front());
  constexpr std::int64_t fewest = 64; // cells each way; fewer are no better than no guess
  GridShape shape = shapes.back();
  const auto halve = [&] { shape.cells = {shape.cells[0] / 2, shape.cells[1] / 2}; };
  for (halve(); std::min(shape.cells[0], shape.cells[1]) >= fewest; halve())
    coarser_.push_back(shape);
  std::reverse(coarser_.begin(), coarser_.end());
}

void Nested::prepare(const std::function<double(const GridShape&)>& solve) {
  std::optional<double> from_nothing;
  for (const GridShape& shape : coarser_) {
    try {
      const double products = solve(shape);
      if (from_nothing && products > *from_nothing / 1.5)
        return;
      from_nothing = from_nothing.value_or(products);
    } catch (const BadInput&) { // all ranks together, as below
      forget();
    } catch (const NotTrusted&) {
      forget();
    }
  }
}

void Nested::forget() {
  grid_.reset();
  log_density_.clear();
  log_values_.clear();
}

void Nested::keep(const Chain& chain, const std::vector<double>& log_mass,
                  const std::vector<LogVector>& log_values) {
  grid_ = *chain.grid.lattice();
  first_ = chain.generator.first;
  log_density_ = log_mass;
  for (std::size_t k = 0; k < log_mass.size(); ++k) {
    const std::int64_t u = first_ + static_cast<std::int64_t>(k);
    log_density_[k] -= std::log(grid_->cell_area(static_cast<std::int32_t>(u)));
  }
  log_values_.clear();
  for (const LogVector& v : log_values)
    log_values_.emplace_back(v.begin(), v.end());
}

std::vector<double> Nested::masses_on(const Chain& chain) {
  if (!grid_)
    return {};
  std::vector<double> out =
      interpolated(comm_, *grid_, first_, std::exchange(log_density_, {}), chain);
  for (std::size_t k = 0; k < out.size(); ++k) {
    const std::int64_t u = chain.generator.first + static_cast<std::int64_t>(k);
    out[k] += std::log(chain.grid.area(static_cast<std::int32_t>(u)));
  }
  return out;
}

std::vector<double> Nested::value_on(const Chain& chain, std::size_t k) {
  if (!grid_ || k >= log_values_.size())
    return {};
  return interpolated(comm_, *grid_, first_, std::exchange(log_values_[k], {}), chain);
}

} // namespace escapade
