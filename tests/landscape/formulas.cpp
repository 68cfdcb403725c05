#define BOOST_TEST_MODULE formulas
#include <boost/test/unit_test.hpp>

#include "escapade/landscape/formulas.hpp"
#include "escapade/problem/region.hpp"
#include "escapade/problem/sde.hpp"
#include "escapade/problem/sgd.hpp"
#include "problem/parse_region.hpp"

#include <cmath>
#include <numbers>
#include <string>
#include <string_view>

using namespace escapade;

namespace {

const Symbols xy{{"x", "y"}, {}};
const Domain box{-2, 2, -2, 2, {}};

Expression text(const char* e) {
  return parse_expression("-test", e, xy);
}

const Formula& named(const std::vector<Formula>& all, std::string_view name) {
  for (const Formula& f : all)
    if (f.name == name)
      return f;
  throw std::logic_error("no formula " + std::string(name));
}

std::vector<Formula> formulas_of(const Problem& p) {
  const CriticalPoint well = descend(p.landscape, box, {-1.1, 0.1}, "-start");
  const auto points = critical_points(p.landscape, box).points;
  const auto saddles = saddles_around(p.landscape, box, well, points);
  BOOST_REQUIRE_EQUAL(saddles.size(), 1u);
  BOOST_TEST(std::abs(saddles[0].position.x) < 1e-9);
  return escape_formulas(p, well, saddles[0], ExitAt::beyond_saddle);
}

} // namespace

BOOST_AUTO_TEST_SUITE(formulas)

BOOST_AUTO_TEST_CASE(of_a_separable_double_well_are_kramers_by_hand) {
  // V'' = 2 in the well, −1 at the saddle, 1 across in both; ΔV = 1/4.
  const double T = 0.05;
  const auto all = formulas_of(
      potential_problem(text("(x^2-1)^2/4 + y^2/2"), constant(T), Calculus::ito, Compile::never));
  const double rate = std::sqrt(2.0) / (2 * std::numbers::pi) * std::exp(-0.25 / T);
  for (const char* name : {"kramers", "eyring_kramers"}) {
    const Formula& f = named(all, name);
    BOOST_TEST(std::abs(static_cast<double>(std::exp(f.log_rate)) / rate - 1) < 1e-9);
    BOOST_TEST(f.holds());
  }
}

BOOST_AUTO_TEST_CASE(eyring_kramers_weighs_the_curvature_across) {
  // Across: 1 + 3(1 − x²)... 4 at the saddle, 1 in the well: the passage is narrower by a half.
  const double T = 0.05;
  const auto all = formulas_of(potential_problem(text("(x^2-1)^2/4 + y^2/2*(1 + 3*(1-x^2)^2)"),
                                                 constant(T), Calculus::ito, Compile::never));
  const double kramers = static_cast<double>(std::exp(named(all, "kramers").log_rate));
  const double eyring = static_cast<double>(std::exp(named(all, "eyring_kramers").log_rate));
  BOOST_TEST(std::abs(eyring / kramers - 0.5) < 1e-9);
  BOOST_TEST(!named(all, "kramers").holds());
  BOOST_TEST(named(all, "eyring_kramers").holds());
}

BOOST_AUTO_TEST_CASE(say_which_assumption_fails) {
  const Problem p =
      potential_problem(text("(x^2-1)^2/4 + y^2/2"), constant(0.05), Calculus::ito, Compile::never);
  const CriticalPoint well{{-1, 0}, 0, {2, 0, 1}, CriticalPoint::Type::minimum},
      saddle{{0, 0}, 0.25, {-1, 0, 1}, CriticalPoint::Type::saddle};
  for (const auto exit : {ExitAt::saddle, ExitAt::before_saddle}) {
    const Formula f = escape_formulas(p, well, saddle, exit).front();
    BOOST_REQUIRE(f.fails.size() == 1);
    BOOST_TEST((f.fails[0].find("twice") != std::string::npos) == (exit == ExitAt::saddle));
  }
}

