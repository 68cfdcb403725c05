// fp-committor: committors, reactive current and transition rate between two sets.
#include "escapade/answers/committor.hpp"

#include "problem/parse_region.hpp"
#include "programs/fp/questions.hpp"

namespace escapade {

std::pair<Region, Region> committor_sets(const Options& options, const Setup& setup) {
  return {parse_region("-set_a", options.text("set_a"), setup.symbols, setup.compile),
          parse_region("-set_b", options.text("set_b"), setup.symbols, setup.compile)};
}

Outcome committor_question(Session& session, const Options& options, const Setup& setup) {
  const auto [set_a, set_b] = committor_sets(options, setup);
  CommittorAnswer a = committor(session.comm(), setup.problem, setup.domain, setup.shape, set_a,
                                set_b, setup.starts, effort_of(session, setup));
  Outcome out;
  take_answer(session, a, out);
  out.results["rate"] = to_json(a.rate);
  out.results["rate_constant_ab"] = to_json(a.rate_constant_ab);
  out.results["probability_a"] = to_json(a.probability_a);
  out.results["flux_spread"] = a.flux_spread;
  for (std::size_t s = 0; s < a.forward.size(); ++s) {
    Json at = to_json(a.forward[s]);
    at["start"] = to_json(setup, setup.starts[s]);
    out.results["committor"].push_back(at);
    out.table.emplace_back("chance of B before A from " + point_text(setup.starts[s]),
                           to_line(a.forward[s]));
  }
  out.table.emplace_back("transition rate A to B", to_line(a.rate));
  out.table.emplace_back("rate constant A to B", to_line(a.rate_constant_ab));
  out.table.emplace_back("probability of having been in A last", to_line(a.probability_a));
  out.table.emplace_back("the rate constant counts per time since A was left last",
                         "as fp-rate with the exit set B; the transition rate per time in all");
  out.headline = {"rate", a.rate};
  out.must_resolve = {{{"the transition rate", a.rate}}};
  return out;
}

} // namespace escapade
