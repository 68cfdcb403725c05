#include "problem/expression/parser.hpp"

#include "escapade/error.hpp"
#include "escapade/problem/table_function.hpp"
#include "problem/expression/node.hpp"
#include "support/parse.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numbers>
#include <string_view>

namespace escapade {
namespace {

constexpr std::size_t longest_text = 65536;
constexpr int deepest = 200;

/// Null where there is no function of that name.
const NamedFunction* function_named(const std::string& name) {
  const auto* const found = std::ranges::find(functions, name, &NamedFunction::name);
  return name.empty() || found == functions.end() ? nullptr : found;
}
const NamedPair* pair_named(const std::string& name) {
  const auto* const found = std::ranges::find(pairs, name, &NamedPair::name);
  return found == pairs.end() ? nullptr : found;
}

/// How many arguments the function takes; 0 where there is none of that name.
std::size_t arguments_of(const std::string& name) {
  return function_named(name) ? 1 : pair_named(name) ? 2 : name == "if" ? 3 : 0;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool continues_name(char c) {
  return is_letter(c) || is_digit(c) || c == '_';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}
bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

bool is_word(const std::string& s) {
  return s == "and" || s == "or" || s == "not";
}
bool is_comparison(const std::string& s) {
  return s == "<" || s == ">" || s == "<=" || s == ">=";
}
bool is_spaced(const std::string& s) {
  return is_comparison(s) || s == "and" || s == "or" || s == "&&" || s == "||";
}

bool is_name(const std::string& name) {
  return !name.empty() && is_letter(name.front()) && std::ranges::all_of(name, continues_name);
}
std::string in_quotes(const std::string& name) {
  return '"' + name + '"';
}
bool is_quoted(const std::string& name) {
  return !name.empty() && name.front() == '"';
}
bool is_reserved(const std::string& name) {
  return arguments_of(name) > 0 || is_word(name) || name == "pi";
}

/// One line of at most about 60 characters, to quote in a message.
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

/// The character that begins at a byte, whole if it is UTF-8.
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

std::string joined(const std::vector<std::string>& names) {
  std::string list;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i == 30)
      return list + ", ...";
    list += (i == 0 ? "" : ", ") + names[i];
  }
  return list;
}

Condition combined(Condition::Kind kind, Condition f, Condition g) {
  if (f.kind != kind)
    f = {kind, {}, {std::move(f)}};
  f.operands.push_back(std::move(g));
  return f;
}

/// The complement, up to its boundary.
Condition complement(const Condition& c) {
  if (c.kind == Condition::Kind::comparison)
    return {c.kind, -c.phi, {}, !c.strict};
  Condition result{
      c.kind == Condition::Kind::all ? Condition::Kind::any : Condition::Kind::all, {}, {}};
  for (const Condition& operand : c.operands)
    result.operands.push_back(complement(operand));
  return result;
}

/// 1 where the condition holds, else 0.
Expression indicator(const Condition& c) {
  if (c.kind == Condition::Kind::comparison)
    return c.strict ? positive(c.phi) : step(c.phi);
  Expression result = indicator(c.operands.front());
  for (std::size_t k = 1; k < c.operands.size(); ++k) {
    const Expression next = indicator(c.operands[k]);
    result = c.kind == Condition::Kind::all ? min(result, next) : max(result, next);
  }
  return result;
}

} // namespace

struct Parser::Level {
  explicit Level(Parser& p) : parser(p) {
    if (++parser.depth_ > deepest)
      parser.fail("nested deeper than " + std::to_string(deepest) + " levels");
  }
  ~Level() { --parser.depth_; }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;
  Parser& parser;
};

Parser::Parser(std::string option, const std::string& text, const Symbols& symbols)
    : option_(std::move(option)), text_(text), symbols_(symbols) {
  if (text.size() > longest_text)
    throw BadInput(option_ + " \"" + quotable(text) + "\": is " + std::to_string(text.size()) +
                   " bytes long, at most " + std::to_string(longest_text) + " are allowed");
  for (const std::string& name : symbols.inputs)
    if (!name.empty() && !is_quoted(name)) // no name, or one that is written in quotes
      check_name(option_, name);
  for (const auto& [name, value] : symbols.constants) {
    check_name(option_, name);
    if (!std::isfinite(value))
      throw BadInput(option_ + ": the constant '" + name + "' must be finite");
  }
  for (const auto& [name, values] : symbols.tables)
    check_name(option_, name);
  tokenize();
}

