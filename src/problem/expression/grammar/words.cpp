#include "problem/expression/grammar/words.hpp"

#include "escapade/error.hpp"
#include "support/parse.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

namespace escapade {
namespace {

bool is_name(const std::string& name) {
  return !name.empty() && is_letter(name.front()) && std::ranges::all_of(name, continues_name);
}

std::string joined(const std::vector<std::string>& names) {
  std::string list;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i == 30)
      return list + ", ...";
    list += (i == 0 ? "" : ", ") + names[i];
  }
  return list;
}

} // namespace

const NamedFunction* function_named(const std::string& name) {
  const auto* const found = std::ranges::find(functions, name, &NamedFunction::name);
  return name.empty() || found == functions.end() ? nullptr : found;
}

const NamedPair* pair_named(const std::string& name) {
  const auto* const found = std::ranges::find(pairs, name, &NamedPair::name);
  return found == pairs.end() ? nullptr : found;
}

std::size_t arguments_of(const std::string& name) {
  return function_named(name) ? 1 : pair_named(name) ? 2 : name == "if" ? 3 : 0;
}

bool is_word(const std::string& s) {
  return s == "and" || s == "or" || s == "not";
}
bool is_comparison(const std::string& s) {
  return s == "<" || s == ">" || s == "<=" || s == ">=";
}

bool is_quoted(const std::string& name) {
  return !name.empty() && name.front() == '"';
}
bool is_reserved(const std::string& name) {
  return arguments_of(name) > 0 || is_word(name) || name == "pi";
}

std::string quotable(const std::string& text) {
  std::string line;
  for (char c : text) {
    if (line.size() >= 57 && !continues_character(c) && text.size() > 60) {
      line += "...";
      break;
    }
    line += static_cast<unsigned char>(c) < 32 || c == 127 ? ' ' : c;
  }
  return line;
}

std::string character(const std::string& text, std::size_t byte) {
  std::size_t end = byte + 1;
  while (end < text.size() && end < byte + 4 && continues_character(text[end]))
    ++end;
  const auto lead = static_cast<unsigned char>(text[byte]);
  if (lead < 32 || lead == 127 || (lead >= 128 && end == byte + 1)) {
    constexpr std::string_view hex = "0123456789abcdef";
    return std::string("byte 0x") + hex[lead >> 4] + hex[lead & 15];
  }
  return "'" + text.substr(byte, end - byte) + "'";
}

void check_symbols(const std::string& option, const Symbols& symbols) {
  for (const std::string& name : symbols.inputs)
    if (!name.empty() && !is_quoted(name)) // no name, or one that is written in quotes
      check_name(option, name);
  for (const auto& [name, value] : symbols.constants) {
    check_name(option, name);
    if (!std::isfinite(value))
      throw BadInput(option + ": the constant '" + name + "' must be finite");
  }
  for (const auto& [name, values] : symbols.tables)
    check_name(option, name);
}

std::string unknown_word(const std::string& name, bool function, const Symbols& symbols) {
  std::vector<std::string> names = symbols.inputs;
  std::erase(names, "");
  for (const auto& [known, value] : symbols.constants)
    names.push_back(known);
  names.emplace_back("pi");
  std::vector<std::string> function_names;
  for (const auto& [known, values] : symbols.tables)
    function_names.push_back(known);
  for (const NamedFunction& f : functions)
    if (*f.name != '\0')
      function_names.emplace_back(f.name);
  for (const NamedPair& f : pairs)
    function_names.emplace_back(f.name);
  if (function)
    function_names.emplace_back("if"); // no other name is meant by it
  std::string nearest = nearest_name(name, function ? function_names : names);
  if (name == "ln")
    nearest = "log";
  if (nearest.empty())
    nearest = nearest_name(name, function ? names : function_names);
  return "unknown " + std::string(function ? "function" : "name") + " '" + quotable(name) + "'" +
         (nearest.empty() ? "; known " : ", did you mean '" + nearest + "'? Known ") +
         (function ? "functions: " + joined(function_names) : "names: " + joined(names));
}

void check_name(const std::string& option, const std::string& name) {
  if (!is_name(name))
    throw BadInput(option + ": '" + quotable(name) +
                   "' is not a name: a letter, then letters, digits and _");
  if (is_reserved(name))
    throw BadInput(option + ": the name '" + name + "' is reserved, choose another");
}

} // namespace escapade
