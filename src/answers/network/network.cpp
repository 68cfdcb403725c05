#include "escapade/answers/network.hpp"

#include "answers/check.hpp"
#include "answers/grids/over_grids.hpp"
#include "answers/hidden_sets.hpp"
#include "answers/modes/mode_numbers.hpp"
#include "answers/network/passages.hpp"
#include "answers/transport/resolution.hpp"
#include "escapade/error.hpp"
#include "generator/cut_out/cut_out.hpp"
#include "parallel/agree.hpp"
#include "quantities/regions/region_probability.hpp"
#include "quantities/transitions/jump_process.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace escapade {

namespace {

/// All numbers of one grid: logarithms of times and probabilities.
struct MeasuredNetwork {
  std::vector<std::vector<Measured>> first_passage, next, rates;
  std::vector<Measured> exit, stationary, in_state;
  std::vector<std::array<Measured, 2>> jump;
  Eigenvalues modes;
  std::string modes_unknown; // why there are none
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

/// The centre of the cell of largest density.
Vec2 densest(const Cells& cells, const Members& members) {
  const auto density = [&](const Member& m) {
    return m.weight / cells.area(cells.cell_at(m.centre));
  };
  return std::max_element(members.begin(), members.end(),
                          [&](const Member& a, const Member& b) { return density(a) < density(b); })
      ->centre;
}

void measure_passages(const StatesOnGrid& on, MeasuredNetwork& out) {
  const std::size_t n = on.names.size();
  out.exit.resize(n);
  out.first_passage = out.next = out.rates =
      std::vector<std::vector<Measured>>(n, std::vector<Measured>(n));
  for (std::size_t i = 0; i < n; ++i) {
    const Departure from = departure(on, i);
    out.exit[i] = of_sets(from.log_time);
    for (std::size_t j = 0; j < n; ++j)
      if (std::isfinite(from.log_next[j])) { // else no way to j leads past the others
        out.next[i][j] = of_sets(from.log_next[j]);
        out.rates[i][j] = of_sets(from.log_next[j] - from.log_time);
      }
    if (n == 2) { // the next state is the only other one
      out.first_passage[i][1 - i] = out.exit[i];
      continue;
    }
    const std::vector<long double> to_i = log_first_passage(on, i);
    for (std::size_t k = 0; k < n; ++k)
      if (k != i)
        out.first_passage[k][i] = of_sets(to_i[k]);
  }
}

void measure_jumps(MeasuredNetwork& out) {
  const std::size_t n = out.exit.size();
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
}

/// The slowest modes of the whole chain, as many as the jump process has; those of coarser grids
/// that are by flow may lie farther from 0.
void measure_modes(const GridQuestion& q, const ChainRun& run, bool finest, MeasuredNetwork& out) {
  const int count = static_cast<int>(q.sets.size()) - 1;
  const int more = run.chain.flow && !finest ? 4 : 1;
  try {
    out.modes = all_eigenvalues(relaxation_modes(q.comm, run.chain.generator, more * count,
                                                 flow_of(run.chain), q.problem.gradient ? 0 : -1));
  } catch (const NotTrusted& e) {
    out.modes_unknown = e.what();
  }
}

void add_chain_modes(const std::vector<Level<MeasuredNetwork>>& levels, bool may_oscillate,
                     NetworkAnswer& answer) {
  std::vector<Level<Eigenvalues>> found;
  Eigenvalues fine;
  for (const Level<MeasuredNetwork>& level : levels) {
    if (level.numbers.modes.empty() && found.size() < grids_needed) {
      answer.chain_unknown = level.numbers.modes_unknown;
      return;
    }
    if (level.numbers.modes.empty())
      break;
    found.push_back({eigenvalues_like(fine, level.numbers.modes), level.spacing, level.certificate,
                     level.expansion});
  }
  found.front().doubt = answer.unresolved;
  answer.chain =
      mode_numbers(found, std::min(answer.states.size() - 1, fine.size()), may_oscillate);
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
void tell_hidden(const GridQuestion& q, const ChainRun& run, GridAnswer& answer) {
  for (const Region& state : q.sets) {
    std::vector<char> touched(static_cast<std::size_t>(run.chain.generator.rows()));
    for (std::size_t u = 0; u < touched.size(); ++u)
      touched[u] =
          part_at(state, run.chain.grid.centre(static_cast<std::int32_t>(
                             run.chain.generator.first + static_cast<std::int64_t>(u)))) >= 0;
    tell_hidden_sets(q.comm, run.chain.grid, run.chain.generator, touched, state, answer);
  }
}

/// The numbers of the answer, with errors.
void add_numbers(const std::vector<Level<MeasuredNetwork>>& levels, NetworkAnswer& answer) {
  const std::size_t n = answer.states.size();
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
}

} // namespace

NetworkAnswer network(MPI_Comm comm, const Problem& problem, const Domain& domain,
                      const GridShape& shape, const NamedRegions& states, const Effort& effort) {
  check_states(domain, shape, states);
  const Region no_exit;
  GridQuestion question{comm,    problem, domain,           shape,
                        no_exit, effort,  CutRule::killing, Demand::stationary};
  NetworkAnswer answer;
  for (const auto& [name, region] : states)
    answer.states.push_back(name), question.sets.push_back(as_level_set(region));
  const auto solve = [&](ChainRun& run, Nested&, bool) { return run.solver->stationary(); };
  const auto measure = [&](ChainRun& run, LogVector&& log_mass, bool finest) {
    const Halo halo(comm, run.chain.generator);
    StatesOnGrid on{question, run, answer.states, {}, {}, can_be_cut_out(comm, run.chain)};
    agree(comm, [&] {
      on.state_of = states_of_cells(run.chain.grid, question.sets, answer.states);
      check_apart(run.chain, on.state_of, answer.states);
    });
    if (finest) {
      report(run, answer);
      tell_hidden(question, run, answer);
      tell_resolution(question, run, log_mass, halo, answer);
    }
    run.solver.reset(); // its memory is wanted for what follows
    std::optional<MeasuredNetwork> out{std::in_place};
    const RegionProbabilities probability(run.chain.grid, log_mass, halo);
    for (std::size_t i = 0; i < states.size(); ++i) {
      on.members.push_back(
          members_of(comm, run.chain.grid, log_mass, question.sets[i], answer.states[i], halo));
      out->in_state.push_back({probability.of(question.sets[i])});
      if (!finest)
        continue;
      answer.positions.push_back(densest(run.chain.grid, on.members[i]));
      answer.samples.push_back(points_of(run.chain.grid, question.sets[i], on.members[i], 4096));
    }
    measure_passages(on, *out);
    measure_jumps(*out);
    measure_modes(question, run, finest, *out);
    if (finest)
      answer.fields = hitting_probabilities(on);
    return out;
  };
  auto levels = over_grids(question, solve, measure, answer);
  add_chain_modes(levels, !problem.gradient, answer);
  levels.front().doubt = answer.unresolved;
  for (auto& level : levels) // the states cut cells, not this chain
    level.expansion = Expansion::cut, level.limit = LimitKind::by_order;
  add_numbers(levels, answer);
  return answer;
}

} // namespace escapade
