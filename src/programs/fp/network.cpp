// fp-network: states of a system, and the rates between them.
#include "escapade/answers/network.hpp"

#include "escapade/error.hpp"
#include "problem/parse_region.hpp"
#include "programs/fp/questions.hpp"

namespace escapade {

NamedRegions read_states(const Options& options, const Setup& setup) {
  if (!options.given("sets"))
    throw BadInput("-sets is missing: give the states, e.g. -sets \"A: " + setup.symbols.inputs[0] +
                   " < -1; B: " + setup.symbols.inputs[0] + " > 1\", or -sets wells");
  const std::string& text = options.text("sets");
  if (text != "wells")
    return parse_named_regions("-sets", text, setup.symbols, setup.compile);
  if (setup.shape.mesh)
    throw BadInput("-sets wells: rest points are looked for in a box; with -mesh give the sets "
                   "themselves, \"A: …; B: …\"");
  return well_cores(setup.problem, setup.domain);
}

namespace {

std::vector<Number> flat(const NumberMatrix& m) {
  std::vector<Number> out;
  for (const auto& row : m)
    out.insert(out.end(), row.begin(), row.end());
  return out;
}

/// [[re, im], …]
Json pairs(const std::vector<std::array<Number, 2>>& values) {
  std::vector<Number> all;
  for (const auto& v : values)
    all.insert(all.end(), {v[0], v[1]});
  return to_json(all, 2);
}

std::string complex_text(const Number& real, const Number& imaginary) {
  return to_line(real) +
         (imaginary.value && *imaginary.value != 0 ? "  and i times " + to_line(imaginary) : "");
}

/// Where the states are: wells at their rest points, others where they are densest.
std::vector<Vec2> positions_of(const Options& options, const Setup& setup, const NetworkAnswer& a) {
  return options.text("sets") == "wells" ? wells(setup.problem, setup.domain) : a.positions;
}

void add_table(const NetworkAnswer& a, const std::vector<Vec2>& position, Outcome& out) {
  const auto line = [&](const std::string& name, const Number& n) {
    out.table.emplace_back(name, to_line(n));
  };
  for (std::size_t i = 0; i < a.states.size(); ++i) {
    const std::string from = "from " + a.states[i];
    out.table.emplace_back("state " + a.states[i] + " at", point_text(position[i]));
    line(from + ": mean exit time", a.mean_exit_time[i]);
    for (std::size_t j = 0; j < a.states.size(); ++j)
      if (i != j) {
        line(from + " to " + a.states[j] + ": next with probability", a.next_state[i][j]);
        line(from + " to " + a.states[j] + ": mean first-passage time", a.first_passage[i][j]);
      }
    line("in the long run the jump process is in " + a.states[i] + " with probability",
         a.stationary[i]);
  }
  out.table.emplace_back("the rate from one to the next is probability over mean exit time",
                         "a relaxation is the sum of rates to and fro");
  for (std::size_t k = 0; k < a.jump.size(); ++k) {
    out.table.emplace_back("relaxation " + std::to_string(k) + " of the jump process",
                           complex_text(a.jump[k][0], a.jump[k][1]));
    out.table.emplace_back("relaxation " + std::to_string(k) + " of the system",
                           k < a.chain.size() ? complex_text(a.chain[k].real, a.chain[k].imaginary)
                                              : "not found: " + a.chain_unknown);
  }
}

} // namespace

Outcome network_question(Session& session, const Options& options, const Setup& setup) {
  NetworkAnswer a = network(session.comm(), setup.problem, setup.domain, setup.shape,
                            read_states(options, setup), effort_of(session, setup));
  Outcome out;
  take_answer(session, a, out);
  const std::size_t n = a.states.size();
  out.results["states"] = a.states;
  const std::vector<Vec2> position = positions_of(options, setup, a);
  out.results["positions"] = Json::array();
  for (const Vec2 p : position)
    out.results["positions"].push_back(to_json(setup, p));
  out.results["mean_first_passage_time"] = to_json(flat(a.first_passage), n);
  out.results["next_state_probability"] = to_json(flat(a.next_state), n);
  out.results["mean_exit_time"] = to_json(a.mean_exit_time);
  out.results["rates"] = to_json(flat(a.rates), n);
  out.results["stationary_probability"] = to_json(a.stationary);
  out.results["probability_in_state"] = to_json(a.in_state);
  std::vector<std::array<Number, 2>> chain;
  for (const ModeNumbers& mode : a.chain)
    chain.push_back({mode.real, mode.imaginary});
  Json eigenvalues = {{"jump_process", pairs(a.jump)}, {"chain", nullptr}};
  if (!chain.empty())
    eigenvalues["chain"] = pairs(chain);
  else
    eigenvalues["chain_unknown"] = a.chain_unknown;
  out.results["eigenvalues"] = eigenvalues;
  add_table(a, position, out);
  out.headline = {"mean_exit_time", a.mean_exit_time.front()};
  for (std::size_t i = 0; i < n; ++i)
    out.must_resolve.push_back({{"the mean exit time of " + a.states[i], a.mean_exit_time[i]}});
  return out;
}

} // namespace escapade
