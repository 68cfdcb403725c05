// Text to expressions and conditions, by recursive descent over tokens:
//
//   or         = and { ("or" | "||") and }
//   and        = not { ("and" | "&&") not }
//   not        = ("not" | "!") not | comparison
//   comparison = sum { ("<" | "<=" | ">" | ">=") sum }
//   sum        = product { ("+" | "-") product }
//   product    = sign { ("*" | "/") sign }
//   sign       = ("+" | "-") sign | power
//   power      = primary [ ("^" | "**") sign ]
//   primary    = number | name | quoted name | function "(" or { "," or } ")" | "(" or ")"
//
// Conditions and expressions share the grammar because "(" may open either; each rule then checks
// which of the two it has got.
#pragma once

#include "escapade/problem/expression.hpp"

#include <cstddef>
#include <optional>
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

/// {φ ≥ 0} for a comparison; the intersection or union of the operands otherwise.
struct Condition {
  enum class Kind { comparison, all, any };
  Kind kind = Kind::comparison;
  Expression phi;
  std::vector<Condition> operands;
  bool strict = false; // the comparison leaves {φ = 0} out, where that matters (if)
};

/// A condition and its name: its text, one blank around comparisons, "and" and "or".
struct NamedCondition {
  std::string name;
  Condition condition;
};

class Parser {
public:
  Parser(std::string option, const std::string& text, const Symbols& symbols);

  Expression expression();
  /// The operands of the top-level "or".
  std::vector<NamedCondition> parts();
  /// A name as of check_name.
  std::string name(const std::string& what);

  bool accept(const char* symbol);
  void expect(const char* symbol, const std::string& what);
  bool at_end() const { return token().kind == Token::Kind::end; }
  /// Throws unless the whole text has been read.
  void expect_end() const;
  /// Throws BadInput with the column of the next token, or of the token given.
  [[noreturn]] void fail(const std::string& message) const;
  [[noreturn]] void fail_before(const std::string& message) const { fail_at(next_ - 1, message); }
  [[noreturn]] void fail_at(std::size_t token, const std::string& message) const;

private:
  struct Value {
    Expression f;
    std::optional<Condition> condition;
  };
  struct Level; // counts nesting

  void tokenize();
  Value quoted();
  [[noreturn]] void fail_at_byte(std::size_t byte, const std::string& message) const;
  std::size_t column(std::size_t byte) const;
  const Token& token() const { return tokens_[next_]; }
  std::string described(std::size_t token) const;
  std::string text_of(std::size_t from, std::size_t to) const;
  bool accept_either(const char* one, const char* other);

  Value any();
  Value all();
  Value negation();
  Value comparison();
  Value sum();
  Value product();
  Value sign();
  Value power();
  Value primary();
  Value named();
  Value call(const Token& name);
  Value call_table(const Token& name, const std::shared_ptr<const TableFunction>& values);
  std::vector<Value> arguments(const Token& name, std::size_t count);
  [[noreturn]] void fail_unknown(const Token& name, bool function) const;
  const Expression& number(const Value& value) const;
  const Condition& condition(const Value& value) const;

  std::string option_;
  const std::string& text_;
  const Symbols& symbols_;
  std::vector<Token> tokens_;
  std::size_t next_ = 0;
  int depth_ = 0;
};

} // namespace escapade
