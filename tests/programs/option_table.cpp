// The table of options, and what is made of it.
#define BOOST_TEST_MODULE option_table
#include "shared/command_lines.hpp"

#include "programs/main/program_table.hpp"
#include "programs/options/option_table.hpp"
#include "support/parse.hpp"

using namespace escapade;

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
