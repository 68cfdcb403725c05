// The state that one period's map Φ of a chain repeats: Φ(p) = λp, Σp = 1, p > 0; λ = 1 without
// exit, else the decay rate of survival is κ = −log λ / P (Floquet).
//
// Φ is made of positive steps (timed_evolution.hpp). Its iteration is accelerated (D. G. Anderson,
// J. ACM 12 (1965) 547, doi:10.1145/321296.321305): the next p is a combination, of weights with
// the sum 1, of the latest images, which minimises that combination of the residuals Φ(p)/λ − p.
// Logarithms are combined, so that no mass is negative.
#pragma once

#include "quantities/evolution/chain_state.hpp"

#include <functional>

namespace escapade {

/// Where masses of sum 1 are a period later. Collective.
using PeriodMap = std::function<ChainState(const LogVector& begin)>;

struct PeriodicState {
  LogVector log_mass;       // of sum 1, at the beginning of a period
  long double log_left = 0; // log λ
  double error = 0;         // of Σ|p|, by the last change and the iteration's own rate
  int periods = 0;
};

/// NotTrusted where 300 periods do not lead to a change below the tolerance, of Σ|p|. Collective.
PeriodicState periodic_state(MPI_Comm comm, const PeriodMap& map, LogVector begin,
                             double tolerance);

} // namespace escapade
