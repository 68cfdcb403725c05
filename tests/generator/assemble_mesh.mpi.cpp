#define BOOST_TEST_MODULE assemble_mesh
#include "escapade/grid/mesh.hpp"
#include "generator/distribute.hpp"
#include "quantities/exit_time.hpp"
#include "quantities/interpolate.hpp"
#include "quantities/regions/region_probability.hpp"
#include "quantities/stationary.hpp"
#include "shared/chains.hpp"
#include "solve/solver.hpp"

#include <boost/test/unit_test.hpp>
#include <numbers>

using namespace escapade;
using namespace escapade::test;

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

namespace {

/// Nearly equilateral triangles on (−a, a)², moved by the map; its left side is the curve "left".
GmshMesh rows(int n, double a, const std::function<Vec2(Vec2)>& map) {
  GmshMesh m;
  const int rows = n;
  for (int j = 0; j <= rows; ++j)
    for (int i = 0; i <= n; ++i) {
      const double shift = j % 2 && i > 0 && i < n ? 0.25 : 0;
      m.node.push_back(map({a * (2 * (i + shift) / n - 1), a * (2.0 * j / rows - 1)}));
    }
  const auto at = [n](int i, int j) { return i + (n + 1) * j; };
  for (int j = 0; j < rows; ++j)
    for (int i = 0; i < n; ++i) {
      const int p = at(i, j), q = at(i + 1, j), r = at(i + 1, j + 1), s = at(i, j + 1);
      m.triangle.push_back(j % 2 ? std::array{p, q, r} : std::array{p, q, s});
      m.triangle.push_back(j % 2 ? std::array{p, r, s} : std::array{q, r, s});
    }
  for (int j = 0; j < rows; ++j)
    m.line.push_back({{at(0, j), at(0, j + 1)}, 1});
  m.curve_name[1] = "left";
  return m;
}

Vec2 same(Vec2 p) {
  return p;
}

GridShape shape_of(const GmshMesh& mesh, Sym2 d0 = {1, 0, 1}, const MeshBoundary& boundary = {},
                   int refine = 0) {
  GridShape shape;
  shape.mesh = refined_mesh(make_mesh(mesh, "m.msh", boundary, d0), boundary, refine);
  return shape;
}

Domain around(const GridShape& shape) {
  const auto [low, high] = shape.mesh->extent();
  return {low.x, high.x, low.y, high.y, {}};
}

LogVector stationary_on_all(const Chain& chain) {
  Solver solver(MPI_COMM_WORLD, chain.generator, {SolverKind::gth});
  return gathered(MPI_COMM_WORLD, solver.stationary());
}

bool first_rank() {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  return rank == 0;
}

} // namespace

BOOST_AUTO_TEST_SUITE(chains_on_triangles)

BOOST_AUTO_TEST_CASE(rest_in_gibbs_state_to_rounding) {
  const GridShape shape = shape_of(rows(14, 1.3, same));
  const Chain chain = closed_chain(potential("x^4 - x^2 + x*y/2 + y^2", "0.3"), {}, shape);
  const LogVector mass = stationary_on_all(chain);
  const Generator whole = gathered(MPI_COMM_WORLD, chain.generator);
  if (!first_rank())
    return;
  long double sum = 0, worst = 0;
  const auto log_p = [&](std::int32_t u) {
    const Vec2 p = chain.grid.centre(u);
    return std::log(static_cast<long double>(chain.grid.area(u))) -
           (p.x * p.x * p.x * p.x - p.x * p.x + p.x * p.y / 2 + p.y * p.y) / 0.3L;
  };
  for (std::int32_t u = 0; u < chain.grid.unknowns(); ++u)
    sum += std::exp(log_p(u));
  for (std::int32_t u = 0; u < chain.grid.unknowns(); ++u)
    worst = std::fmax(worst, std::abs(mass[u] - log_p(u) + std::log(sum)));
  BOOST_TEST(worst < 2e-13L);
  BOOST_TEST(entropy_production(chain.grid, whole, mass).total < 1e-24);
}

