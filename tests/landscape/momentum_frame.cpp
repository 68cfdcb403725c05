#define BOOST_TEST_MODULE momentum_frame
#include "landscape/action/momentum_frame.hpp"

#include "escapade/error.hpp"
#include "generator/rates/selling.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numbers>

using namespace escapade;

namespace {

/// x moves by itself in a double well, y is driven by it; noise D.
Field driven(Sym2 D) {
  return pointwise(5, [=](double x, double y, double* out) {
    out[0] = x - x * x * x, out[1] = -y + 2 * out[0];
    out[2] = D.xx, out[3] = D.xy, out[4] = D.yy;
  });
}

/// The path of that from the well to x = 0, with the momentum (2 (x³ − x)/D₁₁·½ …, 0): x climbs as
/// it falls, x′ = x³ − x, and y follows, y′ = −y + 2 (x − x³) + 2 D₁₂ p.
struct Way {
  std::vector<Vec2> points;
  std::vector<double> action;
};

Way climb(Sym2 D) {
  Way way;
  double x = -1 + 1e-4, y = 0, action = 0;
  constexpr double dt = 1e-3;
  while (x < -1e-3) {
    way.points.push_back({x, y});
    way.action.push_back(action);
    const double up = x * x * x - x, p = up / D.xx;
    action += p * up * dt;
    x += dt * up;
    y += dt * (-y - 2 * up + 2 * D.xy * p);
  }
  return way;
}

std::vector<Climb> climbs(Sym2 D) {
  const Way way = climb(D);
  return climbs_along(driven(D), way.points, way.action, 40);
}

const Domain box{-2, 2, -2, 2, {}};
const Sym2 even{0.002, 0, 0.002}, oblique{0.002, 0.001, 0.002};

} // namespace

BOOST_AUTO_TEST_SUITE(lattice_action_)

BOOST_AUTO_TEST_CASE(momentum_keeps_the_hamiltonian_at_nothing) {
  for (const Climb& c : climbs(oblique)) {
    const double climbing = dot(c.momentum, c.noise * c.momentum);
    BOOST_TEST(std::abs(climbing + dot(c.momentum, c.noise * c.work)) < 1e-9 * climbing);
    BOOST_TEST(std::abs(c.momentum.y) < 0.01 * std::abs(c.momentum.x));
  }
}

BOOST_AUTO_TEST_CASE(of_a_gradient_is_exact_on_every_lattice) {
  std::vector<Climb> way; // p = −D⁻¹b
  for (double angle : {0.1, 0.7, 2.0})
    way.push_back({{-30 * std::cos(angle), -30 * std::sin(angle)},
                   {30 * std::cos(angle), 30 * std::sin(angle)},
                   {0.01, 0.004, 0.03},
                   1});
  for (double angle : {0.0, 0.3, 1.1})
    BOOST_TEST(std::abs(lattice_action(way, angle, {0.5, 0.2}) - 3) < 1e-6);
}

BOOST_AUTO_TEST_CASE(is_too_low_by_the_square_of_the_cells_side) {
  const std::vector<Climb> way = climbs(even);
  const double S = lattice_action(way, 0, {1e-4, 1e-4});
  BOOST_TEST(std::abs(S - 125) < 0.5);
  const auto lost = [&](double h) { return S - lattice_action(way, std::numbers::pi / 6, {h, h}); };
  BOOST_TEST(lost(0.002) > 0.001);
  BOOST_TEST(std::abs(lost(0.004) / lost(0.002) - 4) < 0.05);
}

/// The chain's own Hamiltonian as a sum over jumps vanishes at the momentum that it needs.
BOOST_AUTO_TEST_CASE(solves_the_equation_of_the_jumps) {
  const Climb c{{40, -10}, {}, {0.01, 0.003, 0.02}, 1};
  const Vec2 side{0.3, 1}; // p = −λ q′, along which H = 0
  const double scale = -dot(side, c.noise * c.work) / dot(side, c.noise * side);
  const Climb whole{c.work, scale * side, c.noise, 1};
  const std::array<double, 2> h{0.08, 0.05};
  const double share = lattice_action({whole}, 0, h);
  BOOST_TEST(share < 0.9999);
  double sum = 0, size = 0;
  for (const Spoke& e : selling(
           {c.noise.xx / (h[0] * h[0]), c.noise.xy / (h[0] * h[1]), c.noise.yy / (h[1] * h[1])})) {
    const Vec2 v{h[0] * e.i, h[1] * e.j};
    const double g = dot(v, c.work), p = share * dot(v, whole.momentum);
    const auto bern = [](double z) { return z == 0 ? 1 : z / std::expm1(z); };
    for (double sign : {1.0, -1.0}) {
      const double term = e.rho * bern(-sign * g) * std::expm1(sign * p);
      sum += term, size += std::abs(term);
    }
  }
  BOOST_TEST(std::abs(sum) < 1e-5 * size);
}

BOOST_AUTO_TEST_CASE(needs_noise_in_every_direction) {
  const Way way = climb(even);
  BOOST_CHECK_THROW(climbs_along(driven({0.002, 0, 0}), way.points, way.action, 40), NotTrusted);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(momentum_frames_)

BOOST_AUTO_TEST_CASE(lose_nothing_where_the_momentum_has_one_direction) {
  for (Sym2 D : {even, oblique, Sym2{0.002, 0.003, 0.02}}) {
    const std::vector<Climb> way = climbs(D);
    const GridShape plain{.cells = {256, 256}, .angle = 0.4};
    BOOST_TEST(action_loss(way, box, plain).fine > 0.5);
    const auto shapes = momentum_frames(way, box, plain);
    BOOST_REQUIRE(!shapes.empty());
    const GridShape& best = shapes.front();
    BOOST_TEST(action_loss(way, box, best).coarse < 0.02);
    BOOST_TEST(best.cells[0] % 6 == 0);
    BOOST_TEST(best.cells[1] % 6 == 0);
    BOOST_TEST(std::abs(static_cast<double>(best.cells[0] * best.cells[1]) / 65536 - 1) < 0.1);
    const double thousandths = best.angle * 180e3 / std::numbers::pi;
    BOOST_TEST(std::abs(thousandths - std::round(thousandths)) < 1e-6);
  }
}

BOOST_AUTO_TEST_CASE(come_in_the_order_of_what_they_lose) {
  const std::vector<Climb> way = climbs({0.002, 0.003, 0.02});
  const auto shapes = momentum_frames(way, box, {.cells = {128, 128}});
  for (std::size_t k = 1; k < shapes.size(); ++k)
    BOOST_TEST(action_loss(way, box, shapes[k]).fine >
               action_loss(way, box, shapes[k - 1]).fine - 0.1);
}

BOOST_AUTO_TEST_SUITE_END()
