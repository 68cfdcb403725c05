// The gradient of one row's loss, from the model.
#include "programs/mc/sgd.hpp"

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

Polyline trace_descent(const SgdSampler& sampler, Vec2 start, std::int64_t iterations,
                       std::uint64_t seed, std::uint64_t path, std::int64_t max_points) {
  // the arithmetic of `descend`, step for step
  const auto batch = static_cast<std::size_t>(sampler.batch_size);
  const std::size_t n = (batch + 63) / 64 * 64;
  std::vector<double> x(n), y(n), gradient(2 * n);
  std::vector<std::int32_t> row(n, 0);
  BatchDrawer drawer(sampler, seed);
  drawer.begin(path);
  const std::int64_t stride = std::max<std::int64_t>(1, iterations / max_points);
  Polyline line;
  Vec2 at = start;
  const auto keep = [&](std::int64_t k) {
    line.points.push_back(at);
    line.data["time"].push_back(static_cast<double>(k) * sampler.learning_rate);
  };
  keep(0);
  for (std::int64_t k = 1; k <= iterations; ++k) {
    for (std::size_t i = 0; i < batch; ++i)
      row[i] = drawer.next();
    std::fill(x.begin(), x.end(), at.x);
    std::fill(y.begin(), y.end(), at.y);
    sampler.gradient(n, x.data(), y.data(), row.data(), gradient.data());
    Vec2 g;
    for (std::size_t i = 0; i < batch; ++i)
      g = g + Vec2{gradient[i], gradient[n + i]};
    at = at - (sampler.learning_rate / static_cast<double>(sampler.batch_size)) * g;
    if (!std::isfinite(at.x) || !std::isfinite(at.y))
      break;
    if (k % stride == 0 || k == iterations)
      keep(k);
  }
  return line;
}

} // namespace escapade
