#define BOOST_TEST_MODULE modes
#include <boost/test/unit_test.hpp>

#include "escapade/error.hpp"
#include "generator/chain.hpp"
#include "quantities/relaxation/modes.hpp"

#include <slepcsys.h>

#include <cmath>

using namespace escapade;

namespace {

struct Slepc {
  Slepc() { SlepcInitializeNoArguments(); }
  ~Slepc() { SlepcFinalize(); }
};

Chain chain_of(std::function<void(double, double, double*)> coefficients, const Domain& domain,
               std::array<std::int64_t, 2> cells) {
  Problem p;
  p.coefficients = pointwise(5, std::move(coefficients));
  p.constant_direction = Sym2{1, 0, 1};
  return make_chain(MPI_COMM_WORLD, p, domain, {cells, 0}, {}, CutRule::killing);
}

} // namespace

BOOST_GLOBAL_FIXTURE(Slepc);

BOOST_AUTO_TEST_SUITE(modes)

BOOST_AUTO_TEST_CASE(of_diffusion_in_a_box_are_the_discrete_cosines) {
  // Neumann Laplacian on n cells of width h: λ = (2/h²)(1 − cos(πk/n)) in each direction.
  const Chain c =
      chain_of([](double, double, double* v) { v[0] = v[1] = v[3] = 0, v[2] = v[4] = 1; },
               {0, 2, 0, 1, {}}, {24, 12});
  const Modes m = relaxation_modes(MPI_COMM_WORLD, c.generator, 3);
  const auto cosine = [](int k, int n) {
    const double h = 1.0 / 12;
    return 2 / (h * h) * (1 - std::cos(M_PI * k / n));
  };
  const double exact[] = {cosine(1, 24), cosine(2, 24), cosine(1, 24) + cosine(1, 12)};
  BOOST_TEST(std::abs(m.eigenvalue[0].real() / exact[0] - 1) < 1e-9);
  BOOST_TEST(std::abs(m.eigenvalue[1].real() / exact[1] - 1) < 1e-9); // degenerate with (0, 1)
  BOOST_TEST(std::abs(m.eigenvalue[0].imag()) < 1e-9);
  BOOST_TEST(m.residual[0] < 1e-8);
  // The mode itself, from the rates: Σ w_xy (u_x − u_y) = λ u_x. With all on one rank.
  const Generator& G = c.generator;
  for (std::int64_t x = 0; G.rows() == G.size && x < G.rows(); ++x) {
    std::complex<double> sum = 0;
    for (std::int64_t q = G.row_start[x]; q < G.row_start[x + 1]; ++q)
      sum += G.rate[q] * (m.mode[0][x] - m.mode[0][G.column[q]]);
    BOOST_TEST(std::abs(sum - m.eigenvalue[0] * m.mode[0][x]) < 1e-6);
  }
}

BOOST_AUTO_TEST_CASE(that_are_antisymmetric_begin_with_a_positive_sign) {
  const Chain c =
      chain_of([](double, double, double* v) { v[0] = v[1] = v[3] = 0, v[2] = v[4] = 1; },
               {0, 2, 0, 1, {}}, {24, 12});
  const Modes m = relaxation_modes(MPI_COMM_WORLD, c.generator, 1);
  if (c.generator.first == 0 && c.generator.rows() > 0) // cos at the first cell's corner
    BOOST_TEST(m.mode[0].front().real() > 0.999);
}

BOOST_AUTO_TEST_CASE(that_oscillate_fast_are_found_near_their_frequency) {
  // One mode near 0; and the slowest of all that dense matrices have, at about 0.6 + 19 i.
  Problem p;
  p.coefficients = pointwise(5, [](double x, double y, double* v) {
    v[0] = -0.38 * x - 16 * y, v[1] = 16 * x - 0.38 * y, v[2] = v[4] = 0.32, v[3] = 0;
  });
  p.constant_direction = Sym2{1, 0, 1};
  GridShape shape{{24, 24}, 0};
  shape.transport = Transport::flow;
  const Chain c =
      make_chain(MPI_COMM_WORLD, p, {-5.5, 5.5, -5.5, 5.5, {}}, shape, {}, CutRule::killing);
  BOOST_REQUIRE(c.flow.has_value());
  const Modes before = relaxation_modes(MPI_COMM_WORLD, c.generator, 1, flow_of(c)),
              after = relaxation_modes(MPI_COMM_WORLD, c.generator, 1, flow_of(c), -1, {16});
  BOOST_TEST(before.eigenvalue[0].imag() == 0);
  BOOST_TEST(after.eigenvalue[0].real() < before.eigenvalue[0].real());
  BOOST_TEST(before.frequency_searched < after.eigenvalue[0].imag());
  BOOST_TEST(after.eigenvalue[1] == std::conj(after.eigenvalue[0]));
  for (const std::size_t k : {0, 1}) {
    BOOST_TEST(after.residual[k] < 1e-8);
    BOOST_TEST(after.mode[k].size() == static_cast<std::size_t>(c.generator.rows()));
  }
  for (std::size_t u = 0; u < after.mode[0].size(); ++u)
    BOOST_TEST(after.mode[1][u] == std::conj(after.mode[0][u]));
  if (c.generator.rows() != c.generator.size) // a dense matrix wants one rank
    return;
  std::complex<double> slowest = 1e9;
  for (const std::complex<double>& value : whole_spectrum(c.generator, flow_of(c)))
    if (std::abs(value) > 1e-6 && value.imag() >= 0 && value.real() < slowest.real())
      slowest = value;
  BOOST_TEST(std::abs(after.eigenvalue[0] - slowest) < 1e-8 * std::abs(slowest));
}

BOOST_AUTO_TEST_CASE(of_a_rotating_well_come_in_a_complex_pair) {
  // Drift (−x − 2y, 2x − y): eigenvalues 1 ± 2i of the relaxation, to the error of the grid.
  const Chain c =
      chain_of([](double x, double y,
                  double* v) { v[0] = -x - 2 * y, v[1] = 2 * x - y, v[2] = v[4] = 0.05, v[3] = 0; },
               {-1.2, 1.2, -1.2, 1.2, {}}, {64, 64});
  const Modes m = relaxation_modes(MPI_COMM_WORLD, c.generator, 1);
  BOOST_REQUIRE_EQUAL(m.eigenvalue.size(), 2u); // a pair is not cut
  BOOST_TEST(std::abs(m.eigenvalue[0].real() - 1) < 0.01);
  BOOST_TEST(std::abs(std::abs(m.eigenvalue[0].imag()) - 2) < 0.02);
  BOOST_TEST(std::abs(m.eigenvalue[0] - std::conj(m.eigenvalue[1])) < 1e-9);
}

BOOST_AUTO_TEST_CASE(lost_in_rounding_are_refused) {
  // Barrier 40 nats: the slow eigenvalue is near 1e-17 of the rates.
  const Chain c = chain_of(
      [](double x, double y, double* v) {
        v[0] = x - x * x * x, v[1] = -y, v[2] = v[4] = 0.25 / 40, v[3] = 0;
      },
      {-1.6, 1.6, -0.6, 0.6, {}}, {64, 16});
  BOOST_CHECK_THROW(relaxation_modes(MPI_COMM_WORLD, c.generator, 2), NotTrusted);
}

BOOST_AUTO_TEST_SUITE_END()
