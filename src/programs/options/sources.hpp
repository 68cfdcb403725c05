// Where options come from: one option as it was found, and the files that hold several.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace escapade {

struct FoundOption {
  std::string name;  // without minus
  std::string value; // empty: a PETSc option without value
  bool petsc = false;
  std::string where; // how messages name it: "-cells", or "well.yaml:3: cells"
};

/// Whether PETSc takes `next` as a new option rather than as a value.
bool begins_option(const std::string& next);

/// BadInput unless `name` is an option of escapade or of PETSc; returns whether it is PETSc's.
/// `dash` is put before the names in the message.
bool classify(const std::string& name, const std::string& where, const std::string& dash);

/// BadInput for texts that JSON or PETSc cannot hold: invalid UTF-8, a zero byte.
void check_text(const std::string& value, const std::string& where);

/// What an option of PETSc that was not typed could do beside tuning a solver: load a library, run
/// a program, start a debugger, write a file. Empty where it is one of those known to do nothing of
/// the kind.
std::string danger_of(const std::string& name, const std::string& value);

/// BadInput where that is not empty, for options of PETSc that stand in a file.
void check_petsc_option(const FoundOption& option);

/// The options of a PETSc options file: lines "-name value", what follows a # is left out.
std::vector<FoundOption> read_options_file(const std::string& path, const std::string& where);

/// Text in words, as PETSc splits it: at blanks, quotes keep them.
std::vector<std::string> words_of(std::string_view text);

/// The options of a YAML map, values as written.
std::vector<FoundOption> read_problem_file(const std::string& path);

/// The options of the run that wrote the JSON file; notices are added for another version.
std::vector<FoundOption> read_rerun_file(const std::string& path, const std::string& program,
                                         std::vector<std::string>& notices);

} // namespace escapade
