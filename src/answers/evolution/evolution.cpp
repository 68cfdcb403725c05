#include "answers/evolution/run.hpp"

#include "answers/evolution/rows.hpp"
#include "answers/evolution/timed.hpp"
#include "answers/grids/cell_fields.hpp"
#include "answers/grids/over_grids.hpp"
#include "answers/hidden_sets.hpp"
#include "answers/transport/resolution.hpp"
#include "escapade/answers/exits.hpp"
#include "escapade/error.hpp"
#include "generator/flow/flow.hpp"
#include "parallel/agree.hpp"
#include "quantities/evolution/initial_masses.hpp"

#include "support/exact.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <utility>

namespace escapade {

namespace {

/// One grid's way through the frames.
struct Way {
  std::int64_t first = 0;     // frame of rows[0]
  std::vector<FrameRow> rows; // as far as it got
  EvolutionWork work;
  LogVector last; // masses at the end
  bool stopped = false;
};

/// What does not change from grid to grid.
struct Plan {
  const GridQuestion& question;
  const EvolutionSetup& setup;
  const EvolutionHooks& hooks;
  std::size_t parts;
  std::vector<FramePlan> times = {}; // of a problem that depends on the time
  double steps_in_one = 1;           // where steps along a flow are to be shorter

  double interval() const { return setup.t_end / static_cast<double>(setup.frames); }
  double time(std::int64_t k) const {
    return k == setup.frames ? setup.t_end : interval() * static_cast<double>(k);
  }
};

ChainState initial_state(const Plan& plan, const Chain& chain) {
  ChainState state;
  LogVector whole;
  const EvolutionSetup& s = plan.setup;
  agree(plan.question.comm, [&] {
    whole = s.initial ? density_masses(chain.grid, s.initial, s.initial_name)
                      : point_masses(chain.grid, s.start);
  });
  const auto first = whole.begin() + chain.generator.first;
  state.log_mass.assign(first, first + chain.generator.rows());
  state.exited.assign(plan.parts, 0.0L);
  return state;
}

/// The rows that earlier frames hold, and the state to go on from.
ChainState restart(const Plan& plan, const Chain& chain, const RowMaker& measure, Way& way) {
  std::vector<EarlierFrame> frames = plan.hooks.earlier(chain);
  way.first = frames.front().first;
  ChainState state;
  for (auto& frame : frames) {
    state = std::move(frame.second);
    const auto begin = state.log_mass.begin() + chain.generator.first;
    state.log_mass = LogVector(begin, begin + chain.generator.rows());
    way.rows.push_back(measure(state));
  }
  return state;
}

std::string name_of(const EvolveWork& w, Integrator integrator) {
  return w.steps == 0                   ? "uniformisation" // implicit runs begin with it
         : integrator == Integrator::ts ? "ts"
                                        : "implicit";
}

template<class AnyEvolution>
EvolutionWork work_of(const AnyEvolution& evolution, const Chain& chain) {
  const EvolveWork w = evolution.work();
  EvolutionWork out;
  out.integrator = name_of(w, evolution.integrator());
  out.fastest_rate = evolution.rate();
  out.mat_vecs = w.mat_vecs;
  out.steps = w.steps;
  out.rejected = w.rejected;
  out.solves = w.solves;
  out.factorisations = w.factorisations;
  out.resting_since = w.resting_since;
  out.chain_entries =
      static_cast<std::int64_t>(chain.generator.column.size() + chain.generator.killing.size());
  return out;
}

/// The evolution of this chain, told of where it comes to rest, or of whole steps along its flow,
/// which it puts into `steps`.
Evolution evolution_on(const Plan& plan, ChainRun& run, const std::optional<Lattice>& lattice,
                       FlowSteps& steps) {
  const GridQuestion& q = plan.question;
  Evolution::Options how{plan.setup.integrator, plan.setup.tolerance, q.effort.solve};
  how.solve.lattice = lattice ? &*lattice : nullptr;
  Evolution evolution(q.comm, run.chain.generator, plan.parts, plan.setup.t_end, how);
  evolution.require_reach(plan.interval());
  if (evolution.integrator() == Integrator::uniformisation && run.chain.flow) {
    const Generator& rows = run.chain.generator;
    agree(q.comm, [&] {
      steps =
          flow_steps(q.problem, *run.chain.grid.lattice(), q.exit,
                     {rows.first, rows.first + rows.rows()}, plan.interval(), plan.steps_in_one);
    });
    evolution.set_whole_steps(steps);
  }
  if (run.solver && evolution.integrator() != Integrator::uniformisation)
    if (auto resting = resting_state(q.comm, *run.solver, run.chain.generator, plan.parts))
      evolution.set_resting_state(std::move(*resting));
  return evolution;
}

/// Goes through the frames that are left:
///   record(k)                 takes frame k down, at plan.time(k)
///   advance(k, stop) → bool   from frame k to the next; false where stop() said true
template<class Record, class Advance>
void through_frames(const Plan& plan, bool finest, bool restarts, Way& way, const Record& record,
                    const Advance& advance) {
  const EvolutionHooks& hooks = plan.hooks;
  const std::function<bool()> stop = [&] {
    int wanted = hooks.stop && hooks.stop();
    MPI_Allreduce(MPI_IN_PLACE, &wanted, 1, MPI_INT, MPI_MAX, plan.question.comm);
    return wanted != 0;
  };
  const auto begin = way.first + static_cast<std::int64_t>(way.rows.size()) - (restarts ? 1 : 0);
  if (!restarts)
    record(0);
  for (std::int64_t k = begin; k < plan.setup.frames && !way.stopped; ++k) {
    if (hooks.progress)
      hooks.progress(finest, k, plan.time(k));
    way.stopped = stop() || !advance(k, stop);
    if (!way.stopped)
      record(k + 1);
  }
}

void follow_still(const Plan& plan, ChainRun& run, bool finest, Way& way) {
  const Chain& chain = run.chain;
  const RowMaker measure(plan.question.comm, chain, plan.parts, run.solver.get());
  const bool restarts = finest && plan.hooks.earlier;
  ChainState state = restarts ? restart(plan, chain, measure, way) : initial_state(plan, chain);
  const std::optional<Lattice> lattice = cell_places(chain);
  FlowSteps steps;
  Evolution evolution = evolution_on(plan, run, lattice, steps);
  through_frames(
      plan, finest, restarts, way,
      [&](std::int64_t k) {
        way.rows.push_back(measure(state));
        if (finest && plan.hooks.frame)
          plan.hooks.frame(chain, k, state);
      },
      [&](std::int64_t k, const std::function<bool()>& stop) {
        if (!evolution.advance(state, plan.interval(), stop))
          return false;
        state.time = plan.time(k + 1);
        return true;
      });
  way.last = std::move(state.log_mass);
  way.work = work_of(evolution, chain);
}

void follow_timed(const Plan& plan, ChainRun& run, bool finest, Way& way) {
  const Chain& chain = run.chain;
  const RowMaker measure(plan.question.comm, chain, plan.parts, nullptr);
  const bool restarts = finest && plan.hooks.earlier;
  ChainState state = restarts ? restart(plan, chain, measure, way) : initial_state(plan, chain);
  for (std::size_t k = 0; k < way.rows.size(); ++k)
    add_time_error(way.rows[k], plan.times[static_cast<std::size_t>(way.first) + k]);
  const std::optional<Lattice> lattice = cell_places(chain);
  TimedSteps steps(plan.question.comm, rows_of(plan.question, run), plan.parts, plan.setup.t_end,
                   step_options(plan.question, plan.setup, lattice));
  through_frames(
      plan, finest, restarts, way,
      [&](std::int64_t k) {
        way.rows.push_back(measure(state, plan.parts > 0 ? rows_of(plan.question, run)(plan.time(k))
                                                         : chain.generator));
        add_time_error(way.rows.back(), plan.times[static_cast<std::size_t>(k)]);
        if (finest && plan.hooks.frame)
          plan.hooks.frame(chain, k, state);
      },
      [&](std::int64_t k, const std::function<bool()>& stop) {
        const FramePlan& next = plan.times[static_cast<std::size_t>(k + 1)];
        return steps.advance(state, plan.time(k + 1), next.steps, stop);
      });
  way.last = std::move(state.log_mass);
  way.work = work_of(steps, chain);
}

Way follow(const Plan& plan, ChainRun& run, bool finest) {
  const auto clock = std::chrono::steady_clock::now();
  Way way;
  (plan.setup.timed ? follow_timed : follow_still)(plan, run, finest, way);
  way.work.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - clock).count();
  return way;
}

} // namespace

