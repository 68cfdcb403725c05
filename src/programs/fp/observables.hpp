// -observables "name: f(x, y); name: f(x, y)" of fp-stationary, and how it reports what follows
// from them and from periodic axes:
//
//   observables[].{mean, variance, correlation_time}, mean_velocity, effective_diffusion
// What these are and their units: answers/fluctuations/measure.hpp.
#pragma once

#include "escapade/answers/stationary.hpp"
#include "programs/report/outcome.hpp"

namespace escapade {

/// BadInput for what is no list "name: EXPR; name: EXPR".
NamedObservables read_observables(const Options& options, const Setup& setup);

/// Observables, mean velocity and effective diffusion as results and in the table.
void add_fluctuations(const StationaryAnswer& answer, const NamedObservables& observables,
                      const Setup& setup, Outcome& out);

} // namespace escapade
