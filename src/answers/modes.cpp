#include "escapade/answers/modes.hpp"

#include "answers/grids/cell_fields.hpp"
#include "answers/grids/over_grids.hpp"
#include "answers/transport/resolution.hpp"
#include "quantities/modes.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <optional>

namespace escapade {

namespace {

using MeasuredModes = std::vector<std::array<Measured, 2>>; // real and imaginary part

FieldFile fields_of(MPI_Comm comm, const Chain& chain, const Problem& problem, const Modes& modes) {
  const OwnCells own = own_cells(comm, chain);
  FieldFile file = field_file(chain.grid, own, problem);
  for (std::size_t k = 0; k < modes.eigenvalue.size(); ++k)
    for (bool imaginary : {false, true}) {
      if (imaginary && modes.eigenvalue[k].imag() == 0)
        continue;
      file.fields.push_back(
          cell_field(chain.grid, own, "mode_" + std::to_string(k) + (imaginary ? "_imaginary" : ""),
                     "", 1, [&](std::size_t u, double* v) {
                       *v = imaginary ? modes.mode[k][u].imag() : modes.mode[k][u].real();
                     }));
    }
  return file;
}

/// For each mode of the finest grid the nearest of another grid's that is left: grids may order
/// them differently. One that has none left, at the end of a shorter list, is no number.
MeasuredModes paired(const std::vector<std::complex<double>>& fine,
                     std::vector<std::complex<double>> left) {
  MeasuredModes out;
  for (const std::complex<double>& value : fine) {
    const auto nearest =
        std::min_element(left.begin(), left.end(), [&](const auto& a, const auto& b) {
          return std::abs(a - value) < std::abs(b - value);
        });
    const bool there = nearest != left.end();
    const double size = std::abs(value); // an imaginary part may be 0
    out.push_back({Measured{there ? nearest->real() : NAN, false, size},
                   Measured{there ? nearest->imag() : NAN, false, size}});
    if (there)
      left.erase(nearest);
  }
  return out;
}

/// Modes give no masses: where the drift outweighs the noise over some edge, a solve tells whether
/// there is probability.
void tell_resolution_of_rest(const GridQuestion& q, const ChainRun& run, ModesAnswer& answer) {
  if (!(run.largest_drift > 2))
    return;
  unless_refused([&] {
    SolveOptions options = q.effort.solve;
    const std::optional<Lattice> lattice = cell_places(run.chain);
    options.lattice = lattice ? &*lattice : nullptr;
    Solver solver(q.comm, std::shared_ptr<const Generator>(run.held, &run.chain.generator),
                  options);
    tell_resolution(q, run, solver.stationary(), Halo(q.comm, run.chain.generator), answer);
  });
}

} // namespace

ModesAnswer relaxation_modes(MPI_Comm comm, const Problem& problem, const Domain& domain,
                             const GridShape& shape, int count, const Effort& effort) {
  ModesAnswer answer;
  Effort direct = effort; // what memory is reckoned by
  direct.solve.kind = SolverKind::automatic;
  const Region no_exit;
  GridQuestion question{comm, problem, domain, shape, no_exit, direct};
  question.with_solver = false;
  const auto solve = [&](ChainRun& run, Nested&, bool) {
    return relaxation_modes(comm, run.chain.generator, count);
  };
  std::vector<std::complex<double>> fine; // this grid comes first
  auto levels = over_grids(question, solve, [&](ChainRun& run, Modes&& found, bool finest) {
    if (finest) {
      report(run, answer);
      tell_resolution_of_rest(question, run, answer);
      answer.solver.kind = "slepc";
      answer.solver.precision = "double";
      answer.solver.iterations = found.iterations;
      answer.fields = fields_of(comm, run.chain, problem, found);
      for (double residual : found.residual)
        answer.modes.push_back({{}, {}, residual});
    }
    if (finest)
      fine = found.eigenvalue;
    return std::optional(paired(fine, found.eigenvalue));
  });
  levels.front().doubt = answer.unresolved;
  for (std::size_t k = 0; k < answer.modes.size(); ++k) {
    const auto part = [&](std::size_t c) {
      return with_error(levels, [k, c](const MeasuredModes& m) { return m[k][c]; });
    };
    answer.modes[k].real = part(0);
    answer.modes[k].imaginary = part(1);
  }
  return answer;
}

} // namespace escapade
