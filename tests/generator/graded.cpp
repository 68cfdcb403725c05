// Chains on graded grids: exact densities to rounding, answers to second order.
#define BOOST_TEST_MODULE graded
#include <boost/test/unit_test.hpp>

#include "quantities/exit_time.hpp"
#include "quantities/interpolate.hpp"
#include "quantities/stationary.hpp"
#include "shared/chains.hpp"

#include <cmath>
#include <memory>

using namespace escapade;
using namespace escapade::test;

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

namespace {

GridShape graded(std::int64_t n, const Domain& d, double angle = 0) {
  const auto bounds = frame_bounds(d, angle);
  auto grading = std::make_shared<Grading>();
  grading->density = {clustered(bounds[0][0], bounds[0][1], {{-0.7, 0.05}, {0.4, 0.1}}),
                      clustered(bounds[1][0], bounds[1][1], {{0.1, 0.08}})};
  return {{n, n}, angle, grading};
}

Chain chain_on(const Problem& problem, const Domain& domain, const GridShape& shape,
               const Region& exit = {}, CutRule rule = CutRule::killing) {
  return make_chain(MPI_COMM_SELF, problem, domain, shape, exit, rule);
}

LogVector masses(const Chain& chain) {
  return GthSolver(chain.generator, {}).stationary();
}

} // namespace

BOOST_AUTO_TEST_SUITE(graded_chains)

BOOST_AUTO_TEST_CASE(the_gibbs_density_is_exact_to_rounding) {
  const Domain d = box(-2, 2, -1.5, 1.5);
  const Chain chain = chain_on(potential("(x^2-1)^2/4 + y^2 + x*y/3", "0.07"), d, graded(40, d));
  const LogVector mass = masses(chain);
  const auto log_p = [&](std::int32_t u) {
    return mass[u] - std::log(static_cast<long double>(chain.grid.area(u)));
  };
  const auto V = [](Vec2 p) {
    return (p.x * p.x - 1) * (p.x * p.x - 1) / 4 + p.y * p.y + p.x * p.y / 3;
  };
  for (std::int32_t u = 0; u < chain.grid.unknowns(); ++u) {
    const double exact = (V(chain.grid.centre(0)) - V(chain.grid.centre(u))) / 0.07;
    BOOST_TEST(std::abs(static_cast<double>(log_p(u) - log_p(0)) - exact) < 1e-11);
  }
  BOOST_TEST(entropy_production(chain.grid, chain.generator, mass).total < 1e-20);
}

BOOST_AUTO_TEST_CASE(moments_of_an_oblique_linear_system_converge_with_order_two) {
  // Covariance by Lyapunov's equation: A C + C Aᵀ = −2D.
  const Domain d = box(-1.4, 1.4, -1.9, 1.9);
  const Problem problem = drift("-2*x - y, x - y", "0.04, 0.01, 0.06", d);
  for (const double angle : {0.0, 0.4}) {
    std::vector<double> off;
    for (const std::int64_t n : {48, 96}) {
      const Chain chain = chain_on(problem, d, graded(n, d, angle));
      const Moments m = moments(chain.grid, masses(chain));
      off.push_back(std::abs(m.covariance.xx - 0.1 / 4.5) + std::abs(m.covariance.yy - 0.25 / 4.5) +
                    std::abs(m.covariance.xy + 0.02 / 4.5));
    }
    BOOST_TEST_CONTEXT("angle " << angle << ", errors " << off[0] << " " << off[1]) {
      BOOST_TEST(std::log2(off[0] / off[1]) > 1.7);
      BOOST_TEST(std::log2(off[0] / off[1]) < 2.5);
    }
  }
}

