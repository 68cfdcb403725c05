// The one table of all options. It feeds the reading of the command line and of problem files,
// -help, "did you mean", manual pages and shell completion.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace escapade {

/// What an option takes. A flag takes nothing (a following true or false is accepted); every other
/// kind takes exactly one argument, even one that begins with a minus.
enum class OptionKind { flag, boolean, text, number, integer, numbers, integers, choice };

/// Which numbers are allowed.
enum class OptionRange { any, positive, not_negative };

struct OptionEntry {
  std::string group;
  std::string name; // without the minus
  OptionKind kind;
  std::string value;                 // how the value is shown in -help; choices as "a|b|c"
  std::string default_value;         // empty: there is none
  std::string units;                 // empty: none, or those of the variables
  std::vector<std::string> programs; // where it is of use; it is accepted everywhere
  std::string help;
  OptionRange range = OptionRange::any;
  int count = 0;           // of numbers and integers: how many, 0 for any
  char separator = ',';    // joins a list of a problem file
  bool input_file = false; // a path in a problem file is relative to that file's folder

  /// The allowed texts of a choice.
  std::vector<std::string> choices() const;
};

const std::vector<OptionEntry>& option_table();

/// The entry of an option (name without minus), or nullptr.
const OptionEntry* find_option(std::string_view name);

/// Whether the option is of use to the program.
bool uses(const std::string& program, const OptionEntry& option);

/// Whether PETSc or SLEPc knows the name, as far as names and prefixes tell.
bool is_petsc_option(std::string_view name);

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
std::string version_text(const std::string& program);
std::string citations_text(const std::string& program);

} // namespace escapade
