#define BOOST_TEST_MODULE checkpoint
#include "paths/exits/checkpoint.hpp"
#include "escapade/error.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace escapade;

namespace {

struct Folder {
  std::filesystem::path path;
  Folder() {
    path = std::filesystem::temp_directory_path() /
           ("escapade_checkpoint_" +
            std::to_string(std::filesystem::hash_value(std::filesystem::current_path())));
    std::filesystem::create_directories(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string operator/(const char* name) const { return (path / name).string(); }
};

ExitRecord record(int k) {
  return {0.1 * k, k % 3 - 2, {1.0 / (k + 1), -k / 7.0}};
}

RecordPiece piece(std::int64_t first, std::int64_t count) {
  RecordPiece p;
  p.first = first;
  for (std::int64_t k = first; k < first + count; ++k)
    p.records.push_back(record(static_cast<int>(k)));
  return p;
}

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void store(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string refusal(const std::string& path) {
  try {
    read_records("the path checkpoint", path);
  } catch (const BadInput& e) {
    return e.what();
  }
  return "";
}

} // namespace

BOOST_AUTO_TEST_SUITE(checkpoint)

BOOST_AUTO_TEST_CASE(records_come_back_bit_for_bit) {
  const Folder folder;
  RecordFile file;
  file.key = "step=0.1\nexit=x > 0\n";
  file.starts = {{piece(0, 7), piece(100, 3)}, {}, {piece(5, 1)}};
  write_records(folder / "a", file);
  const RecordFile back = read_records("the path checkpoint", folder / "a");
  BOOST_TEST(back.key == file.key);
  BOOST_REQUIRE(back.starts.size() == 3u);
  BOOST_REQUIRE(back.starts[0].size() == 2u);
  BOOST_TEST(back.starts[0][1].first == 100);
  BOOST_TEST((back.starts[0][0].records == file.starts[0][0].records));
  BOOST_TEST((back.starts[0][1].records == file.starts[0][1].records));
  BOOST_TEST(back.starts[1].empty());
}

BOOST_AUTO_TEST_CASE(a_file_cut_anywhere_is_refused) {
  const Folder folder;
  RecordFile file;
  file.key = "k=1\n";
  file.starts = {{piece(0, 3)}};
  write_records(folder / "a", file);
  const std::string whole = content(folder / "a");
  for (std::size_t n = 0; n < whole.size(); ++n) {
    store(folder / "b", whole.substr(0, n));
    BOOST_TEST(!refusal(folder / "b").empty(), n);
  }
  std::string flipped = whole;
  flipped[whole.size() / 2] = static_cast<char>(flipped[whole.size() / 2] ^ 1);
  store(folder / "b", flipped);
  BOOST_TEST(refusal(folder / "b").find("damaged") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_foreign_file_is_refused) {
  const Folder folder;
  store(folder / "b", "x,y\n1,2\n");
  BOOST_TEST(refusal(folder / "b").find("not a file of exit records") != std::string::npos);
  BOOST_TEST(refusal(folder / "none").find("cannot be read") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(another_run_is_told_by_the_line_that_differs) {
  BOOST_CHECK_NO_THROW(check_key("the path checkpoint", "f", "a=1\nb=2\n", "a=1\nb=2\n"));
  try {
    check_key("the path checkpoint", "f", "a=1\nmc_seed=2\n", "a=1\nmc_seed=3\n");
    BOOST_ERROR("not refused");
  } catch (const BadInput& e) {
    const std::string text = e.what();
    BOOST_TEST(text.find("mc_seed=2") != std::string::npos, text);
    BOOST_TEST(text.find("mc_seed=3") != std::string::npos, text);
  }
}

BOOST_AUTO_TEST_CASE(pieces_are_joined_in_order) {
  const auto all = joined_pieces({piece(10, 5), piece(0, 10), piece(20, 2), piece(3, 0)}, false);
  BOOST_REQUIRE(all.size() == 2u);
  BOOST_TEST(all[0].end() == 15);
  BOOST_TEST((all[0].records == piece(0, 15).records));
  BOOST_CHECK_THROW(joined_pieces({piece(0, 10), piece(9, 5)}, false), BadInput);
  const auto once = joined_pieces({piece(9, 5), piece(0, 10), piece(2, 3)}, true);
  BOOST_REQUIRE(once.size() == 1u);
  BOOST_TEST((once[0].records == piece(0, 14).records));
}

BOOST_AUTO_TEST_CASE(gaps_are_found_and_filled_ranges_cut) {
  const auto all = joined_pieces({piece(5, 5), piece(20, 10)}, false);
  using Gaps = std::vector<std::pair<std::int64_t, std::int64_t>>;
  BOOST_TEST((missing_paths(all, 0, 40) == Gaps{{0, 5}, {10, 10}, {30, 10}}));
  BOOST_TEST((missing_paths(all, 7, 15) == Gaps{{10, 10}}));
  BOOST_TEST(missing_paths(all, 21, 9).empty());
  BOOST_TEST((missing_paths({}, 3, 4) == Gaps{{3, 4}}));
  std::vector<ExitRecord> expected = piece(8, 2).records;
  for (const ExitRecord& r : piece(20, 1).records)
    expected.push_back(r);
  BOOST_TEST((records_within(all, 8, 13) == expected));
}

BOOST_AUTO_TEST_SUITE_END()
