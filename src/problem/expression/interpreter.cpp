#include "problem/expression/interpreter.hpp"

#include "escapade/problem/table_function.hpp"
#include "problem/tables/table_view.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>

namespace escapade {
namespace {

// Each loop holds one operation, so that whole vectors and a block's remainder round alike.
template<class F>
void loop(std::size_t n, double* t, const double* f, F operation) {
#pragma omp simd
  for (std::size_t i = 0; i < n; ++i)
    t[i] = operation(f[i]);
}

/// One number in place of a value for each point.
struct Same {
  double value;
  double operator[](std::size_t) const { return value; }
};

template<class F, class G, class Arithmetic>
void loop(std::size_t n, double* t, F f, G g, Arithmetic operation) {
#pragma omp simd
  for (std::size_t i = 0; i < n; ++i)
    t[i] = operation(f[i], g[i]);
}

void unary(Operation operation, std::size_t n, double* t, const double* f) {
  if (operation == Operation::negate)
    return loop(n, t, f, std::negate<>());
  if (operation == Operation::sqrt)
    return loop(n, t, f, [](double x) { return std::sqrt(x); });
  const auto value = function_of(operation).value;
  for (std::size_t i = 0; i < n; ++i)
    t[i] = value(f[i]);
}

template<class F, class G>
void binary(Operation operation, std::size_t n, double* t, F f, G g) {
  switch (operation) {
  case Operation::add:
    return loop(n, t, f, g, std::plus<>());
  case Operation::subtract:
    return loop(n, t, f, g, std::minus<>());
  case Operation::multiply:
    return loop(n, t, f, g, std::multiplies<>());
  case Operation::divide:
    return loop(n, t, f, g, std::divides<>());
  case Operation::power:
    for (std::size_t i = 0; i < n; ++i)
      t[i] = std::pow(f[i], g[i]);
    return;
  default:
    for (std::size_t i = 0; i < n; ++i)
      t[i] = apply(operation, f[i], g[i]);
  }
}

template<class F, class G>
void look_up(const TableAccess& access, std::size_t n, double* t, F f, G g) {
  const TableView& view = access.table->view();
  for (std::size_t i = 0; i < n; ++i)
    t[i] = value_of(view, f[i], g[i], access.order_x, access.order_y);
}

/// The last step that reads each step.
std::vector<int> last_uses(const Program& program) {
  std::vector<int> last(program.steps.size(), -1);
  for (std::size_t i = 0; i < program.steps.size(); ++i) {
    const Step& s = program.steps[i];
    if (s.kind == StepKind::constant || s.kind == StepKind::input)
      continue;
    last[static_cast<std::size_t>(s.f)] = static_cast<int>(i);
    if (s.g >= 0)
      last[static_cast<std::size_t>(s.g)] = static_cast<int>(i);
  }
  return last;
}

/// The output that each step is, −1 for none; of several equal ones the first.
std::vector<int> outputs_of_steps(const Program& program) {
  std::vector<int> output(program.steps.size(), -1);
  for (std::size_t k = program.outputs.size(); k-- > 0;)
    output[static_cast<std::size_t>(program.outputs[k])] = static_cast<int>(k);
  return output;
}

/// Where values are kept.
struct Place {
  bool scalar = false;
  int at = -1;
};

/// Gives out registers for the values of steps, those no longer read first. Registers are numbered
/// from `first` on and outputs from −2 downwards; both move behind the inputs once the number of
/// registers is known.
class Registers {
public:
  Registers(const Program& program, int first)
      : program_(program), output_(outputs_of_steps(program)), last_(last_uses(program)),
        first_(first) {}

  Place take(std::size_t step) {
    if (output_[step] >= 0)
      return {false, -2 - output_[step]};
    if (unused_.empty())
      return {false, first_ + count_++};
    const int at = unused_.back();
    unused_.pop_back();
    return {false, at};
  }

  /// `place`: of the operand, which step reads.
  void release(int operand, Place place, std::size_t step) {
    const auto o = static_cast<std::size_t>(operand);
    const bool is_register =
        program_.steps[o].kind != StepKind::input && !place.scalar && output_[o] < 0;
    if (is_register && last_[o] == static_cast<int>(step))
      unused_.push_back(place.at);
  }

