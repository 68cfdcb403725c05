#include "escapade/answers/modes.hpp"

#include "answers/grids/cell_fields.hpp"
#include "answers/grids/over_grids.hpp"
#include "answers/modes/mode_numbers.hpp"
#include "answers/transport/resolution.hpp"

#include <optional>

namespace escapade {

namespace {

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
  const bool may_oscillate = !problem.gradient;
  // In detailed balance the slowest are those nearest to 0; a few more for grids that order two
  // otherwise.
  const int beyond = may_oscillate ? -1 : 3;
  Eigenvalues fine; // this grid comes first
  const auto solve = [&](ChainRun& run, Nested&, bool) {
    // A fast pair at the rim of what is searched lies farther out on coarser grids.
    const int more = run.chain.flow && !fine.empty() ? 4 : 1;
    return relaxation_modes(comm, run.chain.generator, more * count, flow_of(run.chain), beyond);
  };
  const auto measure = [&](ChainRun& run, Modes&& found, bool finest) {
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
    if (finest && may_oscillate)
      answer.frequency_searched = found.frequency_searched;
    return std::optional(eigenvalues_like(fine, all_eigenvalues(found)));
  };
  auto levels = over_grids(question, solve, measure, answer);
  levels.front().doubt = answer.unresolved;
  const std::vector<ModeNumbers> numbers = mode_numbers(levels, answer.modes.size(), may_oscillate);
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    answer.modes[k].real = numbers[k].real;
    answer.modes[k].imaginary = numbers[k].imaginary;
  }
  return answer;
}

} // namespace escapade
