// fp-exit: mean first-exit time, its spread, and through which part of the exit set.
#include "escapade/answers/exits.hpp"

#include "programs/fp/questions.hpp"

#include <cstdio>

namespace escapade {

namespace {

/// A notice where the grid is too coarse for the noise along the way out (|g| > 2).
void warn_of_coarse_grid(const Session& session, double drift_on_way) {
  if (!(drift_on_way > 2))
    return;
  char text[200];
  std::snprintf(text, sizeof text,
                "along the way out the drift over an edge reaches %.3g times the noise (at most 2 "
                "is well resolved): more -cells make the answer better",
                drift_on_way);
  session.notice(text);
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
  const auto put = [&](Json& place, const Number& n) {
    if (several)
      place.push_back(to_json(n));
    else
      place = to_json(n);
  };
  for (std::size_t s = 0; s < setup.starts.size(); ++s) {
    const ExitNumbers& at = answer.at[s];
    out.table.emplace_back("start " + point_text(setup.starts[s]), "");
    put(out.results["mean_exit_time"], at.mean_time);
    put(out.results["exit_time_std"], at.time_std);
    out.table.emplace_back("mean exit time", to_text(at.mean_time));
    out.table.emplace_back("standard deviation", to_text(at.time_std));
    for (std::size_t k = 0; k < setup.parts.size(); ++k) {
      put(out.results["exit_probability"][setup.parts[k]], at.probability[k]);
      out.table.emplace_back("exit through " + setup.parts[k], to_text(at.probability[k]));
    }
    if (moments > 0) {
      auto list = Json::array();
      for (std::size_t n = 0; n < at.moments.size(); ++n) {
        list.push_back(to_json(at.moments[n]));
        out.table.emplace_back("moment " + std::to_string(n + 1), to_text(at.moments[n]));
      }
      if (several)
        out.results["moments"].push_back(list);
      else
        out.results["moments"] = list;
    }
  }
  warn_of_coarse_grid(session, answer.drift_on_way);
  out.headline = answer.at.front().mean_time;
  out.headline_name = "mean_exit_time";
  Picture picture;
  picture.scalar = "log_mean_exit_time";
  picture.title = "mean exit time";
  for (Vec2 s : setup.starts)
    picture.markers.push_back({Marker::Shape::dot, s, "start"});
  if (answer.way_out.size() > 1)
    picture.curves.push_back({answer.way_out, "way out"});
  out.picture = picture;
  return out;
}

} // namespace escapade
