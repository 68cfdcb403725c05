// The "did you mean" of messages: the known name nearest to one that is not known.
#pragma once

#include <string>
#include <vector>

namespace escapade {

/// The candidate with the fewest insertions, deletions, replacements and swaps of neighbours from
/// `name`, if these are at most a third of its letters (at least one); empty if none is that near.
/// A difference of case alone counts as none. Ties go to the first.
std::string nearest_name(const std::string& name, const std::vector<std::string>& candidates);

} // namespace escapade
