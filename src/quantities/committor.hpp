// Transitions between two sets of cells A and B of a closed chain with stationary masses π:
//   q⁺  chance to reach B before A:               Σ_y w_xy (q⁺_y − q⁺_x) = 0, 0 on A, 1 on B
//   q⁻  chance to have come from A rather than B: the same with ŵ_xy = π_y w_yx/π_x, 1 on A, 0 on B
//   reactive flux f_xy = π_x q⁻_x w_xy q⁺_y,      transition rate = Σ_{x∈A, y∉A} f_xy
// (Metzner, Schütte, Vanden-Eijnden 2009, doi:10.1137/070699500). μ = π q⁻ solves Mᵀμ = source from
// A with the factors of M, so no reversed chain is formed. Vectors
// hold this rank's rows, but `place` all cells; collective with a halo of several ranks.
#pragma once

#include "generator/generator.hpp"
#include "generator/halo.hpp"
#include "generator/log_vector.hpp"
#include "grid/cells.hpp"

#include <cstdint>
#include <vector>

namespace escapade {

/// Where a cell belongs.
enum class Place : std::int8_t { between, a, b };

/// The chain on the cells between A and B: jumps into A are killing into part 0, into B part 1.
struct Between {
  Generator generator;
  std::vector<std::int32_t> cell;      // global index in the whole chain of each of its rows
  std::vector<long double> log_source; // Σ_{y∈A} π_y w_yx
};
/// Throws BadInput where A or B hold no cell, or an edge joins A to B directly (sets that touch).
Between chain_between(const Generator& whole, const std::vector<Place>& place,
                      const LogVector& log_mass, const Halo& halo = {});

struct Transition {
  LogVector forward, backward;   // log q⁺, log q⁻
  long double log_rate = 0;      // transitions per unit time
  long double probability_a = 0; // Σ π q⁻: share of time since A was left last
  std::vector<Vec2> current;     // reactive current density
  double flux_spread = 0; // largest relative deviation of the flux through {q⁺ < c}, c = 0.1 … 0.9
};

/// `log_q` and `log_mu` are the solutions on the cells between, M q = rate into B, Mᵀ μ = source.
Transition transition(const Cells& grid, const Generator& whole, const std::vector<Place>& place,
                      const LogVector& log_mass, const Between& between, const LogVector& log_q,
                      const LogVector& log_mu, const Halo& halo = {});

} // namespace escapade
