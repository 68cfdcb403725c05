// The hierarchy of levels and its W-cycle (solve/multilevel.hpp).
#pragma once

#include "multilevel_level.hpp"

#include "escapade/solve/log_vector.hpp"

#include <cstdint>
#include <deque>
#include <vector>

namespace escapade::multilevel {

struct Hierarchy {
  std::deque<Pattern> patterns; // levels point to them
  std::vector<Level> levels;    // finest first
  double products = 0;          // work so far, in products with the finest matrix

  Hierarchy(const Generator& rows, const Lattice& lattice);

  /// Makes a chain of incoming true rates the problem on a level: masses e^φ, no source.
  void load(std::size_t l, std::vector<double> incoming, std::vector<double> phi);

  /// One W-cycle from level l downwards.
  void cycle(std::size_t l);

  /// Log masses of a first guess of the stationary masses, by nested iteration on rough chains.
  /// Leaves the finest level loaded with the guess as gauge.
  void start(std::vector<double> incoming);

  /// The same from a guess φ of log masses, from which it may differ by a constant; false, and
  /// nothing is done, where a rate would leave the range of double or the guess is not finite.
  bool start_from(std::vector<double>& incoming, std::vector<double>& phi);

  std::int64_t memory_bytes() const;

private:
  void smooth(std::size_t l, bool before);
};

/// A guess of what assembly on the next level's lattice would give, from a level's rates into each
/// cell: edges twice as long (see aggregate) between blocks of equally likely cells.
std::vector<double> rough_rates(const Pattern& fine, const Pattern& coarse,
                                const std::vector<double>& incoming);

} // namespace escapade::multilevel
