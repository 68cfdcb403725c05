// Probability and current in blocks of chains whose stationary state is known.
#define BOOST_TEST_MODULE blocks
#include "answers/blocks.hpp"
#include "quantities/stationary.hpp"

#include "shared/chains.hpp"

#include <boost/test/unit_test.hpp>

#include <numbers>

using namespace escapade;
using namespace escapade::test;

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

namespace {

struct Solved {
  BlockSums sums;
  double circulation = 0;
};

Solved solved(const Problem& p, const Domain& d, const GridShape& shape, std::size_t nx,
              std::size_t ny) {
  const Chain chain = closed_chain(p, d, shape);
  const LogVector mass = stationary_of(chain);
  const auto J = probability_current(chain.grid, chain.generator, mass);
  return {block_sums(p, d, chain.grid, mass, J, nx, ny), circulation(d, chain.grid, J)};
}

} // namespace

BOOST_AUTO_TEST_SUITE(blocks)

BOOST_AUTO_TEST_CASE(share_cells_by_area) {
  // uniform on a torus of area 3: every block has the same, though no side of a cell is a block's
  const Domain d = box(0, 2, 0, 1.5, Boundary::periodic, Boundary::periodic);
  const Problem p = drift("0.7, -1.1", "0.3, 0, 0.4", d);
  const Solved s = solved(p, d, {{20, 18}, 0}, 3, 7);
  for (std::size_t b = 0; b < 21; ++b) {
    BOOST_TEST(std::abs(s.sums.probability[b] * 21 - 1) < 1e-12);
    BOOST_TEST(norm(21 * s.sums.current[b] - Vec2{0.7, -1.1}) < 1e-12);
    BOOST_TEST(norm(21 * s.sums.noise[b] - Vec2{0.3, 0.4}) < 1e-12);
  }
  BOOST_TEST(std::abs(s.circulation) < 1e-12);
}

BOOST_AUTO_TEST_CASE(of_an_ornstein_uhlenbeck_process_converge_to_the_exact_ones) {
  // b = A θ, A = ((−2, −1), (1, −1)), D = 0.04 I: C = 0.04/0.3 ((1/6, −1/30), (−1/30, 4/15)),
  // circulation Cxx + Cxy + Cyy = 0.4·0.04/0.3
  const Domain d = box(-1.2, 1.2, -1.4, 1.4);
  const Problem p = drift("-2*x - y, x - y", "0.04, 0, 0.04", d);
  const double s = 0.04 / 0.3, cxx = s / 6, cxy = -s / 30, cyy = s * 4 / 15;
  const double det = cxx * cyy - cxy * cxy;
  constexpr std::size_t nx = 6, ny = 5;
  std::vector<double> exact_p(nx * ny);
  std::vector<Vec2> exact_j(nx * ny);
  for (std::size_t b = 0; b < nx * ny; ++b)
    for (int k = 0; k < 10000; ++k) {
      const double x = -1.2 + 0.4 * (static_cast<double>(b % nx) + (k % 100 + 0.5) / 100);
      const double y = -1.4 + 0.56 * (static_cast<double>(b / nx) + (k / 100 + 0.5) / 100);
      const double gx = (cyy * x - cxy * y) / det, gy = (cxx * y - cxy * x) / det;
      const double w = std::exp(-0.5 * (x * gx + y * gy)) /
                       (2 * std::numbers::pi * std::sqrt(det)) * 0.4 * 0.56 / 10000;
      exact_p[b] += w;
      exact_j[b] = exact_j[b] + w * Vec2{-2 * x - y + 0.04 * gx, x - y + 0.04 * gy};
    }
  for (double angle : {0.0, 0.4}) {
    double off[2], off_p[2], off_c[2];
    for (int k = 0; k < 2; ++k) {
      const Solved found = solved(p, d, {{48 << k, 40 << k}, angle}, nx, ny);
      off[k] = off_p[k] = 0;
      double sum = 0;
      for (std::size_t b = 0; b < nx * ny; ++b) {
        sum += found.sums.probability[b];
        off_p[k] = std::fmax(off_p[k], std::abs(found.sums.probability[b] - exact_p[b]));
        off[k] = std::fmax(off[k], norm(found.sums.current[b] - exact_j[b]));
      }
      BOOST_TEST(std::abs(sum - 1) < 1e-12);
      off_c[k] = found.circulation / (0.4 * s) - 1;
    }
    double largest = 0;
    for (Vec2 j : exact_j)
      largest = std::fmax(largest, norm(j));
    BOOST_TEST_MESSAGE(off[0] / largest << " " << off[1] / largest << ", " << off_p[0] << " "
                                        << off_p[1] << ", " << off_c[0] << " " << off_c[1]);
    BOOST_TEST(off[1] < 0.02 * largest, "current at angle " << angle);
    BOOST_TEST(off_p[1] < 1e-3);
    BOOST_TEST(std::abs(off_c[1]) < 0.01);
    BOOST_TEST(order_of(off[0], off[1]) > 1.7);
    BOOST_TEST(order_of(off_c[0], off_c[1]) > 1.7);
    if (angle == 0) // points share the cells of a turned frame
      BOOST_TEST(order_of(off_p[0], off_p[1]) > 1.7);
  }
}

BOOST_AUTO_TEST_SUITE_END()