FieldFile density_file(MPI_Comm comm, const Chain& chain, const Problem& problem,
                       const ChainState& state) {
  const Cells& grid = chain.grid;
  const OwnCells own = own_cells(comm, chain);
  FieldFile file = field_file(grid, own, problem);
  file.fields.push_back(
      cell_field(grid, own, "density", "1/area", 1, [&](std::size_t k, double* v) {
        *v = exp_of(state.log_mass[k] - log_area(grid, own.first + static_cast<std::int64_t>(k)));
      }));
  file.time = state.time;
  return file;
}

EvolutionAnswer evolution(MPI_Comm comm, const Problem& problem, const Domain& domain,
                          const GridShape& shape, const Region& exit, const EvolutionSetup& setup,
                          const Effort& effort, const EvolutionHooks& hooks) {
  EvolutionAnswer answer;
  answer.parts = exit_parts(domain, shape, exit);
  GridQuestion question{comm, problem, domain, shape, exit, effort};
  question.with_solver = !setup.timed;
  question.may_fall_apart = true;
  question.through_time = true;
  Plan plan{question, setup, hooks, answer.parts.size()};
  if (!setup.timed)
    question.half_steps = [&](bool on) { plan.steps_in_one = on ? 2 : 1; };
  if (setup.timed) {
    std::vector<double> times;
    for (std::int64_t k = 0; k <= setup.frames; ++k)
      times.push_back(plan.time(k));
    plan.times = frame_plan(question, setup, times,
                            [&](const Chain& chain) { return initial_state(plan, chain); });
  }
  std::size_t rows_before = 0, rows = 0; // of the finest grid
  const auto solve = [](ChainRun&, Nested&, bool) { return 0; };
  const auto measure = [&](ChainRun& run, int, bool finest) {
    Way way = follow(plan, run, finest);
    answer.stopped = answer.stopped || way.stopped;
    std::optional<std::vector<FrameRow>> out;
    if (finest) {
      answer.work = way.work;
      answer.all_frames = !way.stopped;
      report(run, answer);
      if (run.chain.falls_apart)
        answer.warnings.emplace_back("the domain falls into closed parts that nothing joins: there "
                                     "is no one density at rest to tell a relative entropy from");
      tell_hidden_sets(question, run, answer);
      tell_resolution(question, run, way.last, Halo(comm, run.chain.generator), answer);
      rows_before = static_cast<std::size_t>(way.first);
      rows = way.rows.size();
      out = std::move(way.rows);
    } else if (!way.stopped) {
      out.emplace(way.rows.begin() + static_cast<std::ptrdiff_t>(rows_before), way.rows.end());
      out->resize(rows);
    }
    return out;
  };
  // once stopped, numbers without errors rather than a wait for coarser grids
  auto levels = over_grids(question, solve, measure, answer, [&] { return answer.stopped; });
  levels.front().doubt = answer.unresolved;
  for (auto& level : levels) {
    if (level.limit == LimitKind::on_line && !setup.initial) // a point's spread differs by grid
      level.limit = LimitKind::by_order;
    if (level.expansion == Expansion::scattered) // friction may be fast against a cell's crossing
      level.expansion = Expansion::first_order;
  }
  fill_answer(levels, std::hypot(domain.width(), domain.height()), answer);
  return answer;
}

EvolutionAnswer evolution(MPI_Comm comm, const Problem& problem, const Domain& domain,
                          const GridShape& shape, const Region& exit, const EvolutionSetup& setup,
                          const Effort& effort, const std::function<bool()>& stop,
                          const std::function<void(double, const FieldFile&)>& frame) {
  EvolutionHooks hooks;
  hooks.stop = stop;
  if (frame)
    hooks.frame = [&](const Chain& chain, std::int64_t, const ChainState& state) {
      frame(state.time, density_file(comm, chain, problem, state));
    };
  return evolution(comm, problem, domain, shape, exit, setup, effort, hooks);
}

} // namespace escapade
