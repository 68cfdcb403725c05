// Mean exit time of a double well, V = (x² − 1)²/4 + y²/2 at temperature T, from (−1, 0) to x > 0,
// with a Problem given by C++ functions instead of expressions.
#include "escapade/error.hpp"
#include "escapade/problem/problem.hpp"
#include "escapade/solve/solver.hpp"
#include "generator/chain.hpp"
#include "quantities/exit_time.hpp"
#include "quantities/interpolate.hpp"

#include <cmath>
#include <cstdio>
#include <mpi.h>

namespace {

constexpr double temperature = 0.1;

escapade::Problem double_well() {
  escapade::Problem problem;
  // b₁, b₂, D₁₁, D₁₂, D₂₂
  problem.coefficients = escapade::pointwise(5, [](double x, double y, double* out) {
    out[0] = x - x * x * x;
    out[1] = -y;
    out[2] = out[4] = temperature;
    out[3] = 0;
  });
  problem.constant_direction = escapade::Sym2{0.5, 0, 0.5}; // D = s(θ) D₀: the Itô form applies
  return problem;
}

escapade::Region right_half() {
  escapade::Part part;
  part.name = "x > 0";
  part.phi = escapade::pointwise(1, [](double x, double, double* out) { out[0] = x; });
  part.phi_and_gradient = escapade::pointwise(3, [](double x, double, double* out) {
    out[0] = x;
    out[1] = 1;
    out[2] = 0;
  });
  part.half_plane = escapade::HalfPlane{.axis = 0, .position = 0, .above = true};
  return {part};
}

double mean_exit_time(std::int64_t cells) {
  const escapade::Domain box{.x0 = -2, .x1 = 2, .y0 = -2, .y1 = 2};
  const escapade::GridShape shape{.cells = {cells, cells}};
  const escapade::Chain chain = escapade::make_chain(
      MPI_COMM_SELF, double_well(), box, shape, right_half(), escapade::CutRule::shortley_weller);
  escapade::SolveOptions options;
  options.kind = escapade::SolverKind::gth; // needs MPI alone; krylov also needs PETSc
  escapade::Solver solver(MPI_COMM_SELF, chain.generator, options);
  const escapade::LogVector log_tau = escapade::mean_exit_time(solver, chain.generator);
  return static_cast<double>(std::exp(escapade::log_value_at(chain.grid, log_tau, {-1, 0})));
}

} // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int status = 0;
  try {
    for (std::int64_t cells : {64, 128, 256})
      std::printf("%4lld^2 cells: mean exit time %.6f\n", static_cast<long long>(cells),
                  mean_exit_time(cells));
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "as_a_library: %s\n", failure.what());
    status = 1;
  }
  MPI_Finalize();
  return status;
}
