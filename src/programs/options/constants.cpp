#include "programs/options/constants.hpp"

#include "escapade/error.hpp"
#include "escapade/problem/expression.hpp"
#include "support/exact.hpp"
#include "support/parse.hpp"

#include <algorithm>

namespace escapade {

namespace {

/// The pieces between commas that are outside parentheses.
std::vector<std::string> pieces_of(const std::string& text) {
  std::vector<std::string> pieces{""};
  int depth = 0;
  for (const char c : text) {
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (c == ',' && depth <= 0)
      pieces.emplace_back();
    else
      pieces.back() += c;
  }
  return pieces;
}

std::string name_of(const std::string& piece) {
  return trimmed(piece.substr(0, piece.find('=')));
}

/// Those that can be read; the rest is complained about where parameters are read.
Symbols constants_of(const std::string& parameters) {
  Symbols symbols;
  for (const std::string& piece : pieces_of(parameters))
    try {
      const auto equals = piece.find('=');
      if (equals == std::string::npos)
        continue;
      if (const auto value =
              constant_value(parse_expression("", piece.substr(equals + 1), symbols)))
        symbols.constants[name_of(piece)] = *value;
    } catch (const BadInput&) {
    }
  return symbols;
}

} // namespace

std::string merged_parameters(const std::string& earlier, const std::string& later) {
  std::vector<std::string> all = pieces_of(earlier);
  const std::size_t old = all.size();
  for (const std::string& piece : pieces_of(later)) {
    const auto known =
        std::find_if(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(old),
                     [&](const std::string& p) { return name_of(p) == name_of(piece); });
    if (known != all.begin() + static_cast<std::ptrdiff_t>(old))
      *known = piece;
    else
      all.push_back(piece);
  }
  std::string text;
  for (const std::string& piece : all)
    text += (text.empty() ? "" : ",") + trimmed(piece);
  return text;
}

bool has_parameter(const std::string& parameters, const std::string& name) {
  const auto pieces = pieces_of(parameters);
  return std::any_of(pieces.begin(), pieces.end(),
                     [&](const std::string& p) { return name_of(p) == name; });
}

std::string with_numbers(const OptionEntry& entry, const std::string& value,
                         const std::string& parameters) {
  const bool list = entry.kind == OptionKind::numbers || entry.kind == OptionKind::integers;
  if (!list && entry.kind != OptionKind::number && entry.kind != OptionKind::integer)
    return value;
  std::string text;
  for (const std::string& piece : list ? pieces_of(value) : std::vector<std::string>{value}) {
    std::string number = piece;
    if (!parse_number(piece))
      try {
        if (const auto c = constant_value(parse_expression("", piece, constants_of(parameters))))
          number = exact(*c);
      } catch (const BadInput&) { // stays as it is
      }
    text += (text.empty() ? "" : ",") + number;
  }
  return text;
}

void check_counts(const Options& options) {
  const std::vector<std::string> variables = split(options.text("variables"), ',');
  if (variables.size() > 2 || (variables.size() == 2 && variables[0] == variables[1]))
    return; // the reader of these says so
  const bool line = variables.size() == 1;
  for (const auto& [name, value] : options.all_given()) {
    const OptionEntry* const entry = find_option(name);
    if (entry && entry->well &&
        (is_well_name(value) || (!line && parse_integer(value)))) // a well by name or number
      continue;
    if (entry && !entry->on_a_line.empty())
      options.numbers(name, static_cast<std::size_t>(line ? entry->count / 2 : entry->count));
  }
}

} // namespace escapade
