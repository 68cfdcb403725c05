// Rates against what they must be exactly, and stationary masses of their chains against densities
// that are known.
#define BOOST_TEST_MODULE assemble
#include "generator/assemble.hpp"

#include "escapade/error.hpp"
#include "generator/rates/bernoulli.hpp"
#include "quantities/stationary.hpp"
#include "shared/chains.hpp"

#include <boost/test/unit_test.hpp>

#include <numbers>

using namespace escapade;
using namespace escapade::test;

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

namespace {

constexpr double thirty_degrees = std::numbers::pi / 6;
const std::string double_well = "(x^2-1)^2/4 + y^2/2";
const std::string oblique_noise =
    "0.05*(0.5 + (x^2-1)^2/4 + y^2/2)*2, 0.05*(0.5 + (x^2-1)^2/4 + y^2/2)*1.2, "
    "0.05*(0.5 + (x^2-1)^2/4 + y^2/2)";

bool is_well_formed(const Generator& G) {
  bool good = G.row_start.size() == G.killing.size() + 1 && G.column.size() == G.rate.size();
  std::vector<double> killing(G.killing.size(), 0.0);
  for (const PartKilling& k : G.part_killing)
    killing.at(k.row) += k.rate;
  for (std::int64_t x = 0; x < G.rows(); ++x) {
    good = good && std::abs(killing[x] - G.killing[x]) <= 1e-15 * G.killing[x];
    for (std::int64_t q = G.row_start[x]; q < G.row_start[x + 1]; ++q)
      good = good && G.column[q] != G.first + x && G.rate[q] > 0 && std::isfinite(G.rate[q]) &&
             (q == G.row_start[x] || G.column[q - 1] < G.column[q]);
  }
  return good;
}

/// Σ_y w (y − x) and ½ Σ_y w (y − x)(y − x)ᵀ at the cell around a point.
std::pair<Vec2, Sym2> moments_of_jumps(const Chain& chain, Vec2 at) {
  const Cells& grid = chain.grid;
  const std::int32_t x = grid.cell_at(at);
  const Generator& G = chain.generator;
  Vec2 b;
  Sym2 d;
  for (std::int64_t q = G.row_start[x]; q < G.row_start[x + 1]; ++q) {
    const Vec2 e = grid.centre(G.column[q]) - grid.centre(x);
    b = b + G.rate[q] * e;
    d.xx += 0.5 * G.rate[q] * e.x * e.x;
    d.xy += 0.5 * G.rate[q] * e.x * e.y;
    d.yy += 0.5 * G.rate[q] * e.y * e.y;
  }
  return {b, d};
}

/// Covariance C of dθ = −Aθ dt + √2 σ dW: A C + C Aᵀ = 2 D, by Cramer's rule.
Sym2 lyapunov(const double (&A)[2][2], Sym2 D) {
  // unknowns xx, xy, yy
  const double m[3][3] = {{2 * A[0][0], 2 * A[0][1], 0},
                          {A[1][0], A[0][0] + A[1][1], A[0][1]},
                          {0, 2 * A[1][0], 2 * A[1][1]}};
  const double r[3] = {2 * D.xx, 2 * D.xy, 2 * D.yy};
  const auto det = [](const double(&a)[3][3]) {
    return a[0][0] * (a[1][1] * a[2][2] - a[1][2] * a[2][1]) -
           a[0][1] * (a[1][0] * a[2][2] - a[1][2] * a[2][0]) +
           a[0][2] * (a[1][0] * a[2][1] - a[1][1] * a[2][0]);
  };
  double c[3];
  for (int k = 0; k < 3; ++k) {
    double replaced[3][3];
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 3; ++j)
        replaced[i][j] = j == k ? r[i] : m[i][j];
    c[k] = det(replaced) / det(m);
  }
  return {c[0], c[1], c[2]};
}

double distance(Sym2 a, Sym2 b) {
  return std::max({std::abs(a.xx - b.xx), std::abs(a.xy - b.xy), std::abs(a.yy - b.yy)});
}

} // namespace

BOOST_AUTO_TEST_SUITE(rates)

