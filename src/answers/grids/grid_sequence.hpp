// The same numbers on four grids, and the error that follows.
//
// Spacings h, r h, 2h and 2r h with r about 1.5: of 3/2, 4/3, 8/5, 5/3, 7/4, 5/4 the first that
// divides the cells of both directions, so that the grids are similar and the error has one
// constant. Of a mesh refined n times: it and the (at most three) meshes it was refined from, h,
// 2h, 4h, 8h.
#pragma once

#include "answers/grids/chain_run.hpp"
#include "answers/grids/error_estimate.hpp"
#include "escapade/answers/number.hpp"
#include "escapade/problem/problem.hpp"
#include "generator/chain.hpp"
#include "grid/grid.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace escapade {

/// The finest shape first; only that one where no errors are wanted or the grid is too small.
std::vector<GridShape> grid_sequence(const GridShape& fine, bool with_coarser);

/// The fewest cells along each axis of a grid that errors are estimated of, and of a fourth grid.
inline constexpr std::int64_t fewest_cells = 8, fewest_of_fourth = 8;
/// Grids that an error is told from; a further one may be refused without a word.
inline constexpr std::size_t grids_needed = 3;

/// One number of one grid. Positive ones of unknown size are measured by their logarithm.
struct Measured {
  long double value = 0;
  bool logarithmic = false;
  /// What a relative error of the masses is relative to: the standard deviation for a mean, which
  /// may be 0 itself. Not given: the value.
  long double scale = 0;
  Expansion expansion = Expansion::even; // or what the grid's is, the less regular of the two
};
inline Measured logarithm(long double log_value) {
  return {log_value, true, 1};
}
/// The same number, known to be no more regular than this.
inline Measured with_expansion(Measured measured, Expansion expansion) {
  measured.expansion = std::max(measured.expansion, expansion);
  return measured;
}

/// Of numbers of a chain that are sums over its cells; of those on it that are asked for, where
/// drift jumps between lines.
Expansion expansion_of(const Chain& chain, Demand demand);

/// All numbers of one grid, in a struct of the question's own.
template<class Numbers>
struct Level {
  Numbers numbers;
  double spacing = 0;     // geometric mean of the cell's sides
  double certificate = 0; // largest relative error of the solves
  Expansion expansion = Expansion::even;
  std::string doubt = {}; // why no error can be told, whatever the grids say
  /// The same grid's with coarser tables (Problem::approximations), on one of the levels.
  std::optional<Numbers> of_coarser_tables = {};
  std::optional<Numbers> of_half_steps = {}; // GridQuestion::half_steps, on one of the levels
  std::string lacks = {}; // the same: what the grids or coarser tables do not give
  LimitKind limit = LimitKind::by_order;
};

/// While it lives, what the problem is made of approximately is coarser.
class Coarser {
public:
  explicit Coarser(const Problem& problem) : problem_(problem) { make_coarser(true); }
  ~Coarser() { make_coarser(false); }
  Coarser(const Coarser&) = delete;
  Coarser& operator=(const Coarser&) = delete;

private:
  void make_coarser(bool coarser) const {
    for (const auto& approximation : problem_.approximations)
      approximation(coarser);
  }
  const Problem& problem_;
};

/// What a number is off by for its tables, from its change with coarser ones: with every second
/// point a quarter is left of the error where the interpolation has order 2 or more.
double table_error(const Measured& whole, const Measured& coarser);

/// What a number is off by for its steps, which are of order 2, from its change with half of them.
double step_error(const Measured& whole, const Measured& half);

/// A number measured on grids of spacing h·ratios[k], the finest first, with its error: of the
/// grids, of rounding and of solves with this relative error.
/// `tables` and `steps` are added to the error: what does not come of the grids.
Number with_error(const std::vector<Measured>& measured, const std::vector<double>& ratios,
                  double certificate = 0, const std::string& doubt = {}, double tables = 0,
                  LimitKind limit = LimitKind::by_order, double steps = 0);

/// The same of one number of the levels: `which(numbers)`, a member or a function.
template<class Numbers, class Which>
Number with_error(const std::vector<Level<Numbers>>& levels, const Which& which) {
  std::vector<Measured> measured;
  std::vector<double> ratios;
  double tables = 0, steps = 0;
  LimitKind limit = levels.front().limit;
  for (const Level<Numbers>& level : levels) {
    measured.push_back(with_expansion(std::invoke(which, level.numbers), level.expansion));
    ratios.push_back(level.spacing / levels.front().spacing);
    limit = level.limit == limit ? limit : LimitKind::by_order;
    if (level.of_coarser_tables)
      tables = table_error(measured.back(), std::invoke(which, *level.of_coarser_tables));
    if (level.of_half_steps)
      steps = step_error(measured.back(), std::invoke(which, *level.of_half_steps));
  }
  const Level<Numbers>& fine = levels.front();
  return with_error(measured, ratios, fine.certificate,
                    fine.doubt.empty() ? fine.lacks : fine.doubt, tables, limit, steps);
}

} // namespace escapade
