// Prints programs as C. Nothing of the user's text goes in: names are numbered, numbers are printed
// in hexadecimal.
//
// The mathematical functions are declared with vector variants, which glibc has on x86-64 (libmvec,
// errors up to 4 units in the last place); -fno-builtin keeps GCC from fusing sin and cos of one
// argument into a call that it does not vectorise.
#include "problem/expression/machine_code.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace escapade {
namespace {

const char* const preamble = R"(#if defined __has_include
#if __has_include(<features.h>)
#include <features.h>
#endif
#endif
#if defined __x86_64__ && defined __GLIBC__ && defined __GNUC__ && !defined __clang__
#if __GLIBC_PREREQ(2, 35)
#define VECTOR __attribute__((const, simd("notinbranch")))
#define VECTOR_OLD VECTOR
#elif __GLIBC_PREREQ(2, 22)
#define VECTOR_OLD __attribute__((const, simd("notinbranch")))
#endif
#endif
#ifndef VECTOR
#define VECTOR __attribute__((const))
#endif
#ifndef VECTOR_OLD
#define VECTOR_OLD __attribute__((const))
#endif
VECTOR_OLD double exp(double);
VECTOR_OLD double log(double);
VECTOR_OLD double sin(double);
VECTOR_OLD double cos(double);
VECTOR_OLD double pow(double, double);
VECTOR double tan(double);
VECTOR double tanh(double);
VECTOR double sinh(double);
VECTOR double cosh(double);
VECTOR double atan(double);
VECTOR double asin(double);
VECTOR double acos(double);
VECTOR double log10(double);
VECTOR double log1p(double);
VECTOR double expm1(double);
VECTOR double cbrt(double);
VECTOR double erf(double);
VECTOR double erfc(double);
VECTOR double atan2(double, double);
static inline double sigmoid(double f) {
  const double e = exp(-__builtin_fabs(f));
  return (f >= 0 ? 1 : e) / (1 + e);
}
static inline double sign(double f) { return f > 0 ? 1 : f < 0 ? -1 : f; }
static inline double step(double f) { return f >= 0 ? 1 : f < 0 ? 0 : f; }
static inline double positive(double f) { return f > 0 ? 1 : f <= 0 ? 0 : f; }
static inline double gate(double f, double g) { return f > 0 ? g : f <= 0 ? 0 : f; }
static inline double minimum(double f, double g) { return f <= g ? f : g <= f ? g : f + g; }
static inline double maximum(double f, double g) { return f >= g ? f : g >= f ? g : f + g; }
struct table;
)";

