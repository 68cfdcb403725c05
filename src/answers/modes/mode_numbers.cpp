#include "answers/modes/mode_numbers.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace escapade {

namespace {

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

Eigenvalues all_eigenvalues(const Modes& found) {
  Eigenvalues all = found.eigenvalue;
  all.insert(all.end(), found.faster.begin(), found.faster.end());
  return all;
}

Eigenvalues eigenvalues_like(Eigenvalues& fine, Eigenvalues found, bool needed) {
  if (fine.empty())
    fine = found;
  found = paired(fine, std::move(found), needed);
  keep_conjugate(fine, found);
  return found;
}

std::vector<ModeNumbers> mode_numbers(const std::vector<Level<Eigenvalues>>& levels,
                                      std::size_t count, bool may_oscillate) {
  const Eigenvalues& fine = levels.front().numbers;
  std::vector<ModeNumbers> out;
  for (std::size_t k = 0; k < count; ++k) {
    out.push_back(numbers_of(levels, k));
    if (may_oscillate)
      allow_others(levels, fine, k, out.back());
  }
  return out;
}

} // namespace escapade
