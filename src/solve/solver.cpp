#include "escapade/solve/solver.hpp"

#include "escapade/error.hpp"
#include "generator/distribute.hpp"
#include "solve/krylov/krylov.hpp"
#include "solve/multilevel/multilevel.hpp"
#include "support/log_stage.hpp"
#include "support/petsc.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace escapade {

namespace {

std::string name_of(Precision precision) {
  switch (precision) {
  case Precision::double_precision:
    return "double";
  case Precision::long_double:
    return "long double";
  case Precision::extended:
    return "extended";
  case Precision::automatic:
    break;
  }
  return "automatic";
}

int ranks_of(MPI_Comm comm) {
  int ranks = 1;
  MPI_Comm_size(comm, &ranks);
  return ranks;
}

bool is_first(MPI_Comm comm) {
  int rank = 0;
  MPI_Comm_rank(comm, &rank);
  return rank == 0;
}

std::string from_first(MPI_Comm comm, std::string text) {
  int length = static_cast<int>(text.size());
  MPI_Bcast(&length, 1, MPI_INT, 0, comm);
  text.resize(length);
  MPI_Bcast(text.data(), length, MPI_CHAR, 0, comm);
  return text;
}

// The lattice of all cells on rank 0, from one of all cells there or from each rank's own part.
std::optional<Lattice> whole_lattice(MPI_Comm comm, const Lattice* lattice, const Generator& rows) {
  const auto held = lattice ? static_cast<std::int64_t>(lattice->position.size()) : -1;
  std::array<int, 2> all{held == rows.size, held == rows.rows()}; // whole, or own part, everywhere
  MPI_Allreduce(MPI_IN_PLACE, all.data(), 2, MPI_INT, MPI_MIN, comm);
  if (all[0])
    return *lattice;
  if (!all[1])
    return std::nullopt;
  return Lattice{lattice->nx, lattice->ny, gathered(comm, lattice->position), lattice->reach};
}

/// The places of this rank's cells, from those or from all cells'.
std::optional<Lattice> own_lattice(const Lattice* lattice, const Generator& rows) {
  const auto held = lattice ? static_cast<std::int64_t>(lattice->position.size()) : -1;
  if (held == rows.rows())
    return *lattice;
  if (held != rows.size)
    return std::nullopt;
  const auto begin = lattice->position.begin() + rows.first;
  return Lattice{lattice->nx, lattice->ny, {begin, begin + rows.rows()}, lattice->reach};
}

} // namespace

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

} // namespace

struct Solver::State {
  MPI_Comm comm;
  SolveOptions options;
  std::int64_t local_rows;
  std::shared_ptr<const Generator> rows; // while krylov may need it, or gth after it
  std::optional<Lattice> lattice;        // as given, while gth may need it
  std::optional<KrylovSolver> krylov;
  std::optional<GthSolver> gth;               // on rank 0 only
  std::optional<MultilevelSolver> multilevel; // on rank 0 only unless
  bool spread = false;                        // all ranks have a part of it
  bool direct = false;
  std::vector<std::string> notices;

  /// `shared`: the generator where it may be kept, else null.
  State(MPI_Comm c, const Generator& generator, std::shared_ptr<const Generator> shared,
        const SolveOptions& o)
      : comm(c), options(o), local_rows(generator.rows()) {
    const auto kept = [&] {
      return shared ? std::move(shared) : std::make_shared<const Generator>(generator);
    };
    const LogStage stage("factorisation");
    if (options.kind == SolverKind::automatic && names_petsc_solver())
      options.kind = SolverKind::krylov;
    const bool parallel = ranks_of(comm) > 1;
    if (options.kind == SolverKind::multilevel) {
      make_multilevel(kept());
    } else if (options.kind == SolverKind::krylov ||
               (options.kind == SolverKind::automatic && parallel)) {
      rows = kept();
      if (options.kind == SolverKind::automatic)
        lattice = o.lattice ? std::optional(*o.lattice) : std::nullopt;
      krylov.emplace(comm, rows, o.tolerance, o.lattice);
    } else if (parallel) {
      lattice = o.lattice ? std::optional(*o.lattice) : std::nullopt;
      factorise(generator);
    } else {
      gth.emplace(generator, GthOptions{.precision = o.precision, .lattice = o.lattice});
      direct = true;
    }
    options.lattice = nullptr; // the caller's; not kept
  }

