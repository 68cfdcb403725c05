// PREFIX.sweep: the finished runs of a sweep, a line of JSON each, so that one that was stopped
// goes on. Private to this folder.
#pragma once

#include "programs/report/json.hpp"

#include <cstddef>
#include <map>
#include <string>

namespace escapade {

/// On rank 0 alone.
class SweepJournal {
public:
  /// `identity`, on one line, says what is swept: the runs of another sweep are not gone on with.
  SweepJournal(const std::string& prefix, const std::string& identity);

  /// The runs that are there already, by their numbers.
  const std::map<std::size_t, Json>& done() const { return done_; }

  /// Adds a run; whatever ends the process later, it is kept. CannotWrite.
  void add(std::size_t run, const Json& entry);

  /// All is done.
  void remove() const;

private:
  std::string path_, kept_; // kept_: what the file is to begin with, empty once it does
  std::map<std::size_t, Json> done_;
};

} // namespace escapade
