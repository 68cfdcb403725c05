// Where options come from: one option as it was found, and the files that hold several.
#pragma once

#include <string>
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

/// The whole file; BadInput naming it if it cannot be read or is larger than any file of options.
std::string read_small_file(const std::string& path, const std::string& where);

/// The options of a YAML map, values as written.
std::vector<FoundOption> read_problem_file(const std::string& path);

/// The options of the run that wrote the JSON file; notices are added for another version.
std::vector<FoundOption> read_rerun_file(const std::string& path, const std::string& program,
                                         std::vector<std::string>& notices);

} // namespace escapade
