#include "answers/evolution/timed.hpp"

#include "answers/transport/transport.hpp"
#include "escapade/error.hpp"
#include "escapade/problem/time.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace escapade {

namespace {

GridShape coarse_shape(GridShape shape) {
  constexpr std::int64_t least = 32;
  for (std::int64_t& n : shape.cells)
    n = std::min(n, std::max(n / 4, least));
  return shape;
}

/// With the transport of the run itself: jumps along a flow land elsewhere as time goes on, and
/// steps are then of order 2 (quantities/timed).
GridShape shape_of_plan(const GridQuestion& q) {
  Effort quiet = q.effort;
  quiet.progress = {}, quiet.announce = {};
  return coarse_shape(with_transport({q.comm, q.problem, q.domain, q.shape, q.exit, quiet}));
}

/// Steps of the coefficients' own time scale.
std::int64_t fewest_steps(const GridQuestion& q, double from, double to) {
  const double scale = time_scale(q.problem, q.domain, from, to);
  return std::max<std::int64_t>(1, std::llround(std::ceil((to - from) / scale)));
}

std::array<double, 5> apart(const Moments& a, const Moments& b, double factor) {
  std::array<double, 5> out{a.mean.x - b.mean.x, a.mean.y - b.mean.y,
                            a.covariance.xx - b.covariance.xx, a.covariance.xy - b.covariance.xy,
                            a.covariance.yy - b.covariance.yy};
  for (double& d : out)
    d = factor * std::abs(d);
  return out;
}

} // namespace

Chain chain_at(const GridQuestion& q, const ChainRun& run, double t) {
  Chain now = make_chain(q.comm, at_time(q.problem, t), q.domain, run.shape, q.exit, q.rule, {},
                         q.may_fall_apart);
  if (now.generator.size != run.chain.generator.size)
    throw NotTrusted("at t = " + rounded(t, 6) + " " + std::to_string(now.generator.size) +
                     " cells are joined to the rest, at t = 0 " +
                     std::to_string(run.chain.generator.size) +
                     ": the noise vanishes somewhere for a while; add a floor to it");
  return now;
}

GeneratorAt rows_of(const GridQuestion& q, const ChainRun& run) {
  return [&q, &run](double t) { return std::move(chain_at(q, run, t).generator); };
}

Evolution::Options step_options(const GridQuestion& q, const EvolutionSetup& setup,
                                const std::optional<Lattice>& lattice) {
  // no sharper than the steps that freeze the time
  Evolution::Options how{setup.integrator, std::max(setup.tolerance, 1e-3 * setup.timed_tolerance),
                         q.effort.solve};
  how.solve.lattice = lattice ? &*lattice : nullptr;
  return how;
}

std::vector<FramePlan> frame_plan(const GridQuestion& question, const EvolutionSetup& setup,
                                  const std::vector<double>& times,
                                  const std::function<ChainState(const Chain&)>& begin) {
  const ChainRun run = start_chain(question, shape_of_plan(question));
  const std::optional<Lattice> lattice = cell_places(run.chain);
  const RowMaker measure(question.comm, run.chain, begin(run.chain).exited.size(), nullptr);
  ChainState first = begin(run.chain);
  TimedSteps steps(question.comm, rows_of(question, run), first.exited.size(), 3 * times.back(),
                   step_options(question, setup, lattice));
  TimedPlan ways(question.comm, std::move(steps), std::move(first), setup.timed_tolerance);
  std::vector<FramePlan> plan(1);
  for (std::size_t k = 1; k < times.size(); ++k) {
    ways.advance(times[k], fewest_steps(question, times[k - 1], times[k]), [] { return false; });
    plan.push_back({ways.steps(), ways.error(),
                    apart(measure(ways.with_short_steps()).moments,
                          measure(ways.with_long_steps()).moments, ways.factor())});
  }
  return plan;
}

void add_time_error(FrameRow& row, const FramePlan& plan) {
  row.error += plan.error;
  row.mass_error += plan.error * static_cast<double>(std::exp(row.log_survival));
  row.moment_error = plan.moment_error;
}

} // namespace escapade
