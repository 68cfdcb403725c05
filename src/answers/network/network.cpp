#include "escapade/answers/network.hpp"

#include "answers/check.hpp"
#include "answers/grids/cell_fields.hpp"
#include "answers/grids/over_grids.hpp"
#include "answers/hidden_sets.hpp"
#include "answers/network/members.hpp"
#include "answers/transport/resolution.hpp"
#include "escapade/error.hpp"
#include "generator/halo.hpp"
#include "parallel/agree.hpp"
#include "quantities/exit_time.hpp"
#include "quantities/regions/region_probability.hpp"
#include "quantities/transitions/jump_process.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

namespace escapade {

namespace {

/// All numbers of one grid: logarithms of times and probabilities.
struct MeasuredNetwork {
  std::vector<std::vector<Measured>> first_passage, next, rates;
  std::vector<Measured> exit, stationary, in_state;
  std::vector<std::array<Measured, 2>> jump;
};

/// A logarithm of what sets that cut cells decide.
Measured of_sets(long double log_value) {
  Measured m = logarithm(log_value);
  m.expansion = Expansion::cut;
  return m;
}

/// A set that the chain is cut at wherever its boundary runs. Half-planes as such would move the
/// cells, and all chains of a network have the same.
Region as_level_set(Region region) {
  for (Part& part : region)
    part.half_plane.reset();
  return region;
}

Region all_but(const std::vector<Region>& states, std::size_t i) {
  Region rest;
  for (std::size_t j = 0; j < states.size(); ++j)
    if (j != i)
      rest.insert(rest.end(), states[j].begin(), states[j].end());
  return rest;
}

/// The state that each part of all_but(states, i) belongs to.
std::vector<std::size_t> state_of_parts(const std::vector<Region>& states, std::size_t i) {
  std::vector<std::size_t> out;
  for (std::size_t j = 0; j < states.size(); ++j)
    if (j != i)
      out.insert(out.end(), states[j].size(), j);
  return out;
}

/// What all chains of a network share.
struct Question {
  const GridQuestion& whole; // the closed chain
  std::vector<Region> states;
  std::vector<std::string> names;

