#include "quantities/evolution/ts_steps.hpp"

#include "escapade/error.hpp"
#include "quantities/evolution/euler_sequences.hpp"
#include "support/exact.hpp"
#include "support/petsc.hpp"
#include "support/petsc_versions.hpp"

#include <petsc/private/tsimpl.h> // what a TS type is made of

#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>
#include <string>

namespace escapade {

namespace {

constexpr const char* type_name = "positive";
constexpr PetscInt default_sequences = 5, fewest = 2, most = 5;
constexpr PetscInt most_rejections = 60;

} // namespace

struct TsSteps::State {
  EulerSequences sequences;
  MPI_Comm comm;
  PetscInt order = default_sequences;
  PetscHandle<Vec> masses; // what PETSc sees: for monitors
  PetscHandle<TS> ts;
  std::int64_t steps = 0, rejected = 0;
  std::optional<double> estimate; // of the step that is tried, relative to Σp
  ChainState* state = nullptr;
  const std::function<bool(const ChainState&)>* after_step = nullptr;
  double begin = 0, interval = 0;
  std::int64_t at = 0; // parts of the frame that are done
  int level = 0;       // steps are 2^−level frames
  bool stopped = false;
  std::exception_ptr failure; // of a callback, on its way through PETSc's C

  State(MPI_Comm c, const Generator& rows, std::size_t parts, const SolveOptions& o,
        double tolerance)
      : sequences(c, rows, parts, o, tolerance, static_cast<std::size_t>(most)), comm(c) {
    check(VecCreateMPI(c, static_cast<PetscInt>(rows.rows()), static_cast<PetscInt>(rows.size),
                       masses.put()));
  }

  void show_masses() {
    PetscScalar* p = nullptr;
    check(VecGetArrayWrite(masses, &p));
    for (std::size_t i = 0; i < state->log_mass.size(); ++i)
      p[i] = static_cast<double>(std::exp(state->log_mass[i]));
    check(VecRestoreArrayWrite(masses, &p));
  }

