// Sets of the plane: exit sets, committor sets, named regions.
//
// A part k is {θ : φ_k(θ) ≥ 0}. For a comparison "f > g" φ = f − g, for "f < g" φ = g − f;
// "and" is the minimum, "or" inside a part the maximum. Each operand of a top-level "or" is one
// part, named by its text; where several parts hold, the first one counts.
#pragma once

#include "escapade/problem/field.hpp"

#include <optional>
#include <string>
#include <vector>

namespace escapade {

/// The half-plane {coordinate[axis] ≥ position} (above) or {coordinate[axis] ≤ position}.
struct HalfPlane {
  int axis = 0;
  double position = 0;
  bool above = true;
};

struct Part {
  std::string name;                    // e.g. "b > 4"
  Field phi;                           // 1 component: φ
  Field phi_and_gradient;              // 3 components: φ, ∂φ/∂x, ∂φ/∂y
  std::optional<HalfPlane> half_plane; // set where the part is exactly a half-plane
  bool corners = false; // its text has "and" or a function with kinks: corners, ends of windows
};

using Region = std::vector<Part>;

/// Index of the first part that holds at each of n points, −1 where none does.
void part_at(const Region& region, std::size_t n, const double* x, const double* y, int* part);

} // namespace escapade
