// The gradient of one row's loss, from the model.
#include "programs/mc/questions.hpp"

#include "escapade/error.hpp"

#include <cmath>

namespace escapade {

namespace {

using Schedule = std::function<double(double t, double k)>;

Schedule schedule_of(const Expression& rate) {
  return [value = Function({rate}, 4, Compile::never)](double t, double k) {
    const double zero = 0, *in[4] = {&zero, &zero, &t, &k};
    double eta = 0, *out[1] = {&eta};
    value(1, in, out);
    return eta;
  };
}

} // namespace

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
  if (setup.learning_rate && options.program() != "mc-sgd")
    throw BadInput("-mc_scheme sgd: a step takes the learning rate in time, the same in every "
                   "step; give one number, or use mc-sgd");
  const Schedule schedule = setup.learning_rate ? schedule_of(*setup.learning_rate) : Schedule{};
  const double rate = schedule ? schedule(0, 0) : options.number("learning_rate");
  SgdSampler sampler =
      sgd_sampler(std::move(gradient), setup.data->columns, static_cast<std::int64_t>(batch), rate,
                  batches_named(options.text("mc_batches")));
  sampler.schedule = schedule;
  if (options.given("momentum"))
    sampler.momentum = options.number("momentum");
  sampler.inertial = setup.inertial;
  if (sampler.inertial && schedule)
    throw BadInput("-learning_rate \"" + options.text("learning_rate") +
                   "\": velocities are counted in its root, which is another one in every step; "
                   "give -start the parameter alone");
  return sampler;
}

} // namespace escapade
