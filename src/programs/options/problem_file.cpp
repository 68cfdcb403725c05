// Problem files (YAML) and the files of earlier runs (JSON).
#include "escapade/error.hpp"
#include "escapade/version.hpp"
#include "programs/options/option_table.hpp"
#include "support/files/read_file.hpp"
#include "support/parse.hpp"

#include "programs/options/sources.hpp"

#include <nlohmann/json.hpp>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <sstream>

namespace escapade {

namespace {

constexpr std::int64_t largest_file = std::int64_t{1} << 24;

/// The text of a scalar, or a list joined by the option's separator; with ';' as separator each
/// entry may itself be a list, joined by ','.
std::string value_text(const YAML::Node& node, char separator, const std::string& where) {
  if (node.IsScalar())
    return node.Scalar();
  if (!node.IsSequence() || separator == 0)
    throw BadInput(where +
                   ": expected one value or a list of values, not a map or a list of lists");
  std::string joined;
  for (const YAML::Node& item : node) {
    if (!joined.empty())
      joined += separator;
    joined += value_text(item, separator == ';' ? ',' : '\0', where);
  }
  return joined;
}

/// An alias stands for a copy of what its anchor holds, and aliases of aliases double with every
/// line: they are refused before the library makes the copies.
class NoAliases : public YAML::EventHandler {
public:
  explicit NoAliases(std::string path) : path_(std::move(path)) {}

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw BadInput(path_ + ":" + std::to_string(mark.line + 1) +
                   ": an alias (*name) of another value; write the value itself, or in quotes "
                   "where it is one that begins with *");
  }
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

private:
  std::string path_;
};

std::vector<YAML::Node> documents_of(const std::string& path, const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  NoAliases handler(path);
  while (parser.HandleNextDocument(handler)) {
  }
  return YAML::LoadAll(text);
}

std::string in_folder_of(const std::string& file, const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  return folder.empty() ? path : (folder / path).lexically_normal().string();
}

/// Each FILE of "F=FILE; G=FILE".
std::string tables_in_folder_of(const std::string& file, const std::string& tables) {
  std::string out;
  for (const std::string& item : split(tables, ';')) {
    const auto equals = item.find('=');
    out += out.empty() ? "" : "; ";
    out += equals == std::string::npos
               ? item
               : item.substr(0, equals + 1) + in_folder_of(file, trimmed(item.substr(equals + 1)));
  }
  return out;
}

FoundOption option_of(const std::string& path, const YAML::Node& key, const YAML::Node& value) {
  const std::string place = path + ":" + std::to_string(key.Mark().line + 1) + ": ";
  if (!key.IsScalar())
    throw BadInput(place + "expected the name of an option");
  FoundOption option{key.Scalar(), "", false, place + key.Scalar()};
  check_text(option.name, place + "the name of an option");
  if (option.name.starts_with('-'))
    throw BadInput(option.where + ": write the name without the minus");
  for (const char* const name : {"problem", "rerun", "help", "version", "citations"})
    if (option.name == name)
      throw BadInput(option.where + ": belongs on the command line, not in a file");
  option.petsc = classify(option.name, option.where, "");
  const OptionEntry* const entry = find_option(option.name);
  if (value.IsNull()) {
    if (!option.petsc)
      throw BadInput(option.where + ": has no value; give " +
                     (entry->value.empty() ? "true or false" : entry->value));
    return option;
  }
  option.value = value_text(value, entry ? entry->separator : ',', option.where);
  check_text(option.value, option.where);
  if (option.name == "options_file")
    option.value = in_folder_of(path, option.value);
  if (option.name == "table")
    option.value = tables_in_folder_of(path, option.value);
  if (entry && entry->input_file && !option.value.empty())
    option.value = in_folder_of(path, option.value);
  return option;
}

} // namespace

void check_text(const std::string& value, const std::string& where) {
  bool good = value.find('\0') == std::string::npos;
  try {
    (void)nlohmann::json(value).dump(); // throws for invalid UTF-8
  } catch (const nlohmann::json::exception&) {
    good = false;
  }
  if (!good)
    throw BadInput(where + ": holds bytes that are not text in UTF-8");
}

std::vector<FoundOption> read_problem_file(const std::string& path) {
  const std::string text = read_regular_file(
      path, "-problem \"" + path + "\"", "give a file of lines \"option: value\"", largest_file);
  std::vector<FoundOption> found;
  try {
    const std::vector<YAML::Node> documents = documents_of(path, text);
    if (documents.empty() || documents[0].IsNull())
      return found;
    if (documents.size() > 1 || !documents[0].IsMap())
      throw BadInput(path + ":1: expected one map of lines \"option: value\"");
    for (const auto& pair : documents[0]) {
      found.push_back(option_of(path, pair.first, pair.second));
      for (std::size_t i = 0; i + 1 < found.size(); ++i)
        if (found[i].name == found.back().name)
          throw BadInput(found.back().where + ": stands twice in this file; leave one out");
    }
  } catch (const YAML::Exception& e) {
    throw BadInput(path + ":" + std::to_string(e.mark.line + 1) + ": not valid YAML: " + e.msg +
                   " (column " + std::to_string(e.mark.column + 1) +
                   "); expected lines \"option: value\"");
  }
  return found;
}

std::vector<FoundOption> read_rerun_file(const std::string& path, const std::string& program,
                                         std::vector<std::string>& notices) {
  const std::string where = "-rerun \"" + path + "\"";
  const std::string text =
      read_regular_file(path, where, "give the PREFIX.json of a run", largest_file);
  const auto json = nlohmann::ordered_json::parse(text, nullptr, false);
  const auto is_text = [&](const char* key) {
    return json.is_object() && json.contains(key) && json[key].is_string();
  };
  if (!is_text("program") || !json.contains("options") || !json["options"].is_object())
    throw BadInput(where + ": not a file written by an escapade program: no \"program\" and "
                           "\"options\" in it");
  const std::string writer = json["program"].get<std::string>();
  if (writer != program)
    throw BadInput(where + ": was written by " + writer + "; repeat it with that program");
  const std::string here = std::string(version) + " (" + commit + ")";
  const std::string there = (is_text("version") ? json["version"].get<std::string>() : "?") + " (" +
                            (is_text("commit") ? json["commit"].get<std::string>() : "?") + ")";
  if (here != there)
    notices.push_back(where + ": was written by version " + there + ", this is " + here);

  std::vector<FoundOption> found;
  for (const auto& [name, value] : json["options"].items()) {
    FoundOption option{name, "", false, where + ": " + name};
    if (!value.is_string())
      throw BadInput(option.where + ": expected a text");
    option.value = value.get<std::string>();
    check_text(option.value, option.where);
    option.petsc = !find_option(name);
    found.push_back(option);
  }
  return found;
}

} // namespace escapade
