// The words of an expression, and how messages quote them.
//
//   name     = letter { letter | digit | "_" }      one that no function has, nor pi, and, or, not
//   quoted   = '"' any '"'                          a column of data, whatever its name
//   function = one of functions and pairs (node.hpp), if
#pragma once

#include "escapade/problem/expression.hpp"
#include "problem/expression/node.hpp"

#include <cstddef>
#include <string>

namespace escapade {

/// Null where there is no function of that name.
const NamedFunction* function_named(const std::string& name);
const NamedPair* pair_named(const std::string& name);
/// How many arguments the function takes; 0 where there is none of that name.
std::size_t arguments_of(const std::string& name);

inline bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
inline bool continues_name(char c) {
  return is_letter(c) || is_digit(c) || c == '_';
}
/// A byte of a UTF-8 character but its first.
inline bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// and, or, not
bool is_word(const std::string& text);
bool is_comparison(const std::string& text);
bool is_quoted(const std::string& name);
/// Names that no variable and no constant may have.
bool is_reserved(const std::string& name);

/// One line of at most about 60 characters, to quote in a message.
std::string quotable(const std::string& text);
/// The character that begins at a byte, whole if it is UTF-8, or "byte 0x…".
std::string character(const std::string& text, std::size_t byte);

/// Throws BadInput unless every name can be written in an expression and every constant is finite.
void check_symbols(const std::string& option, const Symbols& symbols);

/// unknown name 'xx', did you mean 'x'? Known names: x, y, pi
std::string unknown_word(const std::string& name, bool function, const Symbols& symbols);

} // namespace escapade