// The same as in tables/table_view.hpp.
const char* const table_preamble = R"(
struct table {
  double x0, y0, per_x, per_y;
  const double* node;
  int cells_x, cells_y, periodic_x, periodic_y;
};
#define INLINE static inline __attribute__((always_inline))
INLINE double value0(double s, int order) {
  const double r = 1 - s;
  return order == 0 ? (1 + 2 * s) * r * r : order == 1 ? -6 * s * r : order == 2 ? 12 * s - 6 : 12;
}
INLINE double slope0(double s, int order) {
  const double r = 1 - s;
  return order == 0 ? s * r * r : order == 1 ? r * (1 - 3 * s) : order == 2 ? 6 * s - 4 : 6;
}
INLINE double value1(double s, int order) {
  const double r = 1 - s;
  return order == 0 ? s * s * (3 - 2 * s) : order == 1 ? 6 * s * r : order == 2 ? 6 - 12 * s : -12;
}
INLINE double slope1(double s, int order) {
  const double r = 1 - s;
  return order == 0 ? -s * s * r : order == 1 ? s * (3 * s - 2) : order == 2 ? 6 * s - 2 : 6;
}
INLINE double lattice(double x, double x0, double per_x, int cells, int periodic) {
  double u = (x - x0) * per_x;
  u -= periodic ? cells * __builtin_floor(u / cells) : 0;
  return u < 0 ? 0 : u > cells ? cells : u;
}
INLINE double table(const struct table* t, double x, double y, int order_x, int order_y) {
  const double u = lattice(x, t->x0, t->per_x, t->cells_x, t->periodic_x);
  const double v = lattice(y, t->y0, t->per_y, t->cells_y, t->periodic_y);
  const int i = (int)(u < t->cells_x ? u : t->cells_x - 1);
  const int j = (int)(v < t->cells_y ? v : t->cells_y - 1);
  const double s = u - i, r = v - j;
  const double p0 = value0(s, order_x), p1 = slope0(s, order_x);
  const double p2 = value1(s, order_x), p3 = slope1(s, order_x);
  const int low = 4 * (j * (t->cells_x + 1) + i), high = low + 4 * (t->cells_x + 1);
  const double* const f = t->node;
  const double below = p0 * f[low] + p1 * f[low + 1] + p2 * f[low + 4] + p3 * f[low + 5];
  const double below_y = p0 * f[low + 2] + p1 * f[low + 3] + p2 * f[low + 6] + p3 * f[low + 7];
  const double above = p0 * f[high] + p1 * f[high + 1] + p2 * f[high + 4] + p3 * f[high + 5];
  const double above_y = p0 * f[high + 2] + p1 * f[high + 3] + p2 * f[high + 6] + p3 * f[high + 7];
  double value = value0(r, order_y) * below + slope0(r, order_y) * below_y +
                 value1(r, order_y) * above + slope1(r, order_y) * above_y;
  for (int k = 0; k < order_x; ++k) value *= t->per_x;
  for (int k = 0; k < order_y; ++k) value *= t->per_y;
  return value;
}
)";

const char* const head = R"(
void escapade_function(unsigned long n, const double* const* in, double* const* out,
                       unsigned long rows, const double* row,
                       const struct table* const* tables) {
  (void)rows, (void)row, (void)tables;
)";

std::string beginning(const Program& program) {
  return preamble + std::string(program.tables.empty() ? "" : table_preamble) + head;
}

std::string number(double value) {
  if (std::isnan(value))
    return "__builtin_nan(\"\")";
  if (std::isinf(value))
    return value > 0 ? "__builtin_inf()" : "-__builtin_inf()";
  std::array<char, 64> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), std::abs(value),
                                 std::chars_format::hex);
  return (std::signbit(value) ? "-0x" : "0x") + std::string(text.data(), end.ptr);
}

std::string v(int step) {
  return std::string("v").append(std::to_string(step));
}

std::string operation(const Step& s, const std::vector<TableAccess>& tables) {
  const std::string f = v(s.f), g = v(s.g);
  switch (s.operation) {
  case Operation::add:
    return f + " + " + g;
  case Operation::subtract:
    return f + " - " + g;
  case Operation::multiply:
    return f + " * " + g;
  case Operation::divide:
    return f + " / " + g;
  case Operation::power:
    return "pow(" + f + ", " + g + ")";
  case Operation::minimum:
    return "minimum(" + f + ", " + g + ")";
  case Operation::maximum:
    return "maximum(" + f + ", " + g + ")";
  case Operation::atan2:
    return "atan2(" + f + ", " + g + ")";
  case Operation::gate:
    return "gate(" + f + ", " + g + ")";
  case Operation::table: {
    const TableAccess& access = tables[static_cast<std::size_t>(s.table)];
    return "table(tables[" + std::to_string(s.table) + "], " + f + ", " + g + ", " +
           std::to_string(access.order_x) + ", " + std::to_string(access.order_y) + ")";
  }
  case Operation::negate:
    return "-" + f;
  case Operation::constant:
  case Operation::input:
    return f;
  default:
    return function_of(s.operation).c_name + ("(" + f + ")");
  }
}

