// Where detailed balance fails, probability circulates. This program writes density and current
// for ParaView: current.vti, to be shown with the filters Glyph or Stream Tracer.
//
// b = −θ + 3 Jθ, J the rotation by 90°, with D = 1: the density is a Gaussian of variance 1
// whatever the rotation, the current is 3 p Jθ, and the entropy production is 2·3² = 18.
#include <escapade/escapade.hpp>

#include <cstdio>

using namespace escapade;

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  const Domain box{.x0 = -6, .x1 = 6, .y0 = -6, .y1 = 6};
  const Problem problem = drift_problem("-x - 3*y, 3*x - y", "1", box);

  // Regions are named sets whose probability is reported; a disc needs no formula.
  const NamedRegions regions{{"middle", disc({0, 0}, 1)}};
  const StationaryAnswer answer =
      stationary(MPI_COMM_WORLD, problem, box, {.cells = {256, 256}}, regions);
  std::printf("entropy production %s\n", to_text(*answer.entropy_production).c_str());
  std::printf("probability of the middle %s (exact 0.393469)\n",
              to_text(answer.region_probability[0]).c_str());

  // Fields are made when they are asked for. Under mpiexec each rank holds its own piece.
  FieldFile file = answer.fields;
  file.fields = {answer.field("density"), answer.field("current")};
  std::printf("wrote %s\n", write_fields("current", file).c_str());
  MPI_Finalize();
}
