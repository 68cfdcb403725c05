// The gradient of one row's loss, from the model.
#include "programs/mc/questions.hpp"

#include "escapade/error.hpp"

#include <cmath>

namespace escapade {

SgdSampler sampler_of(const Options& options, const Setup& setup) {
  if (!setup.data || !(setup.model || setup.sample_loss))
    throw BadInput("-mc_scheme sgd and mc-sgd need -data, with -model or -sample_loss: the "
                   "algorithm draws its batches from data");
  const double batch = options.number("batch_size");
  if (batch != std::floor(batch))
    throw BadInput("-batch_size " + options.text("batch_size") +
                   ": a batch holds a whole number of samples");
  const Expression R =
      options.given("regularization")
          ? parse_expression("-regularization", options.text("regularization"), setup.symbols)
          : constant(0);
  const auto inputs = static_cast<int>(2 + setup.data->columns.size());
  const auto slope = [&](int i) {
    if (setup.sample_loss)
      return derivative(*setup.sample_loss, i) + derivative(R, i);
    const Expression residual = *setup.model - input(static_cast<int>(2 + setup.target));
    return residual * derivative(*setup.model, i) + derivative(R, i);
  };
  Function gradient({slope(0), slope(1)}, inputs, setup.compile);
  return sgd_sampler(std::move(gradient), setup.data->columns, static_cast<std::int64_t>(batch),
                     options.number("learning_rate"), batches_named(options.text("mc_batches")));
}

} // namespace escapade