BOOST_AUTO_TEST_CASE(are_positive_sorted_and_never_a_diagonal) {
  const Domain d = box(-2, 2, -2, 2);
  const Problem problems[] = {potential(double_well, "0.1"), potential(double_well, "0.1+0.05*y^2"),
                              drift("-x+y, -x-y", oblique_noise, d),
                              drift("-x, -y", "1+y^2, 0.3*x, 1+x^2", d)};
  for (const Problem& p : problems) {
    BOOST_TEST(is_well_formed(closed_chain(p, d, square(20)).generator));
    BOOST_TEST(is_well_formed(closed_chain(p, d, square(20, 0.4)).generator));
    BOOST_TEST(is_well_formed(leaving_chain(p, d, square(20), "x > 0.3").generator));
    BOOST_TEST(is_well_formed(
        leaving_chain(p, d, square(20, 0.4), "x^2+y^2 > 1 or x > y+0.2", CutRule::killing)
            .generator));
  }
}

BOOST_AUTO_TEST_CASE(of_constant_coefficients_carry_exactly_the_drift) {
  const Domain d = box(0, 1, 0, 1);
  for (const char* noise : {"0.3, 0, 0.3", "0.3, 0.2, 0.3", "1, -0.95, 1", "0.02, 0.1, 0.51"})
    for (double angle : {0.0, 0.3}) {
      const Chain chain = closed_chain(drift("0.7, -1.1", noise, d), d, square(30, angle));
      const auto [b, tensor] = moments_of_jumps(chain, {0.5, 0.5});
      BOOST_TEST(std::abs(b.x - 0.7) < 1e-11, noise << ": " << b.x);
      BOOST_TEST(std::abs(b.y + 1.1) < 1e-11, noise << ": " << b.y);
    }
}

