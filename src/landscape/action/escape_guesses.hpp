// Where to begin the search for the path of least action: straight lines, and the drift's own way
// run backwards (for b = −∇V that is the answer already).
#pragma once

#include "escapade/problem/region.hpp"
#include "landscape/flow.hpp"

#include <string>
#include <vector>

namespace escapade {

struct EscapeGuess {
  std::vector<Vec2> points;
  const Part* part = nullptr; // the end slides along its boundary
  std::string kind;           // "straight line" or "reversed drift"
};

/// From the stable rest point `from` to `to`. Without a way of the drift from `to` back to `from`
/// the second guess is bent to one side by a fifth of its length ("bent line").
std::vector<EscapeGuess> guesses_to_point(const Field& coefficients, const Domain& domain,
                                          const RestPoint& from, Vec2 to);

/// Both guesses to each saddle from which the drift leads to `from` on one side and elsewhere on
/// the other.
std::vector<EscapeGuess> guesses_to_saddles(const Field& coefficients, const Domain& domain,
                                            const RestPoint& from);

/// To the boundary of each part of `exit` inside the box: of the straight lines, and of the
/// reversed ways of the drift, the one of least action; and the ways over each saddle into the
/// exit set. `exit` must outlive the guesses.
std::vector<EscapeGuess> guesses_to_exit(const Field& coefficients, const Domain& domain,
                                         const RestPoint& from, const Region& exit);

} // namespace escapade
