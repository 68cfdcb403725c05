// How long does a particle stay in a double well?
//
// The potential V = (x² − 1)²/4 + y²/2 has wells at x = −1 and x = 1, with a barrier of 1/4 between
// them. At temperature T = 0.1 a particle that begins in the left well hops to the right one after
// 30.821302 units of time on average: in one dimension the mean exit time is a double integral.
#include <escapade/escapade.hpp>

#include <cstdio>

using namespace escapade;

int main(int argc, char** argv) {
  // escapade shares its work by MPI, so that a program begins and ends with it.
  MPI_Init(&argc, &argv);

  // Text is the shortest way to a potential; its derivatives are taken exactly.
  const Problem problem = potential_problem("(x^2-1)^2/4 + y^2/2", "0.1");

  // A box whose walls are far up the potential: what happens there does not matter.
  const Domain box{.x0 = -2, .x1 = 2, .y0 = -2, .y1 = 2};

  // The mean time from (−1, 0) to x > 0 on 128² cells. Two coarser grids are solved as well, so
  // that the number comes with an error; printing it shows both.
  const ExitAnswer answer =
      exits(MPI_COMM_WORLD, problem, box, {.cells = {128, 128}}, region("x > 0"), {{-1, 0}});
  std::printf("mean exit time %s\n", to_text(answer.at[0].mean_time).c_str());
  MPI_Finalize();
}