BOOST_AUTO_TEST_CASE(
    have_lyapunovs_covariance_and_entropy_production_of_oblique_noise_with_order_2) {
  // dθ = −Aθ dt + √2 σ dW with D₀ = [[5, 4], [4, 5]]/40, the square of [[2, 1], [1, 2]]/√40; the
  // mesh is Delaunay in its metric.
  const Sym2 D{0.125, 0.1, 0.125};
  // drift −D C⁻¹ x + w Q C⁻¹ x with Q antisymmetric keeps exp(−x C⁻¹ x/2); C = D here
  const double w = 0.05, det = D.xx * D.yy - D.xy * D.xy;
  // Q C⁻¹ = (w/det D) [[−D₁₂, D₁₁], [−D₂₂, D₁₂]], det D = 0.005625
  const std::string b = "(-1 - 0.005/0.005625)*x + 0.00625/0.005625*y, "
                        "-0.00625/0.005625*x + (-1 + 0.005/0.005625)*y";
  // entropy production ∫ Jᵀ D⁻¹ J/p = tr((Q C⁻¹)ᵀ D⁻¹ (Q C⁻¹) C) = w² tr(Jᵀ D⁻¹ J C⁻¹)
  const double entropy = 2 * w * w / det;
  double off[3], rate[3];
  for (int k = 0; k < 3; ++k) {
    const GridShape shape = shape_of(rows(24 << k, 2.4,
                                          [](Vec2 p) {
                                            return Vec2{(2 * p.x + p.y) / 3, (p.x + 2 * p.y) / 3};
                                          }),
                                     D);
    const Chain chain = closed_chain(drift(b, "0.125, 0.1, 0.125", around(shape)), {}, shape);
    const LogVector mass = stationary_on_all(chain);
    const Generator whole = gathered(MPI_COMM_WORLD, chain.generator);
    if (!first_rank())
      continue;
    const Sym2 c = moments(chain.grid, mass).covariance;
    off[k] = std::hypot(c.xx - D.xx, c.xy - D.xy, c.yy - D.yy);
    rate[k] = entropy_production(chain.grid, whole, mass).total / entropy - 1;
  }
  if (!first_rank())
    return;
  BOOST_TEST(order_of(off[0], off[1]) > 1.9);
  BOOST_TEST(order_of(off[1], off[2]) > 1.9);
  BOOST_TEST(off[2] < 1e-3 * D.xx);
  BOOST_TEST(order_of(rate[0], rate[1]) > 1.8);
  BOOST_TEST(std::abs(rate[2]) < 5e-3);
}

BOOST_AUTO_TEST_CASE(are_left_through_curves_and_cut_edges_with_order_2) {
  // 1-D in x: the left side absorbs, the rest reflects, and the exit set begins at x = 0.47
  const double D = 0.3, a = 1, c = 0.47;
  double off[3], through[3];
  for (int k = 0; k < 3; ++k) {
    const GridShape shape = shape_of(rows(10 << k, a, same), {1, 0, 1}, {false, {"left"}});
    const Chain chain =
        leaving_chain(drift("0, 0", "0.3, 0, 0.3", around(shape)), {}, shape, "x + 1e-9*y > 0.47");
    Solver solver(MPI_COMM_WORLD, chain.generator, {SolverKind::gth});
    const ExitQuantities q = exit_quantities(MPI_COMM_WORLD, solver, chain.generator, 2);
    const LogVector tau = gathered(MPI_COMM_WORLD, q.mean),
                    left = gathered(MPI_COMM_WORLD, q.probability.at(1));
    if (!first_rank())
      continue;
    const Vec2 at{-0.2, 0.11};
    off[k] = static_cast<double>(std::exp(log_value_at(chain.grid, tau, at))) -
             (at.x + a) * (c - at.x) / (2 * D);
    through[k] =
        static_cast<double>(std::exp(log_value_at(chain.grid, left, at))) - (c - at.x) / (c + a);
  }
  if (!first_rank())
    return;
  BOOST_TEST(order_of(off[0], off[2], 4) > 1.7);
  BOOST_TEST(std::abs(off[2]) < 2e-3);
  BOOST_TEST(std::abs(through[2]) < 1e-3);
}

BOOST_AUTO_TEST_CASE(give_probabilities_of_regions_by_area) {
  const GridShape shape = shape_of(rows(40, 1, same));
  const Chain chain = closed_chain(potential("0", "1"), {}, shape);
  const LogVector mass = stationary_on_all(chain);
  if (!first_rank())
    return;
  BOOST_TEST(std::abs(RegionProbabilities(chain.grid, mass).of(region("x^2+y^2 < 0.49")) -
                      0.49 * std::numbers::pi / 4) < 3e-4);
  BOOST_TEST(std::abs(RegionProbabilities(chain.grid, mass).of(region("x < 5")) - 1) < 1e-13);
}

BOOST_AUTO_TEST_CASE(have_the_curl_of_a_turning_current) {
  const GridShape shape = shape_of(rows(12, 1, same));
  const Cells cells(make_mesh_cells(shape.mesh, {}));
  std::vector<Vec2> current;
  for (std::int32_t u = 0; u < cells.unknowns(); ++u)
    current.push_back({-3 * cells.centre(u).y + 1, 2 * cells.centre(u).x});
  int inner = 0;
  for (double c : curl(cells, current))
    if (!std::isnan(c)) {
      ++inner;
      BOOST_TEST(std::abs(c - 5) < 0.2); // faces are not met in their middles
    }
  BOOST_TEST(inner == 11 * 11);
}

BOOST_AUTO_TEST_SUITE_END()
