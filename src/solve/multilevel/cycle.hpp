// The hierarchy of levels and its W-cycle (multilevel.hpp).
#pragma once

#include "solve/multilevel/coarsen/strength.hpp"

#include "generator/log_vector.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

namespace escapade::multilevel {

/// Levels of which each rank holds a part, the finest first. Where they have become too small to
/// be shared, the rest are another hierarchy, on the first rank. All functions are collective.
struct Hierarchy {
  std::deque<Pattern> patterns; // levels point to them
  std::vector<Level> levels;

  /// One rank has all rows, or `finest` is this rank's part (spread_pattern).
  Hierarchy(const Generator& rows, Pattern finest);

  /// Makes a chain of incoming true rates the problem on a level: masses e^φ, no source. φ of the
  /// halo counts.
  void load(std::size_t l, std::vector<double> incoming, std::vector<double> phi);

  /// One W-cycle from level l downwards.
  void cycle(std::size_t l);

  /// Log masses of a first guess of the stationary masses, by nested iteration on rough chains.
  /// Leaves the finest level loaded with the guess as gauge.
  void start(std::vector<double> incoming);

  /// The same from a guess φ of log masses, from which it may differ by a constant; false, and
  /// nothing is done, where a rate would leave the range of double or the guess is not finite.
  bool start_from(std::vector<double>& incoming, std::vector<double>& phi);

  /// Leaves the coarsest level out, if elimination of the one before is affordable. Its blocks may
  /// have held both sides of a barrier, which then does not count.
  bool eliminate_sooner();

  double work() const;               // this rank's so far, in products with the finest matrix
  std::int64_t memory_bytes() const; // this rank's

private:
  Hierarchy(Pattern finest, Strength strength, double edges);
  void coarsen(Strength strength);
  void smooth(std::size_t l, bool before);
  void visit(std::size_t l, int times);
  void visit_rest(int times);
  bool is_first() const;

  bool is_rest = false;                  // of another hierarchy
  bool spread = false;                   // the last level continues in `rest`
  std::unique_ptr<Hierarchy> rest;       // on the first rank
  double products = 0, finest_edges = 0; // without the rest's; of all ranks
};

} // namespace escapade::multilevel
