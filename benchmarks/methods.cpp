// methods METHOD PROBLEM N TEMPERATURE [FILE]: one solver on one problem in a process of its own,
// one "name value" a line; benchmarks/run_all makes tables of it, beside
// benchmarks/other_methods.py.
//
//   METHOD   gth, krylov, multilevel: escapade's; mumps: LU through PETSc on the same matrix;
//   write:
//            the matrix into FILE for a method elsewhere
//   PROBLEM  gibbs   V = (x² − 1)²/4 + y²/2 on [−2, 2]², D = T; stationary density e^{−V/T}
//            exit    the same, mean exit time through x = 0
//            tensor  drift (−x + y, −x − y), D = T R diag(1, 0.1) Rᵀ, R by 30°, on [−2, 2]²;
//                    stationary density a Gaussian up to what the sides reflect
//
// Prints assembly.cpu, solve.cpu (s), memory (MiB beyond the start of the process), and for
// stationary densities the largest error of log p over all cells with p > 0 (`all`) and where p >
// 1e-6 of its largest value (`bulk`), and the number of cells where p is not positive; for exits
// `x` and `time` of the cell around (−1, 0).
#include "answers/grids/nested.hpp"
#include "escapade/error.hpp"
#include "escapade/problem/sde.hpp"
#include "generator/chain.hpp"
#include "problem/parse_region.hpp"
#include "solve/gth/gth.hpp"
#include "solve/krylov/krylov.hpp"
#include "solve/multilevel/multilevel.hpp"

#include "gth_case.hpp"

#include <petscksp.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

using namespace escapade;

