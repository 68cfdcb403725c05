// fp-rate: escape rate and quasi-stationary density, and the rate formulas beside them.
#include "escapade/answers/rate.hpp"

#include "programs/fp/questions.hpp"

namespace escapade {

namespace {

void add_formulas(Outcome& out, const Setup& setup) {
  const Vec2* const start = setup.starts.empty() ? nullptr : &setup.starts.front();
  for (const Formula& f : formulas_of_escape(setup.problem, setup.domain, setup.exit, start)) {
    Number rate = positive(f.log_rate);
    rate.error_unknown = "a formula for weak noise";
    Json entry = to_json(rate);
    entry["assumes"] = f.assumes;
    entry["holds"] = f.holds();
    entry["fails"] = f.fails;
    out.results["formulas"][f.name] = std::move(entry);
    out.table.emplace_back("formula " + f.name, to_text(rate));
    for (const std::string& why : f.fails)
      out.table.back().second += (&why == &f.fails.front() ? "  (does not hold: " : "; ") + why;
    if (!f.holds())
      out.table.back().second += ")";
  }
}

} // namespace

void add_escape(Outcome& out, const std::array<const char*, 2>& lines, const Number& rate,
                const Number& mean_time, const std::vector<std::string>& parts,
                const std::vector<Number>& probability) {
  out.add(out.results["escape_rate"], lines[0], rate);
  out.add(out.results["mean_exit_time_qsd"], lines[1], mean_time);
  for (std::size_t k = 0; k < parts.size(); ++k)
    out.add(out.results["exit_probability_qsd"][parts[k]], "exit through " + parts[k],
            probability[k]);
  out.headline = {"escape_rate", rate};
  out.must_resolve = {{{"the escape rate", rate}}};
}

Outcome rate_question(Session& session, const Options&, const Setup& setup) {
  if (setup.period)
    return floquet_question(session, setup);
  Outcome out;
  RateAnswer a = escape_rate(session.comm(), setup.problem, setup.domain, setup.shape, setup.exit,
                             effort_of(session, setup));
  take_answer(session, a, out);
  add_escape(out, {"escape rate", "mean exit time from the quasi-stationary state"}, a.escape_rate,
             a.mean_time, a.parts, a.probability);
  out.results["rate_times_mean_time"] = a.rate_times_mean_time;
  if (const auto saddle = saddle_at_exit(setup))
    out.table.emplace_back("the exit set begins at the saddle " + point_text(*saddle),
                           "half fall back: twice the rate between wells");
  add_formulas(out, setup);
  return out;
}

} // namespace escapade
