// The arrays of a VTK XML file against what its tags say: how many values each is to hold, in
// text, base64 or raw bytes, packed or not.
//
//   values = NumberOfComponents × tuples;  tuples = points or cells of the extent or the piece
//   bytes = values × size of the type;     connectivity: as many values as the last of offsets says
// Throws BadInput at the first array where the file says otherwise.
//   VTK User's Guide, "VTK File Formats", XML formats
#pragma once

#include "support/files/vtk_blocks.hpp"
#include "support/files/vtk_tags.hpp"

namespace escapade {

/// Follows a file's tags and looks at the values of each array.
class VtkArrays {
public:
  /// No array holds more than `most` values.
  VtkArrays(std::string_view text, std::int64_t most);

  /// Where the tags end: bytes may follow.
  std::size_t end() const { return end_; }

  /// The tag whose '<' stands at `at`. BadInput, without a place, where an array is damaged.
  void look(const VtkTag& tag, std::size_t at);

  /// After the last tag. BadInput where more is appended than the arrays hold.
  void finish() const;

private:
  std::string_view text_, appended_;
  std::int64_t most_;
  std::size_t end_ = 0;
  bool appended_in_base64_ = true;
  std::size_t appended_read_ = 0;
  VtkEncoding encoding_;
  VtkCounts counts_{0, 0};
  std::string section_;
  std::int64_t corners_ = -1; // of all cells of a piece, or not known yet

  std::optional<std::int64_t> wanted(const VtkTag& tag) const;
  std::string_view inside(std::size_t at) const;
  void look_at_array(const VtkTag& tag, std::size_t at);
  std::string bytes_of_array(const VtkTag& tag, std::size_t at,
                             std::optional<std::int64_t> expected, std::size_t size);
  void look_at_corners(const std::string& name, std::int64_t values, std::int64_t last);
};

} // namespace escapade
