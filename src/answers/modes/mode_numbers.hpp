// The eigenvalues of one chain on several grids, and their errors.
//
//   λ_k(h) = λ_k + O(h²) for each k, if the lists of all grids are brought into one order.
// Two real ones that meet become a complex pair and back; their squared distance (λ_k − λ_j)²/4
// goes smoothly through 0 there, and its error leaves open which they are. Per unit time.
#pragma once

#include "answers/grids/grid_sequence.hpp"
#include "escapade/answers/modes.hpp"
#include "quantities/relaxation/modes.hpp"

#include <complex>
#include <vector>

namespace escapade {

using Eigenvalues = std::vector<std::complex<double>>;

/// All that were found on one grid.
Eigenvalues all_eigenvalues(const Modes& found);

/// Those of one grid in the order of the finest one's, which come first: where `fine` is empty it
/// becomes them. On a grid that is not `needed` for errors those too far away are no numbers.
Eigenvalues eigenvalues_like(Eigenvalues& fine, Eigenvalues found, bool needed = true);

/// The first `count` of the finest grid with errors. `may_oscillate`: not in detailed balance.
std::vector<ModeNumbers> mode_numbers(const std::vector<Level<Eigenvalues>>& levels,
                                      std::size_t count, bool may_oscillate);

} // namespace escapade
