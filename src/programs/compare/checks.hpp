// The parts of the cross-check, one per kind of quantity. Private to compare.
#pragma once

#include "programs/compare/crosscheck.hpp"
#include "programs/compare/field_comparison.hpp"

#include <cstdint>
#include <vector>

namespace escapade {

/// What has been compared so far.
struct Checks {
  std::vector<Comparison> all;
  std::vector<FieldComparison> fields;
  std::vector<Vec2> places; // of each field's largest |z|
};

/// Each adds its comparisons to `checks` and its files and descriptions to `out`. Collective.
void check_exits(Session& session, const Options& options, const Setup& setup, Outcome& out,
                 Checks& checks);
void check_stationary(Session& session, const Options& options, const Setup& setup, Outcome& out,
                      Checks& checks);
void check_committor(Session& session, const Options& options, const Setup& setup, Outcome& out,
                     Checks& checks);

/// The seed of the run at half the step: the two estimates are independent.
inline std::uint64_t other_seed(std::uint64_t seed) {
  return seed + 0x9E3779B97F4A7C15u;
}

} // namespace escapade
