// Nested iteration: the coarsest grid is solved first, and each next one begins with the answers of
// the one before. Below the grids of an error estimate, or the only one, there are some of half the
// cells each way that serve for this alone. For the multilevel solver, whose work depends on where
// it begins; with the others the finest grid comes first, so that what they refuse is refused at
// once.
//
// What is known on one lattice, brought to another of the same frame and box: where a solve there
// begins. Cubic interpolation of logarithms; where the first lattice has no cells its values go on
// linearly. The error is of order h⁴ inside and of order h where cells are missing.
#pragma once

#include "answers/grids/chain_run.hpp"
#include "generator/assemble.hpp"
#include "generator/log_vector.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace escapade {

/// The cells of `from` that the cells [first, last) of `to` take their values from: whole rows of
/// the lattice, with some more to continue from where cells are missing; all of them where the
/// second coordinate is periodic.
RowRange cells_to_know(const Grid& to, std::int64_t first, std::int64_t last, const Grid& from);

/// The logarithm at the cells [first, last) of `to`, from those at the cells of `from` that begin
/// with `known`: all, or those of the range above. Finite where all of `log_values` are and there
/// is one.
std::vector<double> log_values_on(const Grid& to, std::int64_t first, std::int64_t last,
                                  const Grid& from, const std::vector<double>& log_values,
                                  std::int64_t known = 0);

/// Collective functions all.
class Nested {
public:
  /// BadInput where the finest grid, the first of `shapes`, does not fit into memory.
  Nested(const GridQuestion& question, const std::vector<GridShape>& shapes);

  /// Solves the grids below the coarsest of `shapes`: `solve` begins with what is kept, keeps its
  /// answers and returns its work in products with the matrix. What one of these grids is refused
  /// for does not matter, and where beginning so does not save a third the rest is left out.
  void prepare(const std::function<double(const GridShape&)>& solve);

  /// Which of the shapes is solved when.
  const std::vector<std::size_t>& order() const { return order_; }

  /// Whether a shape's answers are of use to the next one.
  bool wants(std::size_t shape) const { return active_ && shape != order_.back(); }
  /// Logarithms of this rank's cells: masses (or none), and values that do not scale with a cell's
  /// area, in place of what was kept before.
  void keep(const Chain& chain, const std::vector<double>& log_mass,
            const std::vector<LogVector>& log_values);

  /// The same interpolated to this rank's cells of another grid, and forgotten; empty where there
  /// is nothing.
  std::vector<double> masses_on(const Chain& chain);
  std::vector<double> value_on(const Chain& chain, std::size_t k);

private:
  void forget();

  MPI_Comm comm_;
  bool active_;
  std::vector<std::size_t> order_;
  std::vector<GridShape> coarser_;                   // than all shapes, the coarsest first
  std::optional<Grid> grid_;                         // of what is kept, if anything
  std::int64_t first_ = 0;                           // this rank's first cell of it
  std::vector<double> log_density_;                  // of this rank's cells
  std::vector<std::vector<double>> log_values_ = {}; // likewise
};

} // namespace escapade