/// The steps of a program in `wanted` (all if empty), one variable each. Inputs are
/// "NAME<number>[i]" below `vectors`, "numbers[...]" from there on. Steps in `early` are read from
/// the arrays "early<number>".
std::string body(const Program& program, int vectors, const std::string& name,
                 const std::vector<bool>& wanted = {}, const std::vector<bool>& early = {}) {
  std::string text;
  for (std::size_t i = 0; i < program.steps.size(); ++i) {
    if (!wanted.empty() && !wanted[i])
      continue;
    const Step& s = program.steps[i];
    text += "      const double " + v(static_cast<int>(i)) + " = ";
    if (!early.empty() && early[i]) {
      text += "early" + std::to_string(i) + "[i];\n";
      continue;
    }
    switch (s.kind) {
    case StepKind::constant:
      text += number(s.value);
      break;
    case StepKind::input:
      text += s.f < vectors ? name + std::to_string(s.f) + "[i]"
                            : "numbers[" + std::to_string(s.f - vectors) + "]";
      break;
    case StepKind::reciprocal:
      text += "1.0 / " + v(s.f);
      break;
    case StepKind::operation:
      text += operation(s, program.tables);
      break;
    }
    text += ";\n";
  }
  return text;
}

/// Whether the step becomes a call, which leaves nothing in vector registers.
bool is_call(const Step& s) {
  return s.kind == StepKind::operation && s.operation != Operation::sqrt &&
         s.operation < Operation::abs &&
         (s.operation == Operation::power || s.operation == Operation::atan2 ||
          s.operation >= Operation::exp);
}

std::string pointers(const std::string& type, const std::string& name, std::size_t count,
                     const std::string& from) {
  std::string text;
  for (std::size_t k = 0; k < count; ++k)
    text += "  " + type + " const " + name + std::to_string(k) + " = " + from + "[" +
            std::to_string(k) + "];\n";
  return text;
}

} // namespace

std::string c_source(const Program& program) {
  std::string text = beginning(program);
  text += pointers("const double*", "in", static_cast<std::size_t>(program.inputs), "in");
  text += pointers("double*", "out", program.outputs.size(), "out");
  text += "  n &= ~15ul;\n#pragma omp simd\n"
          "  for (unsigned long i = 0; i < n; ++i) {\n";
  text += body(program, program.inputs, "in");
  for (std::size_t k = 0; k < program.outputs.size(); ++k)
    text += "      out" + std::to_string(k) + "[i] = " + v(program.outputs[k]) + ";\n";
  return text + "  }\n}\n";
}

std::optional<Ladder> find_ladder(const SplitProgram& program) {
  const std::vector<Step>& steps = program.both.steps;
  const int points = static_cast<int>(program.point.outputs.size());
  const auto at = [&](int step) -> const Step& { return steps[static_cast<std::size_t>(step)]; };
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].kind != StepKind::operation || steps[i].operation != Operation::exp)
      continue;
    Ladder found{.step = i};
    int product = steps[i].f;
    if (at(product).kind == StepKind::operation && at(product).operation == Operation::negate) {
      found.negative = true;
      product = at(product).f;
    }
    if (at(product).kind != StepKind::operation || at(product).operation != Operation::multiply)
      continue;
    Step p = at(at(product).f), q = at(at(product).g);
    if (p.kind != StepKind::input || q.kind != StepKind::input)
      continue;
    if (p.f >= points)
      std::swap(p, q);
    if (p.f >= points || q.f < points)
      continue;
    found.point = p.f;
    found.row = q.f - points;
    return found;
  }
  return std::nullopt;
}

namespace {

const std::string each_point = "#pragma omp simd\n    for (unsigned long i = 0; i < m; ++i) ";

std::string tame(const Ladder& l) {
  return "__builtin_fabs(value" + std::to_string(l.point) + "[i]) * " + number(l.largest) +
         " < 600.0";
}

/// Before the rows: the ratio, and how many points must keep to exponentials.
std::string begin_ladder(const Ladder& l) {
  return "    double ratio[64] __attribute__((aligned(64)));\n    unsigned long wild = 0;\n    " +
         each_point + "ratio[i] = exp(" + (l.negative ? "-" : "") + "(value" +
         std::to_string(l.point) + "[i] * " + number(l.spacing) +
         "));\n    for (unsigned long i = 0; i < m; ++i) wild += !(" + tame(l) + ");\n";
}

/// In a row: `exponential` computes the same afresh.
std::string climb_ladder(const Ladder& l, const std::string& exponential) {
  const std::string e = "early" + std::to_string(l.step) + "[i]";
  std::string kept = exponential; // with a choice in place of the assignment
  kept.replace(kept.find(e + " = "), (e + " = ").size(),
               e + " = " + tame(l) + " ? " + e + " * ratio[i] : ");
  return "    if (r % 8 == 0) {\n" + exponential + "    } else if (wild == 0) {\n    " +
         each_point + e + " *= ratio[i];\n    } else {\n" + kept + "    }\n";
}

} // namespace

