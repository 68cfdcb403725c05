// The library speaks of what it was given (cells, a start, the solver gth), the programs' users
// know these by options. One table says which words become which option.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace escapade {

/// Phrases of the library and what the programs say in their place; longest first.
using OptionWords = std::vector<std::pair<std::string, std::string>>;
const OptionWords& option_words();

/// The message with every phrase replaced where it stands as whole words. What stands between
/// double quotes is a user's own text and stays.
std::string in_option_words(const std::string& message);

} // namespace escapade
