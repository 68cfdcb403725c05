#include "escapade/problem/function.hpp"

#include "escapade/error.hpp"
#include "escapade/problem/table_function.hpp"
#include "escapade/problem/time.hpp"

#include "problem/expression/interpreter.hpp"
#include "problem/expression/machine_code.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

namespace escapade {
namespace {

// Compiling takes about a second for 10 000 steps; beyond, the interpreter starts sooner.
constexpr std::size_t most_compiled_steps = 10000;

/// Machine code of `steps` steps, whose C `source` prints.
template<class Source>
std::shared_ptr<const MachineCode> compiled_or_none(const Source& source, std::size_t steps,
                                                    Compile wanted) {
  if (wanted == Compile::never)
    return nullptr;
  if (steps > most_compiled_steps) {
    set_compile_notice("the expressions need " + std::to_string(steps) +
                       " operations, more than are compiled");
    return nullptr;
  }
  return compile(source());
}

/// Rows in ascending order of the ladder's value; whether they are q₀ + r h, with h and the largest
/// |q| put into the ladder.
bool climbs(Ladder& ladder, const std::vector<double>& value, std::vector<std::size_t>& order) {
  const auto at = [&](std::size_t r) { return value[order[r]]; };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return value[a] < value[b]; });
  const std::size_t n = order.size();
  if (n < 4 || !std::isfinite(at(0)) || !std::isfinite(at(n - 1)))
    return false;
  ladder.spacing = (at(n - 1) - at(0)) / static_cast<double>(n - 1);
  ladder.largest = std::max(std::fabs(at(0)), std::fabs(at(n - 1)));
  if (!(ladder.spacing > 0))
    return false;
  for (std::size_t r = 0; r < n; ++r)
    if (!(std::fabs(at(r) - (at(0) + static_cast<double>(r) * ladder.spacing)) <=
          4 * std::numeric_limits<double>::epsilon() * ladder.largest))
      return false;
  return true;
}

/// Pointers moved on by i points.
template<class P>
void advance(std::vector<P>& moved, P const* from, std::size_t count, std::size_t i) {
  moved.assign(from, from + count);
  for (P& p : moved)
    p += i;
}

/// Calls the code for whole blocks in place and for the remainder through padded copies.
void run_machine(MachineCode code, std::size_t inputs, std::size_t outputs, std::size_t n,
                 const double* const* in, double* const* out, std::size_t rows, const double* row,
                 const TableView* const* tables) {
  const std::size_t whole = n - n % machine_block;
  if (whole > 0)
    code(whole, in, out, rows, row, tables);
  const std::size_t rest = n - whole;
  if (rest == 0)
    return;
  double* memory = thread_scratch((inputs + outputs) * machine_block);
  thread_local std::vector<const double*> padded_in;
  thread_local std::vector<double*> padded_out;
  padded_in.clear();
  padded_out.clear();
  for (std::size_t v = 0; v < inputs; ++v, memory += machine_block) {
    std::copy_n(in[v] + whole, rest, memory);
    std::fill(memory + rest, memory + machine_block, in[v][whole]);
    padded_in.push_back(memory);
  }
  for (std::size_t k = 0; k < outputs; ++k, memory += machine_block)
    padded_out.push_back(memory);
  code(machine_block, padded_in.data(), padded_out.data(), rows, row, tables);
  for (std::size_t k = 0; k < outputs; ++k)
    std::copy_n(padded_out[k], rest, out[k] + whole);
}

std::vector<const TableView*> views_of(const Program& program) {
  std::vector<const TableView*> views;
  for (const TableAccess& access : program.tables)
    views.push_back(&access.table->view());
  return views;
}

} // namespace

struct Function::Code {
  std::size_t inputs, outputs;
  Interpreter interpreter; // owns the tables
  std::vector<const TableView*> tables;
  std::shared_ptr<const MachineCode> machine;
};

Function::Function(std::vector<Expression> outputs, int inputs, Compile compile) {
  const Program program = make_program(outputs, inputs);
  auto code = std::make_shared<Code>();
  code->inputs = static_cast<std::size_t>(inputs);
  code->outputs = outputs.size();
  code->interpreter = Interpreter(program, inputs);
  code->tables = views_of(program);
  code->machine =
      compiled_or_none([&] { return c_source(program); }, program.steps.size(), compile);
  code_ = std::move(code);
}

bool Function::compiled() const {
  return code_ && code_->machine;
}

void Function::operator()(std::size_t n, const double* const* in, double* const* out) const {
  if (!code_)
    return;
  const Code& c = *code_;
  if (c.machine)
    return run_machine(*c.machine, c.inputs, c.outputs, n, in, out, 0, nullptr, c.tables.data());
  thread_local std::vector<const double*> ins;
  thread_local std::vector<double*> outs;
  double* scratch = thread_scratch(c.interpreter.scratch());
  for (std::size_t i = 0; i < n; i += Interpreter::block) {
    advance(ins, in, c.inputs, i);
    advance(outs, out, c.outputs, i);
    c.interpreter.run(std::min(Interpreter::block, n - i), ins.data(), nullptr, outs.data(),
                      scratch);
  }
}

struct RowSum::Code {
  std::size_t inputs, outputs, point_values, row_values, rows;
  Interpreter point, both;
  std::vector<double> row; // per row: its values, then its weight
  std::vector<const TableView*> tables;
  std::shared_ptr<const MachineCode> machine;

  void interpret(std::size_t n, const double* const* in, double* const* out) const;
};

