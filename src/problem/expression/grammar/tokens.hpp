// The text of an expression as tokens, and a place among them from which a grammar reads.
//
//   number | name | "column" | 'column' | + - * / ^ ** ( ) < <= > >= = == != && || ! , ; :
//
// Messages name the option, the text and the column: the character's place, counted from 1.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace escapade {

struct Token {
  enum class Kind { number, name, symbol, end };
  Kind kind = Kind::end;
  std::size_t begin = 0, end = 0; // bytes of the text
  double value = 0;               // of a number
  std::string text;
};

class Tokens {
public:
  /// Throws BadInput where a character begins no token, a number is no double, quotes do not end,
  /// or the text is longer than 64 KiB.
  Tokens(std::string option, std::string text);

  const Token& next() const { return token_[next_]; }
  std::size_t place() const { return next_; } // of next()
  bool at_end() const { return next().kind == Token::Kind::end; }
  /// Whether the next token is one of these.
  template<class... Symbols>
  bool is_next(Symbols... symbols) const {
    return next().kind != Token::Kind::number && ((next().text == symbols) || ...);
  }
  /// Goes on; the token that it was.
  const Token& advance() { return token_[next_++]; }

  /// Goes past the next token where it is one of these.
  template<class... Symbols>
  bool accept(Symbols... symbols) {
    const bool found = is_next(symbols...);
    next_ += found;
    return found;
  }
  void expect(const char* symbol, const std::string& what);
  /// Throws unless the whole text has been read.
  void expect_end() const;

  /// The tokens of these places, one blank around comparisons, "and" and "or".
  std::string text_of(std::size_t from, std::size_t to) const;
  /// 'token' or "the end".
  std::string described(std::size_t place) const;
  std::string described() const { return described(next_); }
  /// Where a token begins.
  std::size_t column(std::size_t place) const { return column_of_byte(token_[place].begin); }

  /// Throws BadInput with the column of the next token, the one before it, or the one given.
  [[noreturn]] void fail(const std::string& message) const { fail_at(next_, message); }
  [[noreturn]] void fail_before(const std::string& message) const { fail_at(next_ - 1, message); }
  [[noreturn]] void fail_at(std::size_t place, const std::string& message) const;

private:
  Token read_token(std::size_t begin) const;
  std::size_t column_of_byte(std::size_t byte) const;
  [[noreturn]] void fail_at_byte(std::size_t byte, const std::string& message) const;

  std::string option_, text_;
  std::vector<Token> token_;
  std::size_t next_ = 0;
};

} // namespace escapade