std::string c_source(const SplitProgram& program, const std::optional<Ladder>& ladder) {
  const std::size_t values = program.point.outputs.size(), sums = program.both.outputs.size();
  const Program& both = program.both;
  // Calls come in loops of their own, in the order of the steps: the loop with the arithmetic then
  // keeps all it works on in registers.
  std::vector<bool> early(both.steps.size());
  std::string calls;
  const int vectors = static_cast<int>(values);
  for (std::size_t i = 0; i < both.steps.size(); ++i) {
    if (!is_call(both.steps[i]))
      continue;
    const int step = static_cast<int>(i);
    const std::string call = each_point + "{\n" +
                             body(both, vectors, "value", needed_for(both, {step}, early), early) +
                             "      early" + std::to_string(i) + "[i] = " + v(step) + ";\n    }\n";
    calls += ladder && ladder->step == i ? climb_ladder(*ladder, call) : call;
    early[i] = true;
  }
  const std::string weight = "numbers[" + std::to_string(program.row.outputs.size()) + "]";
  std::string text = beginning(both);
  text += pointers("const double*", "from", static_cast<std::size_t>(program.point.inputs), "in");
  text += "  n &= ~15ul;\n"
          "  for (unsigned long start = 0; start < n; start += 64) {\n"
          "    const unsigned long m = n - start < 64 ? n - start : 64;\n";
  for (int k = 0; k < program.point.inputs; ++k)
    text += "    const double* const in" + std::to_string(k) + " = from" + std::to_string(k) +
            " + start;\n";
  for (std::size_t k = 0; k < values; ++k)
    text += "    double value" + std::to_string(k) + "[64] __attribute__((aligned(64)));\n";
  for (std::size_t k = 0; k < sums; ++k)
    text += "    double sum" + std::to_string(k) + "[64] __attribute__((aligned(64)));\n";
  for (std::size_t i = 0; i < both.steps.size(); ++i)
    if (early[i])
      text += "    double early" + std::to_string(i) + "[64] __attribute__((aligned(64)));\n";
  text += "#pragma omp simd\n    for (unsigned long i = 0; i < m; ++i) {\n";
  text += body(program.point, program.point.inputs, "in");
  for (std::size_t k = 0; k < values; ++k)
    text += "      value" + std::to_string(k) + "[i] = " + v(program.point.outputs[k]) + ";\n";
  for (std::size_t k = 0; k < sums; ++k)
    text += "      sum" + std::to_string(k) + "[i] = 0;\n";
  text += "    }\n" + (ladder ? begin_ladder(*ladder) : std::string()) +
          "    const double* numbers = row;\n"
          "    for (unsigned long r = 0; r < rows; ++r, numbers += " +
          std::to_string(program.row.outputs.size() + 1) + ") {\n" + calls +
          "#pragma omp simd\n    for (unsigned long i = 0; i < m; ++i) {\n";
  text += body(both, vectors, "value", needed_for(both, both.outputs, early), early);
  for (std::size_t k = 0; k < sums; ++k)
    text += "      sum" + std::to_string(k) + "[i] += " + weight + " * " +
            v(program.both.outputs[k]) + ";\n";
  text += "    }\n    }\n";
  for (std::size_t k = 0; k < sums; ++k)
    text += "    for (unsigned long i = 0; i < m; ++i) out[" + std::to_string(k) +
            "][start + i] = sum" + std::to_string(k) + "[i];\n";
  return text + "  }\n}\n";
}

} // namespace escapade