namespace {

const Domain box{-2, 2, -2, 2, {}};

std::string number(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

Expression read(const std::string& text) {
  return parse_expression("benchmark", text, {{"x", "y"}, {}});
}

/// D/T of `tensor`.
constexpr double D11 = 0.775, D12 = 0.9 * 0.4330127018922193, D22 = 0.325;

Problem problem_of(const std::string& name, double T) {
  if (name != "tensor")
    return potential_problem(read("(x^2 - 1)^2/4 + y^2/2"), read(number(T)), Calculus::ito,
                             Compile::never);
  return drift_problem({read("-x + y"), read("-x - y")},
                       {read(number(T * D11)), read(number(T * D12)), read(number(T * D22))},
                       Calculus::ito, box, Compile::never);
}

/// −log p, up to a constant.
double action(const std::string& name, double T, Vec2 at) {
  const double x = at.x, y = at.y;
  if (name != "tensor")
    return ((x * x - 1) * (x * x - 1) / 4 + y * y / 2) / T;
  // A S + S Aᵀ = 2D with A = (1, −1; 1, 1), in units of T: S11 = D11 + S12, S22 = D22 − S12.
  const double S12 = (2 * D12 + D22 - D11) / 4, S11 = D11 + S12, S22 = D22 - S12;
  return (S22 * x * x - 2 * S12 * x * y + S11 * y * y) / (2 * T * (S11 * S22 - S12 * S12));
}

/// log of the exact masses, cells of equal size.
std::vector<double> exact_masses(const std::string& name, double T, const Cells& grid) {
  std::vector<double> log_p(grid.unknowns());
  double top = -1e300, sum = 0;
  for (std::int32_t u = 0; u < grid.unknowns(); ++u)
    top = std::max(top, log_p[u] = -action(name, T, grid.centre(u)));
  for (const double value : log_p)
    sum += std::exp(value - top);
  for (double& value : log_p)
    value -= top + std::log(sum);
  return log_p;
}

void print_errors(const LogVector& x, const std::vector<double>& exact) {
  const double top = *std::max_element(exact.begin(), exact.end());
  double all = 0, bulk = 0;
  std::int64_t lost = 0;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    const double error = std::abs(static_cast<double>(x[i]) - exact[i]);
    const bool known = std::isfinite(error);
    lost += !known;
    if (known)
      all = std::max(all, error);
    if (exact[i] > top - std::log(1e6))
      bulk = std::max(bulk, known ? error : std::numeric_limits<double>::infinity());
  }
  std::printf("all %.3e\nbulk %.3e\nlost %lld\n", all, bulk, static_cast<long long>(lost));
}

/// M τ = 1, or Mᵀ p = 0 with p = 1 in the cell `pinned`, by MUMPS.
LogVector mumps(const Generator& G, bool exit, std::int32_t pinned) {
  const auto n = static_cast<PetscInt>(G.rows());
  Mat matrix = nullptr, factor = nullptr;
  const auto done = [](PetscErrorCode code) {
    if (code)
      throw std::runtime_error("PETSc failed");
  };
  done(MatCreateSeqAIJ(PETSC_COMM_SELF, n, n, 10, nullptr, &matrix));
  done(MatSetOption(matrix, MAT_NEW_NONZERO_ALLOCATION_ERR, PETSC_FALSE));
  for (PetscInt x = 0; x < n; ++x) {
    double diagonal = G.killing[x];
    for (std::int64_t e = G.row_start[x]; e < G.row_start[x + 1]; ++e) {
      diagonal += G.rate[e];
      const PetscInt row = exit ? x : G.column[e], column = exit ? G.column[e] : x;
      if (exit || row != pinned)
        done(MatSetValue(matrix, row, column, -G.rate[e], INSERT_VALUES));
    }
    done(MatSetValue(matrix, x, x, !exit && x == pinned ? 1.0 : diagonal, INSERT_VALUES));
  }
  done(MatAssemblyBegin(matrix, MAT_FINAL_ASSEMBLY));
  done(MatAssemblyEnd(matrix, MAT_FINAL_ASSEMBLY));
  done(MatGetFactor(matrix, MATSOLVERMUMPS, MAT_FACTOR_LU, &factor));
  done(MatMumpsSetIcntl(factor, 7, 5)); // METIS
  MatFactorInfo info;
  done(MatFactorInfoInitialize(&info));
  done(MatLUFactorSymbolic(factor, matrix, nullptr, nullptr, &info));
  done(MatLUFactorNumeric(factor, matrix, &info));
  Vec right, answer;
  done(MatCreateVecs(matrix, &answer, &right));
  done(VecSet(right, exit ? 1.0 : 0.0));
  if (!exit)
    done(VecSetValue(right, pinned, 1.0, INSERT_VALUES));
  done(VecAssemblyBegin(right));
  done(VecAssemblyEnd(right));
  done(MatSolve(factor, right, answer));
  const PetscScalar* values = nullptr;
  done(VecGetArrayRead(answer, &values));
  long double sum = exit ? 1 : 0;
  for (PetscInt i = 0; i < n && !exit; ++i)
    sum += values[i];
  LogVector x(n);
  for (PetscInt i = 0; i < n; ++i)
    x[i] = std::log(values[i] / sum); // NaN where not positive
  done(VecRestoreArrayRead(answer, &values));
  done(VecDestroy(&right));
  done(VecDestroy(&answer));
  done(MatDestroy(&factor));
  done(MatDestroy(&matrix));
  return x;
}

template<class T>
void put(std::ofstream& file, const std::vector<T>& values) {
  file.write(reinterpret_cast<const char*>(values.data()),
             static_cast<std::streamsize>(values.size() * sizeof(T)));
}

/// MiB of this program at its peak (getrusage would count the process that started it).
double peak() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (double kilobytes = 0; word == "VmHWM:" && status >> kilobytes)
      return kilobytes / 1024;
  return 0;
}

struct Posed {
  Problem problem;
  Region out;
};

Chain chain_of(const Posed& posed, std::int64_t n) {
  return make_chain(MPI_COMM_WORLD, posed.problem, box, {{n, n}, 0}, posed.out,
                    posed.out.empty() ? CutRule::killing : CutRule::shortley_weller);
}

/// Begun with what is known on a coarser grid and, where `keep`, known on this one afterwards.
class Nested {
public:
  explicit Nested(const Posed& posed) : exit_(!posed.out.empty()) {}

  /// Takes the chain's rates away.
  LogVector solve(Chain& chain, bool keep) {
    const Grid& grid = *chain.grid.lattice();
    const std::int64_t n = grid.unknowns();
    const Lattice lattice{grid.cells[0], grid.cells[1], grid.places(0, grid.unknowns()),
                          chain.reach};
    MultilevelSolver solver(std::make_shared<const Generator>(std::move(chain.generator)),
                            {.lattice = &lattice});
    if (before_) {
      solver.guess_masses(log_values_on(grid, 0, n, *before_, std::exchange(masses_, {})));
      if (exit_)
        solver.guess(log_values_on(grid, 0, n, *before_, std::exchange(times_, {})));
      before_.reset();
    }
    LogVector x = exit_ ? solver.backward(LogVector(n, 0.0L)) : solver.stationary();
    products = solver.report().products;
    if (keep) {
      std::vector<double>& kept = exit_ ? times_ : masses_;
      kept.assign(x.begin(), x.end());
      if (exit_)
        masses_ = solver.masses();
      before_ = grid;
    }
    return x;
  }