BOOST_AUTO_TEST_CASE(mori_is_a_power_law_of_the_losses) {
  // L = 1 + V: L* = 1, L_s = 1.25, h* = 2 along the way, B/η = 100: (1/1.25)^{100/2 + 1 − 1}.
  SgdSetting setting;
  setting.learning_rate = 0.01;
  const Loss loss = loss_of_expression(text("1 + (x^2-1)^2/4 + y^2/2"), Compile::never);
  const auto all = formulas_of(sgd_problem(loss, setting, Vec2{-1, 0}));
  const double rate = std::sqrt(2.0) / (2 * std::numbers::pi) * std::pow(0.8, 50);
  const Formula& f = named(all, "mori");
  BOOST_TEST(std::abs(static_cast<double>(std::exp(f.log_rate)) / rate - 1) < 1e-9);
  BOOST_TEST(f.holds());
}

BOOST_AUTO_TEST_CASE(the_energy_loss_factor_has_its_limits) {
  // Υ = δ exp(ζ(½)√(δ/π) + O(δ)) for small δ
  for (double delta : {1e-6, 1e-4})
    BOOST_TEST(std::abs(std::log(energy_loss_factor(delta) / delta) +
                        1.4603545088095868 * std::sqrt(delta / std::numbers::pi)) < delta);
  BOOST_TEST(std::abs(energy_loss_factor(60) - 1) < 1e-6);
}

BOOST_AUTO_TEST_CASE(of_a_particle_with_inertia_are_exact_for_the_quartic_well) {
  // V = (x² − 1)²/4: ω_a² = 2, ω_b² = 1, ΔV = ¼, ∮v dx = 4/3 on one side of the top
  const double T = 0.05, friction = 0.3, delta = friction * (4.0 / 3) / T;
  const Problem p =
      kinetic_problem(text("(x^2-1)^2/4"), text("0.3"), text("0.05"), box, Compile::never);
  const Region exit = parse_region("-exit", "x > 0.9", xy, Compile::never);
  const Vec2 start{-1, 0};
  const auto all = kinetic_formulas(p, box, T, friction, exit, &start);
  const double tst = std::log(std::sqrt(2.0) / (2 * std::numbers::pi)) - 0.25 / T;
  const double mu = std::sqrt(1 + 0.15 * 0.15) - 0.15;
  const auto log_of = [&](const char* name) {
    return static_cast<double>(named(all, name).log_rate);
  };
  BOOST_TEST(std::abs(log_of("kramers") - tst - std::log(mu)) < 1e-6);
  BOOST_TEST(std::abs(log_of("energy_diffusion") - tst - std::log(delta)) < 1e-5);
  BOOST_TEST(std::abs(log_of("melnikov_meshkov") - tst - std::log(mu * energy_loss_factor(delta))) <
             1e-5);
  BOOST_TEST(named(all, "kramers").holds());
  BOOST_TEST(!named(all, "energy_diffusion").holds());
}

BOOST_AUTO_TEST_CASE(of_a_particle_with_inertia_need_one_way_out) {
  const Problem p =
      kinetic_problem(text("(x^2-1)^2/4"), text("0.3"), text("0.05"), box, Compile::never);
  const Vec2 start{-1, 0};
  const auto with = [&](const char* exit) {
    return kinetic_formulas(p, box, 0.05, 0.3, parse_region("-exit", exit, xy, Compile::never),
                            &start);
  };
  BOOST_TEST(with("x > 0.5 or x < -1.8").empty());
  BOOST_TEST(with("y > 1.5").empty());
  BOOST_TEST(!named(with("x > -0.5"), "melnikov_meshkov").holds()); // before the top
  BOOST_TEST(!named(with("x > 0"), "melnikov_meshkov").holds());    // at it
}

BOOST_AUTO_TEST_SUITE_END()
