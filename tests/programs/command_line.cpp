// Words of a command line as options: values, names, slips.
#define BOOST_TEST_MODULE command_line
#include "shared/command_lines.hpp"

#include "programs/options/option_table.hpp"

#include <random>

using namespace escapade;

BOOST_AUTO_TEST_CASE(a_value_may_begin_with_a_minus) {
  const Options o = read({"-drift", "-x,-y", "-start", "-1,0"}).options;
  BOOST_TEST(o.text("drift") == "-x,-y");
  BOOST_TEST(o.numbers("start", 2)[0] == -1.0);
}

BOOST_AUTO_TEST_CASE(two_minus_signs_are_as_good_as_one) {
  BOOST_TEST(read({"--cells", "4,8"}).options.text("cells") == "4,8");
}

BOOST_AUTO_TEST_CASE(a_value_with_blanks_and_quotes_is_kept_as_typed) {
  BOOST_TEST(read({"-exit", "a > 0.5 or  b > 4"}).options.text("exit") == "a > 0.5 or  b > 4");
}

BOOST_AUTO_TEST_CASE(a_flag_needs_no_value_and_takes_one) {
  BOOST_TEST(read({"-plot"}).options.flag("plot"));
  BOOST_TEST(read({"-plot", "-cells", "4,4"}).options.flag("plot"));
  BOOST_TEST(read({"-plot", "true"}).options.flag("plot"));
  BOOST_TEST(!read({"-plot", "false"}).options.flag("plot"));
  BOOST_TEST(read({"-plot", "pdf"}).options.flag("plot"));
  BOOST_TEST(read({"-plot", "pdf", "-cells", "4,4"}).options.text("plot") == "pdf");
  BOOST_TEST(!read({}).options.flag("plot"));
}

BOOST_AUTO_TEST_CASE(a_boolean_takes_true_or_false_only) {
  BOOST_TEST(!read({"-error_estimate", "false"}).options.flag("error_estimate"));
  BOOST_TEST(read({}).options.flag("mc_bridge"));
  BOOST_TEST(
      says(refusal({"-mc_bridge", "maybe"}), "-mc_bridge \"maybe\": expected true or false"));
}

BOOST_AUTO_TEST_CASE(defaults_stand_in_and_what_has_none_is_missed) {
  const Options o = read({}).options;
  BOOST_TEST(o.text("variables") == "x,y");
  BOOST_TEST(o.numbers("cells", 2)[1] == 256.0);
  BOOST_TEST(o.number("solve_tolerance") == 1e-6);
  BOOST_TEST(o.text("output") == "fp-exit");
  BOOST_TEST(!o.given("cells"));
  BOOST_CHECK_EXCEPTION(o.text("domain"), BadInput, [](const BadInput& e) {
    return says(e.what(), "-domain is missing: give");
  });
  BOOST_CHECK_THROW(o.text("no_such_option"), std::logic_error);
}

BOOST_AUTO_TEST_CASE(a_misspelt_name_is_refused_with_the_nearest_one) {
  BOOST_TEST(refusal({"-temprature", "1"}) ==
             "-temprature: unknown option; did you mean -temperature?");
  BOOST_TEST(says(refusal({"-cels", "5"}), "did you mean -cells?"));
  BOOST_TEST(says(refusal({"-Domain", "0,1,0,1"}), "did you mean -domain?"));
  BOOST_TEST(says(refusal({"-solve_tolerence", "1"}), "did you mean -solve_tolerance?"));
  BOOST_TEST(says(refusal({"-qqqqqqqqqqqq", "5"}), "-help lists"));
}

