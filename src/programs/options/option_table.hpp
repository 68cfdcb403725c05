// The one table of all options. It feeds the reading of the command line and of problem files,
// -help, "did you mean", and through table_json() manual pages, shell completion, the reference
// page and the schemas of files (scripts/reference).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace escapade {

/// What an option takes. A flag takes nothing (a following true, false or one of its choices is
/// accepted); every other
/// kind takes exactly one argument, even one that begins with a minus.
enum class OptionKind { flag, boolean, text, number, integer, numbers, integers, choice };

/// Which numbers are allowed.
enum class OptionRange { any, positive, not_negative };

struct OptionEntry {
  std::string group;
  std::string name; // without the minus
  OptionKind kind;
  std::string value;                 // how it is shown in -help; choices (of flags, too) as "a|b|c"
  std::string default_value;         // empty: there is none
  std::string units;                 // empty: none, or those of the variables
  std::vector<std::string> programs; // where it is of use; it is accepted everywhere
  std::string help;
  OptionRange range = OptionRange::any;
  int count = 0;              // of numbers and integers: how many, 0 for any
  char separator = ',';       // joins a list of a problem file
  bool input_file = false;    // a path in a problem file is relative to that file's folder
  std::string on_a_line = {}; // the value with one variable, of half as many numbers
  bool schedule = false;      // an expression of the time may stand in place of a number
  bool well = false;          // the number or name of a well may stand in place of a point

  /// The allowed texts of a choice; of a flag those beside true and false.
  std::vector<std::string> choices() const;
};

const std::vector<OptionEntry>& option_table();

/// The entry of an option (name without minus), or nullptr.
const OptionEntry* find_option(std::string_view name);

/// Whether the option is of use to the program.
bool uses(const std::string& program, const OptionEntry& option);

/// Whether PETSc or SLEPc knows the name, as far as names and prefixes tell.
bool is_petsc_option(std::string_view name);

/// Beginnings of options that PETSc's solvers here are known by, and of the commonest of PETSc.
std::vector<std::string> solver_prefixes();

/// The known name nearest to `name` by edits (insert, delete, replace, swap), or an empty text if
/// none is near. Names of PETSc are considered too.
std::string nearest_option(std::string_view name);

/// Number of insertions, deletions, replacements and swaps of neighbours between two texts.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// What -help, -version and -citations (BibTeX of the methods that the program uses) print; each
/// ends with a newline.
std::string help_text(const std::string& program);

/// What to type, in a few lines.
std::string usage_text(const std::string& program);

/// This table and that of the programs as JSON.
std::string table_json();
std::string version_text(const std::string& program);
std::string citations_text(const std::string& program);

} // namespace escapade
