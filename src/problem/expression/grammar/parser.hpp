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
#include "problem/expression/grammar/condition.hpp"
#include "problem/expression/grammar/tokens.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace escapade {

/// A condition and its name: its text, one blank around comparisons, "and" and "or".
struct NamedCondition {
  std::string name;
  Condition condition;
};

class Parser {
public:
  Parser(const std::string& option, const std::string& text, const Symbols& symbols);

  Expression expression();
  /// The operands of the top-level "or".
  std::vector<NamedCondition> parts();
  /// A name as of check_name.
  std::string name(const std::string& what);

  Tokens tokens;

private:
  struct Value {
    Expression f;
    std::optional<Condition> condition;
  };
  struct Level; // counts nesting

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
  Value quoted(const std::string& text) const;
  Value call(const Token& name);
  Value call_table(const Token& name, const std::shared_ptr<const TableFunction>& values);
  std::vector<Value> arguments(const std::string& kind, const Token& name, std::size_t count);
  void close(const std::string& what);
  const Expression& number(const Value& value) const;
  const Condition& condition(const Value& value) const;

  const Symbols& symbols_;
  int depth_ = 0;
};

} // namespace escapade
