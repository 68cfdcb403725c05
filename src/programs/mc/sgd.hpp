// Stochastic gradient descent on data, run after run, from the starts (mc-sgd).
#pragma once

#include "paths/sgd/sgd.hpp"
#include "programs/report/outcome.hpp"

namespace escapade {

/// What -model, -data, -batch_size, -learning_rate, -mc_batches and -regularization say; the
/// gradient of (f − target)²/2 + R is taken exactly. BadInput without -model, or where the batch
/// size is not a whole number.
SgdSampler sampler_of(const Options& options, const Setup& setup);

Outcome mc_sgd_question(Session& session, const Options& options, const Setup& setup);

} // namespace escapade
