#include "paths/exits/checkpoint.hpp"

#include "escapade/error.hpp"
#include "support/atomic_file.hpp"
#include "support/files/read_file.hpp"
#include "support/memory.hpp"

#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <sstream>

namespace escapade {
namespace {

static_assert(std::endian::native == std::endian::little);

const std::string magic = "ESCAPADE records 2\n";
constexpr std::size_t record_size = 28;

template<class T>
void put(std::string& text, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  text.append(bytes, sizeof value);
}

/// Takes values off the front; throws where there are too few bytes.
class Reader {
public:
  Reader(const std::string& text, std::string message)
      : text_(text), message_(std::move(message)) {}

  template<class T>
  T take() {
    T value;
    need(sizeof value);
    std::memcpy(&value, text_.data() + at_, sizeof value);
    at_ += sizeof value;
    return value;
  }
  std::string take_text(std::uint64_t length) {
    need(length);
    at_ += length;
    return text_.substr(at_ - length, length);
  }
  void need(std::uint64_t bytes) const {
    if (bytes > text_.size() - at_)
      throw BadInput(message_);
  }
  std::uint64_t left() const { return text_.size() - at_; }

private:
  const std::string& text_;
  std::string message_;
  std::size_t at_ = 0;
};

} // namespace

void write_records(const std::string& path, const RecordFile& file) {
  std::string text = magic;
  put(text, static_cast<std::uint64_t>(file.key.size()));
  text += file.key;
  put(text, static_cast<std::uint64_t>(file.starts.size()));
  for (const auto& pieces : file.starts) {
    put(text, static_cast<std::uint64_t>(pieces.size()));
    for (const RecordPiece& piece : pieces) {
      put(text, piece.first);
      put(text, static_cast<std::uint64_t>(piece.records.size()));
      text.reserve(text.size() + record_size * piece.records.size() + 8);
      for (const ExitRecord& r : piece.records) {
        put(text, r.time);
        put(text, r.part);
        put(text, r.where.x);
        put(text, r.where.y);
      }
    }
  }
  put(text, static_cast<std::uint64_t>(XXH64(text.data(), text.size(), 0)));
  write_file(path, text);
}

RecordFile read_records(const std::string& what, const std::string& path) {
  const std::string where = what + " " + path;
  const std::string damaged =
      ": truncated or damaged; " + std::string(what == "the path checkpoint" ? "remove it to start "
                                                                               "afresh"
                                                                             : "run it again");
  const std::string text =
      read_regular_file(path, where, "give a file of exit records", available_memory() / 4);
  if (text.compare(0, magic.size(), magic) != 0)
    throw BadInput(where + ": not a file of exit records of escapade; give another name");
  const auto body = text.size() < magic.size() + 8 ? 0 : text.size() - 8;
  std::uint64_t sum = 0;
  if (body > 0)
    std::memcpy(&sum, text.data() + body, 8);
  if (body == 0 || sum != XXH64(text.data(), body, 0))
    throw BadInput(where + damaged);
  const std::string content_text = text.substr(0, body);
  Reader in(content_text, where + damaged);
  in.take_text(magic.size());
  RecordFile file;
  file.key = in.take_text(in.take<std::uint64_t>());
  const auto starts = in.take<std::uint64_t>();
  for (std::uint64_t s = 0; s < starts; ++s) {
    auto& pieces = file.starts.emplace_back();
    const auto count = in.take<std::uint64_t>();
    for (std::uint64_t p = 0; p < count; ++p) {
      RecordPiece piece;
      piece.first = in.take<std::int64_t>();
      const auto records = in.take<std::uint64_t>();
      if (records > in.left() / record_size)
        in.need(in.left() + 1);
      piece.records.resize(records);
      for (ExitRecord& r : piece.records) {
        r.time = in.take<double>();
        r.part = in.take<std::int32_t>();
        r.where.x = in.take<double>();
        r.where.y = in.take<double>();
      }
      pieces.push_back(std::move(piece));
    }
  }
  return file;
}

void check_key(const std::string& what, const std::string& path, const std::string& found,
               const std::string& wanted) {
  if (found == wanted)
    return;
  std::istringstream a(found), b(wanted);
  std::string theirs, ours;
  while (std::getline(a, theirs) && std::getline(b, ours) && theirs == ours) {
  }
  throw BadInput(what + " " + path + ": belongs to another run, with " + theirs +
                 " where this one has " + ours + "; give another file");
}

std::vector<RecordPiece> joined_pieces(std::vector<RecordPiece> pieces, bool overlap) {
  std::erase_if(pieces, [](const RecordPiece& p) { return p.records.empty(); });
  std::sort(pieces.begin(), pieces.end(),
            [](const RecordPiece& a, const RecordPiece& b) { return a.first < b.first; });
  std::vector<RecordPiece> out;
  for (RecordPiece& p : pieces) {
    if (out.empty() || p.first > out.back().end()) {
      out.push_back(std::move(p));
      continue;
    }
    const std::int64_t twice = out.back().end() - p.first;
    if (twice > 0 && !overlap)
      throw BadInput("path " + std::to_string(p.first) +
                     " is in two files; give each slice another first path number");
    if (twice < static_cast<std::int64_t>(p.records.size()))
      out.back().records.insert(out.back().records.end(), p.records.begin() + twice,
                                p.records.end());
  }
  return out;
}

std::vector<std::pair<std::int64_t, std::int64_t>>
missing_paths(const std::vector<RecordPiece>& pieces, std::int64_t first, std::int64_t paths) {
  std::vector<std::pair<std::int64_t, std::int64_t>> gaps;
  std::int64_t at = first;
  const std::int64_t end = first + paths;
  for (const RecordPiece& p : pieces) {
    if (p.end() <= at)
      continue;
    if (p.first >= end)
      break;
    if (p.first > at)
      gaps.emplace_back(at, p.first - at);
    at = p.end();
  }
  if (at < end)
    gaps.emplace_back(at, end - at);
  return gaps;
}

std::vector<ExitRecord> records_within(const std::vector<RecordPiece>& pieces, std::int64_t first,
                                       std::int64_t paths) {
  std::vector<ExitRecord> out;
  for (const RecordPiece& p : pieces) {
    const std::int64_t a = std::max(first, p.first), b = std::min(first + paths, p.end());
    if (a < b)
      out.insert(out.end(), p.records.begin() + (a - p.first), p.records.begin() + (b - p.first));
  }
  return out;
}

} // namespace escapade