BOOST_AUTO_TEST_CASE(a_slip_of_one_letter_is_recognised) {
  std::mt19937 random(17);
  const auto below = [&](std::size_t n) { return random() % n; };
  constexpr int slips = 500;
  int right = 0;
  for (int made = 0; made < slips;) {
    const std::string& name = option_table()[below(option_table().size())].name;
    const std::size_t at = below(name.size());
    const std::string letter(1, static_cast<char>('a' + below(26)));
    std::string slip = name;
    switch (below(4)) {
    case 0:
      slip.erase(at, 1);
      break;
    case 1:
      slip.insert(at, letter);
      break;
    case 2:
      slip.replace(at, 1, letter);
      break;
    default:
      std::swap(slip[at], slip[std::min(at + 1, slip.size() - 1)]);
    }
    if (find_option(slip) || slip.empty() || slip == "h" || slip.front() == '_')
      continue;
    ++made;
    const bool told = says(refusal({"-" + slip, "1"}), "did you mean -" + name + "?");
    BOOST_TEST_MESSAGE(name << (told ? " " : " not ") << "recognised in " << slip);
    right += told;
  }
  BOOST_TEST(right >= 0.98 * slips);
}

BOOST_AUTO_TEST_CASE(bare_words_and_equals_signs_are_refused) {
  BOOST_TEST(says(refusal({"64,64"}), "not an option"));
  BOOST_TEST(says(refusal({"a/problem.yaml"}), "-problem \"a/problem.yaml\": cannot"));
  BOOST_TEST(says(refusal({"run.json"}), "give -rerun run.json"));
  BOOST_TEST(says(refusal({"-cells", "4,4", "8,8"}), "\"8,8\": not an option"));
  BOOST_TEST(says(refusal({"-plot", "gif"}), "expected true, false, png, pdf or svg"));
  BOOST_TEST(says(refusal({"-1"}), "not an option"));
  BOOST_TEST(says(refusal({"-"}), "not an option"));
  BOOST_TEST(says(refusal({""}), "not an option"));
  BOOST_TEST(says(refusal({"-cells=4,4"}), "write -cells \"4,4\""));
}

BOOST_AUTO_TEST_CASE(a_missing_value_is_noticed) {
  BOOST_TEST(says(refusal({"-exit"}), "-exit is missing its value"));
  BOOST_TEST(says(refusal({"-exit", "-start", "0,0"}), "the option -start follows"));
  BOOST_TEST(says(refusal({"-exit", ""}), "is empty"));
}

BOOST_AUTO_TEST_CASE(an_option_given_twice_is_refused_with_both_values) {
  const std::string message = refusal({"-start", "0,0", "-start", "1,1"});
  BOOST_TEST(says(message, "\"0,0\""));
  BOOST_TEST(says(message, "\"1,1\""));
}

BOOST_AUTO_TEST_CASE(numbers_are_read_whole_and_finite) {
  for (const char* bad :
       {"nan", "inf", "1e999", "1e-999", "0x10", "1,5", "1.0abc", "", "- 1", "+-1"})
    BOOST_TEST(says(refusal({"-noise_level", bad}), "-noise_level"), bad);
  for (const char* bad : {"0", "-1"})
    BOOST_TEST(says(refusal({"-learning_rate", bad}), "above 0"), bad);
  BOOST_TEST(read({"-learning_rate", "1e-4"}).options.number("learning_rate") == 1e-4);
  BOOST_TEST(read({"-learning_rate", " +.5 "}).options.number("learning_rate") == 0.5);
}

BOOST_AUTO_TEST_CASE(whole_numbers_are_whole) {
  for (const char* bad : {"2.5", "99999999999999999999", "1e30", "nan", "0x10", "4 4", "0"})
    BOOST_TEST(says(refusal({"-mc_paths", bad}), "whole number above 0"), bad);
  BOOST_TEST(read({"-mc_paths", "1e6"}).options.integer("mc_paths") == 1000000);
  BOOST_TEST(read({"-mc_seed", "9223372036854775807"}).options.integer("mc_seed") ==
             9223372036854775807LL);
}

