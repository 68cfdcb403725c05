// Ways to follow a chain in time.
#pragma once

namespace escapade {

/// uniformisation: exact to rounding, its work grows with rate times time; implicit: positive steps
/// of any length; ts: the same under PETSc's TS; automatic chooses between the first two.
enum class Integrator { automatic, uniformisation, implicit, ts };

} // namespace escapade
