// FROM:TO:N and FROM:TO:N:log: evenly spaced values, ends included.
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