  GridQuestion leaving_through(const Region& exit) const {
    return {whole.comm,
            whole.problem,
            whole.domain,
            whole.shape,
            exit,
            whole.effort,
            CutRule::shortley_weller,
            Demand::exits};
  }
};

/// The chain that ends in the question's exit, which is called `name` if the grid does not see it.
ChainRun chain_to(const GridQuestion& question, const GridShape& shape, const std::string& name) {
  try {
    return start_chain(question, shape);
  } catch (const BadInput& e) {
    throw BadInput(name + ": " + e.what());
  } catch (const NotTrusted& e) {
    throw NotTrusted(name + ": " + e.what());
  }
}

/// Mean times to the state j from within every other.
void measure_first_passage(const Question& q, const GridShape& shape,
                           const std::vector<Members>& members, std::size_t j,
                           MeasuredNetwork& out) {
  const Region exit = q.states[j];
  const GridQuestion question = q.leaving_through(exit);
  ChainRun run = chain_to(question, shape, "the state " + q.names[j]);
  const LogVector mean =
      mean_exit_time(question.comm, *run.solver, run.chain.generator, flow_of(run.chain));
  const Halo halo(question.comm, run.chain.generator);
  for (std::size_t i = 0; i < q.states.size(); ++i)
    out.first_passage[i][j] =
        i == j ? Measured{} : of_sets(log_mean(run.chain.grid, mean, members[i], halo));
}

/// When and where the state i is followed by another.
void measure_next(const Question& q, const GridShape& shape, const std::vector<Members>& members,
                  std::size_t i, MeasuredNetwork& out) {
  const Region exit = all_but(q.states, i);
  const std::vector<std::size_t> state = state_of_parts(q.states, i);
  const GridQuestion question = q.leaving_through(exit);
  ChainRun run = chain_to(question, shape, "every state but " + q.names[i]);
  const ExitQuantities found = exit_quantities(question.comm, *run.solver, run.chain.generator,
                                               state.size(), {}, flow_of(run.chain));
  const Halo halo(question.comm, run.chain.generator);
  const auto mean_of = [&](const LogVector& v) {
    return log_mean(run.chain.grid, v, members[i], halo);
  };
  out.exit[i] = of_sets(mean_of(found.mean));
  std::vector<long double> chance(q.states.size());
  long double sum = 0;
  for (std::size_t part = 0; part < state.size(); ++part) {
    const long double h = std::exp(mean_of(found.probability[part]));
    chance[state[part]] += h, sum += h;
  }
  for (std::size_t j = 0; j < chance.size(); ++j) {
    const long double log_chance = std::log(chance[j] / sum);
    if (!(chance[j] > 0)) // no way to j leads past the others
      continue;
    out.next[i][j] = of_sets(log_chance);
    out.rates[i][j] = of_sets(log_chance - out.exit[i].value);
  }
}

MeasuredNetwork measure(const Question& q, const GridShape& shape, const Cells& cells,
                        const LogVector& log_mass, const Halo& halo) {
  const std::size_t n = q.states.size();
  std::vector<Members> members;
  MeasuredNetwork out;
  const RegionProbabilities probability(cells, log_mass, halo);
  for (std::size_t i = 0; i < n; ++i) {
    members.push_back(members_of(q.whole.comm, cells, log_mass, q.states[i], q.names[i], halo));
    out.in_state.push_back({probability.of(q.states[i])});
  }
  out.first_passage = out.next = out.rates =
      std::vector<std::vector<Measured>>(n, std::vector<Measured>(n));
  out.exit.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    measure_next(q, shape, members, i, out);
    if (n > 2)
      measure_first_passage(q, shape, members, i, out);
    else // the next state is the only other one
      out.first_passage[i][1 - i] = out.exit[i];
  }
  std::vector<std::vector<long double>> log_rate(n, std::vector<long double>(n, -INFINITY));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      if (i != j)
        log_rate[i][j] = out.rates[i][j].logarithmic ? out.rates[i][j].value : -INFINITY;
  const JumpProcess jumps = jump_process(log_rate);
  for (long double log_p : jumps.log_stationary)
    out.stationary.push_back(of_sets(log_p));
  for (const std::complex<long double>& value : jumps.eigenvalues) {
    const long double size = std::max(std::abs(value), 1e-4L * jumps.largest);
    out.jump.push_back({Measured{std::log(value.real()), true, size / std::abs(value)},
                        {value.imag(), false, size}});
    for (Measured& part : out.jump.back())
      part.expansion = Expansion::cut;
  }
  return out;
}

/// Chances to meet each state first, from everywhere outside of all.
FieldFile fields_of(const Question& q, const GridShape& shape) {
  const Region exit = all_but(q.states, q.states.size());
  const std::vector<std::size_t> state = state_of_parts(q.states, q.states.size());
  const GridQuestion question = q.leaving_through(exit);
  ChainRun run = start_chain(question, shape);
  const ExitQuantities found = exit_quantities(question.comm, *run.solver, run.chain.generator,
                                               state.size(), {}, flow_of(run.chain));
  const OwnCells own = own_cells(question.comm, run.chain);
  FieldFile file = field_file(run.chain.grid, own, question.problem);
  for (std::size_t s = 0; s < q.states.size(); ++s)
    file.fields.push_back(cell_field(run.chain.grid, own, "hitting_probability_" + q.names[s], "",
                                     1, [&](std::size_t k, double* v) {
                                       *v = 0;
                                       for (std::size_t part = 0; part < state.size(); ++part)
                                         *v += state[part] == s ? exp_of(found.probability[part][k])
                                                                : 0;
                                     }));
  return file;
}

void add_chain_modes(MPI_Comm comm, const Problem& problem, const Domain& domain,
                     const GridShape& shape, const Effort& effort, NetworkAnswer& answer) {
  const std::size_t count = answer.states.size() - 1;
  try {
    answer.chain =
        relaxation_modes(comm, problem, domain, shape, static_cast<int>(count), effort).modes;
    answer.chain.resize(std::min(count, answer.chain.size()));
  } catch (const NotTrusted& e) {
    answer.chain_unknown = e.what();
  }
}

void check_states(const Domain& domain, const GridShape& shape, const NamedRegions& states) {
  if (states.size() < 2)
    throw BadInput("a network needs two states at least; give more sets");
  constexpr std::size_t most = 32; // two chains each
  if (states.size() > most)
    throw BadInput(std::to_string(states.size()) + " states are more than a network can have, " +
                   std::to_string(most) + "; give fewer sets, or a smaller domain");
  if (!shape.mesh)
    for (const auto& [name, region] : states)
      check_region("the state " + name, domain, region);
}

/// Thin parts of states that the grid steps over.
void tell_hidden(const Question& q, const ChainRun& run, GridAnswer& answer) {
  for (const Region& state : q.states) {
    std::vector<char> touched(static_cast<std::size_t>(run.chain.generator.rows()));
    for (std::size_t u = 0; u < touched.size(); ++u)
      touched[u] =
          part_at(state, run.chain.grid.centre(static_cast<std::int32_t>(
                             run.chain.generator.first + static_cast<std::int64_t>(u)))) >= 0;
    tell_hidden_sets(q.whole.comm, run.chain.grid, run.chain.generator, touched, state, answer);
  }
}

} // namespace

