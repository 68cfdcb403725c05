// What users call the solvers.
#pragma once

namespace escapade {

/// In the order of SolverKind.
inline constexpr const char* solver_names[] = {"auto", "gth", "krylov", "multilevel"};

} // namespace escapade