void Parser::tokenize() {
  const std::string& s = text_;
  std::size_t i = 0;
  while (i < s.size()) {
    if (is_blank(s[i])) {
      ++i;
      continue;
    }
    Token t;
    t.begin = i;
    if (is_digit(s[i]) || (s[i] == '.' && i + 1 < s.size() && is_digit(s[i + 1]))) {
      t.kind = Token::Kind::number;
      const auto [end, error] = std::from_chars(s.data() + i, s.data() + s.size(), t.value);
      i = static_cast<std::size_t>(end - s.data());
      if (error != std::errc() || !std::isfinite(t.value))
        fail_at_byte(t.begin, "the number " +
                                  s.substr(t.begin, std::min<std::size_t>(i - t.begin, 40)) +
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
      const std::string two = s.substr(i, 2);
      if (two == "**" || two == "<=" || two == ">=" || two == "&&" || two == "||" || two == "==" ||
          two == "!=")
        i += 2;
      else if (std::string_view("+-*/^()<>!=,;:").find(s[i]) != std::string_view::npos)
        ++i;
      else
        fail_at_byte(i, "unexpected " + character(s, i));
    }
    t.end = i;
    t.text = s.substr(t.begin, t.end - t.begin);
    if (t.text.front() == '\'')
      t.text = in_quotes(t.text.substr(1, t.text.size() - 2));
    tokens_.push_back(std::move(t));
  }
  Token end;
  end.begin = end.end = s.size();
  tokens_.push_back(end);
}

void Parser::fail(const std::string& message) const {
  fail_at(next_, message);
}

void Parser::fail_at(std::size_t token, const std::string& message) const {
  fail_at_byte(tokens_[token].begin, message);
}

std::size_t Parser::column(std::size_t byte) const {
  const auto characters = std::count_if(text_.begin(), text_.begin() + static_cast<long>(byte),
                                        [](char c) { return !continues_character(c); });
  return static_cast<std::size_t>(characters) + 1;
}

void Parser::fail_at_byte(std::size_t byte, const std::string& message) const {
  throw BadInput(option_ + " \"" + quotable(text_) + "\": " + message + " (column " +
                 std::to_string(column(byte)) + ")");
}

std::string Parser::described(std::size_t token) const {
  const Token& t = tokens_[token];
  return t.kind == Token::Kind::end ? "the end" : std::string("'").append(quotable(t.text)) + "'";
}

std::string Parser::text_of(std::size_t from, std::size_t to) const {
  std::string text;
  for (std::size_t t = from; t < to; ++t) {
    if (t > from) {
      if (is_spaced(tokens_[t - 1].text) || is_spaced(tokens_[t].text))
        text += ' ';
      else
        for (std::size_t i = tokens_[t - 1].end; i < tokens_[t].begin; ++i)
          text += ' '; // tabs and line ends too
    }
    text += tokens_[t].text;
  }
  return text;
}

bool Parser::accept(const char* symbol) {
  if (token().kind == Token::Kind::number || token().text != symbol)
    return false;
  ++next_;
  return true;
}

bool Parser::accept_either(const char* one, const char* other) {
  return accept(one) || accept(other);
}

void Parser::expect(const char* symbol, const std::string& what) {
  if (!accept(symbol))
    fail("expected '" + std::string(symbol) + "' " + what + ", not " + described(next_));
}

void Parser::expect_end() const {
  const Token& t = token();
  if (t.kind == Token::Kind::end)
    return;
  const bool begins_operand = t.kind == Token::Kind::number || t.text == "(" ||
                              (t.kind == Token::Kind::name && !is_word(t.text));
  if (begins_operand && next_ > 0)
    fail("expected an operator between " + described(next_ - 1) + " and " + described(next_));
  if (t.text == ")")
    fail("')' without '('");
  if (t.text == "=" || t.text == "==" || t.text == "!=")
    fail("'" + t.text + "' is not allowed: conditions compare with <, <=, > or >=");
  fail("expected the end, not " + described(next_));
}

const Expression& Parser::number(const Value& value) const {
  if (value.condition)
    fail("expected an expression before " + described(next_) + ", not a condition");
  return value.f;
}

const Condition& Parser::condition(const Value& value) const {
  if (!value.condition) {
    if (token().kind != Token::Kind::end && token().text != "and" && token().text != "or" &&
        token().text != "&&" && token().text != "||" && token().text != ")")
      expect_end(); // the more precise complaint
    fail("expected a comparison (<, <=, > or >=) after " + described(next_ - 1));
  }
  return *value.condition;
}

Expression Parser::expression() {
  const std::size_t start = next_;
  const Value value = any();
  if (value.condition)
    fail_at(start, "expected an expression, not a condition");
  return value.f;
}

std::vector<NamedCondition> Parser::parts() {
  std::vector<NamedCondition> parts;
  do {
    const std::size_t start = next_;
    const Value value = all();
    NamedCondition part{text_of(start, next_), condition(value)};
    for (const NamedCondition& other : parts)
      if (other.name == part.name)
        fail_at(start, "the part '" + quotable(part.name) + "' is given twice");
    parts.push_back(std::move(part));
  } while (accept_either("or", "||"));
  return parts;
}

std::string Parser::name(const std::string& what) {
  if (token().kind != Token::Kind::name)
    fail("expected " + what + ", not " + described(next_));
  if (is_quoted(token().text) || is_reserved(token().text))
    fail("the name " + described(next_) + " is reserved");
  return tokens_[next_++].text;
}

Parser::Value Parser::any() {
  Value left = all();
  while (accept_either("or", "||")) {
    --next_;
    const Condition& f = condition(left);
    ++next_;
    const Value right = all();
    left = {{}, combined(Condition::Kind::any, f, condition(right))};
  }
  return left;
}

Parser::Value Parser::all() {
  Value left = negation();
  while (accept_either("and", "&&")) {
    --next_;
    const Condition& f = condition(left);
    ++next_;
    const Value right = negation();
    left = {{}, combined(Condition::Kind::all, f, condition(right))};
  }
  return left;
}

Parser::Value Parser::negation() {
  if (!accept_either("not", "!"))
    return comparison();
  const Level level(*this);
  const Value value = negation();
  return {{}, complement(condition(value))};
}

Parser::Value Parser::comparison() {
  Value left = sum();
  std::optional<Condition> result;
  while (token().kind == Token::Kind::symbol && is_comparison(token().text)) {
    const Expression f = number(left);
    const bool greater = token().text.front() == '>', strict = token().text.size() == 1;
    ++next_;
    left = sum();
    const Expression g = number(left);
    Condition c{Condition::Kind::comparison, greater ? f - g : g - f, {}, strict};
    result =
        result ? combined(Condition::Kind::all, std::move(*result), std::move(c)) : std::move(c);
  }
  if (result)
    return {{}, std::move(result)};
  return left;
}

Parser::Value Parser::sum() {
  Value left = product();
  while (token().text == "+" || token().text == "-") {
    const Expression f = number(left);
    const bool plus = token().text == "+";
    ++next_;
    const Value right = product();
    left.f = plus ? f + number(right) : f - number(right);
  }
  return left;
}

Parser::Value Parser::product() {
  Value left = sign();
  while (token().text == "*" || token().text == "/") {
    const Expression f = number(left);
    const bool times = token().text == "*";
    ++next_;
    const Value right = sign();
    left.f = times ? f * number(right) : f / number(right);
  }
  return left;
}

Parser::Value Parser::sign() {
  const Level level(*this);
  if (accept("+"))
    return {number(sign()), {}};
  if (accept("-"))
    return {-number(sign()), {}};
  return power();
}

Parser::Value Parser::power() {
  Value base = primary();
  if (token().text == "^" || token().text == "**") {
    const Expression f = number(base);
    ++next_;
    const Value exponent = sign();
    return {pow(f, number(exponent)), {}};
  }
  return base;
}

Parser::Value Parser::primary() {
  const Token& t = token();
  if (t.kind == Token::Kind::number) {
    ++next_;
    return {constant(t.value), {}};
  }
  if (t.kind == Token::Kind::name && !is_word(t.text))
    return named();
  if (t.text == "(") {
    const std::size_t open = next_++;
    Value value = any();
    if (!accept(")")) {
      if (token().kind != Token::Kind::end && token().text != "," && token().text != ";")
        expect_end();
      fail("expected ')' to close the '(' of column " +
           std::to_string(column(tokens_[open].begin)));
    }
    return value;
  }
  std::string message = "expected an expression";
  if (next_ > 0)
    message += " after " + described(next_ - 1);
  if (t.kind != Token::Kind::end)
    message += ", not " + described(next_);
  fail(message);
}

Parser::Value Parser::quoted() {
  const std::string& text = token().text;
  for (const std::string& name : {text, text.substr(1, text.size() - 2)})
    for (std::size_t i = 2; i < symbols_.inputs.size(); ++i) // behind the variables
      if (symbols_.inputs[i] == name) {
        ++next_;
        return {input(static_cast<int>(i)), {}};
      }
  fail("no column of the data is called " + quotable(text));
}

Parser::Value Parser::named() {
  const Token& t = token();
  if (is_quoted(t.text))
    return quoted();
  const bool call_follows = tokens_[next_ + 1].text == "(";
  for (std::size_t i = 0; i < symbols_.inputs.size(); ++i)
    if (symbols_.inputs[i] == t.text) {
      ++next_;
      return {input(static_cast<int>(i)), {}};
    }
  if (const auto found = symbols_.constants.find(t.text); found != symbols_.constants.end()) {
    ++next_;
    return {constant(found->second), {}};
  }
  if (t.text == "pi") {
    ++next_;
    return {constant(std::numbers::pi), {}};
  }
  if (const auto found = symbols_.tables.find(t.text); found != symbols_.tables.end())
    return call_table(t, found->second);
  if (arguments_of(t.text) == 0)
    fail_unknown(t, call_follows);
  return call(t);
}

Parser::Value Parser::call(const Token& name) {
  ++next_;
  if (token().text != "(")
    fail("expected '(' after the function '" + name.text + "'");
  const std::vector<Value> of = arguments(name, arguments_of(name.text));
  if (name.text == "if") {
    const Expression chosen = indicator(*of[0].condition);
    return {gate(chosen, of[1].f) + gate(constant(1) - chosen, of[2].f), {}};
  }
  if (const NamedFunction* const f = function_named(name.text))
    return {f->of(of[0].f), {}};
  return {pair_named(name.text)->of(of[0].f, of[1].f), {}};
}

Parser::Value Parser::call_table(const Token& name,
                                 const std::shared_ptr<const TableFunction>& values) {
  ++next_;
  if (token().text != "(")
    fail("expected '(' after the table '" + name.text + "'");
  const std::vector<Value> of = arguments(name, static_cast<std::size_t>(values->variables()));
  const Expression f = of.size() == 1 ? table(values, of[0].f) : table(values, of[0].f, of[1].f);
  if (symbols_.table_calls && !constant_value(f))
    symbols_.table_calls->push_back(f);
  return {f, {}};
}

std::vector<Parser::Value> Parser::arguments(const Token& name, std::size_t count) {
  static const std::array<const char*, 4> numbers{"no", "one", "two", "three"};
  const auto wrong_number = [&](std::size_t at) {
    fail_at(at,
            "'" + name.text + "' takes " + numbers[count] + " argument" + (count == 1 ? "" : "s"));
  };
  std::vector<Value> list;
  do {
    const std::size_t start = ++next_; // behind "(" or ","
    if (list.size() == count)
      wrong_number(start - 1);
    list.push_back(any());
    const bool wants_condition = name.text == "if" && list.size() == 1;
    if (wants_condition && !list.back().condition)
      fail_at(start, "expected a comparison (<, <=, > or >=) as first argument of 'if'");
    if (!wants_condition && list.back().condition)
      fail_at(start, "expected an expression as argument of '" + name.text + "', not a condition");
  } while (token().text == ",");
  if (!accept(")")) {
    if (token().kind != Token::Kind::end && token().text != ";")
      expect_end();
    fail("expected ')' to close the argument" + std::string(count == 1 ? "" : "s") + " of '" +
         name.text + "'");
  }
  if (list.size() < count)
    wrong_number(next_ - 1);
  return list;
}

void Parser::fail_unknown(const Token& name, bool function) const {
  std::vector<std::string> names = symbols_.inputs;
  std::erase(names, "");
  for (const auto& [known, value] : symbols_.constants)
    names.push_back(known);
  names.emplace_back("pi");
  std::vector<std::string> function_names;
  for (const auto& [known, values] : symbols_.tables)
    function_names.push_back(known);
  for (const NamedFunction& f : functions)
    if (*f.name != '\0')
      function_names.emplace_back(f.name);
  for (const NamedPair& f : pairs)
    function_names.emplace_back(f.name);
  if (function)
    function_names.emplace_back("if"); // no other name is meant by it
  std::string nearest = nearest_name(name.text, function ? function_names : names);
  if (name.text == "ln")
    nearest = "log";
  if (nearest.empty())
    nearest = nearest_name(name.text, function ? names : function_names);
  fail("unknown " + std::string(function ? "function" : "name") + " '" + quotable(name.text) + "'" +
       (nearest.empty() ? "; known " : ", did you mean '" + nearest + "'? Known ") +
       (function ? "functions: " + joined(function_names) : "names: " + joined(names)));
}

Expression parse_expression(const std::string& option, const std::string& text,
                            const Symbols& symbols) {
  Parser parser(option, text, symbols);
  Expression f = parser.expression();
  parser.expect_end();
  return f;
}

std::vector<Expression> parse_expressions(const std::string& option, const std::string& text,
                                          const Symbols& symbols) {
  Parser parser(option, text, symbols);
  std::vector<Expression> list;
  do
    list.push_back(parser.expression());
  while (parser.accept(","));
  parser.expect_end();
  return list;
}

void check_name(const std::string& option, const std::string& name) {
  if (!is_name(name))
    throw BadInput(option + ": '" + quotable(name) +
                   "' is not a name: a letter, then letters, digits and _");
  if (is_reserved(name))
    throw BadInput(option + ": the name '" + name + "' is reserved, choose another");
}

} // namespace escapade
