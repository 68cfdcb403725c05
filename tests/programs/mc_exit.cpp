#define BOOST_TEST_MODULE mc_exit
#include "escapade/error.hpp"
#include "programs/mc/questions.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <string>

using namespace escapade;

namespace {

using Given = std::map<std::string, std::string>;

Options options_of(const Given& more = {}, const std::string& program = "mc-exit") {
  Given given{{"drift", "-x, -2*y"},          {"diffusion", "0.1"}, {"domain", "-1,1,-1,1"},
              {"exit", "x > 0.5 or y > 0.4"}, {"start", "0,0"},     {"compile", "never"}};
  for (const auto& [name, value] : more)
    given[name] = value;
  Options options(program);
  for (const auto& [name, value] : given)
    options.record(name, value);
  return options;
}

Setup setup_of(const Options& options) {
  return read_setup(options, {.exit = true, .start = true});
}

double step_of(const Given& more, const std::string& program = "mc-exit") {
  const Options options = options_of(more, program);
  return trajectory_step(options, setup_of(options));
}

} // namespace

BOOST_AUTO_TEST_SUITE(mc_exit)

BOOST_AUTO_TEST_CASE(the_step_is_the_one_given_or_follows_from_the_drift) {
  BOOST_TEST(step_of({{"mc_dt", "0.003"}}) == 0.003);
  // the Jacobian's norm is 2: 0.02/2
  BOOST_TEST(std::abs(step_of({}) - 0.01) < 1e-6);
  BOOST_TEST(step_of({{"mc_dt", "auto"}}) == step_of({}));
  BOOST_TEST(step_of({{"mc_scheme", "sgd"}, {"learning_rate", "0.25"}}) == 0.25);
  for (const char* bad : {"0", "-1", "nan", "1e999", "inf", "", "0.1x"})
    BOOST_CHECK_THROW(step_of({{"mc_dt", bad}}), BadInput);
  BOOST_CHECK_THROW(step_of({{"mc_dt", "auto"}}, "fp-crosscheck"), BadInput);
}

BOOST_AUTO_TEST_CASE(a_run_is_told_from_another_by_all_that_makes_its_paths) {
  const auto key = [](const Given& more, double dt = 0.01) {
    const Options options = options_of(more);
    return run_key(options, setup_of(options), dt);
  };
  const std::string own = key({});
  // how many paths, where they are written and who runs them is not part of it
  BOOST_TEST(own == key({{"mc_paths", "5"},
                         {"output", "there"},
                         {"mc_first_path", "7"},
                         {"cells", "8,8"},
                         {"mc_save", "3"}}));
  const std::vector<Given> others{
      {{"mc_seed", "2"}},           {{"mc_scheme", "heun"}}, {{"mc_bridge", "false"}},
      {{"mc_max_time", "3"}},       {{"start", "0,0.1"}},    {{"exit", "x > 0.5"}},
      {{"domain", "-1,1,-1,2"}},    {{"drift", "-x, -y"}},   {{"diffusion", "0.2"}},
      {{"calculus", "isothermal"}}, {{"parameters", "k=1"}}};
  for (const Given& more : others) {
    BOOST_TEST(own != key(more), more.begin()->first);
    BOOST_CHECK_THROW(check_key("-mc_checkpoint", "file", own, key(more)), BadInput);
  }
  BOOST_TEST(own != key({}, 0.005));
}

BOOST_AUTO_TEST_CASE(paths_that_diverged_end_the_run_with_a_step_to_try) {
  const std::vector<ExitRecord> records{
      {1, 0, {}}, {0, ExitRecord::diverged, {}}, {2, ExitRecord::timed_out, {}}};
  BOOST_TEST(diverged_of(records, {}) == 1);
  BOOST_CHECK_NO_THROW(refuse_diverged(0, 0.1));
  BOOST_CHECK_EXCEPTION(refuse_diverged(3, 1e-9), NotTrusted, [](const NotTrusted& e) {
    const std::string what = e.what();
    return what.find("3 trajectories") != std::string::npos &&
           what.find("2.5e-10") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(a_step_far_above_the_usual_one_is_answered_with_the_usual_one) {
  const Options options = options_of({{"mc_dt", "1e300"}});
  const Setup setup = setup_of(options);
  BOOST_TEST(std::abs(usual_step(options, setup) - 0.01) < 1e-6);
  const auto says = [&](double dt) {
    try {
      refuse_diverged(1, dt, options, setup);
    } catch (const NotTrusted& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  BOOST_TEST(says(1e300).find("the step size 0.01 ") != std::string::npos);
  BOOST_TEST(says(1e-9).find("the step size 2.5e-10 ") != std::string::npos);
  BOOST_CHECK_NO_THROW(refuse_diverged(0, 1e300, options, setup));
}

BOOST_AUTO_TEST_CASE(schemes_have_the_names_of_the_option) {
  BOOST_TEST((scheme_named("euler") == Scheme::euler));
  BOOST_TEST((scheme_named("time_changed") == Scheme::time_changed));
  BOOST_TEST((scheme_named("heun") == Scheme::heun));
  BOOST_TEST((scheme_named("tamed") == Scheme::tamed));
  BOOST_TEST((scheme_named("sgd") == Scheme::sgd));
}

BOOST_AUTO_TEST_SUITE_END()