RowSum::RowSum(std::vector<Expression> outputs, int point_inputs,
               std::vector<std::vector<double>> columns, std::vector<double> weights,
               Compile compile) {
  for (const auto& column : columns)
    if (column.size() != weights.size())
      throw BadInput("a column of the data has " + std::to_string(column.size()) + " rows, not " +
                     std::to_string(weights.size()));
  const Program program = make_program(outputs, point_inputs + static_cast<int>(columns.size()));
  const SplitProgram parts = split(program, point_inputs);
  auto code = std::make_shared<Code>();
  code->inputs = static_cast<std::size_t>(point_inputs);
  code->outputs = outputs.size();
  code->point_values = parts.point.outputs.size();
  code->row_values = parts.row.outputs.size();
  code->rows = weights.size();
  code->point = Interpreter(parts.point, point_inputs);
  code->tables = views_of(parts.both);
  code->both = Interpreter(parts.both, static_cast<int>(code->point_values));

  // What depends on the row alone is computed here, once.
  const Interpreter row(parts.row, static_cast<int>(columns.size()));
  std::vector<std::vector<double>> values(code->row_values, std::vector<double>(code->rows));
  std::vector<const double*> in;
  std::vector<double*> out;
  std::vector<double> scratch(row.scratch());
  for (std::size_t r = 0; r < code->rows; r += Interpreter::block) {
    in.clear();
    out.clear();
    for (const auto& column : columns)
      in.push_back(column.data() + r);
    for (auto& value : values)
      out.push_back(value.data() + r);
    row.run(std::min(Interpreter::block, code->rows - r), in.data(), nullptr, out.data(),
            scratch.data());
  }
  std::vector<std::size_t> order(code->rows);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::optional<Ladder> ladder = find_ladder(parts);
  if (ladder && !climbs(*ladder, values[static_cast<std::size_t>(ladder->row)], order))
    ladder.reset();
  for (std::size_t r : order) {
    for (const auto& value : values)
      code->row.push_back(value[r]);
    code->row.push_back(weights[r]);
  }
  code->machine = compiled_or_none([&] { return c_source(parts, ladder); },
                                   parts.point.steps.size() + parts.both.steps.size(), compile);
  code_ = std::move(code);
}

bool RowSum::compiled() const {
  return code_ && code_->machine;
}

void RowSum::operator()(std::size_t n, const double* const* in, double* const* out) const {
  if (!code_)
    return;
  const Code& c = *code_;
  if (c.machine)
    return run_machine(*c.machine, c.inputs, c.outputs, n, in, out, c.rows, c.row.data(),
                       c.tables.data());
  c.interpret(n, in, out);
}

void RowSum::Code::interpret(std::size_t n, const double* const* in, double* const* out) const {
  constexpr std::size_t block = Interpreter::block;
  thread_local std::vector<const double*> ins, values;
  thread_local std::vector<double*> value_targets, terms;
  double* memory =
      thread_scratch((point_values + outputs) * block + std::max(point.scratch(), both.scratch()));
  values.clear();
  value_targets.clear();
  terms.clear();
  for (std::size_t v = 0; v < point_values; ++v, memory += block) {
    values.push_back(memory);
    value_targets.push_back(memory);
  }
  for (std::size_t k = 0; k < outputs; ++k, memory += block)
    terms.push_back(memory);
  for (std::size_t i = 0; i < n; i += block) {
    const std::size_t m = std::min(block, n - i);
    advance(ins, in, inputs, i);
    point.run(m, ins.data(), nullptr, value_targets.data(), memory);
    for (std::size_t k = 0; k < outputs; ++k)
      std::fill_n(out[k] + i, m, 0.0);
    for (std::size_t r = 0; r < rows; ++r) {
      const double* numbers = row.data() + r * (row_values + 1);
      const double weight = numbers[row_values];
      both.run(m, values.data(), numbers, terms.data(), memory);
      for (std::size_t k = 0; k < outputs; ++k) {
        double* sum = out[k] + i;
        const double* term = terms[k];
#pragma omp simd
        for (std::size_t j = 0; j < m; ++j)
          sum[j] += weight * term[j];
      }
    }
  }
}

Field field_of(std::vector<Expression> outputs, Compile compile) {
  const std::size_t components = outputs.size();
  const bool timed = std::any_of(outputs.begin(), outputs.end(),
                                 [](const Expression& e) { return depends_on(e, time_input); });
  const Function function(std::move(outputs), timed ? 3 : 2, compile);
  return
      [function, components, timed](std::size_t n, const double* x, const double* y, double* out) {
        const double* in[3] = {x, y, timed ? times_of_points(n) : nullptr};
        // its own list, since the function uses this thread's others; kept, since calls are many
        thread_local std::vector<double*> targets;
        targets.resize(components);
        for (std::size_t k = 0; k < components; ++k)
          targets[k] = out + k * n;
        function(n, in, targets.data());
      };
}

Field inside_tables(const std::vector<Expression>& calls) {
  if (calls.empty())
    return {};
  struct Call {
    std::shared_ptr<const TableFunction> table;
    Field at;
  };
  std::vector<Call> all;
  for (const Expression& call : calls) {
    const Expression::Node& node = *call.node();
    all.push_back(
        {node.table.table, field_of({Expression(node.f), Expression(node.g)}, Compile::never)});
  }
  return [all = std::move(all)](std::size_t n, const double* x, const double* y, double* out) {
    std::vector<double> p(2 * n);
    std::fill_n(out, n, 1.0);
    for (const Call& call : all) {
      call.at(n, x, y, p.data());
      for (std::size_t i = 0; i < n; ++i)
        if (!call.table->covers({p[i], p[n + i]}))
          out[i] = -1;
    }
  };
}

} // namespace escapade
