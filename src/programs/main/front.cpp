#include "programs/main/front.hpp"

#include "escapade/error.hpp"
#include "parallel/agree.hpp"
#include "programs/exports/picture.hpp"
#include "programs/exports/python_package.hpp"
#include "programs/main/program_table.hpp"
#include "programs/options/option_table.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>

#include <unistd.h>

namespace escapade {

namespace {

namespace fs = std::filesystem;

/// What python3 -m escapade does.
const std::vector<std::string> python_commands{"plot", "report", "film"};

bool stands_in(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string programs_listed() {
  std::string text;
  for (const ProgramEntry& program : program_table())
    text +=
        "  " + program.name + std::string(16 - program.name.size(), ' ') + program.purpose + "\n";
  return text;
}

std::string front_usage() {
  return "escapade: how a noisy system in the plane rests, circulates and escapes\n\n"
         "Usage: escapade PROGRAM [-problem FILE.yaml] [-option value]...\n"
         "       escapade list                 the programs\n"
         "       escapade help PROGRAM         its options\n"
         "       escapade options [--json]     all options\n"
         "       escapade plot PREFIX.json     a picture of a run\n"
         "       escapade report PREFIX.json   a page that tells of it\n"
         "       escapade film PREFIX.json     a film of an evolution\n"
         "       escapade version\n\nPrograms, which may be called by their own names, too:\n" +
         programs_listed();
}

std::string options_listed() {
  std::string text;
  for (const OptionEntry& option : option_table())
    text += "-" + option.name + (option.value.empty() ? "" : " " + option.value) + "\n";
  return text;
}

/// "Unknown" in one line, with the nearest of what is known.
[[noreturn]] void refuse(const std::string& word) {
  std::vector<std::string> known{"list", "help", "options", "version"};
  known.insert(known.end(), python_commands.begin(), python_commands.end());
  for (const ProgramEntry& program : program_table())
    known.push_back(program.name);
  const auto nearest =
      std::min_element(known.begin(), known.end(), [&](const auto& a, const auto& b) {
        return edit_distance(word, a) < edit_distance(word, b);
      });
  throw BadInput("\"" + word + "\": no program of that name; " +
                 (edit_distance(word, *nearest) <= 3 ? "did you mean " + *nearest + "?"
                                                     : "escapade list names all"));
}

std::vector<char*> pointers_to(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (const std::string& word : words)
    pointers.push_back(const_cast<char*>(word.c_str())); // those who take them change nothing
  pointers.push_back(nullptr);
  return pointers;
}

[[noreturn]] void become_program(const std::vector<std::string>& words) {
  const fs::path beside = folder_of_programs() / words[0];
  std::error_code ignored;
  ::execvp((fs::exists(beside, ignored) ? beside.string() : words[0]).c_str(),
           pointers_to(words).data());
  throw BadInput(words[0] + ": cannot be started: " + std::strerror(errno) +
                 "; it is looked for beside escapade and in PATH");
}

[[noreturn]] void become_python(std::vector<std::string> words) {
  const std::string python = python_of_pictures(words[0]);
  words.insert(words.begin(), {python, "-m", "escapade"});
  ::execvpe(python.c_str(), pointers_to(words).data(),
            pointers_to(environment_of_package()).data());
  throw BadInput(python + ": cannot be started: " + std::strerror(errno));
}

/// What is printed; words that name a program end in it.
std::string answer(const std::vector<std::string>& words) {
  const auto is = [&](std::initializer_list<const char*> names) {
    return std::find(names.begin(), names.end(), words[0]) != names.end();
  };
  if (words.empty())
    return front_usage();
  if (is({"-help", "--help", "-h"}))
    return front_usage();
  if (is({"help"})) {
    if (words.size() > 1 && program_named(words[1]).name.empty())
      refuse(words[1]);
    return words.size() > 1 ? help_text(words[1]) : front_usage();
  }
  if (is({"list"}))
    return programs_listed();
  if (is({"version", "-version", "--version"}))
    return version_text("escapade");
  if (is({"options"}))
    return words.size() > 1 && words[1].ends_with("-json") ? table_json() : options_listed();
  if (stands_in(python_commands, words[0]))
    become_python(words);
  if (!program_named(words[0]).name.empty())
    become_program(words);
  refuse(words[0]);
}

} // namespace

int run_front(int argc, char** argv) {
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  const auto failure = failure_of([&] {
    if (!(std::cout << answer(words) << std::flush))
      throw CannotWrite("cannot write to standard output");
  });
  if (failure)
    std::cerr << "escapade: " << failure->message << "\n";
  return failure ? failure->status : 0;
}

} // namespace escapade
