// The noise about a signal that returns with a periodic problem: the power spectral density of an
// observable f at the frequency 1/P of the period.
//
//   S(1/P)   of the chain whose rates are the means over a period: right to the first order in the
//            forcing, and for forcing that is fast against the relaxation
//   frozen   mean over the phases of S(1/P) of the chains that stand still there: right for
//            forcing that is slow
// The difference is taken for the error of the first. In the two-state theory (McNamara and
// Wiesenfeld 1989, doi:10.1103/PhysRevA.39.4854) with the flips r(1 + <u^2>/2), u the forcing over
// the noise, the background is 1 + <u^2>(1/2 − 2c) times that at rest, c = 4r²/(4r² + ω²), and the
// frozen one 1 − <u^2>(1/2 + c): no difference is larger at any frequency. Two-sided, ∫S df = the
// variance.
#pragma once

#include "answers/grids/chain_run.hpp"
#include "quantities/fluctuations/resolvent.hpp"
#include "quantities/timed/timed_evolution.hpp"

namespace escapade {

struct Background {
  double power = 0;    // S
  double frozen = 0;   // the other limit
  double residual = 0; // relative error of S by its projection
};

/// `f`: the observable at the cells. Collective. NotTrusted as the solver says, and where rates at
/// different times join different cells.
Background background(const GridQuestion& question, const Chain& chain, const GeneratorAt& rows,
                      const Reals& f, double period);

} // namespace escapade
