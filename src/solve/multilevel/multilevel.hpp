// Positive multilevel solution of Mᵀ π = 0, Mᵀ x = f and M x = f, f ≥ 0, for the M-matrix
// M = diag(k + W 1) − W of a Markov jump process on a lattice: iterative aggregation and
// disaggregation. Work and memory are proportional to the number of cells.
//
// Blocks of 2 × 2 cells become the cells of a coarser chain whose rates are averages over the
// masses x of the moment,
//   mass_J = Σ_{j∈J} x_j,   W_JI = Σ_{j∈J, i∈I} x_j w_ji / mass_J,
// itself a Markov jump process once the edges between blocks have become edges between the blocks'
// middles (below); the coarsest one is eliminated exactly (solve/gth.hpp). The coarse answer
// corrects the fine one by factors X_J/mass_J, interpolated bilinearly in their logarithms, and
// Gauss-Seidel sweeps smooth. Only sums, products, quotients and Bernoulli's function of
// non-negative numbers occur: no digit is lost, whatever the condition number. Numbers stay near 1
// in a gauge φ: x_i = e^{φ_i} u_i, with rates v_ji = w_ji e^{φ_j − φ_i}.
//
// Longer edges. Let a and b be the fluxes between two blocks, there and back, c their logarithmic
// mean, g = log(a/b): a = c Bern(−g), b = c Bern(g). The edge between the blocks' middles has what
// lies within the blocks in series, so a conductance λc, and for the same net flux a − b = cg the
// work g/λ: fluxes λc Bern(∓g/λ). In smooth parts λ = ½, and these are a²/(a + b), b²/(a + b).
// Since net fluxes are kept, the exact masses are a fixed point whatever λ is. Leaving the fluxes
// as they are makes the coarse chain twice too stiff against exchange, but not against currents.
//   J. R. Koury, D. F. McAllister, W. J. Stewart, SIAM J. Algebr. Discrete Methods 5 (1984) 164,
//   and G. Horton, S. T. Leutenegger, SIGMETRICS (1994)
//
// Where strong currents circulate, blocks exchange over their corners, too: along the axes alone a
// coarse chain mixes twice too much across the current (coarsen/diagonal.hpp).
//
// A first guess of π comes from the coarsest lattice upwards: rates of coarse edges carry the work
// of the drift and the conductance of the fine edges they stand for. Whoever knows the answer on a
// coarser grid can give a better one. A guess decides how many cycles are needed, not what they
// converge to; one that the rates do not bear is left out, and where no answer comes of it the
// solve begins anew without it.
// Backward problems are forward problems of the reversed chain, ŵ_xy = π_y w_yx / π_x with π the
// stationary masses of the chain without its killing, for the masses μ = π x.
//
// Where a cycle takes less than 0.85 of the error away, the last ones are mixed in their logarithms
// (Anderson).
//
// Convergence is judged by what a cycle still changes: with the largest change e of a logarithm and
// the observed contraction q, e q/(1 − q) estimates what is left. The exact coarsest solve takes
// part in every cycle, but a coarse block that holds both sides of a pass does not see what crosses
// it: exchange over barriers of 40 T is below the rounding of other fluxes. So the fluxes into and
// out of wells are compared at their passes, too; where they differ, coarsening stops earlier.
//
// Ranks share the finer levels by rows of the lattice. A sweep takes the values of other ranks from
// before it; coarse levels of too few rows go to the first rank. The answer is the same to the
// tolerance.
#pragma once

#include "solve/method.hpp"
#include "solve/multilevel/convergence.hpp"
#include "solve/multilevel/cycle.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace escapade {

struct MultilevelOptions {
  const Lattice* lattice = nullptr; // places of all cells; needed while the solver is made
  double tolerance = 1e-6;          // largest estimated relative error of an entry, in (0, 1)
  int cycles = 40;                  // at most, for each solve and choice of the coarsest level
};

/// Cells in the generator's numbering everywhere; of several ranks each gives and gets its own.
class MultilevelSolver final : public Method {
public:
  /// One process. BadInput without a lattice or where it does not fit the generator, which is kept
  /// until the first answer.
  MultilevelSolver(std::shared_ptr<const Generator> generator, const MultilevelOptions& options);
  /// The ranks of `comm`, which outlives the solver: each gives the rows and the places of its own
  /// cells. Nothing, on every rank, where they cannot share the work: a rank has fewer than four
  /// rows of the lattice, or edges reach beyond the ranks next to it. This and the solves are
  /// collective, and all ranks throw together.
  static std::optional<MultilevelSolver>
  spread(MPI_Comm comm, std::shared_ptr<const Generator> rows, const MultilevelOptions& options);

  /// log x of M x = f, f given by logs. BadInput without an exit, NotTrusted where the cycles do
  /// not converge or the numbers leave the range of double (answers beyond e^±600 of each other).
  LogVector backward(const LogVector& log_f) override;
  /// log x of Mᵀ x = f. Errors as above.
  LogVector forward(const LogVector& log_f) override;
  /// log π of Mᵀ π = 0, Σπ = 1. BadInput if the generator has an exit; NotTrusted as above.
  LogVector stationary() override;

  /// First guesses, logarithms of any scale for each cell, used once: of the masses of the chain
  /// without its killing, before they are known; of x, for the next backward or forward problem
  /// (its scale counts).
  void guess_masses(std::vector<double> log_masses) override {
    guessed_masses_ = std::move(log_masses);
  }
  void guess(std::vector<double> log_x) override { guessed_ = std::move(log_x); }
  /// log π of the chain without its killing, once a backward or forward problem has been solved.
  std::vector<double> masses() const override;

  /// Iterations: cycles on the finest level. Memory: at the peak, the generator included.
  /// Collective.
  SolverReport report() const override;
  /// Largest change of log x in each cycle of the last solve.
  const std::vector<double>& changes() const { return progress_.changes; }

private:
  MultilevelSolver(std::shared_ptr<const Generator> rows, multilevel::Pattern pattern,
                   const MultilevelOptions& options);
  const multilevel::Pattern& pattern() const { return hierarchy_.patterns[0]; }
  const multilevel::Halo& halo() const { return pattern().halo; }
  void note_memory();
  std::vector<double> incoming_rates() const;
  LogVector converge(const std::string& what, bool from_guess = false);
  std::optional<LogVector> from_guess();
  LogVector closed_chain();
  bool start_from(const std::vector<double>& guess, double top, bool backward);
  LogVector with_source(const LogVector& log_f, bool backward);

  std::shared_ptr<const Generator> rows_; // until the masses are known
  double tolerance_;
  int most_cycles_;
  multilevel::Hierarchy hierarchy_;
  bool killed_;
  std::vector<multilevel::Killing> killing_; // with exits, until the masses are known
  bool reversed_ = false;      // the finest level holds the reversed chain, in the gauge `masses_`
  std::vector<double> masses_; // φ = log π of the chain without its killing, once it is known; held
  std::vector<double> guessed_masses_, guessed_; // of own cells; none: empty
  multilevel::Progress progress_;
  std::int64_t peak_ = 0; // bytes of this rank
  double seconds_ = 0;
};

} // namespace escapade
