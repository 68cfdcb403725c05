#include "quantities/evolution/chain_state.hpp"

#include "parallel/ranks.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {} // namespace

long double log_top(MPI_Comm comm, const LogVector& v) {
  long double high = log_of_zero;
  for (long double l : v)
    high = std::max(high, l);
  return Ranks(comm).max(high);
}

std::vector<double> masses_over(const LogVector& log_mass, long double shift) {
  std::vector<double> out;
  out.reserve(log_mass.size());
  for (const long double l : log_mass)
    out.push_back(static_cast<double>(std::exp(l - shift)));
  return out;
}

long double log_total(MPI_Comm comm, const LogVector& v) {
  const long double high = log_top(comm, v);
  if (high == log_of_zero)
    return log_of_zero;
  long double sum = 0;
  for (long double l : v)
    sum += std::exp(l - high);
  return high + std::log(Ranks(comm).sum(sum));
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
