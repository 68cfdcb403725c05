#include "quantities/evolution/chain_state.hpp"

#include "parallel/ranks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escapade {

long double log_total(MPI_Comm comm, const LogVector& v) {
  constexpr long double nothing = -std::numeric_limits<long double>::infinity();
  long double high = nothing;
  for (long double l : v)
    high = std::max(high, l);
  const Ranks ranks(comm);
  high = ranks.max(high);
  if (high == nothing)
    return nothing;
  long double sum = 0;
  for (long double l : v)
    sum += std::exp(l - high);
  return high + std::log(ranks.sum(sum));
}

std::vector<long double> exit_fluxes(MPI_Comm comm, const Generator& G, std::size_t parts,
                                     const LogVector& log_mass) {
  std::vector<long double> flux(parts, 0.0L);
  for (const PartKilling& k : G.part_killing)
    flux[k.part] += k.rate * std::exp(log_mass[k.row]);
  MPI_Allreduce(MPI_IN_PLACE, flux.data(), static_cast<int>(parts), MPI_LONG_DOUBLE, MPI_SUM, comm);
  return flux;
}

} // namespace escapade
