// Refined and certified solves with one distributed chain. Private to the Krylov solver.
#pragma once

#include "generator/distribute.hpp"
#include "generator/generator.hpp"
#include "generator/log_vector.hpp"
#include "solve/certificate.hpp"
#include "solve/krylov/inner.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace escapade::krylov {

/// Maximum, minimum and sum over all ranks.
long double all_max(MPI_Comm comm, long double value);
long double all_min(MPI_Comm comm, long double value);
long double all_sum(MPI_Comm comm, long double value);
/// The largest entry over all ranks, −∞ where there is none.
long double largest(MPI_Comm comm, const std::vector<long double>& x);

/// A potential φ on this rank's cells with φ_y − φ_x ≈ log(w_xy / w_yx); zero where no such
/// potential could be computed. `incoming`: the transposed rows. Adds its KSP's iterations.
std::vector<long double> log_mass_estimate(MPI_Comm comm, const Generator& rows,
                                           const Generator& incoming, const LatticeShares& shares,
                                           std::int64_t& iterations);

/// The chain stopped on entering cell `target`: rates to it become killing; its own row is replaced
/// by a killing of rate 1.
Generator stopped_at(const Generator& rows, std::int64_t target);

/// An answer, its certified relative error, and how many entries came out non-positive, which are
/// given as 0: they are certified to be below the error.
struct Answer {
  LogVector log_x;
  double certificate = 0;
  std::int64_t below_error = 0;
};

class System {
public:
  System(MPI_Comm comm, std::shared_ptr<const Generator> rows,
         std::shared_ptr<const LatticeShares> shares);

  /// What geometric multigrid weighs the rows with from now on: see InnerSolver.
  void weigh(std::vector<long double> log_mass) { log_mass_ = std::move(log_mass); }

  Answer backward(const LogVector& log_f, double tolerance);
  Answer forward(const LogVector& log_f, const std::vector<long double>& gauge, double tolerance);

  std::int64_t iterations() const;
  std::int64_t memory_bytes() const; // this rank's

private:
  struct Forward {
    std::vector<long double> gauge; // own cells, then ghosts
    IncomingRates in;
    GhostExchange ghosts;
    InnerSolver inner;
  };
  using Vector = std::vector<long double>;

  double refine(InnerSolver& inner, const GhostExchange& ghosts, Vector& x, double tolerance,
                const std::function<Residual(const Vector&)>& residual,
                const std::function<long double(const Residual&, const Vector&)>& certify);
  const Vector& time_bound(); // ≥ τ, entrywise
  InnerSolver& backward_inner();
  Forward& forward_in(const Vector& gauge);

  MPI_Comm comm_;
  std::shared_ptr<const Generator> rows_;
  std::shared_ptr<const LatticeShares> shares_;
  std::vector<long double> log_mass_;
  GhostExchange ghosts_;
  std::optional<InnerSolver> inner_;
  std::optional<Forward> forward_;
  Vector time_bound_;
  bool timed_ = false;
  std::int64_t retired_iterations_ = 0;
};

} // namespace escapade::krylov
