// The text of a Gmsh file with a place in it: words of ASCII parts, numbers of binary ones, and
// messages that name the file and the place. Private to the reader.
#pragma once

#include "escapade/error.hpp"
#include "support/files/read_file.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>

namespace escapade {

static_assert(std::endian::native == std::endian::little);

/// Every function throws BadInput where the file ends too early or holds something else.
class GmshText {
public:
  explicit GmshText(const std::string& file) : file_(file) {
    text_ = read_regular_file(file, "the grid's mesh " + file, "give a Gmsh file (.msh)",
                              std::numeric_limits<std::int64_t>::max());
  }

  [[noreturn]] void refuse(const std::string& what) const {
    throw BadInput("the grid's mesh " + file_ + ": " + what);
  }
  [[noreturn]] void truncated() const {
    refuse("ends within " + (section.empty() ? "its head" : section) + " (byte " +
           std::to_string(text_.size()) + "); the file is truncated: write it again");
  }

  void skip_blanks() {
    while (at_ < text_.size() && std::strchr(" \t\r\n", text_[at_]))
      ++at_;
  }
  bool done() {
    skip_blanks();
    return at_ >= text_.size();
  }
  std::string word() {
    if (done())
      truncated();
    const std::size_t begin = at_;
    while (at_ < text_.size() && !std::strchr(" \t\r\n", text_[at_]))
      ++at_;
    return text_.substr(begin, at_ - begin);
  }
  std::string line() {
    const std::size_t end = text_.find('\n', at_);
    if (end == std::string::npos)
      truncated();
    std::string out = text_.substr(at_, end - at_);
    at_ = end + 1;
    return out;
  }

  /// A number of an ASCII part.
  template<class T>
  T written() {
    const std::string w = word();
    T value{};
    const auto [end, error] = std::from_chars(w.data(), w.data() + w.size(), value);
    if (at_ >= text_.size())
      truncated();
    if (error != std::errc() || end != w.data() + w.size())
      refuse("'" + w.substr(0, 40) + "' in " + section + " is not a number (byte " +
             std::to_string(at_ - w.size()) + "); the file is damaged: write it again");
    return value;
  }
  /// A number of a binary part.
  template<class T>
  T stored() {
    if (text_.size() - at_ < sizeof(T))
      truncated();
    T value;
    std::memcpy(&value, text_.data() + at_, sizeof(T));
    at_ += sizeof(T);
    return value;
  }
  /// A number in whichever way the file keeps them; `Stored` is its binary type.
  template<class Stored>
  Stored number() {
    return binary ? stored<Stored>() : written<Stored>();
  }
  /// A count: what follows needs at least a byte for each.
  std::int64_t count(std::int64_t n) const {
    if (n < 0 || static_cast<std::size_t>(n) > text_.size())
      truncated();
    return n;
  }
  void end_line() { // before a binary part
    while (at_ < text_.size() && text_[at_] != '\n')
      ++at_;
    ++at_;
    at_ = std::min(at_, text_.size());
  }
  void skip_section() {
    const std::string end = "$End" + section.substr(1);
    const std::size_t found = text_.find(end, at_);
    if (found == std::string::npos)
      truncated();
    at_ = found + end.size();
  }
  void expect_end() {
    if (word() == "$End" + section.substr(1))
      return;
    if (done())
      truncated();
    refuse("$End" + section.substr(1) + " is missing; the file is damaged: write it again");
  }

  std::string section;
  bool binary = false;

private:
  std::string file_, text_;
  std::size_t at_ = 0;
};

} // namespace escapade
