#include "programs/options/range.hpp"

#include "support/exact.hpp"
#include "support/parse.hpp"

#include <cmath>
#include <cstdint>

namespace escapade {

std::vector<double> range_of(const std::string& text, std::size_t most,
                             const std::function<double(const std::string&)>& number,
                             const std::function<void(const std::string& why)>& fail) {
  const auto words = split(text, ':');
  const bool log = words.size() == 4 && words[3] == "log";
  if (words.size() != 3 && !log)
    fail("'" + text + "' is no range FROM:TO:N or FROM:TO:N:log");
  const double from = number(words[0]), to = number(words[1]);
  const auto n = parse_integer(words[2]);
  if (!n || *n < 2 || *n > static_cast<std::int64_t>(most))
    fail("'" + words[2] + "' in '" + text + "' is no number of values, 2 to " +
         std::to_string(most));
  if (log && !(from > 0 && to > 0))
    fail("'" + text + "' needs ends above 0 for a logarithmic range");
  std::vector<double> values;
  for (std::int64_t i = 0; i < *n; ++i) {
    const auto a = static_cast<double>(*n - 1 - i), b = static_cast<double>(i);
    const auto last = static_cast<double>(*n - 1);
    const double exactly =
        log ? std::exp((a * std::log(from) + b * std::log(to)) / last) : (a * from + b * to) / last;
    const double inner = *parse_number(rounded(exactly, 15)); // 0.3 rather than 0.30000000000000004
    values.push_back(i == 0 ? from : i + 1 == *n ? to : inner);
  }
  return values;
}

} // namespace escapade
