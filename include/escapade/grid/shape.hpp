// What grid is asked for.
#pragma once

#include "escapade/grid/grading.hpp"
#include "escapade/problem/domain.hpp"

#include <array>
#include <cstdint>
#include <memory>

namespace escapade {

struct Mesh;

/// How drift moves probability from cell to cell of a lattice: over the edges that the noise uses
/// (Bernoulli rates, which smear it across the streamlines where it outweighs the noise over an
/// edge), or by jumps along its flow. automatic: edges where they resolve the drift; of gradient
/// drifts, which circulate nowhere, and on triangles always.
enum class Transport { automatic, edges, flow };

/// Cells of the box (angle 0) or of the turned rectangle that covers it; or, where there is a mesh,
/// its triangles.
struct GridShape {
  std::array<std::int64_t, 2> cells{256, 256};
  double angle = 0;                                 // radians
  std::shared_ptr<const Grading> grading = nullptr; // null: uniform cells
  std::shared_ptr<const Mesh> mesh = nullptr;
  Transport transport = Transport::automatic;
  bool rest = false; // by flow: only the stationary state is asked for

  /// Cells of one dimension.
  bool line() const { return !mesh && cells[1] == 1; }
};

/// The shape with cells ∝ 1/√eigenvalue of the diffusion along the frame's axes and about `total`
/// cells in all: the noise sees square cells. Eigenvalues in the order of the frame's axes.
GridShape balanced_shape(const Domain& domain, double angle, std::array<double, 2> eigenvalues,
                         std::int64_t total);

} // namespace escapade
