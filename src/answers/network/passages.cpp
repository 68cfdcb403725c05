#include "answers/network/passages.hpp"

#include "answers/grids/cell_fields.hpp"
#include "escapade/error.hpp"
#include "generator/cut_out/cut_out.hpp"
#include "quantities/exit_time.hpp"

#include <cmath>
#include <memory>
#include <utility>

namespace escapade {

namespace {

/// The chain that ends in some states, which are called `name` if the grid does not see them. Parts
/// of its exit are numbers of states.
ChainRun chain_to(const StatesOnGrid& on, const std::vector<char>& ends, const std::string& name) {
  const GridQuestion& q = on.question;
  try {
    if (std::optional<Chain> chain =
            on.cut_out ? cut_out(q.comm, on.run.chain, ends, on.state_of) : std::nullopt) {
      ChainRun run;
      run.shape = on.run.shape, run.largest_drift = on.run.largest_drift;
      run.chain = std::move(*chain);
      const std::optional<Lattice> lattice = cell_places(run.chain);
      SolveOptions options = q.effort.solve;
      options.lattice = lattice ? &*lattice : nullptr;
      run.solver = std::make_unique<Solver>(
          q.comm, std::shared_ptr<const Generator>(run.held, &run.chain.generator), options);
      return run;
    }
    Region exit;
    std::vector<std::int32_t> state; // of each part
    for (std::size_t s = 0; s < ends.size(); ++s)
      if (ends[s]) {
        exit.insert(exit.end(), q.sets[s].begin(), q.sets[s].end());
        state.insert(state.end(), q.sets[s].size(), static_cast<std::int32_t>(s));
      }
    ChainRun run = start_chain({q.comm, q.problem, q.domain, q.shape, exit, q.effort,
                                CutRule::shortley_weller, Demand::exits},
                               on.run.shape);
    for (PartKilling& k : run.chain.generator.part_killing)
      k.part = state[static_cast<std::size_t>(k.part)];
    return run;
  } catch (const BadInput& e) {
    throw BadInput(name + ": " + e.what());
  } catch (const NotTrusted& e) {
    throw NotTrusted(name + ": " + e.what());
  }
}

/// T_i, and how much of it ends in each state: by v_i, or by the mean times and probabilities of
/// all cells where jumps along a flow come on time, which the transposed equation does not know of.
std::pair<long double, std::vector<long double>> left_for(const StatesOnGrid& on, ChainRun& run,
                                                          std::size_t i) {
  const Generator& rows = run.chain.generator;
  const Halo halo(on.question.comm, rows);
  std::vector<long double> into(on.names.size(), 0);
  if (run.chain.flow) {
    const FlowPart* const flow = flow_of(run.chain);
    const std::vector<LogVector> chance =
        exit_probabilities(on.question.comm, *run.solver, rows, into.size(), {}, flow);
    const auto mean = [&](const LogVector& v) {
      return log_mean(run.chain.grid, v, on.members[i], halo);
    };
    for (std::size_t j = 0; j < into.size(); ++j)
      into[j] = std::exp(mean(chance[j]));
    return {mean(mean_exit_time(on.question.comm, *run.solver, rows, flow)), into};
  }
  const LogVector visits = run.solver->forward(
      log_weights(run.chain.grid, on.members[i], halo, static_cast<std::size_t>(rows.rows())));
  for (const PartKilling& k : rows.part_killing)
    into[static_cast<std::size_t>(k.part)] +=
        std::exp(visits[static_cast<std::size_t>(k.row)]) * k.rate;
  for (long double& h : into)
    h = halo.sum(h);
  return {log_total(visits, halo), into};
}

std::vector<char> all_but(const StatesOnGrid& on, std::size_t i) {
  std::vector<char> ends(on.names.size(), 1);
  if (i < ends.size())
    ends[i] = 0;
  return ends;
}

} // namespace

std::vector<long double> log_first_passage(const StatesOnGrid& on, std::size_t j) {
  std::vector<char> ends(on.names.size(), 0);
  ends[j] = 1;
  ChainRun run = chain_to(on, ends, "the state " + on.names[j]);
  const LogVector mean =
      mean_exit_time(on.question.comm, *run.solver, run.chain.generator, flow_of(run.chain));
  const Halo halo(on.question.comm, run.chain.generator);
  std::vector<long double> out;
  for (std::size_t i = 0; i < on.names.size(); ++i)
    out.push_back(i == j ? 0 : log_mean(run.chain.grid, mean, on.members[i], halo));
  return out;
}

Departure departure(const StatesOnGrid& on, std::size_t i) {
  ChainRun run = chain_to(on, all_but(on, i), "every state but " + on.names[i]);
  const auto [log_time, into] = left_for(on, run, i);
  long double sum = 0;
  for (const long double h : into)
    sum += h;
  Departure out{log_time, {}};
  for (const long double h : into)
    out.log_next.push_back(std::log(h / sum));
  return out;
}

FieldFile hitting_probabilities(const StatesOnGrid& on) {
  const std::size_t n = on.names.size();
  ChainRun run = chain_to(on, all_but(on, n), "the states");
  const std::vector<LogVector> chance = exit_probabilities(
      on.question.comm, *run.solver, run.chain.generator, n, {}, flow_of(run.chain));
  const OwnCells own = own_cells(on.question.comm, run.chain);
  FieldFile file = field_file(run.chain.grid, own, on.question.problem);
  for (std::size_t s = 0; s < n; ++s)
    file.fields.push_back(cell_field(run.chain.grid, own, "hitting_probability_" + on.names[s], "",
                                     1,
                                     [&](std::size_t k, double* v) { *v = exp_of(chance[s][k]); }));
  return file;
}

} // namespace escapade
