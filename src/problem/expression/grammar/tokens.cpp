#include "problem/expression/grammar/tokens.hpp"

#include "escapade/error.hpp"
#include "problem/expression/grammar/words.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

namespace escapade {
namespace {

constexpr std::size_t longest_text = 65536;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool is_spaced(const std::string& s) {
  return is_comparison(s) || s == "and" || s == "or" || s == "&&" || s == "||";
}

/// How many bytes of the text the symbol at its start has, 0 where there is none.
std::size_t symbol_length(std::string_view text) {
  const std::string_view two = text.substr(0, 2);
  for (const char* symbol : {"**", "<=", ">=", "&&", "||", "==", "!="})
    if (two == symbol)
      return 2;
  return std::string_view("+-*/^()<>!=,;:").find(text.front()) != std::string_view::npos ? 1 : 0;
}

} // namespace

Tokens::Tokens(std::string option, std::string text)
    : option_(std::move(option)), text_(std::move(text)) {
  if (text_.size() > longest_text)
    throw BadInput(option_ + " \"" + quotable(text_) + "\": is " + std::to_string(text_.size()) +
                   " bytes long, at most " + std::to_string(longest_text) + " are allowed");
  std::size_t at = 0;
  while (at < text_.size())
    if (is_blank(text_[at])) {
      ++at;
    } else {
      token_.push_back(read_token(at));
      at = token_.back().end;
    }
  Token end;
  end.begin = end.end = text_.size();
  token_.push_back(end);
}

Token Tokens::read_token(std::size_t begin) const {
  const std::string& s = text_;
  Token t;
  t.begin = begin;
  std::size_t i = begin;
  if (is_digit(s[i]) || (s[i] == '.' && i + 1 < s.size() && is_digit(s[i + 1]))) {
    t.kind = Token::Kind::number;
    const auto [end, error] = std::from_chars(s.data() + i, s.data() + s.size(), t.value);
    i = static_cast<std::size_t>(end - s.data());
    if (error != std::errc() || !std::isfinite(t.value))
      fail_at_byte(begin, "the number " + s.substr(begin, std::min<std::size_t>(i - begin, 40)) +
                              " is outside the range of double precision");
  } else if (is_letter(s[i])) {
    t.kind = Token::Kind::name;
    while (i < s.size() && continues_name(s[i]))
      ++i;
  } else if (s[i] == '"' || s[i] == '\'') {
    t.kind = Token::Kind::name;
    const std::size_t close = s.find(s[i], i + 1);
    if (close == std::string::npos)
      fail_at_byte(i, "a name in quotes that do not end");
    i = close + 1;
  } else {
    t.kind = Token::Kind::symbol;
    i += symbol_length(std::string_view(s).substr(i));
    if (i == begin)
      fail_at_byte(i, "unexpected " + character(s, i));
  }
  t.end = i;
  t.text = s.substr(begin, i - begin);
  if (t.text.front() == '\'')
    t.text.front() = t.text.back() = '"';
  return t;
}

void Tokens::fail_at(std::size_t place, const std::string& message) const {
  fail_at_byte(token_[place].begin, message);
}

std::size_t Tokens::column_of_byte(std::size_t byte) const {
  const auto characters = std::count_if(text_.begin(), text_.begin() + static_cast<long>(byte),
                                        [](char c) { return !continues_character(c); });
  return static_cast<std::size_t>(characters) + 1;
}

void Tokens::fail_at_byte(std::size_t byte, const std::string& message) const {
  throw BadInput(option_ + " \"" + quotable(text_) + "\": " + message + " (column " +
                 std::to_string(column_of_byte(byte)) + ")");
}

std::string Tokens::described(std::size_t place) const {
  const Token& t = token_[place];
  return t.kind == Token::Kind::end ? "the end" : std::string("'").append(quotable(t.text)) + "'";
}

std::string Tokens::text_of(std::size_t from, std::size_t to) const {
  std::string text;
  for (std::size_t t = from; t < to; ++t) {
    if (t > from) {
      if (is_spaced(token_[t - 1].text) || is_spaced(token_[t].text))
        text += ' ';
      else
        for (std::size_t i = token_[t - 1].end; i < token_[t].begin; ++i)
          text += ' '; // tabs and line ends too
    }
    text += token_[t].text;
  }
  return text;
}

void Tokens::expect(const char* symbol, const std::string& what) {
  if (!accept(symbol))
    fail("expected '" + std::string(symbol) + "' " + what + ", not " + described());
}

void Tokens::expect_end() const {
  const Token& t = next();
  if (t.kind == Token::Kind::end)
    return;
  const bool begins_operand = t.kind == Token::Kind::number || t.text == "(" ||
                              (t.kind == Token::Kind::name && !is_word(t.text));
  if (begins_operand && next_ > 0)
    fail("expected an operator between " + described(next_ - 1) + " and " + described());
  if (t.text == ")")
    fail("')' without '('");
  if (t.text == "=" || t.text == "==" || t.text == "!=")
    fail("'" + t.text + "' is not allowed: conditions compare with <, <=, > or >=");
  fail("expected the end, not " + described());
}

} // namespace escapade
