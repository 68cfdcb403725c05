#include "solve/solver.hpp"

#include "escapade/error.hpp"
#include "parallel/ranks.hpp"
#include "solve/krylov/krylov.hpp"
#include "support/log_stage.hpp"
#include "support/petsc.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

namespace escapade {

namespace {

/// Whether options choose a KSP or its preconditioner: who does that wants it used.
bool names_petsc_solver() {
  PetscBool running = PETSC_FALSE, named = PETSC_FALSE;
  check(PetscInitialized(&running));
  for (const char* name : {"-ksp_type", "-pc_type"})
    if (running && !named)
      check(PetscOptionsHasName(nullptr, "solve_", name, &named));
  return named == PETSC_TRUE;
}

/// krylov, until it cannot be trusted: from then on gth.
class KrylovThenGth final : public Method {
public:
  KrylovThenGth(MPI_Comm comm, std::shared_ptr<const Generator> rows, const SolveOptions& options)
      : comm_(comm), rows_(std::move(rows)), options_(options),
        krylov_(comm, rows_, options.tolerance, options.lattice) {
    if (options.lattice)
      lattice_ = *options.lattice;
  }

  LogVector backward(const LogVector& log_f) override {
    return solved([&](Method& method) { return method.backward(log_f); });
  }
  LogVector forward(const LogVector& log_f) override {
    return solved([&](Method& method) { return method.forward(log_f); });
  }
  LogVector stationary() override {
    return solved([](Method& method) { return method.stationary(); });
  }

  SolverReport report() const override {
    SolverReport report = krylov_.report();
    report.notices.insert(report.notices.begin(), failures_.begin(), failures_.end());
    if (!gth_)
      return report;
    const SolverReport direct = gth_->report();
    report.kind = direct.kind;
    report.precision = direct.precision;
    report.seconds += direct.seconds;
    report.memory_bytes = std::max(report.memory_bytes, direct.memory_bytes);
    report.notices.insert(report.notices.end(), direct.notices.begin(), direct.notices.end());
    return report;
  }

private:
  MPI_Comm comm_;
  std::shared_ptr<const Generator> rows_; // until gth has them
  SolveOptions options_;
  std::optional<Lattice> lattice_; // of the options, the same
  KrylovSolver krylov_;
  std::unique_ptr<Method> gth_;
  std::vector<std::string> failures_;

  LogVector solved(const std::function<LogVector(Method&)>& solve) {
    if (!gth_) {
      try {
        return solve(krylov_);
      } catch (const NotTrusted& failure) {
        failures_.push_back(std::string("solved by gth on the first rank instead, after ") +
                            failure.what());
      }
      options_.lattice = lattice_ ? &*lattice_ : nullptr;
      gth_ = gth_method(comm_, *rows_, options_);
      rows_.reset();
      lattice_.reset();
    }
    return solve(*gth_);
  }
};

/// `shared`: the rows where they may be kept, else null.
std::unique_ptr<Method> method_of(MPI_Comm comm, const Generator& rows,
                                  std::shared_ptr<const Generator> shared,
                                  const SolveOptions& options) {
  const LogStage stage("factorisation");
  const auto kept = [&] {
    return shared ? std::move(shared) : std::make_shared<const Generator>(rows);
  };
  const bool automatic = options.kind == SolverKind::automatic;
  if (options.kind == SolverKind::multilevel)
    return multilevel_method(comm, kept(), options);
  if (options.kind == SolverKind::krylov || (automatic && names_petsc_solver()))
    return std::make_unique<KrylovSolver>(comm, kept(), options.tolerance, options.lattice);
  if (automatic && !Ranks(comm).alone())
    return std::make_unique<KrylovThenGth>(comm, kept(), options);
  return gth_method(comm, rows, options);
}

} // namespace

void require_exit(bool has_one, const std::string& otherwise) {
  if (!has_one)
    throw BadInput("the chain has no exit: " + otherwise +
                   "; give an exit set or an absorbing boundary");
}

void require_no_exit(bool has_one) {
  if (has_one)
    throw BadInput("stationary masses need a chain without exits: leave out the exit set and "
                   "absorbing sides");
}

double require_tolerance(double tolerance) {
  if (!(tolerance > 0 && tolerance < 1))
    throw BadInput("the solver's tolerance " + std::to_string(tolerance) +
                   ": expected a number between 0 and 1");
  return tolerance;
}

struct Solver::State {
  MPI_Comm comm;
  std::unique_ptr<Method> method;
};

Solver::Solver(MPI_Comm comm, std::shared_ptr<const Generator> rows, const SolveOptions& options)
    : state_(std::make_unique<State>(State{comm, method_of(comm, *rows, rows, options)})) {}
Solver::Solver(MPI_Comm comm, const Generator& rows, const SolveOptions& options)
    : state_(std::make_unique<State>(State{comm, method_of(comm, rows, nullptr, options)})) {}
Solver::Solver(Solver&&) noexcept = default;
Solver& Solver::operator=(Solver&&) noexcept = default;
Solver::~Solver() = default;

LogVector Solver::backward(const LogVector& log_f) {
  const LogStage stage("solve");
  return state_->method->backward(log_f);
}

LogVector Solver::forward(const LogVector& log_f) {
  const LogStage stage("solve");
  return state_->method->forward(log_f);
}

LogVector Solver::stationary() {
  const LogStage stage("solve");
  return state_->method->stationary();
}

void Solver::guess_masses(std::vector<double> log_masses) {
  state_->method->guess_masses(std::move(log_masses));
}

void Solver::guess(std::vector<double> log_x) {
  state_->method->guess(std::move(log_x));
}

std::vector<double> Solver::masses() const {
  return state_->method->masses();
}

SolverReport Solver::report() const {
  SolverReport report = state_->method->report();
  MPI_Allreduce(MPI_IN_PLACE, &report.seconds, 1, MPI_DOUBLE, MPI_MAX, state_->comm);
  return report;
}

} // namespace escapade
