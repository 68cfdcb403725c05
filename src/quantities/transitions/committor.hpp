// Transitions between two sets A and B of a closed chain with stationary masses π:
//   q⁺  chance to reach B before A:               Σ_y w_xy (q⁺_y − q⁺_x) = 0, 0 on A, 1 on B
//   q⁻  chance to have come from A rather than B: the same with ŵ_xy = π_y w_yx/π_x, 1 on A, 0 on B
//   reactive flux f_xy = π_x q⁻_x w_xy q⁺_y,      transition rate: its flow out of A, or into B
// (Metzner, Schütte, Vanden-Eijnden 2009, doi:10.1137/070699500). Cells whose centre lies in A or B
// hold their value. An edge from a cell between the sets that meets one at the fraction s of its
// length ends there: in place of the jump w there is a rate k into the set (SetCut), for the
// reversed process k̂ = ŵ + k − w, which is the same in detailed balance and else to order h². So
// both committors have one matrix, μ = π q⁻ solves Mᵀμ = π k̂_A, q⁺ + q⁻ = 1 in detailed balance,
// and what leaves A enters B to rounding. Where the drift alone moves along a cut edge, k = w/s and
// k̂ = ŵ/s; then M of μ has killing of its own, and the rate is the flow through {q⁺ = ½}.
// Vectors hold this rank's rows, but `place` all cells; collective with a halo of several ranks.
#pragma once

#include "generator/assemble.hpp"
#include "generator/generator.hpp"
#include "generator/halo.hpp"
#include "generator/log_vector.hpp"
#include "grid/cells.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace escapade {

/// Where a cell's centre belongs.
enum class Place : std::int8_t { between, a, b };

/// A cut edge of a cell between.
struct SetFlow {
  std::int32_t row;  // of the chain between, local
  std::int32_t cell; // beyond the cut, in the whole chain; −1 where there is none
  bool into_b;       // else from A
  long double flow;  // into B: rate, to be weighted by π q⁻; from A: π k̂, weighted by q⁺
  std::optional<double> bend; // fraction s of an edge along an axis: where the committors bend
  bool noiseless;             // they jump there
};

/// The chain on the cells between A and B: what leads into A is killing into part 0, into B part 1.
struct Between {
  Generator generator;
  std::vector<double> killing_back;    // of the matrix of μ; empty on all ranks: the generator's
  std::vector<std::int32_t> cell;      // global index in the whole chain of each of its rows
  std::vector<long double> log_source; // π k̂_A
  std::vector<SetFlow> flows;
};
/// `cuts`: where the whole chain's edges meet A (set 0) and B (set 1). Throws BadInput where no
/// edge meets A or B, or where one joins A to B directly (sets that touch).
Between chain_between(const Generator& whole, const std::vector<SetCut>& cuts,
                      const std::vector<Place>& place, const LogVector& log_mass,
                      const Halo& halo = {});

struct Transition {
  LogVector forward, backward;   // log q⁺, log q⁻
  long double log_rate = 0;      // transitions per unit time
  long double probability_a = 0; // ∫ p q⁻: share of time since A was left last
  std::vector<Vec2> current;     // reactive current density, zero in A and B
  double flux_spread = 0; // largest relative deviation of the flux through {q⁺ < c}, c = 0.1 … 0.9
};

/// `log_q` and `log_mu` are the solutions on the cells between, M q = rate into B, Mᵀ μ = source.
Transition transition(const Cells& grid, const Generator& whole, const std::vector<Place>& place,
                      const LogVector& log_mass, const Between& between, const LogVector& log_q,
                      const LogVector& log_mu, const Halo& halo = {});

} // namespace escapade
