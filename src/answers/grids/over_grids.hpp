// The one way through the grids of a question: each is assembled, solved and measured, the numbers
// of all lead to errors.
#pragma once

#include "answers/grids/chain_run.hpp"
#include "answers/grids/grid_sequence.hpp"
#include "answers/grids/nested.hpp"
#include "answers/transport/transport.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace escapade {

/// Whether sets end at faces of the uniform cells of this grid of one dimension: errors are sums of
/// powers of the spacing then.
inline bool is_even_line(const GridQuestion& question, const GridShape& shape) {
  const auto& exit = question.exit;
  return shape.line() && !shape.grading && question.sets.empty() &&
         std::all_of(exit.begin(), exit.end(), [&](const Part& part) {
           if (!part.half_plane)
             return false;
           const double cells = (part.half_plane->position - question.domain.x0) /
                                question.domain.width() * static_cast<double>(shape.cells[0]);
           return std::abs(cells - std::round(cells)) < 1e-6;
         });
}

/// Of numbers of a chain that are sums over its cells. Without noise along an axis jumps on time
/// leave what scatters from grid to grid; between sets they are of order h, as jumps at exponential
/// times are, which coarse grids do not show.
inline Expansion expansion_of(const GridQuestion& question, const GridShape& shape,
                              const Chain& chain) {
  if (chain.flow && chain.flow->along_lines && question.demand == Demand::more)
    return question.sets.empty() ? Expansion::scattered : Expansion::first_order;
  if (!question.problem.approximations.empty()) // tables have kinks
    return Expansion::irregular;
  const bool cut = shape.line() && !question.exit.empty() && !is_even_line(question, shape);
  return cut ? Expansion::cut : expansion_of(chain, question.demand);
}

/// Whether sets of the plane have corners, or ends on a side: numbers have terms of other orders
/// than h² there, which the grids need not show.
inline bool has_corners(const GridQuestion& question, const GridShape& shape) {
  const auto with = [](const Region& set) { return std::ranges::any_of(set, &Part::corners); };
  return !shape.line() && (with(question.exit) || std::ranges::any_of(question.sets, with));
}

/// By flow a frame holds a whole number of steps, another one on each grid.
inline LimitKind limit_of(const GridQuestion& question, const GridShape& shape,
                          const Chain& chain) {
  if ((question.through_time && chain.flow) || has_corners(question, shape))
    return LimitKind::none;
  return is_even_line(question, shape) ? LimitKind::on_line : LimitKind::by_order;
}

/// What all grids may be off by alike, on a coarser grid where there is one: tables by coarser
/// ones, steps along lines of a flow by half of them.
template<class Numbers, class Solve, class Measure>
void ask_beyond_grids(const GridQuestion& question, const std::vector<GridShape>& shapes,
                      Nested& nested, const Solve& solve, const Measure& measure, bool along_lines,
                      std::vector<std::optional<Level<Numbers>>>& found) {
  std::size_t cheap = std::min<std::size_t>(shapes.size(), grids_needed) - 1;
  while (cheap > 0 && !found[cheap])
    --cheap;
  const auto once_more = [&](std::optional<Numbers>& place, const char* refused) {
    found.front()->lacks = refused;
    unless_refused([&] {
      ChainRun run = start_chain(question, shapes[cheap]);
      place = measure(run, solve(run, nested, false), false);
      if (place)
        found.front()->lacks.clear();
    });
  };
  if (!question.problem.approximations.empty()) {
    const Coarser coarser(question.problem);
    once_more(found[cheap]->of_coarser_tables, "with a coarser table the question is refused");
  }
  if (question.half_steps && along_lines) {
    question.half_steps(true);
    once_more(found[cheap]->of_half_steps, "in steps of half the time the question is refused");
    question.half_steps(false);
  }
}

/// Measures every grid of the question, which comes first in the result:
///   solve(run, nested, keep) → what the chain's solver gives; begins with what `nested` holds, and
///                              where `keep` keeps the answers there for the next grid
///   measure(run, solved, finest) → the numbers; nothing where the grid gives none
/// Where the problem is made of tables, one grid is measured with coarser ones as well.
/// A coarser grid may be refused: the errors do without it, and a warning of `answer` says so.
/// `ended`: asked after each grid, whether the others are left out. Collective.
template<class Solve, class Measure>
auto over_grids(const GridQuestion& question, const Solve& solve, const Measure& measure,
                GridAnswer& answer, const std::function<bool()>& ended = {}) {
  using Solved = std::invoke_result_t<Solve, ChainRun&, Nested&, bool>;
  using Numbers = typename std::invoke_result_t<Measure, ChainRun&, Solved&&, bool>::value_type;
  const std::vector<GridShape> shapes =
      grid_sequence(with_transport(question), question.effort.errors);
  Nested nested(question, shapes);
  nested.prepare([&](const GridShape& shape) {
    ChainRun run = start_chain(question, shape);
    solve(run, nested, true);
    return run.solver->report().products;
  });
  std::vector<std::optional<Level<Numbers>>> found(shapes.size());
  std::vector<std::string> refusals;
  bool along_lines = false;
  for (const std::size_t k : nested.order()) {
    const auto one = [&] {
      ChainRun run = start_chain(question, shapes[k]);
      const double spacing = run.chain.grid.spacing();
      const Expansion expansion = expansion_of(question, shapes[k], run.chain);
      const LimitKind limit = limit_of(question, shapes[k], run.chain); // `measure` may take these
      along_lines = along_lines || (run.chain.flow && run.chain.flow->along_lines);
      auto solved = solve(run, nested, nested.wants(k));
      const double certificate = run.solver ? run.solver->report().certificate : 0;
      if (auto numbers = measure(run, std::move(solved), k == 0)) {
        found[k] = Level<Numbers>{std::move(*numbers), spacing, certificate, expansion};
        found[k]->limit = limit;
      }
    };
    if (k == 0)
      one();
    else if (const std::string why = unless_refused(one); !why.empty() && k < grids_needed)
      refusals.push_back("errors are told without " + text_of(shapes[k]) + ": " +
                         why.substr(0, why.find(';')));
    if (ended && ended())
      break;
  }
  if (shapes.size() > 1 && !(ended && ended()))
    ask_beyond_grids(question, shapes, nested, solve, measure, along_lines, found);
  std::vector<Level<Numbers>> levels;
  for (auto& level : found)
    if (level)
      levels.push_back(std::move(*level));
  if (!refusals.empty() && levels.size() == 1)
    levels.front().lacks = "the coarser grids are refused";
  answer.warnings.insert(answer.warnings.end(), refusals.begin(), refusals.end());
  return levels;
}

} // namespace escapade
