// Programs as C, compiled by the system's compiler into a shared object and loaded.
#pragma once

#include "problem/expression/program.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace escapade {

struct TableView;

/// Points are computed in multiples of this, so that no point falls into a loop's remainder.
inline constexpr std::size_t machine_block = 16;

/// For n a multiple of machine_block: out[k][i] from in[v][i]; of a row sum, `row` holds `rows`
/// times the row's inputs followed by its weight; `tables` are the program's.
using MachineCode = void (*)(std::size_t n, const double* const* in, double* const* out,
                             std::size_t rows, const double* row, const TableView* const* tables);

/// C of a function of the point's inputs.
std::string c_source(const Program& program);

/// An exponential exp(± p q) of a value p of the point and a value q of the row. Where the rows'
/// values are q₀ + r h, its values follow each other as a geometric sequence with the ratio
/// exp(± p h): a product in place of an exponential. Every eighth row begins afresh, so that the
/// rounding of at most seven products adds up; points with |p q| ≥ 600 anywhere keep to
/// exponentials, since a sequence that has once over- or underflowed does not come back.
struct Ladder {
  std::size_t step = 0; // of `both`
  int point = 0;        // its input p
  int row = 0;          // q, counted among the row's values
  bool negative = false;
  double spacing = 0; // h
  double largest = 0; // |q|
};

/// The first such exponential, without spacing and largest value.
std::optional<Ladder> find_ladder(const SplitProgram& program);

/// C of a row sum: first `point`, then for each row `both` (see SplitProgram).
std::string c_source(const SplitProgram& program, const std::optional<Ladder>& ladder);

/// The function that the source defines, or none if it cannot be had (compile_notice tells why).
/// It stays loaded as long as the pointer lives.
std::shared_ptr<const MachineCode> compile(const std::string& source);

/// Remembers why machine code was not used, for compile_notice.
void set_compile_notice(const std::string& reason);

} // namespace escapade
