// The same question to the grid and to simulated trajectories: a Brownian particle (D = 1) leaves
// the unit disc from its middle after r²/4 = 0.25 units of time.
#include <escapade/escapade.hpp>

#include <cmath>
#include <cstdio>

using namespace escapade;

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  const Domain box{.x0 = -1.2, .x1 = 1.2, .y0 = -1.2, .y1 = 1.2};
  const Problem problem = drift_problem("0, 0", "1", box);
  const Region rim = outside(disc({0, 0}, 1));

  const ExitAnswer grid = exits(MPI_COMM_WORLD, problem, box, {.cells = {120, 120}}, rim, {{0, 0}});
  const ExitStatistics paths = simulated_exits(MPI_COMM_WORLD, problem, box, rim, {0, 0},
                                               {.paths = 20000, .seed = 1, .step = 1e-3});
  const Number& fv = grid.at[0].mean_time;
  const Estimate& mc = paths.mean_exit_time;

  // The difference in units of its own uncertainty: |z| < 4 unless one of the two is wrong.
  const double z = (*fv.value - mc.mean) / std::hypot(*fv.error, mc.standard_error);
  std::printf("grid %s, trajectories %s, |z| < 4: %s\n", to_text(fv).c_str(),
              to_text(number(mc)).c_str(), std::abs(z) < 4 ? "yes" : "no");
  MPI_Finalize();
}
