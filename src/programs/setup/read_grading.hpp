// -grade: where the cells of a grid lie closer.
//   auto          about the critical points of the potential or loss: along each axis of the frame
//                 a cluster (grid/grading.hpp) of the width that the noise gives there. At a
//                 minimum that is the standard deviation of the linearised system, A C + C Aᵀ = −2D
//                 with A = ∇b; at a saddle or maximum √(D_aa / largest rate of growth).
//   "EXPR, EXPR"  the wanted density of cells along the first and the second axis of the frame, up
//                 to a factor, each in its own coordinate under the variables' names
#pragma once

#include "escapade/grid/grading.hpp"
#include "programs/setup/setup.hpp"

#include <memory>

namespace escapade {

/// Null where -grade is not given. Needs setup's problem, domain and the frame's angle. BadInput: a
/// problem without potential or loss for `auto`, noise that vanishes at a critical point, densities
/// that are not positive or depend on the other coordinate.
std::shared_ptr<const Grading> read_grading(const Options& options, const Setup& setup,
                                            double angle);

} // namespace escapade
