// The blocks of numbers in a VTK XML file: a block is a header of words and the bytes behind it.
// Plain:   word n, then n bytes.
// Packed:  words k, m, r and the packed sizes c_1 … c_k, then c_1 + … + c_k bytes; they unpack to k
//          pieces of m bytes, the last of r if r > 0.
// In base64 the header of a packed block is text of its own; that of a plain one is not.
// Source: "VTK XML Formats", docs.vtk.org.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace escapade {

/// How a file writes its blocks.
struct VtkEncoding {
  bool big_endian = false;
  bool base64 = true;
  std::size_t word = 4;   ///< bytes of a word of a header
  std::string compressor; ///< VTK's name of it; empty where nothing is packed
};

struct VtkBlock {
  std::string bytes;  ///< unpacked
  std::size_t length; ///< of the file's text that they took
};

/// The block that `text` begins with. BadInput, without a place, where it is not whole, is larger
/// than `most` bytes or cannot be unpacked.
VtkBlock vtk_block(std::string_view text, const VtkEncoding& encoding, std::int64_t most);

/// The whole number at the end of some of them with `size` bytes each.
std::int64_t last_integer(const std::string& bytes, std::size_t size, bool big_endian);

} // namespace escapade