  double products = 0; // of the last solve

private:
  bool exit_;
  std::optional<Grid> before_;
  std::vector<double> masses_, times_;
};

/// As fp-stationary and fp-exit do it: grids of twice as many cells each way, up to n. Where the
/// second one does not save a third by beginning with the first, the finest is next.
LogVector multilevel(const Posed& posed, std::int64_t n, Chain& chain) {
  Nested nested(posed);
  std::int64_t cells = n;
  while (cells / 2 >= 64)
    cells /= 2;
  double from_nothing = 0;
  for (; cells < n; cells *= 2) {
    Chain coarser = chain_of(posed, cells);
    nested.solve(coarser, true);
    if (from_nothing > 0 && nested.products > from_nothing / 1.5)
      break;
    if (from_nothing == 0)
      from_nothing = nested.products;
  }
  return nested.solve(chain, false);
}

int run(const std::vector<std::string>& arguments) {
  const std::string& method = arguments[0];
  const std::string& name = arguments[1];
  const std::int64_t n = std::atoi(arguments[2].c_str());
  const double T = std::atof(arguments[3].c_str());
  const bool exit = name == "exit";
  const double before = peak();
  benchmark::Laps lap;
  const Posed posed{problem_of(name, T),
                    exit ? parse_region("-exit", "x > 0", {{"x", "y"}, {}}, Compile::never)
                         : Region{}};
  Chain chain = chain_of(posed, n);
  const Generator& G = chain.generator;
  const Grid& grid = *chain.grid.lattice();
  lap("assembly");
  const std::int32_t start =
      chain.grid.cell_at(name == "tensor" ? Vec2{1e-9, 1e-9} : Vec2{-1 - 1e-9, 1e-9});
  if (method == "write") {
    std::ofstream file(arguments[4], std::ios::binary);
    put(file, std::vector<std::int64_t>{G.rows(), G.row_start.back(), start});
    put(file, G.row_start);
    put(file, G.column);
    put(file, G.rate);
    put(file, G.killing);
    put(file, exact_masses(name, T, chain.grid));
    std::printf("x %.17g\n", chain.grid.centre(start).x);
    return file ? 0 : 4;
  }
  LogVector x;
  const auto solve = [&](auto&& solver) {
    x = exit ? solver.backward(LogVector(G.rows(), 0.0L)) : solver.stationary();
  };
  if (method == "gth") {
    const Lattice lattice{grid.cells[0], grid.cells[1], grid.places(0, grid.unknowns()),
                          chain.reach};
    solve(GthSolver(G, {.lattice = &lattice, .threads = 1}));
  } else if (method == "krylov")
    solve(KrylovSolver(PETSC_COMM_WORLD, std::shared_ptr<const Generator>(&G, [](auto) {}), 1e-6));
  else if (method == "multilevel")
    x = multilevel(posed, n, chain);
  else if (method == "mumps")
    x = mumps(G, exit, start);
  else
    throw BadInput(method + ": expected gth, krylov, multilevel, mumps or write");
  lap("solve");
  std::printf("memory %.1f\n", peak() - before);
  if (exit)
    std::printf("x %.17g\ntime %.17Lg\n", chain.grid.centre(start).x, std::exp(x[start]));
  else
    print_errors(x, exact_masses(name, T, chain.grid));
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() < 4 || (arguments[0] == "write" && arguments.size() < 5)) {
    std::fprintf(stderr, "usage: %s METHOD gibbs|exit|tensor N TEMPERATURE [FILE]\n", argv[0]);
    return 2;
  }
  int none = 1;
  PetscCall(PetscInitialize(&none, &argv, nullptr, nullptr));
  int status = 0;
  try {
    status = run(arguments);
  } catch (const std::runtime_error& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    status = 3;
  }
  PetscCall(PetscFinalize());
  return status;
}
