#include "programs/sweep/journal.hpp"

#include "escapade/error.hpp"
#include "support/atomic_file.hpp"

#include <filesystem>
#include <fstream>
#include <utility>

namespace escapade {

SweepJournal::SweepJournal(const std::string& prefix, const std::string& identity)
    : path_(prefix + ".sweep"), kept_(identity + "\n") {
  std::string line;
  if (std::ifstream in(path_); in && std::getline(in, line) && line == identity)
    while (std::getline(in, line) && !in.eof()) { // the last line may have been cut off
      const Json json = Json::parse(line);
      const Json* const run = json.find("run");
      if (!run || !run->number())
        break;
      done_[static_cast<std::size_t>(*run->number())] = json;
      kept_ += line + "\n";
    }
}

void SweepJournal::add(std::size_t run, const Json& entry) {
  Json line{{"run", run}};
  line.update(entry);
  const std::string text = line.dump() + "\n";
  if (!kept_.empty()) { // the first of this start: what was cut off, or of another sweep, goes
    write_file(path_, std::exchange(kept_, {}) + text);
    return;
  }
  std::ofstream out(path_, std::ios::app);
  if (!(out << text << std::flush))
    throw CannotWrite("cannot write to " + path_);
}

void SweepJournal::remove() const {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

} // namespace escapade
