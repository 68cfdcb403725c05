// Neighbours of cells on a lattice, and values of cells with those that lie around a rank's own.
#pragma once

#include "generator/halo.hpp"
#include "grid/grid.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace escapade {

/// East, west, north and south of a cell; −1 where there is none.
inline std::array<std::int32_t, 4> neighbours(const Grid& grid, std::int32_t cell) {
  const std::int64_t c = grid.cell(cell), i = c % grid.cells[0], j = c / grid.cells[0];
  const auto at = [&](std::int64_t a, std::int64_t b) {
    const std::int64_t n = grid.lattice_cell(a, b);
    return n < 0 ? -1 : grid.unknown(n);
  };
  return {at(i + 1, j), at(i - 1, j), at(i, j + 1), at(i, j - 1)};
}

/// Values of own cells and of those around them, which each_around(cell, want) tells. Collective.
template<class T>
class Around {
public:
  template<class Wanted>
  Around(const std::vector<T>& own, const Halo& halo, Wanted each_around) : value_(own) {
    if (halo.alone())
      return;
    const std::int64_t first = halo.first(), end = first + static_cast<std::int64_t>(own.size());
    std::vector<std::int32_t> wanted;
    for (auto u = static_cast<std::int32_t>(first); u < end; ++u)
      each_around(u, [&](std::int32_t v) {
        if (v >= 0 && (v < first || v >= end))
          wanted.push_back(v);
      });
    ghosts_.emplace(halo.comm(), halo.ranges(), wanted);
    ghosts_->update(value_);
  }
  const T& operator[](std::int32_t cell) const {
    return value_[ghosts_ ? ghosts_->at(cell) : cell];
  }

private:
  std::vector<T> value_;
  std::optional<Ghosts> ghosts_;
};

} // namespace escapade
