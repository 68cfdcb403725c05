#include "nested.hpp"

#include "escapade/error.hpp"
#include "escapade/quantities/interpolate.hpp"
#include "gather_all.hpp"
#include "memory.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>

namespace escapade {

namespace {

std::vector<double> interpolated(const Grid& from, std::vector<double> kept, const Chain& chain) {
  const Generator& rows = chain.generator;
  return log_values_on(*chain.grid.lattice(), rows.first, rows.first + rows.rows(), from, kept);
}

} // namespace

Nested::Nested(Session& session, const Setup& setup, const std::vector<GridShape>& shapes,
               const Region& exit, Demand demand)
    : comm_(session.comm()),
      active_(setup.solve.kind == SolverKind::multilevel && !setup.shape.mesh),
      order_(shapes.size()) {
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  if (!active_)
    return;
  std::reverse(order_.begin(), order_.end());
  check_memory(session, setup, shapes.front(), exit, demand);
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
  log_density_.clear();
  log_values_.clear();
}

void Nested::keep(const Chain& chain, const std::vector<double>& log_mass,
                  const std::vector<LogVector>& log_values) {
  grid_ = *chain.grid.lattice();
  std::vector<double> log_density = log_mass;
  for (std::size_t k = 0; k < log_density.size(); ++k) {
    const std::int64_t u = chain.generator.first + static_cast<std::int64_t>(k);
    log_density[k] -= std::log(grid_->cell_area(static_cast<std::int32_t>(u)));
  }
  log_density_ = gathered_all(comm_, MPI_DOUBLE, log_density);
  log_values_.clear();
  for (const LogVector& v : log_values)
    log_values_.push_back(gathered_all(comm_, MPI_DOUBLE, std::vector<double>(v.begin(), v.end())));
}

std::vector<double> Nested::masses_on(const Chain& chain) {
  if (log_density_.empty())
    return {};
  std::vector<double> out = interpolated(*grid_, std::exchange(log_density_, {}), chain);
  for (std::size_t k = 0; k < out.size(); ++k) {
    const std::int64_t u = chain.generator.first + static_cast<std::int64_t>(k);
    out[k] += std::log(chain.grid.area(static_cast<std::int32_t>(u)));
  }
  return out;
}

std::vector<double> Nested::value_on(const Chain& chain, std::size_t k) {
  if (k >= log_values_.size() || log_values_[k].empty())
    return {};
  return interpolated(*grid_, std::exchange(log_values_[k], {}), chain);
}

} // namespace escapade
