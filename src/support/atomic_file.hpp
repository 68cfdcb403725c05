// Files that appear whole or not at all: written aside in the same folder, flushed to disk,
// renamed. Those of one result appear together or not at all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace escapade {

/// A file to be. Write to temporary(), close it, then commit(); without a commit the temporary
/// file is removed.
class AtomicFile {
public:
  /// Creates the empty temporary file; CannotWrite if the folder does not allow it, or if `path`
  /// is something else than a regular file.
  explicit AtomicFile(std::string path);
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&& other) noexcept;
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  const std::string& path() const { return path_; }
  const std::string& temporary() const { return temporary_; }

  /// Flushes the temporary file to disk, where what a full disk refuses comes to light;
  /// CannotWrite.
  void flush() const;

  /// Flushes the temporary file to disk and gives it its name, or leaves that to FilesTogether;
  /// CannotWrite on failure.
  void commit();

private:
  friend class FilesTogether;
  AtomicFile(std::string path, std::string temporary);
  std::string path_, temporary_;
  void name();
  void remove() noexcept;
};

/// While one lives, files that are committed wait aside. The outermost gives them their names, and
/// removes them again unless they are to be kept: a result with a file missing is none.
class FilesTogether {
public:
  FilesTogether();
  FilesTogether(const FilesTogether&) = delete;
  FilesTogether& operator=(const FilesTogether&) = delete;
  ~FilesTogether();

  /// Names all that wait; CannotWrite on failure. For files of several ranks: all name theirs, and
  /// keep() follows where every rank could.
  void name();
  void keep() { named_.clear(); }

private:
  friend class AtomicFile;
  std::vector<AtomicFile> waiting_;
  std::vector<std::string> named_;
};

/// Removes the temporary files of this process, as far as it has noted them. For handlers of
/// signals that end the process: only calls that are safe there.
void remove_temporary_files() noexcept;

/// Writes the text to the temporary file of `file`; CannotWrite on any failure, a full disk too.
void write_to(const AtomicFile& file, std::string_view text);

/// Adds text at its end; CannotWrite as above.
void append_to(const AtomicFile& file, std::string_view text);

/// Writes a whole file; CannotWrite on any failure, and then nothing is left behind.
void write_file(const std::string& path, std::string_view text);

/// To be called before a long solve: CannotWrite unless files PREFIX.… can be created; leaves
/// nothing behind. BadInput if the prefix names a folder.
void check_writable(const std::string& prefix);

} // namespace escapade
