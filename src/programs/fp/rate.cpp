// fp-rate: escape rate and quasi-stationary density, and the rate formulas beside them.
#include "escapade/answers/rate.hpp"

#include "programs/fp/questions.hpp"

namespace escapade {

namespace {

void add_formulas(Outcome& out, const Setup& setup) {
  const Vec2* const start = setup.starts.empty() ? nullptr : &setup.starts.front();
  for (const Formula& f : formulas_of_escape(setup.problem, setup.domain, setup.exit, start)) {
    Json entry = to_json(positive(f.log_rate));
    entry["assumes"] = f.assumes;
    entry["holds"] = f.holds();
    entry["fails"] = f.fails;
    out.results["formulas"][f.name] = std::move(entry);
    out.table.emplace_back("formula " + f.name, to_text(positive(f.log_rate)));
    for (const std::string& why : f.fails)
      out.table.back().second += (&why == &f.fails.front() ? "  (does not hold: " : "; ") + why;
    if (!f.holds())
      out.table.back().second += ")";
  }
}

} // namespace

Outcome rate_question(Session& session, const Options&, const Setup& setup) {
  if (setup.period)
    return floquet_question(session, setup);
  Outcome out;
  RateAnswer a = escape_rate(session.comm(), setup.problem, setup.domain, setup.shape, setup.exit,
                             effort_of(session, setup));
  take_answer(session, a, out);
  out.add(out.results["escape_rate"], "escape rate", a.escape_rate);
  out.add(out.results["mean_exit_time_qsd"], "mean exit time from the quasi-stationary state",
          a.mean_time);
  for (std::size_t k = 0; k < a.parts.size(); ++k)
    out.add(out.results["exit_probability_qsd"][a.parts[k]], "exit through " + a.parts[k],
            a.probability[k]);
  out.results["rate_times_mean_time"] = a.rate_times_mean_time;
  if (const auto saddle = saddle_at_exit(setup))
    out.table.emplace_back("the exit set begins at the saddle " + point_text(*saddle),
                           "half fall back: twice the rate between wells");
  add_formulas(out, setup);
  out.headline = {"escape_rate", a.escape_rate};
  out.must_resolve = {{{"the escape rate", a.escape_rate}}};
  return out;
}

} // namespace escapade