  double time() const { return begin + std::ldexp(static_cast<double>(at), -tick_bits) * interval; }
  void fit(double dt, int lowest);
  void step();
  double weighted_error() const;
};

namespace {

TsSteps::State& context(TS ts) {
  void* pointer = nullptr;
  check(TSGetApplicationContext(ts, &pointer));
  return *static_cast<TsSteps::State*>(pointer);
}

/// Runs f, keeping what it throws.
template<class F>
PetscErrorCode guarded(TS ts, const F& f) {
  TsSteps::State& s = context(ts);
  try {
    f(s);
  } catch (...) {
    s.failure = std::current_exception();
    return PETSC_ERR_USER;
  }
  return 0;
}

PetscErrorCode step(TS ts) {
  return guarded(ts, [](TsSteps::State& s) { s.step(); });
}

PetscErrorCode weighted_error(TS ts, NormType, PetscInt* order, PetscReal* error) {
  return guarded(ts, [&](TsSteps::State& s) {
    if (order)
      *order = s.order; // the lower of the two columns has that order in a single step
    *error = s.weighted_error();
  });
}

PetscErrorCode set_from_options(TS ts, OptionItems PetscOptionsObject) {
  TsSteps::State& s = context(ts);
  PetscOptionsHeadBegin(PetscOptionsObject, "extrapolated positive steps");
  PetscCall(PetscOptionsInt("-ts_positive_sequences", "sequences of Euler steps: the order", "",
                            s.order, &s.order, nullptr));
  PetscOptionsHeadEnd();
  return 0;
}

PetscErrorCode after_step(TS ts) {
  return guarded(ts, [ts](TsSteps::State& s) {
    PetscReal now = 0;
    check(TSGetTime(ts, &now));
    s.state->time = now;
    ++s.steps;
    if (s.at < std::int64_t{1} << tick_bits && (*s.after_step)(*s.state)) {
      s.stopped = true;
      check(TSSetConvergedReason(ts, TS_CONVERGED_USER));
    }
  });
}

PetscErrorCode create(TS ts) {
  ts->ops->step = step;
  ts->ops->evaluatewlte = weighted_error;
  ts->ops->setfromoptions = set_from_options;
  ts->usessnes = PETSC_FALSE;
  ts->default_adapt_type = TSADAPTBASIC;
  return 0;
}

} // namespace

/// What TSAdapt compares with 1.
double TsSteps::State::weighted_error() const {
  PetscReal absolute = 0, relative = 0;
  check(TSGetTolerances(ts, &absolute, nullptr, &relative, nullptr));
  if (absolute > 0)
    relative += absolute / static_cast<double>(std::exp(log_total(comm, state->log_mass)));
  return *estimate / relative;
}

/// The longest step that is a part 2^−level of a frame, begins at a multiple of itself and is not
/// longer than `dt`: factors of such steps serve again, and they end where the frame does.
void TsSteps::State::fit(double dt, int lowest) {
  const double wanted = dt > 0 ? std::ceil(std::log2(interval / dt) - 1e-9) : tick_bits + 1;
  level = std::max(lowest, static_cast<int>(std::clamp(wanted, 0.0, tick_bits + 1.0)));
  while (level < tick_bits && at % (std::int64_t{1} << (tick_bits - level)) != 0)
    ++level;
  ts.get()->time_step = std::ldexp(interval, -level);
}

/// TSStep: steps of this type until TSAdapt accepts one.
void TsSteps::State::step() {
  TS t = ts;
  TSAdapt adapt = nullptr;
  check(TSGetAdapt(t, &adapt));
  for (PetscInt tries = 0;; ++tries) {
    const PetscReal tau = t->time_step;
    sequences.begin(*state, tau);
    for (PetscInt k = 0; k < order; ++k)
      estimate = sequences.refine();
    PetscReal next = tau / 8; // where too much leaves for an estimate
    PetscBool accepted = PETSC_FALSE;
    if (estimate) {
      check(TSAdaptCandidatesClear(adapt));
      check(TSAdaptCandidateAdd(adapt, nullptr, order, 1, 1, 1, PETSC_TRUE));
      check(TSAdaptChoose(adapt, t, tau, nullptr, &next, &accepted));
    }
    if (accepted) {
      sequences.take(*state);
      at += std::int64_t{1} << (tick_bits - level);
      t->ptime = time();
      show_masses();
      fit(next, 0);
      return;
    }
    ++t->reject;
    ++rejected;
    fit(next, level + 1);
    if ((tries >= t->max_reject && t->max_reject >= 0) || level > tick_bits) {
      t->reason = TS_DIVERGED_STEP_REJECTED;
      return;
    }
  }
}

TsSteps::TsSteps(MPI_Comm comm, const Generator& rows, std::size_t parts,
                 const SolveOptions& options, double rate, double tolerance)
    : state_(std::make_unique<State>(comm, rows, parts, options, tolerance)) {
  State& s = *state_;
  check(TSRegister(type_name, create));
  check(TSCreate(comm, s.ts.put()));
  check(TSSetOptionsPrefix(s.ts, "evolve_"));
  check(TSSetApplicationContext(s.ts, &s));
  check(TSSetProblemType(s.ts, TS_LINEAR));
  check(TSSetType(s.ts, type_name));
  check(TSSetSolution(s.ts, s.masses));
  check(TSSetTolerances(s.ts, 0, nullptr, tolerance, nullptr));
  check(TSSetMaxSteps(s.ts, std::numeric_limits<PetscInt>::max()));
  check(TSSetMaxStepRejections(s.ts, most_rejections));
  check(TSSetErrorIfStepFails(s.ts, PETSC_FALSE));
  TSAdapt adapt = nullptr;
  check(TSGetAdapt(s.ts, &adapt));
  check(TSAdaptSetStepLimits(adapt, 0, PETSC_MAX_REAL));
  // From a point the first jumps decide: a step that is short against all of them.
  const double first = rate > 0 ? std::pow(tolerance, 1.0 / default_sequences) / rate : 1;
  check(TSSetTimeStep(s.ts, first));
  if (const PetscErrorCode wrong = TSSetFromOptions(s.ts);
      wrong == PETSC_ERR_ARG_OUTOFRANGE || wrong == PETSC_ERR_ARG_WRONG)
    throw BadInput(
        "-evolve_ts_…: PETSc cannot read the value of one of these options; give numbers "
        "for -evolve_ts_rtol, -evolve_ts_atol, -evolve_ts_dt, -evolve_ts_max_steps");
  else
    check(wrong);
  TSType type = nullptr;
  check(TSGetType(s.ts, &type));
  if (std::string(type) != type_name)
    throw BadInput(
        "-evolve_ts_type " + std::string(type) +
        ": does not keep masses positive; leave it out, or take the integrator implicit");
  if (s.order < fewest || s.order > most)
    throw BadInput("-evolve_ts_positive_sequences " + std::to_string(s.order) +
                   ": give 2, 3, 4 or 5");
  PetscReal absolute = 0, relative = 0;
  check(TSGetTolerances(s.ts, &absolute, nullptr, &relative, nullptr));
  PetscReal dt = 0;
  check(TSGetTimeStep(s.ts, &dt));
  PetscInt steps = 0;
  check(TSGetMaxSteps(s.ts, &steps));
  if (steps < 1)
    throw BadInput("-evolve_ts_max_steps " + std::to_string(steps) + ": give at least 1");
  if (!(absolute >= 0 && absolute < 1) || !(relative >= 0 && relative < 1) ||
      !(absolute + relative > 0) || !(dt > 0))
    throw BadInput("-evolve_ts_rtol " + rounded(relative, 6) + ", -evolve_ts_atol " +
                   rounded(absolute, 6) + ", -evolve_ts_dt " + rounded(dt, 6) +
                   ": give a positive step and tolerances from 0 to below 1, not both zero");
  check(TSSetExactFinalTime(s.ts, TS_EXACTFINALTIME_MATCHSTEP)); // frames are where they are
  check(TSSetPostStep(s.ts, after_step));
}

TsSteps::TsSteps(TsSteps&&) noexcept = default;
TsSteps::~TsSteps() = default;

bool TsSteps::advance(ChainState& state, double interval,
                      const std::function<bool(const ChainState&)>& after) {
  State& s = *state_;
  s.state = &state;
  s.after_step = &after;
  s.stopped = false;
  s.begin = state.time;
  s.interval = interval;
  s.at = 0;
  s.show_masses();
  check(TSSetTime(s.ts, s.begin));
  check(TSSetMaxTime(s.ts, s.begin + interval));
  PetscReal dt = 0;
  check(TSGetTimeStep(s.ts, &dt));
  s.fit(std::max(dt, std::ldexp(interval, -tick_bits)), 0);
  const PetscErrorCode code = TSSolve(s.ts, s.masses);
  if (s.failure)
    std::rethrow_exception(std::exchange(s.failure, nullptr));
  check(code);
  if (s.stopped)
    return false;
  TSConvergedReason reason = TS_CONVERGED_ITERATING;
  check(TSGetConvergedReason(s.ts, &reason));
  if (reason == TS_CONVERGED_ITS)
    throw NotTrusted("-evolve_ts_max_steps: PETSc's TS has come to time " + rounded(state.time, 6) +
                     " only; give more, or leave it out");
  if (reason < 0 || s.at < std::int64_t{1} << tick_bits)
    throw NotTrusted("PETSc's TS has given up at time " + rounded(state.time, 6) + " (" +
                     TSConvergedReasons[reason] +
                     "); give more frames, a larger tolerance in time, or the integrator auto");
  return true;
}

StepWork TsSteps::work() const {
  const State& s = *state_;
  return {s.sequences.solves(), s.sequences.factorisations(), s.steps, s.rejected};
}

} // namespace escapade
