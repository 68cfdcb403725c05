#include "programs/report/leftovers.hpp"

#include "programs/report/json.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <string_view>

namespace escapade {

namespace {

namespace fs = std::filesystem;

bool is_summary(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error) || fs::file_size(path, error) > (1u << 26) || error)
    return false;
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  const Json json = Json::parse(text.str());
  return json.is_object() && json.find("schema") && json.find("program");
}

/// Whether what follows the prefix in a file's name is that of a run: "", "_12" or "_12_3", then
/// the ending of a field, path, picture or table.
bool is_of_a_run(std::string_view rest) {
  constexpr std::array<std::string_view, 13> endings{
      ".csv",  "_fields.csv", ".vti", ".vts", ".pvts", ".vtu", ".vtp",
      ".pvti", ".pvtu",       ".pvd", ".png", ".pdf",  ".svg"};
  while (rest.size() > 1 && rest[0] == '_') {
    const auto end = rest.find_first_not_of("0123456789", 1);
    if (end == 1 || end == std::string_view::npos)
      break;
    rest.remove_prefix(end);
  }
  return std::find(endings.begin(), endings.end(), rest) != endings.end();
}

/// Whether a .csv is a run's and not the user's own: its header tells.
bool is_own_table(const fs::path& path) {
  std::string header;
  std::ifstream in(path);
  return std::getline(in, header) &&
         (header.starts_with("quantity,at,value") || header.find("_error") != std::string::npos);
}

} // namespace

Leftovers::Leftovers(const Options& options) {
  const std::string& prefix = options.text("output");
  if (options.given("restart") || !is_summary(prefix + ".json")) // a restart goes on with them
    return;
  std::error_code error;
  const fs::path whole(prefix);
  const fs::path folder = whole.has_parent_path() ? whole.parent_path() : fs::path(".");
  const std::string stem = whole.filename().string();
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(stem) || !is_of_a_run(std::string_view(name).substr(stem.size())) ||
        !entry.is_regular_file(error) || (name.ends_with(".csv") && !is_own_table(entry.path())))
      continue;
    const auto& given = options.all_given();
    const bool is_read = std::any_of(given.begin(), given.end(), [&](const auto& option) {
      std::error_code ignored;
      return option.first != "output" && fs::equivalent(entry.path(), option.second, ignored);
    });
    if (!is_read)
      files_.emplace_back(entry.path(), entry.last_write_time(error));
  }
}

void Leftovers::remove(const std::vector<std::string>& kept) const {
  for (const auto& file : files_) {
    const fs::path& path = file.first;
    std::error_code error;
    if (std::any_of(kept.begin(), kept.end(),
                    [&](const std::string& name) { return fs::equivalent(path, name, error); }))
      continue;
    if (fs::last_write_time(path, error) == file.second && !error)
      fs::remove(path, error);
  }
}

} // namespace escapade
