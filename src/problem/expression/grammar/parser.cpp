#include "problem/expression/grammar/parser.hpp"

#include "escapade/problem/table_function.hpp"
#include "problem/expression/grammar/words.hpp"
#include "problem/expression/node.hpp"

#include <array>
#include <numbers>

namespace escapade {

constexpr int deepest = 200;

struct Parser::Level {
  explicit Level(Parser& p) : parser(p) {
    if (++parser.depth_ > deepest)
      parser.tokens.fail("nested deeper than " + std::to_string(deepest) + " levels");
  }
  ~Level() { --parser.depth_; }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;
  Parser& parser;
};

Parser::Parser(const std::string& option, const std::string& text, const Symbols& symbols)
    : tokens(option, text), symbols_(symbols) {
  check_symbols(option, symbols);
}

const Expression& Parser::number(const Value& value) const {
  if (value.condition)
    tokens.fail("expected an expression before " + tokens.described() + ", not a condition");
  return value.f;
}

const Condition& Parser::condition(const Value& value) const {
  if (!value.condition) {
    if (!tokens.at_end() && !tokens.is_next("and", "or", "&&", "||", ")"))
      tokens.expect_end(); // the more precise complaint
    tokens.fail("expected a comparison (<, <=, > or >=) after " +
                tokens.described(tokens.place() - 1));
  }
  return *value.condition;
}

Expression Parser::expression() {
  const std::size_t start = tokens.place();
  const Value value = any();
  if (value.condition)
    tokens.fail_at(start, "expected an expression, not a condition");
  return value.f;
}

std::vector<NamedCondition> Parser::parts() {
  std::vector<NamedCondition> parts;
  do {
    const std::size_t start = tokens.place();
    const Value value = all();
    NamedCondition part{tokens.text_of(start, tokens.place()), condition(value)};
    for (const NamedCondition& other : parts)
      if (other.name == part.name)
        tokens.fail_at(start, "the part '" + quotable(part.name) + "' is given twice");
    parts.push_back(std::move(part));
  } while (tokens.accept("or", "||"));
  return parts;
}

std::string Parser::name(const std::string& what) {
  if (tokens.next().kind != Token::Kind::name)
    tokens.fail("expected " + what + ", not " + tokens.described());
  if (is_quoted(tokens.next().text) || is_reserved(tokens.next().text))
    tokens.fail("the name " + tokens.described() + " is reserved");
  return tokens.advance().text;
}

Parser::Value Parser::any() {
  Value left = all();
  while (tokens.is_next("or", "||")) {
    const Condition& f = condition(left);
    tokens.advance();
    const Value right = all();
    left = {{}, combined(Condition::Kind::any, f, condition(right))};
  }
  return left;
}

Parser::Value Parser::all() {
  Value left = negation();
  while (tokens.is_next("and", "&&")) {
    const Condition& f = condition(left);
    tokens.advance();
    const Value right = negation();
    left = {{}, combined(Condition::Kind::all, f, condition(right))};
  }
  return left;
}

Parser::Value Parser::negation() {
  if (!tokens.accept("not", "!"))
    return comparison();
  const Level level(*this);
  const Value value = negation();
  return {{}, complement(condition(value))};
}

Parser::Value Parser::comparison() {
  Value left = sum();
  std::optional<Condition> result;
  while (tokens.next().kind == Token::Kind::symbol && is_comparison(tokens.next().text)) {
    const Expression f = number(left);
    const bool greater = tokens.next().text.front() == '>', strict = tokens.next().text.size() == 1;
    tokens.advance();
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
  while (tokens.is_next("+", "-")) {
    const Expression f = number(left);
    const bool plus = tokens.next().text == "+";
    tokens.advance();
    const Value right = product();
    left.f = plus ? f + number(right) : f - number(right);
  }
  return left;
}

Parser::Value Parser::product() {
  Value left = sign();
  while (tokens.is_next("*", "/")) {
    const Expression f = number(left);
    const bool times = tokens.next().text == "*";
    tokens.advance();
    const Value right = sign();
    left.f = times ? f * number(right) : f / number(right);
  }
  return left;
}

Parser::Value Parser::sign() {
  const Level level(*this);
  if (tokens.accept("+"))
    return {number(sign()), {}};
  if (tokens.accept("-"))
    return {-number(sign()), {}};
  return power();
}

Parser::Value Parser::power() {
  Value base = primary();
  if (tokens.is_next("^", "**")) {
    const Expression f = number(base);
    tokens.advance();
    const Value exponent = sign();
    return {pow(f, number(exponent)), {}};
  }
  return base;
}

Parser::Value Parser::primary() {
  const Token& t = tokens.next();
  if (t.kind == Token::Kind::number) {
    tokens.advance();
    return {constant(t.value), {}};
  }
  if (t.kind == Token::Kind::name && !is_word(t.text))
    return named();
  if (t.text == "(") {
    const std::size_t open = tokens.place();
    tokens.advance();
    Value value = any();
    close("'(' of column " + std::to_string(tokens.column(open)));
    return value;
  }
  std::string message = "expected an expression";
  if (tokens.place() > 0)
    message += " after " + tokens.described(tokens.place() - 1);
  if (t.kind != Token::Kind::end)
    message += ", not " + tokens.described();
  tokens.fail(message);
}

void Parser::close(const std::string& what) {
  if (tokens.accept(")"))
    return;
  if (!tokens.at_end() && !tokens.is_next(",", ";"))
    tokens.expect_end(); // the more precise complaint
  tokens.fail("expected ')' to close the " + what);
}

Parser::Value Parser::quoted(const std::string& text) const {
  for (const std::string& name : {text, text.substr(1, text.size() - 2)})
    for (std::size_t i = 2; i < symbols_.inputs.size(); ++i) // behind the variables
      if (symbols_.inputs[i] == name)
        return {input(static_cast<int>(i)), {}};
  tokens.fail_before("no column of the data is called " + quotable(text));
}

Parser::Value Parser::named() {
  const Token& t = tokens.advance();
  if (is_quoted(t.text))
    return quoted(t.text);
  for (std::size_t i = 0; i < symbols_.inputs.size(); ++i)
    if (symbols_.inputs[i] == t.text)
      return {input(static_cast<int>(i)), {}};
  if (const auto found = symbols_.constants.find(t.text); found != symbols_.constants.end())
    return {constant(found->second), {}};
  if (t.text == "pi")
    return {constant(std::numbers::pi), {}};
  if (const auto found = symbols_.tables.find(t.text); found != symbols_.tables.end())
    return call_table(t, found->second);
  if (arguments_of(t.text) == 0)
    tokens.fail_before(unknown_word(t.text, tokens.is_next("("), symbols_));
  return call(t);
}

Parser::Value Parser::call(const Token& name) {
  const std::vector<Value> of = arguments("function", name, arguments_of(name.text));
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
  const std::vector<Value> of =
      arguments("table", name, static_cast<std::size_t>(values->variables()));
  const Expression f = of.size() == 1 ? table(values, of[0].f) : table(values, of[0].f, of[1].f);
  if (symbols_.table_calls && !constant_value(f))
    symbols_.table_calls->push_back(f);
  return {f, {}};
}

std::vector<Parser::Value> Parser::arguments(const std::string& kind, const Token& name,
                                             std::size_t count) {
  if (!tokens.is_next("("))
    tokens.fail("expected '(' after the " + kind + " '" + name.text + "'");
  static const std::array<const char*, 4> numbers{"no", "one", "two", "three"};
  const auto wrong_number = [&](std::size_t at) {
    tokens.fail_at(at, "'" + name.text + "' takes " + numbers[count] + " argument" +
                           (count == 1 ? "" : "s"));
  };
  std::vector<Value> list;
  do {
    tokens.advance(); // behind "(" or ","
    const std::size_t start = tokens.place();
    if (list.size() == count)
      wrong_number(start - 1);
    list.push_back(any());
    const bool wants_condition = name.text == "if" && list.size() == 1;
    if (wants_condition && !list.back().condition)
      tokens.fail_at(start, "expected a comparison (<, <=, > or >=) as first argument of 'if'");
    if (!wants_condition && list.back().condition)
      tokens.fail_at(start,
                     "expected an expression as argument of '" + name.text + "', not a condition");
  } while (tokens.is_next(","));
  close(std::string("argument") + (count == 1 ? "" : "s") + " of '" + name.text + "'");
  if (list.size() < count)
    wrong_number(tokens.place() - 1);
  return list;
}

Expression parse_expression(const std::string& option, const std::string& text,
                            const Symbols& symbols) {
  Parser parser(option, text, symbols);
  Expression f = parser.expression();
  parser.tokens.expect_end();
  return f;
}

std::vector<Expression> parse_expressions(const std::string& option, const std::string& text,
                                          const Symbols& symbols) {
  Parser parser(option, text, symbols);
  std::vector<Expression> list;
  do
    list.push_back(parser.expression());
  while (parser.tokens.accept(","));
  parser.tokens.expect_end();
  return list;
}

} // namespace escapade