  void make_multilevel(std::shared_ptr<const Generator> whole) {
    const bool parallel = ranks_of(comm) > 1;
    if (parallel && (spread = spread_multilevel(whole)))
      return;
    if (parallel) {
      lattice = whole_lattice(comm, options.lattice, *whole);
      whole = std::make_shared<const Generator>(gathered(comm, *whole));
    }
    const Lattice* places = lattice ? &*lattice : parallel ? nullptr : options.lattice;
    on_first_rank(comm, [&] {
      multilevel.emplace(std::move(whole), MultilevelOptions{places, options.tolerance});
    });
    lattice.reset();
    if (parallel)
      notices.emplace_back("too few rows of cells for " + std::to_string(ranks_of(comm)) +
                           " ranks: the multilevel solver ran on the first one");
  }

  bool spread_multilevel(const std::shared_ptr<const Generator>& local) {
    const std::optional<Lattice> own = own_lattice(options.lattice, *local);
    int known = own.has_value();
    MPI_Allreduce(MPI_IN_PLACE, &known, 1, MPI_INT, MPI_MIN, comm);
    if (known)
      multilevel = MultilevelSolver::spread(comm, local, {&*own, options.tolerance});
    return multilevel.has_value();
  }

  void factorise(const Generator& local) {
    const LogStage stage("factorisation");
    Generator whole = gathered(comm, local);
    lattice = whole_lattice(comm, lattice ? &*lattice : nullptr, local);
    on_first_rank(comm, [&] {
      gth.emplace(whole, GthOptions{.precision = options.precision,
                                    .lattice = lattice ? &*lattice : nullptr});
    });
    lattice.reset();
    direct = true;
  }

  /// work(f) on rank 0, f the whole right-hand side.
  template<class Work>
  LogVector on_first(const LogVector* log_f, Work work) {
    if (ranks_of(comm) == 1)
      return log_f ? work(*log_f) : work(LogVector{});
    const LogVector whole_f = log_f ? gathered(comm, *log_f) : LogVector{};
    LogVector whole_x;
    on_first_rank(comm, [&] { whole_x = work(whole_f); });
    return scattered(comm, whole_x, local_rows);
  }

  void guess(std::vector<double> log_x, void (MultilevelSolver::*take)(std::vector<double>)) {
    if (ranks_of(comm) > 1 && !spread)
      log_x = gathered(comm, log_x);
    if (multilevel)
      ((*multilevel).*take)(std::move(log_x));
  }

  /// work(solver, f), the same for every kind of solver.
  template<class Work>
  LogVector solve(const LogVector* log_f, Work work) {
    const LogStage stage("solve");
    if (spread)
      return work(*multilevel, log_f ? *log_f : LogVector{});
    if (options.kind == SolverKind::multilevel)
      return on_first(log_f, [&](const LogVector& f) { return work(*multilevel, f); });
    if (!direct) {
      try {
        return work(*krylov, log_f ? *log_f : LogVector{});
      } catch (const NotTrusted& failure) {
        if (options.kind == SolverKind::krylov)
          throw;
        notices.push_back(std::string("solved by gth on the first rank instead, after ") +
                          failure.what());
      }
      factorise(*rows);
      rows.reset();
    }
    return on_first(log_f, [&](const LogVector& f) { return work(*gth, f); });
  }
};

Solver::Solver(MPI_Comm comm, std::shared_ptr<const Generator> rows, const SolveOptions& options)
    : state_(std::make_unique<State>(comm, *rows, rows, options)) {}
Solver::Solver(MPI_Comm comm, const Generator& rows, const SolveOptions& options)
    : state_(std::make_unique<State>(comm, rows, nullptr, options)) {}
