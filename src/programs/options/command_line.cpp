// Reading argv and PETSC_OPTIONS.
#include "escapade/error.hpp"
#include "programs/main/program_table.hpp"
#include "programs/options/constants.hpp"
#include "programs/options/option_table.hpp"
#include "programs/options/options.hpp"
#include "support/parse.hpp"

#include "programs/options/sources.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <iterator>

namespace escapade {

namespace {

std::string in_quotes(const std::string& text) {
  return "\"" + text + "\"";
}

/// The name in "-name" or "--name"; empty if the word is not an option.
std::string option_name(const std::string& word) {
  if (!begins_option(word))
    return {};
  const std::string name = word.substr(word[1] == '-' ? 2 : 1);
  return name == "h" ? "help" : name;
}

bool is_truth(const std::string& word) {
  return word == "true" || word == "false";
}

bool names_a_problem(const std::string& word) {
  return !word.starts_with('-') && (word.ends_with(".yaml") || word.ends_with(".yml"));
}

/// Advice for a word that is no option.
std::string what_is_meant_by(const std::string& word) {
  if (word.ends_with(".json"))
    return "give -rerun " + word;
  for (const std::string ending : {"png", "pdf", "svg"})
    if (word.size() > 4 && word.ends_with("." + ending))
      return "a picture has the prefix of all files, give -plot " + ending + " -output " +
             word.substr(0, word.size() - 4);
  return "options begin with a minus and a letter, and a value with blanks needs quotes";
}

class Reader {
public:
  Reader(int argc, const char* const* argv) {
    for (int i = 1; i < argc; ++i)
      words_.emplace_back(argv[i]);
  }

  /// Whether the flag stands anywhere: -help answers even where other options are wrong.
  bool asks(const std::string& flag) const {
    for (std::size_t i = 0; i < words_.size(); ++i)
      if (option_name(words_[i]) == flag)
        return i + 1 == words_.size() || words_[i + 1] != "false";
    return false;
  }

  std::vector<FoundOption> read(const std::string& program) {
    std::vector<FoundOption> found;
    while (next_ < words_.size()) {
      const std::string word = words_[next_++];
      const std::string name = option_name(word);
      if (name.empty() && program_named(program).joins_files && !word.starts_with('-')) {
        add_input(found, word);
        continue;
      }
      if (names_a_problem(word)) {
        check_text(word, in_quotes(word));
        add(found, {"problem", word, false, "-problem"});
        continue;
      }
      if (name.empty())
        throw BadInput(in_quotes(word) + ": not an option; " + what_is_meant_by(word));
      if (const auto equals = name.find('='); equals != std::string::npos)
        throw BadInput("-" + name + ": write -" + name.substr(0, equals) + " " +
                       in_quotes(name.substr(equals + 1)) + ", without '='");
      FoundOption option{name, "", classify(name, "-" + name, "-"), "-" + name};
      option.value = option.petsc ? petsc_value() : own_value(name);
      check_text(option.value, option.where);
      add(found, option);
    }
    return found;
  }

private:
  std::vector<std::string> words_;
  std::size_t next_ = 0;

  std::string petsc_value() {
    return next_ < words_.size() && !begins_option(words_[next_]) ? words_[next_++] : "";
  }

  /// Whether the next word is the flag's: true or false, or of one with choices any bare word,
  /// which is refused where it is none of them.
  bool flag_follows(const OptionEntry& entry) const {
    if (next_ == words_.size())
      return false;
    const std::string& word = words_[next_];
    return is_truth(word) || (!entry.choices().empty() && !word.starts_with('-') &&
                              word.find('.') == std::string::npos);
  }

  std::string own_value(const std::string& name) {
    const OptionEntry& entry = *find_option(name);
    if (entry.kind == OptionKind::flag)
      return flag_follows(entry) ? words_[next_++] : "true";
    if (next_ == words_.size())
      throw BadInput("-" + name + " is missing its value: give -" + name + " " + entry.value);
    // "-drift -x,-y" is a value, "-exit -start" a forgotten one
    const std::string word = words_[next_];
    if (word.starts_with('-') && find_option(option_name(word)))
      throw BadInput("-" + name + " is missing its value: the option " + word + " follows; give -" +
                     name + " " + entry.value);
    ++next_;
    return word;
  }

  static void add(std::vector<FoundOption>& found, const FoundOption& option) {
    const auto before = std::find_if(found.begin(), found.end(), [&](const FoundOption& one) {
      return one.name == option.name;
    });
    if (option.petsc || option.name == "problem" || before == found.end())
      found.push_back(option);
    else if (option.name == "sweep") // their product
      before->value += "; " + option.value;
    else
      throw BadInput("-" + option.name + " is given twice, as " + in_quotes(before->value) +
                     " and as " + in_quotes(option.value) + ": leave one out");
  }

