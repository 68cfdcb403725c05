#define BOOST_TEST_MODULE options
#include "programs/options/options.hpp"

#include "escapade/error.hpp"
#include "programs/main/program_table.hpp"
#include "programs/options/option_table.hpp"
#include "programs/options/sources.hpp"
#include "programs/report/summary.hpp"
#include "support/parse.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

using namespace escapade;
using Words = std::vector<std::string>;

namespace {

CommandLine read(const Words& words, const std::string& program = "fp-exit") {
  std::vector<const char*> argv{program.c_str()};
  for (const std::string& word : words)
    argv.push_back(word.c_str());
  return read_command_line(program, static_cast<int>(argv.size()), argv.data());
}

std::string refusal(const Words& words, const std::string& program = "fp-exit") {
  try {
    read(words, program);
  } catch (const BadInput& e) {
    return e.what();
  }
  return "accepted";
}

bool says(const std::string& message, const std::string& part) {
  BOOST_TEST_MESSAGE(message);
  return message.find(part) != std::string::npos && message.find('\n') == std::string::npos;
}

/// A folder that goes away with the test.
struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "escapade-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string file(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path / name).parent_path());
    std::ofstream(path / name) << text;
    return (path / name).string();
  }
};

/// PETSC_OPTIONS while it lives.
struct Environment {
  explicit Environment(const char* text) { ::setenv("PETSC_OPTIONS", text, 1); }
  ~Environment() { ::unsetenv("PETSC_OPTIONS"); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(command_line)

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

BOOST_AUTO_TEST_CASE(options_of_petsc_are_passed_on_unchanged) {
  const CommandLine line = read({"-solve_ksp_type", "cg", "-log_view", "-solve_ksp_rtol", "-1",
                                 "-info", "-cells", "4,4", "-log_view", ":a.txt"});
  const Words expected{"-solve_ksp_type", "cg", "-log_view", ":a.txt",
                       "-solve_ksp_rtol", "-1", "-info"};
  BOOST_TEST(line.petsc_arguments == expected, boost::test_tools::per_element());
  BOOST_TEST(line.options.all_given().size() == 5u);
}

BOOST_AUTO_TEST_CASE(nothing_loads_libraries) {
  BOOST_TEST(says(refusal({"-dll_append", "a.so"}), "refused"));
  BOOST_TEST(says(refusal({"-skip_petscrc", "false"}), "refused"));
}

BOOST_AUTO_TEST_CASE(the_environment_is_for_petsc_alone) {
  const Environment set("-dll_append a.so -cells 3,3 -log_view ':a b.txt' -other_program 5 "
                        "-solve_ksp_rtol '1e-3'");
  const CommandLine line = read({"-log_view", ":b.txt"});
  const Words expected{"-solve_ksp_rtol", "1e-3", "-log_view", ":b.txt"};
  BOOST_TEST(line.petsc_arguments == expected, boost::test_tools::per_element());
  BOOST_TEST(line.notices.size() == 4u);
  BOOST_TEST(!line.options.given("cells"));
  BOOST_TEST(read({}).petsc_arguments.size() == 2u);
}

BOOST_AUTO_TEST_CASE(options_that_were_not_typed_tune_solvers_and_nothing_else) {
  const std::pair<const char*, const char*> harmless[] = {
      {"solve_ksp_type", "gmres"},
      {"solve_ksp_rtol", "1e-10"},
      {"solve_pc_factor_mat_solver_type", "mumps"},
      {"solve_mat_mumps_icntl_14", "80"},
      {"solve_ksp_monitor", ""},
      {"solve_ksp_view", "::ascii_info_detail"},
      {"solve_ksp_monitor_true_residual", "ascii"},
      {"evolve_ts_monitor", "true"},
      {"evolve_ts_adapt_type", "none"},
      {"pc_hypre_type", "boomeramg"},
      {"log_view", ""},
      {"log_view", "::ascii_xml"},
      {"info", ""},
      {"options_left", "no"}};
  for (const auto& [name, value] : harmless)
    BOOST_TEST(danger_of(name, value) == "", name << " " << value);
  const std::pair<const char*, const char*> dangers[] = {
      {"python", "X"},
      {"dll_append", "a.so"},
      {"solve_pc_type", "python"},
      {"solve_pc_python_type", "m.f"},
      {"start_in_debugger", ""},
      {"on_error_attach_debugger", "gdb"},
      {"on_error_emacs", "here"},
      {"options_file", "other"},
      {"options_file_yaml", "other"},
      {"prefix_push", "py"},
      {"history", "f"},
      {"log_view", ":f"},
      {"log_view", "ascii:f:ascii_xml"},
      {"log_view", "f"},
      {"log_trace", "f"},
      {"log_mpe", ""},
      {"info", "ascii"},
      {"malloc_dump", "f"},
      {"solve_ksp_view", "f"},
      {"solve_ksp_view_mat", "binary"},
      {"solve_ksp_view_mat", "binary:f"},
      {"solve_eps_view_vectors", "hdf5:f"},
      {"solve_ksp_monitor", "ascii:f"},
      {"evolve_ts_monitor_solution_vtk", "f-%03D.vts"},
      {"evolve_ts_save_trajectory", ""},
      {"evolve_ts_trajectory_dirname", "f"},
      {"solve_mat_mumps_ooc_tmpdir", "f"},
      {"solve_mat_mumps_icntl_1", "7"},
      {"solve_pc_type", "/f"},
      {"solve_ksp_type", "-python"},
      {"ksp_type -python", "X"},
      {"viewer_binary_filename", "f"},
      {"draw_save", "f"},
      {"saws_port", "1"},
      {"tmp", "f"},
      {"anything", ""}};
  for (const auto& [name, value] : dangers)
    BOOST_TEST(danger_of(name, value) != "", name << " " << value);
}

BOOST_AUTO_TEST_CASE(a_file_of_options_is_read_before_petsc_and_loses_to_what_is_typed) {
  const Folder folder;
  const std::string file =
      folder.file("o", "# -python X\n-solve_ksp_type cg # cg\n  --solve_ksp_rtol 1e-3 -info\n");
  const CommandLine line = read({"-solve_ksp_type", "bcgs", "-options_file", file});
  const Words expected{"-solve_ksp_type", "bcgs", "-solve_ksp_rtol", "1e-3", "-info"};
  BOOST_TEST(line.petsc_arguments == expected, boost::test_tools::per_element());
  BOOST_TEST(line.options.all_given().size() == 3u); // a rerun needs no file
  const auto message = [&](const std::string& text) {
    return refusal({"-options_file", folder.file("bad", text)});
  };
  BOOST_TEST(says(message("\n-python X\n"), "bad:2: -python \"X\": refused, it would run"));
  BOOST_TEST(says(message("-options_file o\n"), "would read more options"));
  BOOST_TEST(says(message("-cells 3,3\n"), "-problem file"));
  BOOST_TEST(says(message("words\n"), "bad:1: \"words\": not an option"));
  BOOST_TEST(says(refusal({"-options_file_yaml", "x"}), "refused"));
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

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(problem_file)

BOOST_AUTO_TEST_CASE(scalars_keep_their_text_and_lists_are_joined) {
  const Folder folder;
  const std::string file = folder.file("a.yaml", "potential: x^2 - 1.50e0\n"
                                                 "domain: [-1, 1.0, -2, 2]\n"
                                                 "drift:\n  - -x\n  - -y\n"
                                                 "plot: true\n"
                                                 "mc_paths: 1_0\n");
  BOOST_TEST(says(refusal({"-problem", file}), "a.yaml:7: mc_paths \"1_0\": expected one whole"));
  const std::string good = folder.file("b.yaml", "potential: x^2 - 1.50e0 # a comment\n"
                                                 "domain: [-1, 1.0, -2, 2]\n"
                                                 "drift:\n  - -x\n  - -y\n"
                                                 "plot: true\n"
                                                 "starts: [\"-1,0\", [1, 0]]\n"
                                                 "solve_ksp_rtol: 1e-10\n"
                                                 "log_view:\n");
  const CommandLine line = read({"-problem", good});
  BOOST_TEST(line.options.text("potential") == "x^2 - 1.50e0");
  BOOST_TEST(line.options.text("domain") == "-1,1.0,-2,2");
  BOOST_TEST(line.options.text("drift") == "-x,-y");
  BOOST_TEST(line.options.flag("plot"));
  BOOST_TEST(line.options.text("starts") == "-1,0;1,0");
  const Words expected{"-solve_ksp_rtol", "1e-10", "-log_view"};
  BOOST_TEST(line.petsc_arguments == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(later_files_win_and_the_command_line_wins_over_all) {
  const Folder folder;
  const std::string a = folder.file("a.yaml", "cells: 1,1\ntemperature: 1\nprecision: extended\n");
  const std::string b = folder.file("b.yaml", "cells: 2,2\ntemperature: 2\n");
  const Options o = read({"-cells", "3,3", "-problem", a, "-problem", b}).options;
  BOOST_TEST(o.text("cells") == "3,3");
  BOOST_TEST(o.text("temperature") == "2");
  BOOST_TEST(o.text("precision") == "extended");
  BOOST_TEST(o.text("problem") == a + "," + b);
}

BOOST_AUTO_TEST_CASE(input_files_are_relative_to_the_problem_file) {
  const Folder folder;
  const std::string file = folder.file("deep/a.yaml", "data: ../data/d.csv\noutput: out\n");
  const Options o = read({"-problem", file}).options;
  BOOST_TEST(o.text("data") == (folder.path / "data/d.csv").string());
  BOOST_TEST(o.text("output") == "out");
  const std::string absolute = folder.file("b.yaml", "data: /d.csv\n");
  BOOST_TEST(read({"-problem", absolute}).options.text("data") == "/d.csv");
  BOOST_TEST(read({"-problem", absolute, "-data", "d.csv"}).options.text("data") == "d.csv");
}

BOOST_AUTO_TEST_CASE(mistakes_are_named_with_file_and_line) {
  const Folder folder;
  const auto message = [&](const std::string& text) {
    return refusal({"-problem", folder.file("p.yaml", text)});
  };
  BOOST_TEST(says(message("cells: 4,4\ntemprature: 1\n"),
                  "p.yaml:2: temprature: unknown option; did you mean temperature?"));
  BOOST_TEST(says(message("cells: 4,4\nexit: {a: 1}\n"), "p.yaml:2: exit: expected one value"));
  BOOST_TEST(says(message("domain: [[1, 2], 3, 4]\n"), "p.yaml:1: domain: expected one value"));
  BOOST_TEST(says(message("cells: 4,4\ncells: 5,5\n"), "p.yaml:2: cells: stands twice"));
  BOOST_TEST(says(message("-cells: 4,4\n"), "without the minus"));
  BOOST_TEST(says(message("\nexit:\n"), "p.yaml:2: exit: has no value"));
  BOOST_TEST(says(message("cells: [4,4\n"), "p.yaml:2: not valid YAML"));
  BOOST_TEST(says(message("problem: b.yaml\n"), "belongs on the command line"));
  BOOST_TEST(says(message("dll_append: b.so\n"), "refused"));
  BOOST_TEST(says(message("log_view: \":b.txt\"\n"), "p.yaml:1: log_view \":b.txt\": refused"));
  BOOST_TEST(says(message("ksp_type: -python\n"), "refused"));
  BOOST_TEST(says(message("a: &a [1]\ncells: *a\n"), "p.yaml:2: an alias"));
  BOOST_TEST(message("exit: &here x > 0\n") == "accepted");
  BOOST_TEST(says(message("- a\n- b\n"), "expected one map"));
  BOOST_TEST(says(message("a text"), "expected one map"));
  BOOST_TEST(says(message("potential: \"x\\0y\"\n"), "UTF-8"));
  BOOST_TEST(says(message("plot: yes\n"), "expected true, false, png, pdf or svg"));
  BOOST_TEST(message("") == "accepted");
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_named) {
  const Folder folder;
  BOOST_TEST(says(refusal({"-problem", (folder.path / "none.yaml").string()}), "none.yaml"));
  BOOST_TEST(says(refusal({"-problem", folder.path.string()}), "is a folder"));
  BOOST_TEST(says(refusal({"-problem", "/dev/zero"}), "regular file"));
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(rerun)

BOOST_AUTO_TEST_CASE(a_run_is_repeated_from_its_summary) {
  const Folder folder;
  const std::string problem = folder.file("p.yaml", "potential: \"x^2/2\"\ndata: d.csv\n");
  const Words words{"-problem", problem,           "-drift",         "-x, -y", "-solve_ksp_type",
                    "cg",       "-solve_ksp_view", "-learning_rate", "1e-4",   "-plot"};
  const CommandLine first = read(words);
  const std::string file = folder.file("run.json", to_text(begin_summary(first.options, 1)));
  std::filesystem::remove(problem);
  const CommandLine second = read({"-rerun", file});
  BOOST_TEST(second.options.all_given() == first.options.all_given());
  BOOST_TEST(second.petsc_arguments == first.petsc_arguments, boost::test_tools::per_element());
  BOOST_TEST(to_text(begin_summary(second.options, 1)) == to_text(begin_summary(first.options, 1)));
  BOOST_TEST(second.notices.empty());
  const Options changed = read({"-rerun", file, "-output", "again"}).options;
  BOOST_TEST(changed.text("output") == "again");
  BOOST_TEST(changed.text("drift") == "-x, -y");
}

BOOST_AUTO_TEST_CASE(only_summaries_of_the_same_program_are_repeated) {
  const Folder folder;
  const auto message = [&](const std::string& text) {
    return refusal({"-rerun", folder.file("run.json", text)});
  };
  BOOST_TEST(says(message("{"), "not a file written by an escapade program"));
  BOOST_TEST(says(message("[]"), "not a file written by an escapade program"));
  BOOST_TEST(says(message(R"({"program": "fp-exit"})"), "not a file written"));
  BOOST_TEST(says(message(R"({"program": "fp-rate", "options": {}})"), "was written by fp-rate"));
  BOOST_TEST(says(message(R"({"program": "fp-exit", "options": {"cells": 4}})"), "cells"));
  BOOST_TEST(says(message(R"({"program": "fp-exit", "options": {"cells": "4"}})"), "expected 2"));
  BOOST_TEST(says(message(R"({"program": "fp-exit", "options": {"dll_append": "a"}})"), "refused"));
  BOOST_TEST(says(message(R"({"program": "fp-exit", "options": {"python": "a"}})"), "refused"));
  const std::string log = folder.file(
      "log.json", R"({"program": "fp-exit", "options": {"log_view": ":a", "cells": "4,4"}})");
  BOOST_TEST(says(refusal({"-rerun", log}), "type it on the command line"));
  BOOST_TEST(read({"-rerun", log, "-log_view", ":a"}).petsc_arguments[1] == ":a");
  const std::string other =
      R"({"program": "fp-exit", "version": "0.0.0", "commit": "1", "options": {"cells": "4,4"}})";
  const CommandLine line = read({"-rerun", folder.file("run.json", other)});
  BOOST_TEST(line.notices.size() == 1u);
  BOOST_TEST(line.options.text("cells") == "4,4");
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(option_table_and_help)

BOOST_AUTO_TEST_CASE(every_entry_is_consistent_and_its_default_allowed) {
  for (const OptionEntry& entry : option_table()) {
    BOOST_TEST(find_option(entry.name) == &entry, entry.name << " stands twice");
    BOOST_TEST(!entry.programs.empty(), entry.name);
    for (const std::string& program : entry.programs)
      BOOST_TEST(program_named(program).name == program, entry.name);
    BOOST_TEST(!entry.help.empty(), entry.name);
    BOOST_TEST(!is_petsc_option(entry.name), entry.name);
    if (!entry.default_value.empty())
      BOOST_CHECK_NO_THROW(check_value(entry, entry.default_value, entry.name));
  }
}

BOOST_AUTO_TEST_CASE(names_of_solvers_under_our_prefixes_are_told_from_slips_in_them) {
  for (const char* known :
       {"solve_ksp_type", "solve_pc_type", "solve_mat_type", "solve_vec_type", "solve_eps_all",
        "solve_eps_converged_reason", "solve_mg_levels_ksp_type", "solve_mg_coarse_sub_pc_type",
        "solve_st_pc_factor_mat_solver_type", "evolve_ts_type", "evolve_ts_adapt_type",
        "evolve_ts_positive_sequences", "ksp_tipe"})
    BOOST_TEST(is_petsc_option(known), known);
  const std::pair<const char*, const char*> slips[] = {
      {"evolve_ts_typo", "evolve_ts_type"},     {"solve_ksp_tipe", "solve_ksp_type"},
      {"solve_kps_type", "solve_ksp_type"},     {"solve_ksp_rtoll", "solve_ksp_rtol"},
      {"solve_ksp_maxit", "solve_ksp_max_it"},  {"evolve_ts_max_step", "evolve_ts_max_steps"},
      {"evolv_ts_monitor", "evolve_ts_monitor"}};
  for (const auto& [slip, meant] : slips) {
    BOOST_TEST(!is_petsc_option(slip), slip);
    BOOST_TEST(nearest_option(slip) == meant, slip);
  }
  BOOST_TEST(!is_petsc_option("solve_"));
  BOOST_TEST(!is_petsc_option("solve_anything"));
  BOOST_TEST(!is_petsc_option("solve_ksp" + std::string(1000000, '_')));
}

BOOST_AUTO_TEST_CASE(distances_count_edits_and_swaps) {
  BOOST_TEST(edit_distance("cells", "cells") == 0u);
  BOOST_TEST(edit_distance("clels", "cells") == 1u);
  BOOST_TEST(edit_distance("cels", "cells") == 1u);
  BOOST_TEST(edit_distance("", "cells") == 5u);
  BOOST_TEST(edit_distance("kitten", "sitting") == 3u);
  BOOST_TEST(nearest_option(std::string(1000000, 'a')) == "");
}

BOOST_AUTO_TEST_CASE(help_names_every_option_the_program_uses) {
  for (const ProgramEntry& program : program_table()) {
    const std::string text = help_text(program.name);
    for (const OptionEntry& entry : option_table())
      BOOST_TEST((text.find("  -" + entry.name + " ") != std::string::npos) ==
                     uses(program.name, entry),
                 program.name << " -" << entry.name);
  }
  BOOST_TEST(help_text("fp-exit").find("(default 256,256)") != std::string::npos);
  BOOST_TEST(help_text("mc-exit").find("[time]") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(citations_are_those_of_the_program) {
  BOOST_TEST(citations_text("fp-exit").find("10.1287/opre.33.5.1107") != std::string::npos);
  BOOST_TEST(citations_text("fp-exit").find("Salmon") == std::string::npos);
  BOOST_TEST(citations_text("mc-exit").find("10.1145/2063384.2063405") != std::string::npos);
  BOOST_TEST(citations_text("mc-exit").find("Grassmann") == std::string::npos);
  BOOST_TEST(citations_text("fp-crosscheck").find("Salmon") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_version_line_names_the_libraries) {
  const std::string text = version_text("fp-exit");
  for (const char* part : {"fp-exit ", "(commit ", "PETSc 3.", "SLEPc 3.", "VTK 9."})
    BOOST_TEST(text.find(part) != std::string::npos, part);
}

BOOST_AUTO_TEST_SUITE_END()
