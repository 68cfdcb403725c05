#include "solve/gth/tree.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace escapade::gth {
namespace {

bool usable(double rate) {
  return rate >= 0 && std::isfinite(rate);
}

/// Marks all cells from which a cell on the stack can be reached; the stack's cells must be marked.
void mark_backwards(const Generator& generator, const Incoming& into,
                    std::vector<std::int32_t>& stack, std::vector<char>& marked) {
  while (!stack.empty()) {
    const std::int32_t y = stack.back();
    stack.pop_back();
    for (std::int64_t e = into.start[y]; e < into.start[y + 1]; ++e) {
      const std::int32_t x = into.source[e];
      if (marked[x])
        continue;
      const auto begin = generator.column.begin() + generator.row_start[x];
      const auto end = generator.column.begin() + generator.row_start[x + 1];
      const auto edge = std::lower_bound(begin, end, y) - generator.column.begin();
      if (generator.rate[edge] > 0) {
        marked[x] = 1;
        stack.push_back(x);
      }
    }
  }
}

} // namespace

void check_rates(const Generator& generator) {
  const std::int64_t n = generator.rows();
  if (generator.first != 0 || generator.size != n)
    throw BadInput("GTH solves on one process: the generator holds " + std::to_string(n) + " of " +
                   std::to_string(generator.size) + " rows");
  if (n == 0)
    throw BadInput("the generator has no cells");
  if (n > std::numeric_limits<std::int32_t>::max())
    throw BadInput("GTH takes fewer than 2147483648 cells, the generator has " + std::to_string(n));
  for (std::int64_t x = 0; x < n; ++x) {
    if (!usable(generator.killing[x]))
      throw BadInput("the rate of exit from cell " + std::to_string(x) + " is " +
                     std::to_string(generator.killing[x]) + ", expected finite and not negative");
    for (std::int64_t e = generator.row_start[x]; e < generator.row_start[x + 1]; ++e)
      if (!usable(generator.rate[e]) || generator.column[e] == x)
        throw BadInput("the rate from cell " + std::to_string(x) + " to cell " +
                       std::to_string(generator.column[e]) + " is " +
                       std::to_string(generator.rate[e]) +
                       ", expected finite, not negative and to another cell");
  }
}

bool has_exit(const Generator& generator, const Incoming& into) {
  const auto n = static_cast<std::int32_t>(generator.rows());
  std::vector<char> marked(n, 0);
  std::vector<std::int32_t> stack;
  for (std::int32_t x = 0; x < n; ++x)
    if (generator.killing[x] > 0) {
      marked[x] = 1;
      stack.push_back(x);
    }
  const bool exit = !stack.empty();
  if (exit) {
    mark_backwards(generator, into, stack, marked);
    if (const auto cut_off = std::count(marked.begin(), marked.end(), 0); cut_off > 0)
      throw BadInput("the exit cannot be reached from " + std::to_string(cut_off) +
                     " cells: mean time is infinite");
    return true;
  }
  // If there is a cell that every cell can reach, it is (or shares its class with) the last cell
  // from which a search against the arrows had to be started anew.
  std::int32_t last = 0;
  for (std::int32_t x = 0; x < n; ++x)
    if (!marked[x]) {
      marked[x] = 1;
      stack.push_back(x);
      mark_backwards(generator, into, stack, marked);
      last = x;
    }
  std::fill(marked.begin(), marked.end(), 0);
  marked[last] = 1;
  stack.push_back(last);
  mark_backwards(generator, into, stack, marked);
  if (const auto apart = std::count(marked.begin(), marked.end(), 0); apart > 0)
    throw BadInput("several closed classes: " + std::to_string(apart) + " of " + std::to_string(n) +
                   " cells never reach cell " + std::to_string(last) +
                   ", the stationary density is not unique");
  return false;
}

} // namespace escapade::gth
