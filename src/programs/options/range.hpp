// Ranges of values as text, ends included, k = 0 … N − 1:
//
//   FROM:TO:N      x_k = FROM + (TO − FROM) k / (N − 1)
//   FROM:TO:N:log  x_k = FROM (TO / FROM)^(k / (N − 1)),  both ends above 0
// Inner values are rounded to 15 digits: 0.3 rather than 0.30000000000000004; ends are as given.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace escapade {

/// At least 2 values, at most `most`. `number` reads an end or throws; `fail` throws for what is no
/// such range, and is given what is wrong.
std::vector<double> range_of(const std::string& text, std::size_t most,
                             const std::function<double(const std::string&)>& number,
                             const std::function<void(const std::string& why)>& fail);

} // namespace escapade
