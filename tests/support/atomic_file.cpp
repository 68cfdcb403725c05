#define BOOST_TEST_MODULE atomic_file
#include "support/atomic_file.hpp"

#include "escapade/error.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace escapade;
namespace fs = std::filesystem;

namespace {

struct Folder {
  fs::path path;
  Folder() {
    std::string name = (fs::temp_directory_path() / "escapade-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path); }
  std::string operator/(const std::string& name) const { return (path / name).string(); }
  long entries() const { return std::distance(fs::directory_iterator(path), {}); }
};

std::string content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// Files cannot grow beyond `bytes` while it lives: stands for a disk that fills up.
struct SmallDisk {
  rlimit before{};
  explicit SmallDisk(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before);
    const rlimit now{bytes, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &now);
  }
  ~SmallDisk() { ::setrlimit(RLIMIT_FSIZE, &before); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(atomic_file)

BOOST_AUTO_TEST_CASE(a_written_file_is_whole_and_alone) {
  const Folder folder;
  write_file(folder / "a.json", "first");
  write_file(folder / "a.json", "second");
  BOOST_TEST(content(folder / "a.json") == "second");
  BOOST_TEST(folder.entries() == 1);
}

BOOST_AUTO_TEST_CASE(without_commit_the_old_file_stays) {
  const Folder folder;
  write_file(folder / "a", "old");
  {
    const AtomicFile file(folder / "a");
    write_to(file, "new");
    BOOST_TEST(content(file.temporary()) == "new");
    BOOST_TEST(fs::path(file.temporary()).parent_path() == folder.path);
  }
  BOOST_TEST(content(folder / "a") == "old");
  BOOST_TEST(folder.entries() == 1);
}

BOOST_AUTO_TEST_CASE(files_can_be_moved_into_a_list_and_committed_together) {
  const Folder folder;
  std::vector<AtomicFile> files;
  for (const char* name : {"a", "b", "c"})
    write_to(files.emplace_back(folder / name), name);
  for (AtomicFile& file : files)
    file.commit();
  files.clear();
  BOOST_TEST(content(folder / "b") == "b");
  BOOST_TEST(folder.entries() == 3);
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_an_error_and_leaves_the_old_file) {
  const Folder folder;
  write_file(folder / "a", "old");
  {
    const SmallDisk disk(1000);
    BOOST_CHECK_THROW(write_file(folder / "a", std::string(5000, 'x')), CannotWrite);
  }
  BOOST_TEST(content(folder / "a") == "old");
  BOOST_TEST(folder.entries() == 1);
}

BOOST_AUTO_TEST_CASE(devices_and_folders_are_not_replaced) {
  BOOST_CHECK_THROW(write_file("/dev/full", "text"), CannotWrite);
  BOOST_TEST(fs::is_character_file("/dev/full"));
  const Folder folder;
  fs::create_directory(folder / "a");
  BOOST_CHECK_THROW(write_file(folder / "a", "text"), CannotWrite);
  BOOST_TEST(folder.entries() == 1);
}

BOOST_AUTO_TEST_CASE(a_target_that_becomes_a_folder_is_an_error_of_the_commit) {
  const Folder folder;
  AtomicFile file(folder / "a");
  fs::create_directory(folder / "a");
  BOOST_CHECK_THROW(file.commit(), CannotWrite);
}

BOOST_AUTO_TEST_CASE(permissions_are_those_of_any_new_file) {
  const Folder folder;
  const mode_t before = ::umask(022);
  write_file(folder / "a", "text");
  ::umask(before);
  BOOST_TEST((fs::status(folder / "a").permissions() == fs::perms(0644)));
}

BOOST_AUTO_TEST_CASE(files_of_one_result_appear_together) {
  const Folder folder;
  {
    FilesTogether files;
    write_file(folder / "a", "1");
    write_file(folder / "b", "2");
    BOOST_TEST(!fs::exists(folder / "a"));
    files.name();
    files.keep();
  }
  BOOST_TEST(content(folder / "a") == "1");
  BOOST_TEST(content(folder / "b") == "2");
  BOOST_TEST(folder.entries() == 2);
}

BOOST_AUTO_TEST_CASE(none_of_them_appears_if_one_cannot) {
  const Folder folder;
  {
    FilesTogether files;
    write_file(folder / "a", "1");
    write_file(folder / "b", "2");
    fs::create_directory(folder / "b");
    BOOST_CHECK_THROW(files.name(), CannotWrite);
  }
  BOOST_TEST(!fs::exists(folder / "a"));
  BOOST_TEST(folder.entries() == 1); // the folder
}

BOOST_AUTO_TEST_CASE(files_that_were_never_named_leave_nothing) {
  const Folder folder;
  {
    FilesTogether files, inner;
    write_file(folder / "a", "1");
    inner.name(); // the outermost decides
    inner.keep();
  }
  BOOST_TEST(folder.entries() == 0);
  write_file(folder / "a", "1"); // alone again: at once
  BOOST_TEST(content(folder / "a") == "1");
}

BOOST_AUTO_TEST_CASE(check_writable_leaves_nothing_behind) {
  const Folder folder;
  check_writable(folder / "out");
  BOOST_TEST(folder.entries() == 0);
}

BOOST_AUTO_TEST_CASE(check_writable_finds_folders_that_are_none) {
  const Folder folder;
  BOOST_CHECK_THROW(check_writable(folder / "none/out"), CannotWrite);
  write_file(folder / "file", "text");
  BOOST_CHECK_THROW(check_writable(folder / "file/out"), CannotWrite);
  BOOST_CHECK_THROW(check_writable("/proc/out"), CannotWrite);
  BOOST_CHECK_THROW(check_writable(folder / ""), BadInput);
  BOOST_CHECK_THROW(check_writable(""), BadInput);
  BOOST_CHECK_THROW(check_writable(".."), BadInput);
  BOOST_CHECK_THROW(check_writable(folder / std::string(300, 'a')), CannotWrite);
}

BOOST_AUTO_TEST_SUITE_END()
