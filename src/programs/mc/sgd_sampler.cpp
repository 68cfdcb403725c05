// The gradient of one row's loss, from the model.
#include "programs/mc/questions.hpp"

#include "escapade/error.hpp"

#include <cmath>

namespace escapade {

SgdSampler sampler_of(const Options& options, const Setup& setup) {
  if (!setup.model || !setup.data)
    throw BadInput("-mc_scheme sgd and mc-sgd need -model and -data: the algorithm draws its "
                   "batches from data");
  const double batch = options.number("batch_size");
  if (batch != std::floor(batch))
    throw BadInput("-batch_size " + options.text("batch_size") +
                   ": a batch holds a whole number of samples");
  const Expression& f = *setup.model;
  const Expression residual = f - input(static_cast<int>(2 + setup.target));
  const Expression R =
      options.given("regularization")
          ? parse_expression("-regularization", options.text("regularization"), setup.symbols)
          : constant(0);
  const auto inputs = static_cast<int>(2 + setup.data->columns.size());
  Function gradient({residual * derivative(f, 0) + derivative(R, 0),
                     residual * derivative(f, 1) + derivative(R, 1)},
                    inputs, setup.compile);
  return sgd_sampler(std::move(gradient), setup.data->columns, static_cast<std::int64_t>(batch),
                     options.number("learning_rate"), batches_named(options.text("mc_batches")));
}

} // namespace escapade
