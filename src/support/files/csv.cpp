#include "support/files/csv.hpp"

namespace escapade {

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string_view without_quotes(std::string_view text) {
  text = without_blanks(text);
  if (text.size() > 1 && (text.front() == '"' || text.front() == '\'') &&
      text.back() == text.front())
    text = without_blanks(text.substr(1, text.size() - 2));
  return text;
}

std::vector<std::string_view> fields_of(std::string_view line, char separator) {
  std::vector<std::string_view> fields;
  std::size_t begin = 0;
  bool quoted = false;
  for (std::size_t i = 0; i <= line.size(); ++i) {
    if (i < line.size() && line[i] == '"')
      quoted = !quoted;
    if (i < line.size() && (line[i] != separator || quoted))
      continue;
    fields.push_back(without_quotes(line.substr(begin, i - begin)));
    begin = i + 1;
  }
  return fields;
}

char separator_of(std::string_view header) {
  char best = ',';
  std::size_t most = 0;
  for (const char c : {',', ';', '\t'})
    if (const std::size_t n = fields_of(header, c).size(); n > most)
      best = c, most = n;
  return best;
}

std::vector<TextLine> lines_of(std::string_view rest, bool comments) {
  std::vector<TextLine> lines;
  if (rest.substr(0, 3) == "\xEF\xBB\xBF")
    rest.remove_prefix(3);
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const auto end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    const std::string_view text = without_blanks(line);
    if (!text.empty() && (comments || text.front() != '#'))
      lines.push_back({number, line});
  }
  return lines;
}

} // namespace escapade
