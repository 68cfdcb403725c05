// The options of a run, read before MPI and PETSc start.
//
// Sources, later ones win: PETSC_OPTIONS (for PETSc only), -rerun, problem files in the order
// given, the command line. Every value is checked against the option table when it is read.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace escapade {

/// The values of all options; names are without the minus. Asking for a name that is not in the
/// option table is a mistake of the program: std::logic_error.
class Options {
public:
  explicit Options(std::string program);

  const std::string& program() const { return program_; }
  bool given(const std::string& name) const;

  /// The value as typed or the default; BadInput "-domain is missing: …" when there is neither.
  const std::string& text(const std::string& name) const;
  double number(const std::string& name) const;
  std::int64_t integer(const std::string& name) const;

  /// Whether the algorithm of SGD runs and no model of it.
  bool runs_sgd_itself() const;

  /// Whether the coordinates are the one parameter of -momentum and its velocity; of the algorithm
  /// itself where -domain, else the start, has a place for the velocity.
  bool has_velocity() const;

  /// Flags and booleans; a flag that was not given is false.
  bool flag(const std::string& name) const;

  /// Comma-separated numbers; BadInput unless there are `count` of them (0: any number).
  std::vector<double> numbers(const std::string& name, std::size_t count = 0) const;

  /// These options with one more or with another value; BadInput if the value is not allowed. Other
  /// -parameters change the numbers that were given by them, too.
  Options with(const std::string& name, const std::string& value) const;

  /// Names and values of everything given, those for PETSc included, in the order given; a PETSc
  /// option without value has an empty one.
  const std::vector<std::pair<std::string, std::string>>& all_given() const { return given_; }

  /// The same with numbers as they were typed where these depend on -parameters: -domain
  /// "-k,k,0,1".
  std::vector<std::pair<std::string, std::string>> all_typed() const;

  /// Options that were given and are of no use to this program, or that nothing has asked for, here
  /// or in copies: those of another kind of problem.
  std::vector<std::string> unused() const;

  /// Records a value without checking it, and the text in terms of parameters that it came from.
  /// For the readers of the command line.
  void record(const std::string& name, const std::string& value, const std::string& typed = "");

private:
  std::string program_;
  std::vector<std::pair<std::string, std::string>> given_;
  std::map<std::string, std::string> typed_; // those that depend on parameters
  std::shared_ptr<std::set<std::string>> asked_ = std::make_shared<std::set<std::string>>();
  mutable std::string with_velocity_; // -variables a of -momentum, with its velocity
};

struct CommandLine {
  Options options;
  std::vector<std::string> petsc_arguments; // "-name" and values, to be passed on unchanged
  std::vector<std::string> notices;         // one line each, for stderr
  bool help = false;
  bool version = false;
  bool citations = false;
};

/// Reads argv, the problem files and the run to repeat that it names; argv[0] is skipped. BadInput
/// for anything that is not an option, is unknown, or has a value that is not allowed.
CommandLine read_command_line(const std::string& program, int argc, const char* const* argv);

/// BadInput with "WHERE: what is allowed" unless `value` is allowed for the option; `where` says
/// where it stands, e.g. "-cells \"3\"".
struct OptionEntry;
void check_value(const OptionEntry& entry, const std::string& value, const std::string& where);

/// Whether the text, which is no list of numbers, can be the name of a well: it begins with a
/// letter.
bool is_well_name(const std::string& text);

} // namespace escapade