  int first_output() const { return first_ + count_; }
  int settled(int at) const { return at <= -2 ? first_output() - 2 - at : at; }

private:
  const Program& program_;
  std::vector<int> output_, last_, unused_;
  int first_, count_ = 0;
};

} // namespace

Interpreter::Interpreter(const Program& program, int vectors)
    : tables_(program.tables), vectors_(static_cast<std::size_t>(vectors)),
      outputs_(program.outputs.size()), scalars_(program.inputs - vectors) {
  std::vector<Place> place;
  const auto of = [&](int step) { return place[static_cast<std::size_t>(step)]; };
  Registers registers(program, vectors);
  for (std::size_t i = 0; i < program.steps.size(); ++i) {
    const Step& s = program.steps[i];
    if (s.kind == StepKind::constant) {
      place.push_back({true, scalars_ + static_cast<int>(constants_.size())});
      constants_.push_back(s.value);
      continue;
    }
    if (s.kind == StepKind::input) {
      place.push_back(s.f < vectors ? Place{false, s.f} : Place{true, s.f - vectors});
      continue;
    }
    registers.release(s.f, of(s.f), i);
    if (s.g >= 0 && s.g != s.f)
      registers.release(s.g, of(s.g), i);
    place.push_back(registers.take(i));
    const Place f = of(s.f), g = s.g < 0 ? Place{} : of(s.g);
    const Shape shape = s.g < 0    ? Shape::vector
                        : f.scalar ? Shape::scalar_vector
                        : g.scalar ? Shape::vector_scalar
                                   : Shape::vector_vector;
    instructions_.push_back(
        {s.operation, s.kind == StepKind::reciprocal, shape, place[i].at, f.at, g.at, s.table});
  }
  const int first_output = registers.first_output();
  registers_ = static_cast<std::size_t>(first_output - vectors);
  for (Instruction& ins : instructions_) {
    ins.target = registers.settled(ins.target);
    ins.f = registers.settled(ins.f);
    ins.g = registers.settled(ins.g);
  }
  for (std::size_t k = 0; k < outputs_; ++k) {
    const Place from = of(program.outputs[k]);
    const int at = registers.settled(from.at);
    if (from.scalar || at != first_output + static_cast<int>(k))
      copies_.push_back({k, from.scalar, at});
  }
}

void Interpreter::run(std::size_t n, const double* const* in, const double* scalar,
                      double* const* out, double* scratch) const {
  // Operands by number: inputs, registers, outputs; scalars: those given, then constants.
  thread_local std::vector<double*> vectors;
  vectors.clear();
  for (std::size_t i = 0; i < vectors_; ++i)
    vectors.push_back(const_cast<double*>(in[i])); // never a target
  for (std::size_t i = 0; i < registers_; ++i)
    vectors.push_back(scratch + i * block);
  vectors.insert(vectors.end(), out, out + outputs_);
  const auto vector = [&](int at) { return vectors[static_cast<std::size_t>(at)]; };
  const auto number = [&](int at) {
    return at < scalars_ ? scalar[at] : constants_[static_cast<std::size_t>(at - scalars_)];
  };

  const auto compute = [&](const Instruction& ins, double* t, auto f, auto g) {
    if (ins.operation == Operation::table)
      look_up(tables_[static_cast<std::size_t>(ins.table)], n, t, f, g);
    else
      binary(ins.operation, n, t, f, g);
  };
  for (const Instruction& ins : instructions_) {
    double* t = vector(ins.target);
    if (ins.reciprocal)
      loop(n, t, vector(ins.f), [](double x) { return 1 / x; });
    else if (ins.shape == Shape::vector)
      unary(ins.operation, n, t, vector(ins.f));
    else if (ins.shape == Shape::vector_vector)
      compute(ins, t, vector(ins.f), vector(ins.g));
    else if (ins.shape == Shape::vector_scalar)
      compute(ins, t, vector(ins.f), Same{number(ins.g)});
    else
      compute(ins, t, Same{number(ins.f)}, vector(ins.g));
  }
  for (const Copy& copy : copies_) {
    if (copy.from_scalar)
      std::fill_n(out[copy.output], n, number(copy.from));
    else
      std::copy_n(vector(copy.from), n, out[copy.output]);
  }
}

double* thread_scratch(std::size_t doubles) {
  thread_local std::vector<double> memory;
  if (memory.size() < doubles + 8)
    memory.resize(doubles + 8);
  const auto address = reinterpret_cast<std::uintptr_t>(memory.data());
  return memory.data() + ((64 - address % 64) % 64) / sizeof(double);
}

} // namespace escapade