NetworkAnswer network(MPI_Comm comm, const Problem& problem, const Domain& domain,
                      const GridShape& shape, const NamedRegions& states, const Effort& effort) {
  check_states(domain, shape, states);
  const Region no_exit;
  GridQuestion closed{comm,    problem, domain,           shape,
                      no_exit, effort,  CutRule::killing, Demand::stationary};
  Question question{closed, {}, {}};
  for (const auto& [name, region] : states)
    question.names.push_back(name), question.states.push_back(as_level_set(region));
  NetworkAnswer answer;
  answer.states = question.names;
  const auto solve = [&](ChainRun& run, Nested&, bool) { return run.solver->stationary(); };
  const auto numbers = [&](ChainRun& run, LogVector&& log_mass, bool finest) {
    const Halo halo(comm, run.chain.generator);
    agree(comm, [&] {
      check_apart(run.chain.grid, run.chain.generator, question.states, question.names);
    });
    if (finest) {
      report(run, answer);
      tell_hidden(question, run, answer);
      tell_resolution(closed, run, log_mass, halo, answer);
    }
    run.solver.reset(); // its memory is wanted for what follows
    std::optional out = measure(question, run.shape, run.chain.grid, log_mass, halo);
    if (finest)
      answer.fields = fields_of(question, run.shape);
    return out;
  };
  auto levels = over_grids(closed, solve, numbers, answer);
  levels.front().doubt = answer.unresolved;
  for (auto& level : levels) // the states cut cells, not this chain
    level.expansion = Expansion::cut, level.line = false;
  const std::size_t n = states.size();
  const auto number = [&](const auto& which) { return with_error(levels, which); };
  const auto matrix = [&](const auto& member) {
    NumberMatrix m(n, std::vector<Number>(n, escapade::number(0, 0)));
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j)
        if (i != j)
          m[i][j] = number([&](const MeasuredNetwork& of) { return (of.*member)[i][j]; });
    return m;
  };
  answer.first_passage = matrix(&MeasuredNetwork::first_passage);
  answer.next_state = matrix(&MeasuredNetwork::next);
  answer.rates = matrix(&MeasuredNetwork::rates);
  for (std::size_t i = 0; i < n; ++i) {
    const auto of = [&](const auto& member) {
      return number([&](const MeasuredNetwork& m) { return (m.*member)[i]; });
    };
    answer.mean_exit_time.push_back(of(&MeasuredNetwork::exit));
    answer.stationary.push_back(of(&MeasuredNetwork::stationary));
    answer.in_state.push_back(of(&MeasuredNetwork::in_state));
  }
  for (std::size_t k = 0; k + 1 < n; ++k)
    answer.jump.push_back({number([k](const MeasuredNetwork& m) { return m.jump[k][0]; }),
                           number([k](const MeasuredNetwork& m) { return m.jump[k][1]; })});
  add_chain_modes(comm, problem, domain, shape, effort, answer);
  return answer;
}

} // namespace escapade
