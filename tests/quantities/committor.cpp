#define BOOST_TEST_MODULE committor
#include <boost/test/unit_test.hpp>

#include "escapade/error.hpp"
#include "generator/chain.hpp"
#include "quantities/committor.hpp"
#include "solve/solver.hpp"

#include <cmath>
#include <limits>

using namespace escapade;

namespace {

struct Mpi {
  Mpi() { MPI_Init(nullptr, nullptr); }
  ~Mpi() { MPI_Finalize(); }
};

Problem problem_of(std::function<void(double, double, double*)> coefficients) {
  Problem p;
  p.coefficients = pointwise(5, std::move(coefficients));
  p.constant_direction = Sym2{1, 0, 1};
  return p;
}

struct Solved {
  Chain chain;
  std::vector<Place> place;
  Transition t;
};

Solved solve_between(const Problem& problem, const Domain& domain,
                     std::array<std::int64_t, 2> cells, const std::function<Place(Vec2)>& where) {
  Solved s;
  s.chain = make_chain(MPI_COMM_SELF, problem, domain, {cells, 0}, {}, CutRule::killing);
  Solver whole(MPI_COMM_SELF, s.chain.generator, {});
  const LogVector mass = whole.stationary();
  for (std::int32_t u = 0; u < s.chain.grid.unknowns(); ++u)
    s.place.push_back(where(s.chain.grid.centre(u)));
  const Between between = chain_between(s.chain.generator, s.place, mass);
  Solver inner(MPI_COMM_SELF, between.generator, {});
  LogVector into_b(between.cell.size(), -std::numeric_limits<long double>::infinity());
  for (const PartKilling& k : between.generator.part_killing)
    if (k.part == 1)
      into_b[k.row] = std::log(static_cast<long double>(k.rate));
  s.t = transition(s.chain.grid, s.chain.generator, s.place, mass, between, inner.backward(into_b),
                   inner.forward(between.log_source));
  return s;
}

Place strip(Vec2 p) {
  return p.x < -1 ? Place::a : p.x > 1 ? Place::b : Place::between;
}

} // namespace

BOOST_GLOBAL_FIXTURE(Mpi);

BOOST_AUTO_TEST_SUITE(committor)

BOOST_AUTO_TEST_CASE(of_pure_diffusion_is_linear_and_its_rate_exact) {
  // D = 1 in [−2, 2]×[−1, 1], uniform π = 1/8. Cells of A end at −1: the last centre is at −1 −
  // h/2, so q⁺ is linear over a width 2 + h and the rate is D · 2/8 / (2 + h).
  const auto s = solve_between(
      problem_of([](double, double, double* c) { c[0] = c[1] = c[3] = 0, c[2] = c[4] = 1; }),
      {-2, 2, -1, 1, {}}, {40, 20}, strip);
  const double h = 0.1;
  BOOST_TEST(std::abs(static_cast<double>(std::exp(s.t.log_rate)) / (0.25 / (2 + h)) - 1) < 1e-12);
  for (std::int32_t u = 0; u < s.chain.grid.unknowns(); ++u) {
    const Vec2 p = s.chain.grid.centre(u);
    if (s.place[u] != Place::between)
      continue;
    const double exact = (p.x + 1 + h / 2) / (2 + h);
    BOOST_TEST(std::abs(static_cast<double>(std::exp(s.t.forward[u])) - exact) < 1e-12);
    BOOST_TEST(std::abs(static_cast<double>(std::exp(s.t.backward[u])) - (1 - exact)) < 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(flux_is_the_same_through_every_surface_without_detailed_balance) {
  const auto s = solve_between(problem_of([](double x, double y, double* c) {
                                 c[0] = x - x * x * x + 2 * y, c[1] = -y - 2 * x;
                                 c[2] = c[4] = 0.2, c[3] = 0;
                               }),
                               {-2, 2, -2, 2, {}}, {48, 48}, strip);
  BOOST_TEST(s.t.flux_spread < 1e-10);
  // Inflow and outflow of the reactive current balance: equal numbers of transitions either way.
  const auto back =
      solve_between(problem_of([](double x, double y, double* c) {
                      c[0] = x - x * x * x + 2 * y, c[1] = -y - 2 * x;
                      c[2] = c[4] = 0.2, c[3] = 0;
                    }),
                    {-2, 2, -2, 2, {}}, {48, 48}, [](Vec2 p) {
                      const Place at = strip(p);
                      return at == Place::a ? Place::b : at == Place::b ? Place::a : at;
                    });
  BOOST_TEST(std::abs(static_cast<double>(std::expm1(s.t.log_rate - back.t.log_rate))) < 1e-11);
  BOOST_TEST(std::abs(static_cast<double>(s.t.probability_a + back.t.probability_a - 1)) < 1e-11);
}

BOOST_AUTO_TEST_CASE(sets_that_touch_or_are_empty_are_refused) {
  const Problem flat =
      problem_of([](double, double, double* c) { c[0] = c[1] = c[3] = 0, c[2] = c[4] = 1; });
  const Domain box{-2, 2, -1, 1, {}};
  const auto attempt = [&](const std::function<Place(Vec2)>& where) {
    static_cast<void>(solve_between(flat, box, {16, 8}, where));
  };
  BOOST_CHECK_THROW(attempt([](Vec2 p) { return p.x < 0 ? Place::a : Place::b; }), BadInput);
  BOOST_CHECK_THROW(attempt([](Vec2 p) { return p.x < 0 ? Place::a : Place::between; }), BadInput);
  BOOST_CHECK_THROW(attempt([](Vec2 p) { return p.x < 0 ? Place::b : Place::between; }), BadInput);
}

BOOST_AUTO_TEST_SUITE_END()
