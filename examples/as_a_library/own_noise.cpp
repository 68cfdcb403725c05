// Noise of one's own, oblique to the axes: dθ = b dt + √2 σ dW with σσᵀ = D from C++ functions.
//
// b = −Aθ with A = [[1, 2], [−2, 1]] rotates while it attracts; D = [[1, 0.8], [0.8, 1]] pushes
// along the diagonal. The stationary law is Gaussian with AC + CAᵀ = 2D: the variance of x is 0.68,
// of y 1.32, their covariance 0.16.
#include <escapade/escapade.hpp>

#include <cstdio>

using namespace escapade;

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  const Domain box{.x0 = -7, .x1 = 7, .y0 = -7, .y1 = 7};

  // Any functions will do; where D turns from place to place, its divergence is taken numerically.
  const Problem problem = drift_problem(
      [](double x, double y) {
        return Vec2{-x - 2 * y, 2 * x - y};
      },
      [](double, double) {
        return Sym2{1, 0.8, 1};
      },
      box);
  const StationaryAnswer answer = stationary(MPI_COMM_WORLD, problem, box, {.cells = {192, 192}});
  for (const Number& c : answer.covariance)
    std::printf("%s\n", to_text(c).c_str());
  MPI_Finalize();
}
