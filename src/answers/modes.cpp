#include "escapade/answers/modes.hpp"

#include "answers/grids/cell_fields.hpp"
#include "answers/grids/over_grids.hpp"
#include "answers/transport/resolution.hpp"
#include "answers/transport/transport.hpp"
#include "quantities/relaxation/modes.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <optional>

namespace escapade {

namespace {

using Eigenvalues = std::vector<std::complex<double>>;

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
/// them differently. One that has none left, at the end of a shorter list, is no number; nor is on
/// a grid that errors can do without one so far away that it is another mode.
Eigenvalues paired(const Eigenvalues& fine, Eigenvalues left, bool needed) {
  Eigenvalues out;
  for (const std::complex<double>& value : fine) {
    const auto nearest =
        std::min_element(left.begin(), left.end(), [&](const auto& a, const auto& b) {
          return std::abs(a - value) < std::abs(b - value);
        });
    const bool same =
        nearest != left.end() && (needed || std::abs(*nearest - value) < 0.5 * std::abs(value));
    out.push_back(same ? *nearest : std::complex<double>(NAN, NAN));
    if (nearest != left.end())
      left.erase(nearest);
  }
  return out;
}

/// Whether modes k and k + 1 are a complex pair; the one with positive imaginary part comes first.
bool begins_pair(const Eigenvalues& fine, std::size_t k) {
  return k + 1 < fine.size() && fine[k].imag() > 0 &&
         std::abs(fine[k + 1] - std::conj(fine[k])) < 1e-8 * std::abs(fine[k]);
}

/// What another grid gives for the complex pairs of the finest one: a pair, of two real
/// eigenvalues their mean.
void keep_conjugate(const Eigenvalues& fine, Eigenvalues& other) {
  for (std::size_t k = 0; k < fine.size(); ++k)
    if (begins_pair(fine, k)) {
      other[k] = 0.5 * (other[k] + std::conj(other[k + 1]));
      other[k + 1] = std::conj(other[k]);
    }
}

/// Half the distance of two eigenvalues, squared: negative where they are a complex pair. Two that
/// meet turn from real ones into a pair, or back, and this goes smoothly through 0 there.
Number discriminant(const std::vector<Level<Eigenvalues>>& levels, std::size_t k, std::size_t j) {
  const double size = std::abs(levels.front().numbers[k]);
  return with_error(levels, [=](const Eigenvalues& m) {
    const std::complex<double> half = 0.5 * (m[k] - m[j]);
    return Measured{(half * half).real(), false, size * size};
  });
}

/// Where the error of the discriminant leaves open whether two eigenvalues are real or a pair, the
/// errors of both parts hold either. The scheme's own diffusion can do that to a pair on every
/// grid.
void allow_other_kind(const std::vector<Level<Eigenvalues>>& levels, std::size_t k, std::size_t j,
                      ModeNumbers& mode) {
  const Number d = discriminant(levels, k, j);
  if (!d.error) {
    mode.imaginary.error.reset();
    mode.imaginary.error_unknown = d.error_unknown;
    return;
  }
  if (*d.error < std::abs(*d.value))
    return;
  const double real = std::sqrt(std::max(*d.value, 0.0)),
               most_real = std::sqrt(std::max(*d.value + *d.error, 0.0)),
               imaginary = std::sqrt(std::max(-*d.value, 0.0)),
               most_imaginary = std::sqrt(std::max(*d.error - *d.value, 0.0));
  const auto raise = [](Number& n, double error) {
    if (n.error)
      n = number(*n.value, std::max(*n.error, error));
  };
  raise(mode.real, std::max(real, most_real - real));
  raise(mode.imaginary, std::max(imaginary, most_imaginary - imaginary));
}

/// Modes k of the finest grid, with errors.
ModeNumbers numbers_of(const std::vector<Level<Eigenvalues>>& levels, std::size_t k) {
  const Eigenvalues& fine = levels.front().numbers;
  const double size = std::abs(fine[k]); // an imaginary part may be 0
  ModeNumbers mode;
  mode.real = with_error(levels, [=](const Eigenvalues& m) {
    return Measured{m[k].real(), false, size};
  });
  mode.imaginary = with_error(levels, [=](const Eigenvalues& m) {
    return Measured{m[k].imag(), false, size};
  });
  return mode;
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

/// On other grids a pair may be two real ones, and two real neighbours a pair.
void allow_others(const std::vector<Level<Eigenvalues>>& levels, const Eigenvalues& fine,
                  std::size_t k, ModeNumbers& mode) {
  if (begins_pair(fine, k))
    allow_other_kind(levels, k, k + 1, mode);
  else if (k > 0 && begins_pair(fine, k - 1))
    allow_other_kind(levels, k, k - 1, mode);
  if (fine[k].imag() != 0)
    return;
  const auto is_real = [&](std::size_t j) { return fine[j].imag() == 0; };
  for (std::size_t j = k; j-- > 0;)
    if (is_real(j)) {
      allow_other_kind(levels, k, j, mode);
      break;
    }
  for (std::size_t j = k + 1; j < fine.size(); ++j)
    if (is_real(j)) {
      allow_other_kind(levels, k, j, mode);
      break;
    }
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
  const int beyond = may_oscillate ? -1 : 2;
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
  const auto numbers = [&](ChainRun& run, Modes&& found, bool finest) {
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
    Eigenvalues all = std::move(found.eigenvalue);
    all.insert(all.end(), found.faster.begin(), found.faster.end());
    if (finest)
      fine = all;
    all = paired(fine, std::move(all), grid++ < grids_needed);
    keep_conjugate(fine, all);
    return std::optional(std::move(all));
  };
  auto levels = over_grids(question, solve, numbers, answer);
  levels.front().doubt = answer.unresolved;
  for (std::size_t k = 0; k < answer.modes.size(); ++k) {
    const double residual = answer.modes[k].residual;
    answer.modes[k] = numbers_of(levels, k);
    answer.modes[k].residual = residual;
    if (may_oscillate)
      allow_others(levels, fine, k, answer.modes[k]);
  }
  return answer;
}

} // namespace escapade
