#include "programs/options/options.hpp"

#include "escapade/error.hpp"
#include "programs/main/program_table.hpp"
#include "programs/options/constants.hpp"
#include "programs/options/option_table.hpp"
#include "support/parse.hpp"

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace escapade {

namespace {

const OptionEntry& entry_of(const std::string& name) {
  if (const OptionEntry* entry = find_option(name))
    return *entry;
  throw std::logic_error("the program asks for -" + name + ", which is not in the option table");
}

std::string allowed_range(OptionRange range) {
  switch (range) {
  case OptionRange::positive:
    return " above 0";
  case OptionRange::not_negative:
    return " of at least 0";
  case OptionRange::any:
    break;
  }
  return "";
}

bool in_range(double value, OptionRange range) {
  return range == OptionRange::any || value > 0 ||
         (range == OptionRange::not_negative && value == 0);
}

/// Whether one piece of a value is a number of the entry's kind and range.
bool is_number(const OptionEntry& entry, const std::string& piece) {
  if (entry.kind == OptionKind::integer || entry.kind == OptionKind::integers) {
    const auto value = parse_integer(piece);
    return value && in_range(static_cast<double>(*value), entry.range);
  }
  const auto value = parse_number(piece);
  return value && in_range(*value, entry.range);
}

void check_numbers(const OptionEntry& entry, const std::string& value, const std::string& where) {
  const bool whole = entry.kind == OptionKind::integers;
  const auto pieces = split(value, ',');
  const auto count = static_cast<std::size_t>(entry.count);
  const bool counted = count == 0 || pieces.size() == count ||
                       (!entry.on_a_line.empty() && 2 * pieces.size() == count);
  if (counted && std::all_of(pieces.begin(), pieces.end(),
                             [&](const std::string& piece) { return is_number(entry, piece); }))
    return;
  std::string allowed = whole ? "whole numbers" : "finite numbers";
  if (entry.count == 1)
    allowed = whole ? "one whole number" : "one finite number";
  else if (entry.count > 1)
    allowed = std::to_string(entry.count) + " " + allowed;
  std::string reason = ", found " + std::to_string(pieces.size());
  if (counted) {
    const auto bad = std::find_if(pieces.begin(), pieces.end(), [&](const std::string& piece) {
      return !is_number(entry, piece);
    });
    reason = ", not \"" + *bad + "\"";
  }
  const std::string one = entry.on_a_line.empty() ? "" : ", with one variable " + entry.on_a_line;
  throw BadInput(where + ": expected " + allowed + allowed_range(entry.range) +
                 (entry.count == 1 ? "" : " separated by commas") + reason + " (" + entry.value +
                 one + ")");
}

bool names_something(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return std::isalpha(c); });
}

} // namespace

void check_value(const OptionEntry& entry, const std::string& value, const std::string& where) {
  switch (entry.kind) {
  case OptionKind::flag:
  case OptionKind::boolean:
  case OptionKind::choice: {
    std::vector<std::string> choices = entry.choices();
    if (entry.kind != OptionKind::choice)
      choices.insert(choices.begin(), {"true", "false"});
    if (std::find(choices.begin(), choices.end(), value) != choices.end())
      return;
    std::string listed;
    for (std::size_t i = 0; i < choices.size(); ++i)
      listed += (i == 0 ? "" : i + 1 == choices.size() ? " or " : ", ") + choices[i];
    throw BadInput(where + ": expected " + listed);
  }
  case OptionKind::number:
    if (entry.schedule && !parse_number(value) && names_something(value))
      return; // its reader says what is wrong with it
    if (!is_number(entry, value))
      throw BadInput(where + ": expected one finite number" + allowed_range(entry.range) +
                     ", such as 0.05 or 1e-4");
    return;
  case OptionKind::integer:
    if (!is_number(entry, value))
      throw BadInput(where + ": expected one whole number" + allowed_range(entry.range) +
                     ", such as 100 or 1e6");
    return;
  case OptionKind::numbers:
  case OptionKind::integers:
    if (entry.well && is_well_name(value))
      return; // its reader knows the wells
    check_numbers(entry, value, where);
    return;
  case OptionKind::text:
    if (trimmed(value).empty())
      throw BadInput(where + ": is empty; give " + entry.value + ", or leave the option out");
    return;
  }
}

bool is_well_name(const std::string& text) {
  return names_something(text) && text.find(',') == std::string::npos &&
         std::isalpha(static_cast<unsigned char>(trimmed(text).front())) != 0;
}

Options::Options(std::string program) : program_(std::move(program)) {}

bool Options::given(const std::string& name) const {
  entry_of(name);
  return std::any_of(given_.begin(), given_.end(),
                     [&](const auto& option) { return option.first == name; });
}

