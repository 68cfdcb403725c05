// Times between the states of a network, and which is next: paths begin in a state as the
// stationary law has them there, which the finest grid tells.
#include "programs/compare/crosscheck.hpp"

#include "escapade/answers/network.hpp"

#include "escapade/error.hpp"
#include "paths/estimate.hpp"
#include "programs/fp/questions.hpp"

namespace escapade {
namespace {

/// Of runs at both steps from a state to others.
struct Passages {
  std::vector<Estimate> time;              // of the whole way, at each step
  std::vector<std::vector<Estimate>> next; // share that ends in each of the others, at each step
};

Passages passages_from(Session& session, const Options& options, const Setup& setup,
                       const std::vector<Vec2>& starts, const std::vector<Region>& ends,
                       Outcome& out) {
  Region exit;
  std::vector<std::size_t> end_of_part;
  for (std::size_t k = 0; k < ends.size(); ++k) {
    exit.insert(exit.end(), ends[k].begin(), ends[k].end());
    end_of_part.insert(end_of_part.end(), ends[k].size(), k);
  }
  Passages found;
  const auto take = [&](const std::vector<ExitRecord>& records, const Ranks& ranks) {
    std::vector<double> time;
    std::vector<std::int64_t> count(ends.size() + 2); // in each; late, all
    for (const ExitRecord& r : records) {
      time.push_back(r.time);
      ++count[r.part < 0 ? ends.size() : end_of_part[static_cast<std::size_t>(r.part)]];
    }
    count.back() = std::ssize(records);
    ranks.add(count);
    if (count[ends.size()] > 0)
      throw NotTrusted(std::to_string(count[ends.size()]) +
                       " trajectories reached no other state within -mc_max_time; give a longer "
                       "-mc_max_time, or none");
    found.time.push_back(mean_of(time, ranks));
    found.next.emplace_back();
    for (std::size_t k = 0; k < ends.size(); ++k)
      found.next.back().push_back(proportion(count[k], count.back()));
  };
  out.solver["mc_step"] = at_both_steps(session, options, setup, starts, exit, out, take);
  return found;
}

/// The regions of all states but i, and their numbers.
std::pair<std::vector<Region>, std::vector<std::size_t>> others(const NamedRegions& states,
                                                                std::size_t i) {
  std::pair<std::vector<Region>, std::vector<std::size_t>> out;
  for (std::size_t j = 0; j < states.size(); ++j)
    if (j != i)
      out.first.push_back(states[j].second), out.second.push_back(j);
  return out;
}

} // namespace

void check_network(Session& session, const Options& options, const Setup& setup, Outcome& out,
                   Checks& checks) {
  NamedRegions states;
  agree(session.comm(), [&] { states = read_states(options, setup); });
  if (options.given("exit"))
    session.notice("-exit is not used: beside -sets the network of the closed system is compared");
  NetworkAnswer fv = network(session.comm(), setup.problem, setup.domain, setup.shape, states,
                             effort_of(session, setup));
  take_answer(session, fv, out);
  out.fields.reset();
  const auto add = [&](const std::string& quantity, const Number& value,
                       const std::vector<Estimate>& mc) {
    checks.all.push_back(compare(quantity, value, mc[0], mc[1]));
  };
  for (std::size_t i = 0; i < states.size(); ++i) {
    const auto [ends, number] = others(states, i);
    const Passages left = passages_from(session, options, setup, fv.samples[i], ends, out);
    add("mean_exit_time " + fv.states[i], fv.mean_exit_time[i], left.time);
    for (std::size_t k = 0; k < ends.size() && ends.size() > 1; ++k) {
      const std::string way = fv.states[i] + " to " + fv.states[number[k]];
      add("next_state_probability " + way, fv.next_state[i][number[k]],
          {left.next[0][k], left.next[1][k]});
      add("mean_first_passage_time " + way, fv.first_passage[i][number[k]],
          passages_from(session, options, setup, fv.samples[i], {ends[k]}, out).time);
    }
  }
}

} // namespace escapade
