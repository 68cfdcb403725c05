#include "answers/evolution/flow_averages.hpp"

#include "answers/evolution/timed.hpp"
#include "answers/stationary_state.hpp"
#include "escapade/problem/time.hpp"
#include "quantities/fluctuations/unwrapped.hpp"

namespace escapade {

namespace {

void add_share(Flows& sum, const Velocity& v, double entropy, double share) {
  sum.velocity = sum.velocity + share * v.mean;
  sum.gross = sum.gross + share * v.gross;
  sum.entropy += share * entropy;
}

} // namespace

void FlowAverages::add(int k, double t, const LogVector& log_mass) {
  const Problem problem = at_time(q_.problem, t);
  const GridQuestion now{q_.comm, problem, q_.domain, q_.shape, q_.exit, q_.effort, q_.rule};
  const Chain chain = chain_at(q_, run_, t);
  const Halo halo(q_.comm, chain.generator);
  const StationaryState state = stationary_state(now, chain, log_mass, halo);
  const Velocity velocity = mean_velocity(chain.generator, log_mass, halo, chain.grid,
                                          {q_.domain.periodic(0), q_.domain.periodic(1)});
  add_share(mean_, velocity, state.entropy.total, 1.0 / times_);
  if (k % 2 == 0)
    add_share(every_second_, velocity, state.entropy.total, 2.0 / times_);
  current_.resize(state.current.size());
  for (std::size_t i = 0; i < current_.size(); ++i)
    current_[i] = current_[i] + (1.0 / times_) * state.current[i];
}

} // namespace escapade