Solver::Solver(Solver&&) noexcept = default;
Solver& Solver::operator=(Solver&&) noexcept = default;
Solver::~Solver() = default;

LogVector Solver::backward(const LogVector& log_f) {
  return state_->solve(&log_f, [](auto& solver, const LogVector& f) { return solver.backward(f); });
}

LogVector Solver::forward(const LogVector& log_f) {
  return state_->solve(&log_f, [](auto& solver, const LogVector& f) { return solver.forward(f); });
}

LogVector Solver::stationary() {
  return state_->solve(nullptr, [](auto& solver, const LogVector&) { return solver.stationary(); });
}

void Solver::guess_masses(std::vector<double> log_masses) {
  if (state_->options.kind == SolverKind::multilevel)
    state_->guess(std::move(log_masses), &MultilevelSolver::guess_masses);
}

void Solver::guess(std::vector<double> log_x) {
  if (state_->options.kind == SolverKind::multilevel)
    state_->guess(std::move(log_x), &MultilevelSolver::guess);
}

std::vector<double> Solver::masses() const {
  const State& s = *state_;
  if (s.options.kind != SolverKind::multilevel)
    return {};
  if (s.spread || ranks_of(s.comm) == 1)
    return s.multilevel->masses();
  int known = is_first(s.comm) && !s.multilevel->masses().empty();
  MPI_Bcast(&known, 1, MPI_INT, 0, s.comm);
  if (!known)
    return {};
  return scattered(s.comm, is_first(s.comm) ? s.multilevel->masses() : std::vector<double>{},
                   s.local_rows);
}

SolverReport Solver::report() const {
  const State& s = *state_;
  SolverReport report;
  report.kind = s.direct ? "gth" : "krylov";
  report.precision = "double"; // of krylov's inner solves; its residuals are in long double
  report.notices = s.notices;
  if (s.krylov) {
    report.iterations = s.krylov->iterations();
    report.certificate = s.krylov->certificate();
    report.seconds = s.krylov->seconds();
    report.memory_bytes = s.krylov->memory_bytes();
    report.notices.insert(report.notices.end(), s.krylov->notices().begin(),
                          s.krylov->notices().end());
  }
  const bool here = is_first(s.comm);
  if (s.options.kind == SolverKind::multilevel) {
    report.kind = "multilevel";
    std::array<double, 3> largest{};
    std::array<double, 2> sum{};
    if (s.multilevel) {
      largest = {static_cast<double>(s.multilevel->cycles()), s.multilevel->certificate(),
                 s.multilevel->seconds()};
      sum = {s.multilevel->products(), static_cast<double>(s.multilevel->memory_bytes())};
    }
    MPI_Allreduce(MPI_IN_PLACE, largest.data(), 3, MPI_DOUBLE, MPI_MAX, s.comm);
    MPI_Allreduce(MPI_IN_PLACE, sum.data(), 2, MPI_DOUBLE, MPI_SUM, s.comm);
    report.iterations = static_cast<std::int64_t>(largest[0]);
    report.certificate = largest[1];
    report.seconds = largest[2];
    report.products = sum[0];
    report.memory_bytes = static_cast<std::int64_t>(sum[1]);
  }
  if (s.direct) {
    const std::string widened = from_first(s.comm, here ? s.gth->notice() : "");
    report.precision = from_first(s.comm, here ? name_of(s.gth->precision()) : "");
    if (!widened.empty())
      report.notices.push_back(widened);
    std::int64_t bytes = here ? s.gth->memory_bytes() : 0;
    MPI_Bcast(&bytes, 1, MPI_INT64_T, 0, s.comm);
    report.memory_bytes = std::max(report.memory_bytes, bytes);
    report.seconds += here ? s.gth->seconds() : 0.0;
  }
  MPI_Allreduce(MPI_IN_PLACE, &report.seconds, 1, MPI_DOUBLE, MPI_MAX, s.comm);
  return report;
}

} // namespace escapade
