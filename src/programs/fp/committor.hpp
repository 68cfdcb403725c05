// Committors, reactive current and transition rate between two sets (fp-committor).
#pragma once

#include "programs/report/outcome.hpp"

namespace escapade {

struct CommittorAnswer {
  Number rate, rate_constant_ab, probability_a;
  std::vector<Number> forward; // q⁺ at the starts
  double flux_spread = 0;
  nlohmann::ordered_json grid, solver;
  std::optional<FieldFile> fields; // of this rank's cells
};

/// -set_a and -set_b; BadInput where they cannot be read.
struct CommittorSets {
  Region a, b;
};
CommittorSets committor_sets(const Options& options, const Setup& setup);

/// Collective; numbers are the same on every rank.
CommittorAnswer solve_committor(Session& session, const Setup& setup, const CommittorSets& sets);

Outcome committor_study(Session& session, const Options& options, const Setup& setup);

} // namespace escapade