BOOST_AUTO_TEST_CASE(current_and_entropy_production_converge_with_order_two) {
  // J = b p − D ∇p with p Gaussian; σ̇ = tr(D⁻¹ (A + D C⁻¹) C (A + D C⁻¹)ᵀ) = 1.7536232.
  const Domain d = box(-1.4, 1.4, -1.9, 1.9);
  const Problem problem = drift("-2*x - y, x - y", "0.04, 0.01, 0.06", d);
  std::vector<double> off, current_off;
  for (const std::int64_t n : {48, 96}) {
    const Chain chain = chain_on(problem, d, graded(n, d));
    const LogVector mass = masses(chain);
    off.push_back(
        std::abs(entropy_production(chain.grid, chain.generator, mass).total - 1.7536231884058));
    // C = (1/4.5) [[0.1, −0.02], [−0.02, 0.25]]
    const double cxx = 0.1 / 4.5, cxy = -0.02 / 4.5, cyy = 0.25 / 4.5, det = cxx * cyy - cxy * cxy;
    const auto current = probability_current(chain.grid, chain.generator, mass);
    double most = 0;
    for (std::int32_t u = 0; u < chain.grid.unknowns(); ++u) {
      const Vec2 x = chain.grid.centre(u);
      const Vec2 s{(cyy * x.x - cxy * x.y) / det, (cxx * x.y - cxy * x.x) / det}; // C⁻¹x
      const double p = std::exp(-0.5 * dot(x, s)) / (2 * std::numbers::pi * std::sqrt(det));
      const Vec2 exact{p * (-2 * x.x - x.y + 0.04 * s.x + 0.01 * s.y),
                       p * (x.x - x.y + 0.01 * s.x + 0.06 * s.y)};
      most = std::max(most, norm(current[u] - exact));
    }
    current_off.push_back(most);
  }
  BOOST_TEST_CONTEXT("errors " << off[0] << " " << off[1] << "; current " << current_off[0] << " "
                               << current_off[1]) {
    BOOST_TEST(std::log2(off[0] / off[1]) > 1.6);
    BOOST_TEST(std::log2(current_off[0] / current_off[1]) > 1.6);
  }
}

BOOST_AUTO_TEST_CASE(brownian_exit_from_a_disc_converges_with_order_two) {
  const Domain d = box(-1.1, 1.1, -1.1, 1.1);
  const Problem problem = drift("0, 0", "0.3, 0, 0.3", d);
  const Region exit = region("x^2 + y^2 > 1");
  std::vector<double> off;
  for (const std::int64_t n : {40, 80}) {
    const Chain chain = chain_on(problem, d, graded(n, d), exit, CutRule::shortley_weller);
    const LogVector tau =
        GthSolver(chain.generator, {}).backward(LogVector(chain.generator.rows(), 0.0L));
    double most = 0;
    for (std::int32_t u = 0; u < chain.grid.unknowns(); ++u) {
      const Vec2 p = chain.grid.centre(u);
      most =
          std::max(most, std::abs(static_cast<double>(std::exp(tau[u])) - (1 - dot(p, p)) / 1.2));
    }
    off.push_back(most);
    const Vec2 at{0.2, -0.3};
    BOOST_TEST(std::abs(std::exp(static_cast<double>(log_value_at(chain.grid, tau, at))) -
                        0.87 / 1.2) < 4 * most);
  }
  BOOST_TEST_CONTEXT("errors " << off[0] << " " << off[1]) {
    BOOST_TEST(std::log2(off[0] / off[1]) > 1.6);
  }
}

BOOST_AUTO_TEST_CASE(a_narrow_well_in_a_wide_box_is_resolved_by_few_cells) {
  // Width 0.004 in a box of 12: 100 uniform cells of 0.12 would see nothing of it.
  const Domain d = box(-6, 6, -6, 6);
  auto grading = std::make_shared<Grading>();
  grading->density = {clustered(-6, 6, {{1.0, 0.004}}), clustered(-6, 6, {{-2.0, 0.004}})};
  const Problem problem = potential("((x-1)^2 + (y+2)^2)/2", "0.000016");
  const Chain chain = chain_on(problem, d, {{100, 100}, 0, grading});
  const Moments m = moments(chain.grid, masses(chain));
  BOOST_TEST(std::abs(m.mean.x - 1) < 1e-6);
  BOOST_TEST(std::abs(m.covariance.xx / 1.6e-5 - 1) < 1e-3);
  BOOST_TEST(std::abs(m.covariance.yy / 1.6e-5 - 1) < 1e-3);
}

BOOST_AUTO_TEST_SUITE_END()
