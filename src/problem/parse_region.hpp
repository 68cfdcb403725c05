// Regions from text: comparisons of expressions joined by and, or, not (&&, ||, !) and parentheses;
// chains such as 0 < x < 1 mean both comparisons. What a region's parts and φ are: region.hpp.
#pragma once

#include "escapade/problem/expression.hpp"
#include "escapade/problem/function.hpp"
#include "escapade/problem/region.hpp"

#include <string>
#include <utility>
#include <vector>

namespace escapade {

/// Reads a region of inputs 0 and 1, e.g. "a > 0.5 or b > 4". A part is named by its text with one
/// blank around comparisons, "and" and "or". Throws BadInput, columns as in parse_expression.
Region parse_region(const std::string& option, const std::string& text, const Symbols& symbols,
                    Compile compile);

/// Reads named regions such as "left: x < 0; right: x > 0"; names differ, as of check_name.
std::vector<std::pair<std::string, Region>> parse_named_regions(const std::string& option,
                                                                const std::string& text,
                                                                const Symbols& symbols,
                                                                Compile compile);

} // namespace escapade
