// fp-exit: mean first-exit time, its spread, and through which part of the exit set.
#include "escapade/answers/exits.hpp"

#include "programs/fp/questions.hpp"
#include "programs/setup/read_way_out.hpp"
#include "support/exact.hpp"

namespace escapade {

namespace {

/// A notice where the grid is too coarse for the noise along the way out (|g| > 2), unless it is
/// turned such that this does no harm. Returns the frame to try.
std::string warn_of_coarse_grid(const Session& session, const Options& options, const Setup& setup,
                                double drift_on_way, const Number& time) {
  constexpr double harmless = 0.1; // of log τ
  if (session.rank() != 0 || !(drift_on_way > 2) ||
      (setup.way_out && setup.way_out->lost < harmless && time.log_error.value_or(0) < harmless))
    return {};
  const auto better = better_way_out(options, setup);
  session.notice(
      printed("along the way out the drift over an edge reaches %.3g times the noise (at most 2 "
              "is well resolved): ",
              drift_on_way) +
      (better ? "try " + text_of(*better) + ", or more -cells"
              : std::string("more -cells make the answer better")));
  return better ? "try " + text_of(*better) : std::string();
}

} // namespace

Outcome exit_question(Session& session, const Options& options, const Setup& setup) {
  const int moments = options.given("moments") ? static_cast<int>(options.integer("moments")) : 0;
  ExitAnswer answer = exits(session.comm(), setup.problem, setup.domain, setup.shape, setup.exit,
                            setup.starts, effort_of(session, setup), moments);
  Outcome out;
  take_answer(session, answer, out);
  out.grid["largest_edge_drift_on_way_out"] = answer.drift_on_way;
  const bool several = setup.starts.size() > 1;
  for (std::size_t s = 0; s < setup.starts.size(); ++s) {
    const ExitNumbers& at = answer.at[s];
    out.table.emplace_back("start " + point_text(setup.starts[s]), "");
    out.add(out.results["mean_exit_time"], "mean exit time", at.mean_time, several);
    out.add(out.results["exit_time_std"], "standard deviation", at.time_std, several);
    for (std::size_t k = 0; k < setup.parts.size(); ++k)
      out.add(out.results["exit_probability"][setup.parts[k]], "exit through " + setup.parts[k],
              at.probability[k], several);
    for (std::size_t k = 0; k < setup.parts.size(); ++k)
      out.add_time_by_part(setup.parts, k, at.mean_time_by_part[k], several);
    Json list;
    for (std::size_t n = 0; n < at.moments.size(); ++n)
      out.add(list, "moment " + std::to_string(n + 1), at.moments[n], true);
    if (moments > 0)
      put(out.results["moments"], std::move(list), several);
  }
  if (const auto saddle = saddle_at_exit(setup))
    out.table.emplace_back("the exit set begins at the saddle " + point_text(*saddle),
                           "half fall back: beyond it takes twice as long");
  out.remedy = warn_of_coarse_grid(session, options, setup, answer.drift_on_way,
                                   answer.at.front().mean_time);
  out.headline = {"mean_exit_time", answer.at.front().mean_time};
  for (std::size_t s = 0; s < setup.starts.size(); ++s)
    out.must_resolve.push_back(
        {{"the mean exit time from " + point_text(setup.starts[s]), answer.at[s].mean_time}});
  if (answer.way_out.size() > 1)
    for (const Vec2 at : answer.way_out)
      out.results["way_out"].push_back({at.x, at.y});
  return out;
}

} // namespace escapade
