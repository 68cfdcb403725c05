#define BOOST_TEST_MODULE setup
#include "programs/setup/setup.hpp"

#include "escapade/error.hpp"
#include "programs/report/option_words.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <map>
#include <numbers>
#include <string>

using namespace escapade;

namespace {

using Given = std::map<std::string, std::string>;

const Given double_well{{"potential", "(x^2-1)^2/4 + y^2/2"},
                        {"temperature", "0.1"},
                        {"domain", "-2,2,-2,2"},
                        {"exit", "x > 0"},
                        {"start", "-1,0"},
                        {"compile", "never"}};
const Needs leaving{true, true, false, true};
const Needs resting{false, false, true, true};

Setup read(Given given, const Given& more = {}, const Needs& needs = leaving) {
  for (const auto& [name, value] : more)
    if (value.empty())
      given.erase(name);
    else
      given[name] = value;
  Options options("fp-exit");
  for (const auto& [name, value] : given)
    options.record(name, value);
  return read_setup(options, needs);
}

/// The message, or nothing where the setup is accepted. One line that ends in what to do.
std::string refusal(const Given& given, const Given& more, const Needs& needs = leaving) {
  try {
    read(given, more, needs);
  } catch (const BadInput& e) {
    const std::string text = in_option_words(e.what());
    BOOST_TEST(text.find('\n') == std::string::npos);
    return text;
  }
  return "";
}

bool says(const std::string& text, const std::string& part) {
  const bool found = text.find(part) != std::string::npos;
  if (!found)
    BOOST_TEST_MESSAGE("says: " << text);
  return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(setups)

BOOST_AUTO_TEST_CASE(of_a_potential_hold_what_was_given) {
  const Setup s = read(double_well, {{"exit", "x > 0 or y>1.5"}, {"cells", "40,30"}});
  BOOST_TEST(s.domain.x1 == 2.0);
  BOOST_TEST(s.parts.size() == 2u);
  BOOST_TEST(s.parts[0] == "x > 0");
  BOOST_TEST(s.parts[1] == "y > 1.5");
  BOOST_TEST(s.starts.size() == 1u);
  BOOST_TEST((s.shape.cells == std::array<std::int64_t, 2>{40, 30}));
  BOOST_TEST(s.description.find("kind")->text("") == "potential");
  double v[5], x = -0.5, y = 0.25;
  s.problem.coefficients(1, &x, &y, v);
  BOOST_TEST(std::abs(v[0] + 0.375) < 1e-15); // −x(x² − 1)
  BOOST_TEST(std::abs(v[1] + 0.25) < 1e-15);
  BOOST_TEST(v[2] == 0.1);
}

BOOST_AUTO_TEST_CASE(know_names_of_variables_and_parameters) {
  const Setup s = read({{"variables", "a, b"},
                        {"parameters", "k=2, eps=0.5*k"},
                        {"drift", "-k*a, -b"},
                        {"diffusion", "eps, 0, 1"},
                        {"domain", "-1,1,-1,1"},
                        {"exit", "a > k/4"},
                        {"starts", "0,0; -k/4, 0.1"},
                        {"compile", "never"}});
  BOOST_TEST(s.problem.variables[1] == "b");
  BOOST_REQUIRE(s.starts.size() == 2);
  BOOST_TEST(s.starts[1].x == -0.5);
  double v[5], x = 0.5, y = 0;
  s.problem.coefficients(1, &x, &y, v);
  BOOST_TEST(v[0] == -1.0);
  BOOST_TEST(v[2] == 1.0);
  BOOST_REQUIRE(s.exit[0].half_plane.has_value());
  BOOST_TEST(s.exit[0].half_plane->position == 0.5);
}

BOOST_AUTO_TEST_CASE(add_absorbing_sides_to_the_parts_of_the_exit) {
  const Setup s = read(double_well, {{"boundary", "absorbing,reflecting,reflecting,absorbing"}});
  BOOST_REQUIRE(s.parts.size() == 3);
  BOOST_TEST(s.parts[1] == "side x0");
  BOOST_TEST(s.parts[2] == "side y1");
  BOOST_TEST(read(double_well, {{"boundary", "absorbing"}, {"exit", ""}}).parts.size() == 4u);
}

BOOST_AUTO_TEST_CASE(turn_the_frame_to_oblique_noise_unless_told_otherwise) {
  const Given oblique{{"drift", "-x, -y"}, {"diffusion", "1, 0.9, 1"}, {"domain", "-1,1,-1,1"},
                      {"start", "0,0"},    {"exit", "x > 0.5"},        {"compile", "never"}};
  const double quarter = std::numbers::pi / 4;
  const Setup s = read(oblique);
  BOOST_TEST(std::abs(std::abs(s.shape.angle) - quarter) < 1e-12);
  // eigenvalues 1.9 and 0.1: cells in proportion to their roots
  const double ratio = static_cast<double>(std::max(s.shape.cells[0], s.shape.cells[1])) /
                       static_cast<double>(std::min(s.shape.cells[0], s.shape.cells[1]));
  BOOST_TEST(std::abs(ratio / std::sqrt(19.0) - 1) < 0.05);
  BOOST_TEST(read(oblique, {{"frame", "axes"}}).shape.angle == 0.0);
  BOOST_TEST(std::abs(read(oblique, {{"frame", "30"}}).shape.angle - quarter * 2 / 3) < 1e-15);
  BOOST_TEST(
      read(oblique, {{"boundary", "periodic"}, {"drift", "1, 2"}, {"exit", "(x-0.5)^2+y^2 < 0.01"}})
          .shape.angle == 0.0);
  BOOST_TEST(read(double_well).shape.angle == 0.0);
  BOOST_TEST(
      (read(oblique, {{"cells", "64,32"}}).shape.cells == std::array<std::int64_t, 2>{64, 32}));
}

BOOST_AUTO_TEST_CASE(turn_the_frame_by_no_more_than_45_degrees) {
  for (const char* noise : {"2, 0.5, 1", "1, 0.5, 2", "2, -0.5, 1", "1, -0.5, 2"}) {
    const Setup s = read({{"drift", "-x, -y"},
                          {"diffusion", noise},
                          {"domain", "-1,1,-1,1"},
                          {"start", "0,0"},
                          {"exit", "x > 0.5"},
                          {"compile", "never"}});
    BOOST_TEST(std::abs(s.shape.angle) < std::numbers::pi / 4);
    BOOST_TEST(std::abs(s.shape.angle) > 0.1);
    BOOST_TEST(std::abs(in_frame(*s.problem.constant_direction, s.shape.angle).xy) < 1e-14);
  }
}

BOOST_AUTO_TEST_CASE(accept_periodic_coefficients_that_vanish_on_the_sides_to_rounding) {
  // −V₁ = π sin(πx) is 4e-16 and −4e-16 on the two sides
  const Given ring{{"potential", "cos(pi*x) + cos(pi*y)"},
                   {"temperature", "0.1"},
                   {"domain", "-1,1,-1,1"},
                   {"boundary", "periodic"},
                   {"compile", "never"}};
  BOOST_TEST(refusal(ring, {}, resting) == "");
  BOOST_TEST(says(refusal(ring, {{"domain", "-1,0.9,-1,1"}}, resting), "the drift differs"));
}

BOOST_AUTO_TEST_CASE(take_the_hessian_at_the_minimum_that_descent_reaches) {
  const Given sgd{{"loss", "1 + (x^2-1)^2/4 + y^2/2 + x/10"},
                  {"learning_rate", "0.01"},
                  {"batch_size", "2"},
                  {"domain", "-2,2,-2,2"},
                  {"exit", "x > 0"},
                  {"start", "-0.5,0.3"},
                  {"compile", "never"}};
  const Setup s = read(sgd);
  BOOST_REQUIRE(s.problem.sgd->minimum.has_value());
  const double x = s.problem.sgd->minimum->x;
  BOOST_TEST(std::abs(x * x * x - x + 0.1) < 1e-13);
  BOOST_TEST(x < -1);
  BOOST_TEST(read(sgd, {{"minimum", "1,0"}}).problem.sgd->minimum->x > 0.9);
  // two minima and nothing that tells which
  BOOST_TEST(says(refusal(sgd, {{"start", ""}, {"exit", ""}}, resting), "several minima"));
  // the algorithm itself asks for no θ*
  const Needs algorithm{.noise = false, .sgd_itself = true};
  BOOST_TEST(refusal(sgd, {{"start", ""}, {"exit", ""}}, algorithm) == "");
  BOOST_TEST(!read(sgd, {{"start", ""}, {"exit", ""}}, algorithm).description.find("theta_star"));
  BOOST_TEST(read(sgd, {{"start", ""}, {"exit", ""}, {"loss", "1 + x^2 + y^2"}}, resting)
                 .problem.sgd->minimum.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(refused)

BOOST_AUTO_TEST_CASE(problems_that_are_missing_doubled_or_mixed) {
  const auto r = [&](const Given& more) { return refusal(double_well, more); };
  BOOST_TEST(says(r({{"potential", ""}}), "no problem is given"));
  BOOST_TEST(says(r({{"drift", "0, 0"}}), "-potential and -drift are both given"));
  BOOST_TEST(says(r({{"diffusion", "1"}}), "-diffusion does not go with -potential"));
  BOOST_TEST(says(r({{"temperature", ""}}), "-temperature is missing"));
  BOOST_TEST(says(r({{"temperature", "-0.1"}}), "positive temperature"));
  BOOST_TEST(says(r({{"temperature", "0"}}), "positive temperature"));
  BOOST_TEST(says(r({{"potential", "x^2 +"}}), "-potential \"x^2 +\""));
  BOOST_TEST(says(r({{"potential", "z"}}), "'z'"));
}

BOOST_AUTO_TEST_CASE(drifts_and_diffusions_of_the_wrong_length_or_sign) {
  const Given linear{{"drift", "-x, -y"}, {"diffusion", "1"}, {"domain", "-1,1,-1,1"},
                     {"exit", "x > 0.5"}, {"start", "0,0"},   {"compile", "never"}};
  BOOST_TEST(refusal(linear, {}) == "");
  BOOST_TEST(says(refusal(linear, {{"drift", "-x"}}), "1 expression, give 2"));
  BOOST_TEST(says(refusal(linear, {{"diffusion", "1, 2"}}), "one (isotropic) or three"));
  BOOST_TEST(says(refusal(linear, {{"diffusion", "1, 3, 1"}}), "not positive semi-definite"));
  BOOST_TEST(says(refusal(linear, {{"diffusion", "-1, 0, 1"}}), "not positive semi-definite"));
  BOOST_TEST(says(refusal(linear, {{"diffusion", "0"}}), "no noise"));
  BOOST_TEST(says(refusal(linear, {{"diffusion", ""}}), "-diffusion is missing"));
  BOOST_TEST(says(refusal(linear, {{"noise", "1, 0, 0, 1"}}), "-diffusion does not go"));
  BOOST_TEST(says(refusal(linear, {{"diffusion", "1, x, 2"}, {"calculus", "stratonovich"}}),
                  "give the matrix itself with -noise"));
}

BOOST_AUTO_TEST_CASE(domains_and_boundaries_that_make_no_sense) {
  const auto r = [&](const Given& more) { return refusal(double_well, more); };
  BOOST_TEST(says(r({{"domain", ""}}), "-domain is missing"));
  BOOST_TEST(says(r({{"domain", "2,-2,-2,2"}}), "x0 < x1"));
  BOOST_TEST(says(r({{"domain", "-2,2,1,1"}}), "y0 < y1"));
  BOOST_TEST(says(r({{"boundary", "open"}}), "'open'"));
  BOOST_TEST(says(r({{"boundary", "reflecting,absorbing"}}), "four for x0,x1,y0,y1"));
  BOOST_TEST(says(r({{"boundary", "periodic,reflecting,reflecting,reflecting"}}), "opposite"));
  BOOST_TEST(
      says(r({{"potential", "x + y^2"}, {"boundary", "reflecting,reflecting,periodic,periodic"}}),
           "-boundary periodic: the drift differs between"));
  BOOST_TEST(says(r({{"frame", "20"},
                     {"potential", "cos(pi*x)+cos(pi*y)"},
                     {"boundary", "periodic"},
                     {"exit", "x^2+y^2<0.01"}}),
                  "periodic sides need the frame of the axes"));
  BOOST_TEST(says(r({{"frame", "oblique"}}), "axes, noise, way_out or an angle"));
}

BOOST_AUTO_TEST_CASE(starts_outside_the_domain_or_inside_the_exit_set) {
  const auto r = [&](const Given& more) { return refusal(double_well, more); };
  BOOST_TEST(says(r({{"start", ""}}), "-start is missing"));
  BOOST_TEST(says(r({{"start", "0.5,0"}}), "-start (0.5, 0): inside the exit set, in \"x > 0\""));
  BOOST_TEST(says(r({{"start", "0,0"}}), "inside the exit set")); // its boundary belongs to it
  BOOST_TEST(says(r({{"start", "-3,0"}}), "outside -domain"));
  BOOST_TEST(says(r({{"starts", "-1,0; 0.5,0"}, {"start", ""}}), "-starts (0.5, 0)"));
  BOOST_TEST(says(r({{"starts", "-1,0"}}), "both given"));
  BOOST_TEST(says(r({{"starts", "-1,0,3"}, {"start", ""}}), "-starts"));
}

BOOST_AUTO_TEST_CASE(exit_sets_that_hold_nowhere_but_not_thin_ones) {
  const auto r = [&](const Given& more) { return refusal(double_well, more); };
  BOOST_TEST(says(r({{"exit", "x > 7"}}), "holds nowhere in the domain"));
  BOOST_TEST(says(r({{"exit", "x^2 + y^2 > 90 or x < -2.01"}}), "holds nowhere in the domain"));
  BOOST_TEST(r({{"exit", "(x - 0.7123)^2 < 1e-12"}}) == "");
  BOOST_TEST(r({{"exit", "(x - 0.7123)^2 + (y+0.31)^2 < 1e-10"}}) == "");
  BOOST_TEST(r({{"exit", "x >= 2"}}) == ""); // the side itself
  BOOST_TEST(r({{"exit", "x > 7"}, {"boundary", "absorbing"}}) == "");
}

BOOST_AUTO_TEST_CASE(exit_sets_that_are_missing_or_not_to_be_read) {
  const auto r = [&](const Given& more) { return refusal(double_well, more); };
  BOOST_TEST(says(r({{"exit", ""}}), "-exit is missing"));
  BOOST_TEST(says(r({{"exit", "x >"}}), "(column 4)"));
  BOOST_TEST(says(refusal(double_well, {{"boundary", "absorbing"}, {"start", ""}}, resting),
                  "mass must not get lost"));
}

BOOST_AUTO_TEST_CASE(sgd_without_what_its_noise_needs) {
  const Given sgd{{"loss", "1 + x^2 + y^2"}, {"learning_rate", "0.01"}, {"batch_size", "2"},
                  {"domain", "-2,2,-2,2"},   {"exit", "x > 1"},         {"start", "0.5,0.3"},
                  {"compile", "never"}};
  BOOST_TEST(refusal(sgd, {}) == "");
  BOOST_TEST(says(refusal(sgd, {{"learning_rate", ""}}), "-learning_rate is missing"));
  BOOST_TEST(says(refusal(sgd, {{"sgd_noise", "covariance"}}), "needs the data"));
  BOOST_TEST(says(refusal(sgd, {{"sgd_noise", "isotropic"}}), "-temperature"));
  BOOST_TEST(says(refusal(sgd, {{"diffusion", "1"}}), "does not go with"));
  BOOST_TEST(says(
      refusal(sgd, {{"loss", ""}, {"model", "x*u"}, {"data", "/nonexistent.csv"}, {"target", "v"}}),
      "/nonexistent.csv"));
}

BOOST_AUTO_TEST_SUITE_END()