  static void add_input(std::vector<FoundOption>& found, const std::string& file) {
    if (file.find(',') != std::string::npos)
      throw BadInput(in_quotes(file) + ": names of files to join cannot hold a comma");
    check_text(file, in_quotes(file));
    for (FoundOption& option : found)
      if (option.name == "inputs") {
        option.value += "," + file;
        return;
      }
    found.push_back({"inputs", file, false, "-inputs"});
  }
};

/// What PETSC_OPTIONS holds for PETSc. Names that are escapade's own may be meant for another
/// program, so they are not read there.
std::vector<FoundOption> read_environment(std::vector<std::string>& notices) {
  std::vector<FoundOption> found;
  if (std::getenv("PETSC_OPTIONS_YAML"))
    notices.emplace_back("PETSC_OPTIONS_YAML is ignored: use PETSC_OPTIONS");
  const char* const text = std::getenv("PETSC_OPTIONS");
  if (!text)
    return found;
  const auto words = words_of(text);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string name = option_name(words[i]);
    if (name.empty())
      continue;
    std::string value;
    if (i + 1 < words.size() && !begins_option(words[i + 1]))
      value = words[++i];
    const std::string where = "PETSC_OPTIONS: -" + name;
    const std::string danger = name == "options_file" ? "" : danger_of(name, value);
    if (find_option(name))
      notices.push_back(where + " is ignored: give it on the command line or in a -problem file");
    else if (!danger.empty())
      notices.push_back(where + " is ignored: it " + danger);
    else
      found.push_back({name, value, true, where});
  }
  return found;
}

bool stands_in(const std::vector<FoundOption>& options, const std::string& name) {
  return std::any_of(options.begin(), options.end(),
                     [&](const FoundOption& option) { return option.name == name; });
}

/// The options of all -options_file among these, then the others, which win.
std::vector<FoundOption> with_files(const std::vector<FoundOption>& options) {
  std::vector<FoundOption> all;
  for (const FoundOption& option : options) {
    if (option.name != "options_file")
      continue;
    if (option.value.empty())
      throw BadInput(option.where + " is missing its value: give the name of a file");
    const auto found = read_options_file(option.value, option.where);
    all.insert(all.end(), found.begin(), found.end());
  }
  std::copy_if(options.begin(), options.end(), std::back_inserter(all),
               [](const FoundOption& option) { return option.name != "options_file"; });
  return all;
}

/// Checks the value, with constant expressions of parameters for numbers.
void record(Options& options, const FoundOption& option, const std::string& parameters) {
  const OptionEntry* const entry = option.petsc ? nullptr : find_option(option.name);
  if (!entry) {
    options.record(option.name, option.value);
    return;
  }
  const std::string value = with_numbers(*entry, option.value, parameters);
  check_value(*entry, value, option.where + " " + in_quotes(option.value));
  const bool by_parameters = with_numbers(*entry, option.value, "") != value;
  options.record(option.name, value, by_parameters ? option.value : "");
}

/// Triangles are the domain and the cells: a box and cells that files give beside them are left
/// out, with a notice.
void leave_out_box_of_files(std::vector<FoundOption>& all, const std::vector<FoundOption>& typed,
                            std::vector<std::string>& notices) {
  if (!stands_in(all, "mesh"))
    return;
  std::erase_if(all, [&](const FoundOption& option) {
    const bool of_box = option.name == "domain" || option.name == "cells" || option.name == "frame";
    if (!of_box || stands_in(typed, option.name))
      return false;
    notices.push_back(option.where + " is of no use with -mesh: the triangles are the domain and "
                                     "the cells");
    return true;
  });
}

} // namespace

bool begins_option(const std::string& next) {
  const std::size_t letter = next.starts_with("--") ? 2 : 1;
  return next.starts_with('-') && next.size() > letter &&
         std::isalpha(static_cast<unsigned char>(next[letter]));
}

CommandLine read_command_line(const std::string& program, int argc, const char* const* argv) {
  CommandLine line{Options(program), {}, {}};
  Reader reader(argc, argv);
  line.help = reader.asks("help");
  line.version = reader.asks("version");
  line.citations = reader.asks("citations");
  if (line.help || line.version || line.citations)
    return line;

  const std::vector<FoundOption> typed = reader.read(program);
  std::vector<FoundOption> all = with_files(read_environment(line.notices));
  const auto append = [&](const std::vector<FoundOption>& some) {
    const std::vector<FoundOption> more = with_files(some);
    all.insert(all.end(), more.begin(), more.end());
  };
  const auto append_of_file = [&](const std::vector<FoundOption>& some) {
    for (const FoundOption& option : some)
      if (option.petsc && option.name != "options_file" && !stands_in(typed, option.name))
        check_petsc_option(option);
    append(some);
  };
  for (const FoundOption& option : typed)
    if (option.name == "rerun")
      append_of_file(read_rerun_file(option.value, program, line.notices));
  std::string problem_files;
  for (const FoundOption& option : typed)
    if (option.name == "problem") {
      append_of_file(read_problem_file(option.value));
      problem_files += (problem_files.empty() ? "" : ",") + option.value;
    }
  append(typed);
  leave_out_box_of_files(all, typed, line.notices);

  std::string parameters;
  for (FoundOption& option : all)
    if (option.name == "parameters" && !option.petsc)
      option.value = parameters = parameters.empty() || option.value.empty()
                                      ? option.value
                                      : merged_parameters(parameters, option.value);
  for (FoundOption& option : all) {
    if (option.name == "rerun" || option.name == "help" || option.name == "version" ||
        option.name == "citations")
      continue; // -rerun stands for what it repeats; the others are false here
    if (option.name == "problem" && !problem_files.empty())
      option.value = problem_files;
    record(line.options, option, parameters);
  }
  check_counts(line.options);
  for (const auto& [name, value] : line.options.all_given())
    if (!find_option(name)) {
      line.petsc_arguments.push_back("-" + name);
      if (!value.empty())
        line.petsc_arguments.push_back(value);
    }
  return line;
}

} // namespace escapade
