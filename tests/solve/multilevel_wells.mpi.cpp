// Wells of the multilevel solver's answers: what they exchange over barriers of 70 T and more is
// below the rounding of the fluxes within them. Runs on 1, 2 and 3 ranks.
#define BOOST_TEST_MODULE multilevel_wells
#include "solve/multilevel/wells.hpp"

#include "generator/distribute.hpp"
#include "shared/chains.hpp"
#include "solve/multilevel/multilevel.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

using namespace escapade;
using namespace escapade::test;

namespace {

Lattice places(const Chain& chain) {
  const Grid& grid = *chain.grid.lattice();
  const Generator& rows = chain.generator;
  return {grid.cells[0], grid.cells[1], grid.places(rows.first, rows.first + rows.rows()),
          chain.reach};
}

MultilevelSolver solver_of(const Chain& chain) {
  const Lattice lattice = places(chain);
  auto solver =
      MultilevelSolver::spread(MPI_COMM_WORLD, std::make_shared<Generator>(chain.generator),
                               {.lattice = &lattice, .tolerance = 1e-9});
  BOOST_TEST_REQUIRE(solver.has_value());
  return std::move(*solver);
}

/// Largest difference of logarithms in this rank's cells.
double deviation(const Chain& chain, const LogVector& part, const LogVector& whole) {
  long double most = 0;
  for (std::size_t i = 0; i < part.size(); ++i)
    most = std::fmax(most, std::abs(part[i] - whole[chain.generator.first + i]));
  return static_cast<double>(most);
}

struct Spread {
  Chain part, whole;
};

Spread chain_of(const Problem& problem, const Domain& domain, const GridShape& shape,
                const std::string& exit = "") {
  const Region set = exit.empty() ? Region{} : region(exit);
  return {make_chain(MPI_COMM_WORLD, problem, domain, shape, set, CutRule::killing),
          make_chain(MPI_COMM_SELF, problem, domain, shape, set, CutRule::killing)};
}

LogVector ones(const Chain& chain) {
  return LogVector(chain.generator.rows(), 0.0L);
}

const double pi = std::acos(-1.0);
const Domain wells = box(-3, 3, -3, 3);

Problem egg_box(const std::string& T) {
  const std::string p = std::to_string(pi);
  return potential("-cos(" + p + "*x)/" + p + " - cos(" + p + "*y)/" + p, T);
}

/// A level that holds π, with the masses of the right well times `factor`.
struct Held {
  multilevel::Pattern pattern;
  multilevel::Level level;
  Held(const Chain& chain, const LogVector& log_pi, double factor)
      : pattern(*multilevel::spread_pattern(MPI_COMM_WORLD, chain.generator, places(chain))) {
    using multilevel::Level;
    const Generator& rows = chain.generator;
    const auto p = &pattern;
    level.pattern = p;
    level.phi.assign(p->size(), 0.0);
    level.u.assign(p->size(), 1.0);
    level.d.assign(p->size(), 0.0);
    level.v.assign(p->edges(), 0.0);
    const auto number = [&](std::int32_t c) { return rows.first + c - p->first; };
    for (std::int32_t i = 0; i < p->size(); ++i)
      level.phi[i] =
          static_cast<double>(log_pi[number(i)]) +
          0.5 * std::log(factor) *
              (1 + std::tanh(chain.grid.centre(static_cast<std::int32_t>(number(i))).x / 0.2));
    std::vector<double> out(p->edges(), 0.0); // w(i→j) in row i
    for (std::int32_t i = p->first; i < p->last; ++i)
      for (std::int64_t e = p->row_start[i]; e < p->row_start[i + 1]; ++e) {
        const std::int64_t entry = find_entry(rows, i - p->first, number(p->from(i, e)));
        out[e] = entry < 0 ? 0.0 : rows.rate[entry];
        level.d[i] += out[e];
      }
    const auto across = p->halo.opposite(out);
    for (std::int32_t i = p->first; i < p->last; ++i)
      for (std::int64_t e = p->row_start[i]; e < p->row_start[i + 1]; ++e)
        if (const std::int32_t j = p->from(i, e); p->owns(j))
          level.v[e] = out[multilevel::edge(*p, i, j)];
    for (std::size_t b = 0; b < across.size(); ++b)
      for (std::size_t k = 0; k < across[b].size(); ++k)
        level.v[p->halo.borders[b].edges[k].edge] = across[b][k];
    for (std::int32_t i = p->first; i < p->last; ++i)
      for (std::int64_t e = p->row_start[i]; e < p->row_start[i + 1]; ++e)
        level.v[e] *= std::exp(level.phi[p->from(i, e)] - level.phi[i]) / level.d[i];
  }
};

} // namespace

BOOST_TEST_GLOBAL_FIXTURE(Mpi);

BOOST_AUTO_TEST_SUITE(multilevel_wells)

// Two wells, 62 T deep: what one gives the other is 1e-27 of the fluxes within them.
BOOST_AUTO_TEST_CASE(wrong_weights_are_seen_and_right_ones_are_not) {
  const Spread chain =
      chain_of(potential("(x^2 - 1)^2/4 + y^2/2", "0.004"), box(-2, 2, -2, 2), square(50));
  const LogVector log_pi = GthSolver(chain.whole.generator, {}).stationary();
  Held right(chain.part, log_pi, 1);
  Held wrong(chain.part, log_pi, 1.01);
  // Blocks of 1, 2 and 4 cells a side; the largest are a quarter of a well wide, and cut above the
  // pass.
  for (const auto& [blocks, least] : {std::pair{50 * 50, 1e-5}, {25 * 25, 1e-5}, {300, 1e-7}}) {
    BOOST_TEST(multilevel::well_imbalance(right.level, blocks) < 1e-12);
    const double imbalance = multilevel::well_imbalance(wrong.level, blocks);
    BOOST_TEST(imbalance > least);
    BOOST_TEST(imbalance < 1e-2);
  }
}

BOOST_AUTO_TEST_CASE(several_wells_behind_high_barriers) {
  const Spread chain = chain_of(egg_box("0.006"), wells, {{150, 100}, 0});
  MultilevelSolver solver = solver_of(chain.part);
  BOOST_TEST(deviation(chain.part, solver.stationary(),
                       GthSolver(chain.whole.generator, {}).stationary()) < 1e-8);
}

BOOST_AUTO_TEST_CASE(exit_times_from_several_wells_in_a_current) {
  const Domain domain = box(-3, 3, -2, 2, Boundary::periodic, Boundary::reflecting);
  const Spread chain = chain_of(
      drift("sin(3.14159265358979*x) + 3, -sin(3.14159265358979*y)", "0.0063, 0, 0.0063", domain),
      domain, {{162, 45}, 0}, "y > 1.2");
  MultilevelSolver solver = solver_of(chain.part);
  BOOST_TEST(deviation(chain.part, solver.backward(ones(chain.part)),
                       GthSolver(chain.whole.generator, {}).backward(ones(chain.whole))) < 1e-8);
}

BOOST_AUTO_TEST_SUITE_END()
