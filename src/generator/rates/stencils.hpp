// Selling's stencils of the cells of a grid; private to this room.
#pragma once

#include "generator/assemble.hpp"
#include "generator/rates/selling.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace escapade {

/// Stencils in cell units: Selling's in general, the two axes where D is diagonal in the frame.
/// The problem and the grid outlive it.
class Stencils {
public:
  Stencils(const Problem& problem, const Grid& grid, bool diagonal);

  /// Of the unknowns [first, last).
  std::vector<Stencil> at(std::int64_t first, std::int64_t last) const;

private:
  const Problem& problem_;
  const Grid& grid_;
  bool diagonal_;
  std::optional<Stencil> shape_;
};

/// Those of some unknowns and of all that lie at most `around` rows of the lattice from them.
class StencilsAround {
public:
  StencilsAround(const Stencils& stencils, const Grid& grid, RowRange rows, std::int64_t around);

  /// The stencil of an unknown that is among them.
  const Stencil& of(std::int64_t u) const;

  /// f(unknown, stencil) for all of them, ascending.
  template<class F>
  void for_each(F f) const {
    for (const Range& range : ranges_)
      for (std::int64_t u = range.rows.first; u < range.rows.last; ++u)
        f(u, range.stencil[static_cast<std::size_t>(u - range.rows.first)]);
  }

private:
  struct Range {
    RowRange rows;
    std::vector<Stencil> stencil;
  };
  std::vector<Range> ranges_; // ascending
};

} // namespace escapade
