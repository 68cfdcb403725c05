#include "escapade/answers/modes.hpp"

#include "answers/grids/cell_fields.hpp"
#include "answers/grids/over_grids.hpp"
#include "answers/modes/drift_by_itself.hpp"
#include "answers/modes/mode_numbers.hpp"
#include "answers/transport/resolution.hpp"
#include "answers/transport/transport.hpp"

#include <algorithm>
#include <cmath>
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

/// A grid so coarse that all its modes are quickly known.
GridShape coarse_shape(const GridShape& fine) {
  constexpr double unknowns = 576;
  GridShape shape = fine;
  const double all = static_cast<double>(fine.cells[0]) * static_cast<double>(fine.cells[1]);
  const double by = fine.line() ? unknowns / all : std::sqrt(unknowns / all);
  for (std::int64_t& n : shape.cells)
    if (n > 1)
      n = std::min(n,
                   std::max<std::int64_t>(fewest_cells, std::llround(by * static_cast<double>(n))));
  return shape;
}

/// Adds a frequency that is not near one of the list.
void add_frequency(double frequency, std::vector<double>& list) {
  constexpr double apart = 0.3;
  if (std::none_of(list.begin(), list.end(),
                   [&](double known) { return std::abs(frequency - known) < apart * known; }))
    list.push_back(frequency);
}

/// The frequencies of modes beyond what is searched near 0.
std::vector<double> fast_of(const Modes& found) {
  std::vector<double> out;
  for (const std::complex<double>& value : found.eigenvalue)
    if (value.imag() > found.frequency_searched)
      add_frequency(value.imag(), out);
  return out;
}

/// Where slow modes may oscillate so fast that they lie beyond what was searched: the frequencies
/// of a coarse grid's modes that decay about as slowly as those found, the slowest first.
std::vector<double> fast_frequencies(const GridQuestion& question, const Modes& found) {
  constexpr double about = 1.5;
  constexpr std::size_t most = 3;
  std::vector<double> out;
  if (question.shape.mesh)
    return out;
  unless_refused([&] { // the same on every rank
    Effort quiet = question.effort;
    quiet.progress = {}, quiet.announce = {};
    const GridShape shape = coarse_shape(question.shape);
    GridQuestion coarse{MPI_COMM_SELF, question.problem, question.domain,
                        shape,         question.exit,    quiet};
    coarse.with_solver = false;
    const ChainRun run = start_chain(coarse, with_transport(coarse));
    Eigenvalues all = whole_spectrum(run.chain.generator, flow_of(run.chain));
    std::sort(all.begin(), all.end(),
              [](const auto& a, const auto& b) { return a.real() < b.real(); });
    const double slowest = found.eigenvalue.back().real();
    for (const std::complex<double>& value : all)
      if (value.real() < about * slowest && value.imag() > found.frequency_searched &&
          out.size() < most)
        add_frequency(value.imag(), out);
  });
  return out;
}

/// The finest grid's modes, `near` which frequencies above those near 0 they were looked for, and
/// the `fast` ones that were found: where other grids have the same modes.
Modes with_fast_modes(const GridQuestion& question, const ChainRun& run, int count,
                      std::vector<double>& near, std::vector<double>& fast) {
  const auto search = [&](const std::vector<double>& frequencies) {
    return relaxation_modes(question.comm, run.chain.generator, count, flow_of(run.chain), -1,
                            frequencies);
  };
  Modes found = search({});
  near = fast_frequencies(question, found);
  if (!near.empty())
    found = search(near);
  fast = fast_of(found);
  return found;
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
  std::vector<double> fast;
  std::size_t grid = 0;
  const auto solve = [&](ChainRun& run, Nested&, bool) {
    // A fast pair at the rim of what is searched lies farther out on coarser grids.
    const int more = run.chain.flow && !fine.empty() ? 4 : 1;
    if (may_oscillate && fine.empty())
      return with_fast_modes(question, run, count, answer.searched_near, fast);
    return relaxation_modes(comm, run.chain.generator, more * count, flow_of(run.chain), beyond,
                            fast);
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
    return std::optional(eigenvalues_like(fine, all_eigenvalues(found), grid++ < grids_needed));
  };
  auto levels = over_grids(question, solve, measure, answer);
  if (answer.unresolved.empty() && drift_moves_by_itself(problem.coefficients, domain))
    answer.unresolved =
        "along one direction the drift moves by itself, without noise: its modes are "
        "those of a flow, of which every grid has the same wrong rates; add a floor to the noise";
  levels.front().doubt = answer.unresolved;
  const std::vector<ModeNumbers> numbers = mode_numbers(levels, answer.modes.size(), may_oscillate);
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    answer.modes[k].real = numbers[k].real;
    answer.modes[k].imaginary = numbers[k].imaginary;
  }
  return answer;
}

} // namespace escapade
