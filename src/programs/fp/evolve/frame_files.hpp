// The frames of a run as files, PREFIX_0000.vti, …, and PREFIX.pvd, which names them with their
// times. Files that a run writes on its way are not to stay where it fails.
#pragma once

#include "programs/report/outcome.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace escapade {

/// Removes what was added to it when it goes, unless they were kept.
class FilesOnTheWay {
public:
  FilesOnTheWay() = default;
  FilesOnTheWay(const FilesOnTheWay&) = delete;
  FilesOnTheWay& operator=(const FilesOnTheWay&) = delete;
  ~FilesOnTheWay();

  /// A file, or the header of the pieces of so many ranks.
  void add(const std::string& name, int ranks);

  void keep() { names_.clear(); }

private:
  std::vector<std::string> names_;
};

/// Files of the frames as they come. Where the run is stopped or the disk is full, those that are
/// whole stay and the series names them; where it fails, none stays. Names of files are known on
/// rank 0. References must outlive it.
class FrameFiles {
public:
  FrameFiles(Session& session, const Options& options, const Setup& setup);

  /// None are written with -sweep and -fields none.
  bool writes() const { return writes_; }

  /// Of a former run: the series names it too.
  void is_there(double time, const std::string& name) { files_.emplace_back(time, name); }

  /// Collective.
  void write(FieldFile& file, std::int64_t number, double time);

  /// Names every frame that is whole. Collective.
  void write_list();

  /// What the run is to name among its files.
  void finish(Outcome& out) const;

private:
  Session& session_;
  const Options& options_;
  std::string prefix_;
  bool writes_;
  std::map<std::string, std::string> provenance_;
  std::vector<std::pair<double, std::string>> files_;
  std::shared_ptr<FilesOnTheWay> written_ = std::make_shared<FilesOnTheWay>();
};

} // namespace escapade
