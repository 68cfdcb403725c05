// Options from problem files and from the summaries of former runs.
#define BOOST_TEST_MODULE problem_file
#include "shared/command_lines.hpp"

#include "programs/report/summary.hpp"

using namespace escapade;

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