BOOST_AUTO_TEST_CASE(lists_have_the_right_length) {
  BOOST_TEST(says(refusal({"-cells", "64"}), "expected 2 whole numbers above 0"));
  BOOST_TEST(says(refusal({"-cells", "64,0"}), "not \"0\""));
  BOOST_TEST(says(refusal({"-variables", "x", "-cells", "64,64"}), "expected one whole number"));
  BOOST_TEST(read({"-variables", "x", "-cells", "64"}).options.numbers("cells", 1)[0] == 64);
  BOOST_TEST(says(refusal({"-variables", "x", "-domain", "0,1,0,1"}), "there is one variable"));
  BOOST_TEST(says(refusal({"-domain", "0,1,0"}), "expected 4 finite numbers"));
  BOOST_TEST(says(refusal({"-domain", "0,1,0,1,"}), "found 5"));
  BOOST_TEST(says(refusal({"-domain", "0,1,0,nan"}), "not \"nan\""));
  BOOST_TEST(read({"-domain", " 0, 1 ,-2,3e0"}).options.numbers("domain", 4)[3] == 3.0);
}

BOOST_AUTO_TEST_CASE(a_choice_is_one_of_its_texts) {
  BOOST_TEST(says(refusal({"-solver", "lu"}), "expected auto, gth, krylov or multilevel"));
  BOOST_TEST(says(refusal({"-solver", "auto|gth"}), "expected auto"));
  BOOST_TEST(read({"-solver", "gth"}).options.text("solver") == "gth");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_are_refused) {
  BOOST_TEST(says(refusal({"-exit", "x > \xff"}), "UTF-8"));
  BOOST_TEST(read({"-output", "größe"}).options.text("output") == "größe");
}

BOOST_AUTO_TEST_CASE(options_of_other_programs_are_accepted_and_listed) {
  const Options o = read({"-mc_paths", "5", "-cells", "4,4", "-t_end", "2"}).options;
  const Words expected{"mc_paths", "t_end"};
  BOOST_TEST(o.unused() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(help_answers_even_where_other_options_are_wrong) {
  BOOST_TEST(read({"-nonsense", "--help"}).help);
  BOOST_TEST(read({"-h"}).help);
  BOOST_TEST(!read({"-help", "false"}).help);
  BOOST_TEST(read({"-version"}).version);
  BOOST_TEST(read({"-citations"}).citations);
}

BOOST_AUTO_TEST_CASE(only_merging_takes_bare_file_names) {
  const Options o = read({"a.json", "-output", "all", "b.json"}, "mc-merge").options;
  BOOST_TEST(o.text("inputs") == "a.json,b.json");
}

BOOST_AUTO_TEST_CASE(numbers_follow_the_parameters_they_depend_on) {
  const Options o = read({"-parameters", "k=2,m=1", "-domain", "-k,k,0,m", "-t_end", "3"}).options;
  BOOST_TEST(o.text("domain") == "-2,2,0,1");
  BOOST_TEST(o.with("parameters", "k=3,m=2").text("domain") == "-3,3,0,2");
  BOOST_TEST(o.all_typed()[1].second == "-k,k,0,m");
  BOOST_TEST(o.all_typed()[2].second == "3");
  BOOST_CHECK_THROW(o.with("parameters", "k=3"), BadInput);
}

BOOST_AUTO_TEST_CASE(sweeps_given_twice_are_joined) {
  const Options o = read({"-sweep", "k=1,2", "-sweep", "t_end=1:2:3"}).options;
  BOOST_TEST(o.text("sweep") == "k=1,2; t_end=1:2:3");
  BOOST_TEST(says(refusal({"-t_end", "1", "-t_end", "2"}), "given twice"));
}

BOOST_AUTO_TEST_CASE(one_option_can_be_changed) {
  const Options o = read({"-cells", "4,4", "-learning_rate", "1"}).options;
  const Options changed = o.with("cells", "8,8").with("temperature", "2");
  BOOST_TEST(changed.text("cells") == "8,8");
  BOOST_TEST(changed.text("temperature") == "2");
  BOOST_TEST(changed.all_given()[0].first == "cells");
  BOOST_TEST(o.text("cells") == "4,4");
  BOOST_CHECK_THROW(o.with("cells", "8,8,8"), BadInput);
  BOOST_CHECK_THROW(o.with("solve_ksp_rtol", "8"), BadInput);
}