bool Options::runs_sgd_itself() const {
  const ProgramEntry& program = program_named(program_);
  return program.needs.sgd_itself || (program.knows_sgd_scheme && text("mc_scheme") == "sgd");
}

bool Options::has_velocity() const {
  const auto typed = [&](const char* name) {
    const auto option = std::find_if(given_.begin(), given_.end(),
                                     [&](const auto& one) { return one.first == name; });
    return option == given_.end() ? std::string() : option->second;
  };
  const std::string names = typed("variables");
  if (!given("momentum") || given("potential") || given("drift") || names.empty() ||
      names.find(',') != std::string::npos)
    return false;
  if (!runs_sgd_itself())
    return true;
  // the algorithm can do without it: then a box or a point of one coordinate says so
  const std::string box = typed("domain"), point = typed("start") + typed("starts");
  return box.empty() ? split(point, ';').front().find(',') != std::string::npos
                     : std::count(box.begin(), box.end(), ',') == 3;
}

const std::string& Options::text(const std::string& name) const {
  const OptionEntry& entry = entry_of(name);
  asked_->insert(name);
  for (const auto& [known, value] : given_)
    if (known == name)
      return name == "variables" && has_velocity()
                 ? with_velocity_ = value + (trimmed(value) == "p" ? ",q" : ",p")
                 : value;
  if (name == "output")
    return program_;
  static const std::string position_and_velocity = "x,v";
  if (name == "variables" && flag("kinetic"))
    return position_and_velocity;
  if (entry.default_value.empty())
    throw BadInput("-" + name + " is missing: give -" + name + " " + entry.value + ", " +
                   entry.help);
  return entry.default_value;
}

double Options::number(const std::string& name) const {
  if (const auto value = parse_number(text(name)))
    return *value;
  throw std::logic_error("-" + name + " is not a number by the option table");
}

std::int64_t Options::integer(const std::string& name) const {
  if (const auto value = parse_integer(text(name)))
    return *value;
  throw std::logic_error("-" + name + " is not a whole number by the option table");
}

bool Options::flag(const std::string& name) const {
  return text(name) != "false";
}

std::vector<double> Options::numbers(const std::string& name, std::size_t count) const {
  OptionEntry entry = entry_of(name);
  const std::string& value = text(name);
  if (entry.kind != OptionKind::integers)
    entry.kind = OptionKind::numbers;
  if (count > 0) {
    if (static_cast<int>(count) != entry.count && !entry.on_a_line.empty())
      entry.value = entry.on_a_line + ", there is one variable";
    if (count > 1 && has_velocity())
      entry.value +=
          ", the coordinates are " + text("variables") + ", the parameter and its velocity";
    entry.count = static_cast<int>(count);
    entry.on_a_line.clear();
  }
  check_numbers(entry, value, "-" + name + " \"" + value + "\"");
  std::vector<double> numbers;
  for (const std::string& piece : split(value, ',')) {
    const auto whole = entry.kind == OptionKind::integers ? parse_integer(piece) : std::nullopt;
    numbers.push_back(whole ? static_cast<double>(*whole) : *parse_number(piece));
  }
  return numbers;
}

Options Options::with(const std::string& name, const std::string& value) const {
  const OptionEntry* entry = find_option(name);
  if (!entry)
    throw BadInput("-" + name + ": unknown option, or one that is not escapade's own");
  check_value(*entry, value, "-" + name + " \"" + value + "\"");
  Options changed = *this;
  changed.record(name, value);
  if (name != "parameters")
    return changed;
  for (const auto& [other, typed] : typed_) {
    const std::string now = with_numbers(*find_option(other), typed, value);
    check_value(*find_option(other), now,
                "-" + other + " \"" + typed + "\" with -parameters " + value);
    changed.record(other, now, typed);
  }
  return changed;
}

std::vector<std::pair<std::string, std::string>> Options::all_typed() const {
  auto all = given_;
  for (auto& [name, value] : all)
    if (const auto typed = typed_.find(name); typed != typed_.end())
      value = typed->second;
  return all;
}

std::vector<std::string> Options::unused() const {
  std::vector<std::string> names;
  for (const auto& [name, value] : given_) {
    const OptionEntry* entry = find_option(name);
    const bool asked = asked_->contains(name) || name == "problem"; // read before there are options
    if (entry && (!uses(program_, *entry) || !asked))
      names.push_back(name);
  }
  return names;
}

void Options::record(const std::string& name, const std::string& value, const std::string& typed) {
  typed_.erase(name);
  if (!typed.empty())
    typed_[name] = typed;
  for (auto& [known, old] : given_)
    if (known == name) {
      old = value;
      return;
    }
  given_.emplace_back(name, value);
}

} // namespace escapade
