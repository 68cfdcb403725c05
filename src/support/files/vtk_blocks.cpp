#include "support/files/vtk_blocks.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <array>
#include <vector>
#include <vtkLZ4DataCompressor.h>
#include <vtkLZMADataCompressor.h>
#include <vtkSmartPointer.h>
#include <vtkZLibDataCompressor.h>

namespace escapade {

namespace {

int sextet(char c) {
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/// Characters of base64 that `bytes` bytes take.
std::size_t letters(std::size_t bytes) {
  return (bytes + 2) / 3 * 4;
}

BadInput ends_early(std::size_t there, std::size_t wanted) {
  return BadInput("a block of data holds " + std::to_string(there) + " of " +
                  std::to_string(wanted) + " bytes");
}

/// The first `count` bytes of `text`, which is base64 or is they themselves.
std::string bytes_of(std::string_view text, bool base64, std::size_t count) {
  if (!base64) {
    if (text.size() < count)
      throw ends_early(text.size(), count);
    return std::string(text.substr(0, count));
  }
  if (text.size() / 4 * 3 + 3 < count)
    throw ends_early(text.size() / 4 * 3, count);
  std::string bytes;
  bytes.reserve(count + 2);
  for (std::size_t at = 0; bytes.size() < count; at += 4) {
    unsigned group = 0;
    const std::size_t wanted = std::min<std::size_t>(count - bytes.size(), 3);
    for (std::size_t k = 0; k <= wanted; ++k) {
      const int value = at + k < text.size() ? sextet(text[at + k]) : -1;
      if (value < 0 && (at + k >= text.size() || text[at + k] == '=' || text[at + k] == '<'))
        throw ends_early(bytes.size(), count);
      if (value < 0)
        throw BadInput("a block of data is not base64");
      group |= static_cast<unsigned>(value) << (18 - 6 * k);
    }
    for (std::size_t k = 0; k < wanted; ++k)
      bytes += static_cast<char>(group >> (16 - 8 * k) & 255U);
  }
  return bytes;
}

std::uint64_t word_at(const std::string& bytes, std::size_t at, std::size_t size, bool big_endian) {
  std::uint64_t value = 0;
  for (std::size_t k = 0; k < size; ++k)
    value = value << 8 | static_cast<unsigned char>(bytes[at + (big_endian ? k : size - 1 - k)]);
  return value;
}

vtkSmartPointer<vtkDataCompressor> compressor(const std::string& name) {
  if (name == "vtkZLibDataCompressor")
    return vtkSmartPointer<vtkZLibDataCompressor>::New();
  if (name == "vtkLZ4DataCompressor")
    return vtkSmartPointer<vtkLZ4DataCompressor>::New();
  if (name == "vtkLZMADataCompressor")
    return vtkSmartPointer<vtkLZMADataCompressor>::New();
  throw BadInput("its data are packed by \"" + name + "\"");
}

/// What the header of a packed block says.
struct PackedHeader {
  std::uint64_t pieces, full, last;
  std::vector<std::uint64_t> packed; // bytes of each piece
  std::size_t length;                // of the header's text
  std::uint64_t size(std::uint64_t k) const { return k + 1 == pieces && last > 0 ? last : full; }
};

PackedHeader packed_header(std::string_view text, const VtkEncoding& e, std::int64_t most) {
  const auto limit = static_cast<std::uint64_t>(most);
  const std::string head = bytes_of(text, e.base64, 3 * e.word);
  PackedHeader h{word_at(head, 0, e.word, e.big_endian),
                 word_at(head, e.word, e.word, e.big_endian),
                 word_at(head, 2 * e.word, e.word, e.big_endian),
                 {},
                 0};
  // a file may name longer pieces than it has, where one shorter piece holds all
  const std::uint64_t whole = h.last > 0 && h.pieces > 0 ? h.pieces - 1 : h.pieces;
  if (h.pieces > text.size() || h.last > h.full ||
      (whole > 0 && h.full > (limit - std::min(limit, h.last)) / whole) || h.last > limit)
    throw BadInput("the header of a block says " + std::to_string(h.pieces) + " pieces of " +
                   std::to_string(h.full) + " bytes, the last of " + std::to_string(h.last));
  const std::size_t count = (3 + h.pieces) * e.word;
  const std::string sizes = bytes_of(text, e.base64, count);
  for (std::uint64_t k = 0; k < h.pieces; ++k)
    h.packed.push_back(word_at(sizes, (3 + k) * e.word, e.word, e.big_endian));
  h.length = e.base64 ? letters(count) : count;
  return h;
}

VtkBlock unpacked(std::string_view text, const VtkEncoding& e, std::int64_t most) {
  const PackedHeader h = packed_header(text, e, most);
  text.remove_prefix(std::min(h.length, text.size()));
  std::uint64_t total = 0;
  for (const std::uint64_t size : h.packed) {
    if (size > text.size())
      throw ends_early(text.size(), size);
    total += size;
  }
  const std::string packed = bytes_of(text, e.base64, total);
  const auto method = compressor(e.compressor);
  const auto* from = reinterpret_cast<const unsigned char*>(packed.data());
  std::string out;
  for (std::uint64_t k = 0; k < h.pieces; ++k) {
    const std::size_t before = out.size();
    out.resize(before + h.size(k));
    auto* to = reinterpret_cast<unsigned char*>(out.data()) + before;
    if (method->Uncompress(from, h.packed[k], to, h.size(k)) != h.size(k))
      throw BadInput("a block of data cannot be unpacked");
    from += h.packed[k];
  }
  return {std::move(out), h.length + (e.base64 ? letters(total) : total)};
}

} // namespace

VtkBlock vtk_block(std::string_view text, const VtkEncoding& encoding, std::int64_t most) {
  if (!encoding.compressor.empty())
    return unpacked(text, encoding, most);
  const std::string head = bytes_of(text, encoding.base64, encoding.word);
  const std::uint64_t count = word_at(head, 0, encoding.word, encoding.big_endian);
  if (count > static_cast<std::uint64_t>(most))
    throw BadInput("the header of a block says " + std::to_string(count) + " bytes");
  const std::size_t whole = encoding.word + count;
  return {bytes_of(text, encoding.base64, whole).substr(encoding.word),
          encoding.base64 ? letters(whole) : whole};
}

std::int64_t last_integer(const std::string& bytes, std::size_t size, bool big_endian) {
  return bytes.size() < size
             ? 0
             : static_cast<std::int64_t>(word_at(bytes, bytes.size() - size, size, big_endian));
}

} // namespace escapade
