// The path of least action as a polygon, from guesses:
//   S[φ] = ½ ∫ ( |b|_{D⁻¹} |φ′|_{D⁻¹} − b·D⁻¹φ′ ) ds
// (landscape/action/minimum_action.hpp), with the error that polygons of four numbers of sides
// show.
#pragma once

#include "answers/action/search.hpp"
#include "landscape/action/escape_guesses.hpp"

#include <string>
#include <utility>
#include <vector>

namespace escapade {

/// "target point", "saddle", or the part of the exit set.
std::string name_of_end(const Search& search, const Part* part);

/// Kinds of guesses and the actions of coarse polygons from them; none if no guess leads anywhere.
std::vector<std::pair<std::string, double>> rough_polygons(const Search& search,
                                                           const std::vector<EscapeGuess>& guesses);

/// Path, action and where it ends into the answer. NotTrusted if no guess leads to a path.
void take_polygons(const Search& search, const std::vector<EscapeGuess>& guesses,
                   const Effort& effort, PathAnswer& answer);

} // namespace escapade