BOOST_AUTO_TEST_CASE(without_drift_carry_exactly_the_diffusion) {
  const Domain d = box(0, 1, 0, 1);
  for (double angle : {0.0, 0.3}) {
    const Chain chain = closed_chain(drift("0, 0", "0.3, 0.25, 0.4", d), d, square(30, angle));
    const auto [b, tensor] = moments_of_jumps(chain, {0.5, 0.5});
    BOOST_TEST(norm(b) < 1e-11);
    BOOST_TEST(distance(tensor, {0.3, 0.25, 0.4}) < 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(of_varying_coefficients_converge_to_them_with_order_2) {
  const Domain d = box(-1, 1, -1, 1);
  // divergence form: oblique noise of varying direction
  const Problem p = drift("sin(x)-y, x*y", "1+0.5*x^2, 0.3*sin(x+y), 1+0.5*cos(y)", d);
  double off[2][2];
  for (int k = 0; k < 2; ++k) {
    // a point that is a centre of either grid
    const Chain chain = closed_chain(p, d, square(k ? 45 : 15));
    const Vec2 at{4.0 / 15, -2.0 / 15};
    const auto [b, tensor] = moments_of_jumps(chain, at);
    off[k][0] = norm(b - Vec2{std::sin(at.x) - at.y, at.x * at.y});
    off[k][1] = distance(
        tensor, {1 + 0.5 * at.x * at.x, 0.3 * std::sin(at.x + at.y), 1 + 0.5 * std::cos(at.y)});
    BOOST_TEST((chain.form == RateForm::divergence));
  }
  BOOST_TEST(order_of(off[0][0], off[1][0], 3) > 1.9);
  BOOST_TEST(order_of(off[0][1], off[1][1], 3) > 1.9);
}

BOOST_AUTO_TEST_CASE(of_noise_of_one_direction_and_varying_size_converge_to_it_with_order_2) {
  const Domain d = box(-1, 1, -1, 1);
  const Problem p = drift("sin(x)-y, x*y", "2*(1+0.5*x^2), 0.8*(1+0.5*x^2), 1*(1+0.5*x^2)", d);
  BOOST_REQUIRE(p.constant_direction);
  double off[2][2];
  for (int k = 0; k < 2; ++k) {
    const Chain chain = closed_chain(p, d, square(k ? 45 : 15));
    const Vec2 at{4.0 / 15, -2.0 / 15};
    const auto [b, tensor] = moments_of_jumps(chain, at);
    const double size = 1 + 0.5 * at.x * at.x;
    off[k][0] = norm(b - Vec2{std::sin(at.x) - at.y, at.x * at.y});
    off[k][1] = distance(tensor, {2 * size, 0.8 * size, size});
  }
  BOOST_TEST(order_of(off[0][0], off[1][0], 3) > 1.9);
  BOOST_TEST(order_of(off[0][1], off[1][1], 3) > 1.9);
}

BOOST_AUTO_TEST_CASE(along_an_axis_without_noise_are_upwind) {
  const Domain d = box(0, 1, -1, 1, Boundary::periodic, Boundary::reflecting);
  const Problem p = drift("2+y, -y", "0, 0, 0.1", d);
  const Chain chain = closed_chain(p, d, square(10));
  const auto at = [&](Vec2 from, Vec2 to) {
    return rate_between(chain.grid, chain.generator, from, to);
  };
  BOOST_TEST(std::abs(at({0.45, 0.3}, {0.55, 0.3}) - 23.0) < 1e-12); // b/h
  BOOST_TEST(at({0.55, 0.3}, {0.45, 0.3}) == 0.0);
  BOOST_TEST(std::abs(at({0.95, 0.3}, {0.05, 0.3}) - 23.0) < 1e-12); // around
  // across it the noise is there: D/h² Bern(−b h/D) with b at Simpson's points
  const double g = -0.4 * 0.2 / 0.1;
  BOOST_TEST(std::abs(at({0.45, 0.3}, {0.45, 0.5}) - 0.1 / 0.04 * bernoulli(-g)) < 1e-12);
}

BOOST_AUTO_TEST_CASE(into_the_exit_set_are_those_of_a_shorter_edge) {
  const Domain d = box(-1, 1, -1, 1);
  const Problem p = drift("0.8, -0.3", "0.5, 0, 0.5", d);
  // oblique lines are no half-planes: cut wherever they are
  const std::string set = "x + 1e-9*y > 0.23";
  const double h = 0.2, s = (0.23 - 0.1) / h, g = 0.8 * h / 0.5, rho = 0.5 / (h * h);
  const Chain forward = leaving_chain(p, d, square(10), set, CutRule::killing);
  const Chain backward = leaving_chain(p, d, square(10), set, CutRule::shortley_weller);
  const std::int32_t x = forward.grid.cell_at({0.1, 0.1});
  const double k = rho * bernoulli(-s * g) / s;
  BOOST_TEST(std::abs(forward.generator.killing[x] / k - 1) < 1e-7);
  const double share = 2 / (1 + s);
  BOOST_TEST(std::abs(backward.generator.killing[x] / (share * k) - 1) < 1e-7);
  const auto back = [&](const Chain& c) {
    return rate_between(c.grid, c.generator, {0.1, 0.1}, {-0.1, 0.1});
  };
  BOOST_TEST(std::abs(back(forward) / (rho * bernoulli(g)) - 1) < 1e-12);
  BOOST_TEST(std::abs(back(backward) / (share * back(forward)) - 1) < 1e-7);
  // the other direction is untouched
  BOOST_TEST(rate_between(forward.grid, forward.generator, {0.1, 0.1}, {0.1, 0.3}) ==
             rate_between(backward.grid, backward.generator, {0.1, 0.1}, {0.1, 0.3}));
}

BOOST_AUTO_TEST_CASE(never_jump_over_an_exit_set_thinner_than_a_cell) {
  const Domain d = box(-1, 1, -1, 1);
  for (const char* noise : {"1, 0, 1", "1, 0.9, 1", "0.9, -0.93, 1"})
    for (double angle : {0.0, 0.5})
      for (const char* set : {"(x - 0.013)^2 < 0.0004", "(x + 0.3*y - 0.013)^2 < 0.0004"}) {
        const bool slanted = set[3] == '+';
        const Chain chain = leaving_chain(drift("0, 0", noise, d), d, square(32, angle), set);
        const auto side = [&](std::int32_t u) {
          const Vec2 p = chain.grid.centre(u);
          return p.x + (slanted ? 0.3 * p.y : 0.0) > 0.013;
        };
        const Generator& G = chain.generator;
        int over = 0;
        for (std::int64_t x = 0; x < G.rows(); ++x)
          for (std::int64_t q = G.row_start[x]; q < G.row_start[x + 1]; ++q)
            over += side(static_cast<std::int32_t>(x)) != side(G.column[q]);
        BOOST_TEST(over == 0, noise << ", " << set << ", angle " << angle);
      }
}

BOOST_AUTO_TEST_CASE(of_any_rows_are_those_of_all_rows) {
  const Domain d = box(-1, 1, -1, 1);
  const Problem p = drift("-x, -y", "1+y^2, 0.9*x*y, 1+x^2", d); // averages need neighbours
  const Grid grid = make_grid(d, square(17), {});
  const Generator all = assemble(p, grid, {}, CutRule::killing, {0, grid.unknowns()}).generator;
  for (int rank = 0; rank < 3; ++rank) {
    const RowRange rows = rows_of_rank(grid.unknowns(), rank, 3);
    const Generator G = assemble(p, grid, {}, CutRule::killing, rows).generator;
    BOOST_REQUIRE(G.first == rows.first);
    BOOST_REQUIRE(G.rows() == rows.last - rows.first);
    const std::int64_t from = all.row_start[rows.first];
    bool same = true;
    for (std::size_t q = 0; q < G.rate.size(); ++q)
      same = same && G.column[q] == all.column[from + q] && G.rate[q] == all.rate[from + q];
    BOOST_TEST(same);
  }
}

BOOST_AUTO_TEST_CASE(are_refused_where_the_coefficients_make_no_sense) {
  const Domain d = box(-1, 1, -1, 1);
  const auto refused = [&](const Problem& p, const std::string& word) {
    BOOST_CHECK_EXCEPTION(closed_chain(p, d, square(8)), BadInput, [&](const BadInput& e) {
      return std::string(e.what()).find(word) != std::string::npos;
    });
  };
  refused(drift("log(x), 0", "1, 0, 1", d), "drift is not finite");
  refused(drift("0, 1/(x-0.125)", "1, 0, 1", d), "drift is not finite");
  refused(drift("0, 0", "1, 0, sqrt(x)", d), "diffusion is not finite");
  refused(drift("0, 0", "1, 2*x, 1", d), "not positive semi-definite");
  refused(drift("0, 0", "x, 0, 1", d), "not positive semi-definite");
  refused(drift("0.1, 0", "1+x^2, 1+x^2, 1+x^2", d), "singular");
  refused(potential("log(x)", "1"), "not finite");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(stationary_masses)

BOOST_AUTO_TEST_CASE(of_a_potential_are_boltzmann_weights_to_1e_minus_12) {
  const Domain d = box(-2, 2, -2, 2);
  const auto U = [](Vec2 p) {
    const long double x = p.x, y = p.y;
    return ((x * x - 1) * (x * x - 1) / 4 + y * y / 2) / 0.1L;
  };
  for (double angle : {0.0, thirty_degrees}) {
    const Chain chain = closed_chain(potential(double_well, "0.1"), d, square(64, angle));
    const double off = deviation_from(chain.grid, stationary_of(chain), U);
    BOOST_TEST(off < 1e-12, "relative error " << off);
  }
}

BOOST_AUTO_TEST_CASE(of_a_drift_alone_converge_to_boltzmann_weights_with_order_2) {
  // no polynomial: Simpson's rule along an edge would be exact for the double well
  const Domain d = box(-1.5, 1.5, -1, 1);
  const auto U = [](Vec2 p) {
    return (std::cos(3 * p.x) + std::sin(p.x * p.y) + p.y * p.y) / 0.3L;
  };
  const Problem p = drift("3*sin(3*x) - y*cos(x*y), -x*cos(x*y) - 2*y", "0.3, 0, 0.3", d);
  double off[3];
  for (int k = 0; k < 3; ++k) {
    const Chain chain = closed_chain(p, d, square(16 << k));
    off[k] = deviation_from(chain.grid, stationary_of(chain), U);
  }
  BOOST_TEST(order_of(off[0], off[1]) > 1.9);
  BOOST_TEST(order_of(off[1], off[2]) > 1.9);
  BOOST_TEST(off[2] < 1e-4);
}

BOOST_AUTO_TEST_CASE(of_oblique_noise_of_varying_direction_in_detailed_balance_are_known) {
  // b = −D∇U + ∇·D has p = e^{−U} for any D; U = sin(2x) + cosh(y)
  const Domain d = box(-1, 1, -1, 1);
  const Problem p = drift("-(1+0.5*y^2)*2*cos(2*x) - 0.6*sin(x)*sinh(y),"
                          "-0.6*sin(x)*2*cos(2*x) - (1+0.5*x^2)*sinh(y) + 0.6*cos(x)",
                          "1+0.5*y^2, 0.6*sin(x), 1+0.5*x^2", d);
  const auto U = [](Vec2 q) { return std::sin(2.0L * q.x) + std::cosh((long double)q.y); };
  for (double angle : {0.0, thirty_degrees}) {
    double off[2], entropy[2];
    for (int k = 0; k < 2; ++k) {
      const Chain chain = closed_chain(p, d, square(24 << k, angle));
      const LogVector mass = stationary_of(chain);
      off[k] = deviation_from(chain.grid, mass, U);
      entropy[k] = entropy_production(chain.grid, chain.generator, mass).total;
    }
    BOOST_TEST(order_of(off[0], off[1]) > 1.9);
    BOOST_TEST(off[1] < 1e-4);
    BOOST_TEST(entropy[1] < 1e-8); // detailed balance leaves none behind
  }
}

BOOST_AUTO_TEST_CASE(of_an_ornstein_uhlenbeck_process_have_lyapunovs_covariance_with_order_2) {
  const Domain d = box(-1.2, 1.2, -1.8, 1.8);
  const Sym2 D{0.04, 0.01, 0.06};
  const Problem p = drift("-2*x - y, x - y", "0.04, 0.01, 0.06", d);
  const Sym2 exact = lyapunov({{2, 1}, {-1, 1}}, D);
  BOOST_TEST(std::abs(2 * (2 * exact.xx + exact.xy) - 2 * D.xx) < 1e-15); // the oracle itself
  const double noise_frame = eigen(D).angle;
  for (double angle : {0.0, noise_frame}) {
    double off[3];
    for (int k = 0; k < 3; ++k) {
      const Chain chain = closed_chain(p, d, square(48 << k, angle));
      BOOST_TEST(chain.grid.isolated() <= 2);
      off[k] = distance(moments(chain.grid, stationary_of(chain)).covariance, exact);
    }
    BOOST_TEST(order_of(off[0], off[1]) > 1.9, "angle " << angle);
    BOOST_TEST(order_of(off[1], off[2]) > 1.9, "angle " << angle);
    BOOST_TEST(off[2] < 1e-3 * trace(exact));
  }
}

BOOST_AUTO_TEST_CASE(are_positive_on_every_grid_whatever_the_noise) {
  const Domain d = box(-2, 2, -2, 2);
  const Problem problems[] = {drift("-x*(x^2-1), -y", oblique_noise, d),
                              // nearly singular, turning, strongly advected
                              drift("9*y, -9*x", "0.011+0.01*x^2, 0.01*x*y, 0.011+0.01*y^2", d)};
  for (const Problem& p : problems)
    for (int n : {16, 32, 64, 128}) {
      const Chain chain = closed_chain(p, d, square(n));
      int negative = 0;
      for (long double m : stationary_of(chain))
        negative += !std::isfinite(m);
      BOOST_TEST(negative == 0, n << " cells");
    }
}

BOOST_AUTO_TEST_CASE(feel_the_calculus_by_the_power_of_the_noise) {
  // no drift, D = s(x): p ∝ 1/s read as Itô, s^{−1/2} as Stratonovich, 1 as isothermal
  const Domain d = box(-1, 1, 0, 1);
  const auto s = [](Vec2 p) { return std::exp(std::sin(2 * p.x)); };
  const Calculus each[] = {Calculus::ito, Calculus::stratonovich, Calculus::isothermal};
  for (int k = 0; k < 3; ++k) {
    const Problem p = drift("0, 0", "exp(sin(2*x)), 0, exp(sin(2*x))", d, each[k]);
    const Chain chain = closed_chain(p, d, {{64, 4}, 0});
    const double off = deviation_from(chain.grid, stationary_of(chain), [&](Vec2 q) {
      return (1 - 0.5L * k) * std::log(static_cast<long double>(s(q)));
    });
    BOOST_TEST(off < 2e-6, "reading " << k << ": " << off);
  }
}

BOOST_AUTO_TEST_SUITE_END()
