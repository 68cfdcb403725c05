// Grids whose cells lie closer where something happens: a smooth map along each axis of the frame.
//
//   ξ(ζ) = ∫_lo^ζ ρ dζ' / ∫_lo^hi ρ dζ',   ρ(ζ) > 0 the wanted density of cells, any scale
//
// A lattice of n cells is uniform in ξ: t = n ξ counts cells, cell i lies between t = i and i + 1,
// and dζ/dt = (∫ρ)/(n ρ(ζ)) is its side. The map does not depend on n, so that grids of n, n/1.5
// and n/2 cells are similar and errors keep their order.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace escapade {

/// Density of cells at a frame coordinate; positive and finite between the sides of the frame.
using CellDensity = std::function<double(double)>;

/// One density for each axis of the frame; an empty one leaves that axis uniform.
struct Grading {
  std::array<CellDensity, 2> density;
};

/// A bump in the density of cells: `share` of as many cells as the axis would have without bumps,
/// spread about `centre` over a few `width`s (a Lorentzian of half-width 3 `width`).
struct CellCluster {
  double centre = 0, width = 0, share = 1;
};

/// ρ = 1/(hi − lo) + Σ clusters. Clusters too wide to gain anything are left out.
CellDensity clustered(double lo, double hi, std::vector<CellCluster> clusters);

class AxisMap {
public:
  /// Throws BadInput, naming the coordinate, where the density is not positive and finite.
  AxisMap(double lo, double hi, std::int64_t cells, const CellDensity& density);

  /// Coordinate at t cells from the low side; beyond either side cells keep the last one's size.
  double position(double t) const;
  /// dζ/dt there: the side of a cell around t.
  double side(double t) const;
  /// t of a coordinate.
  double inverse(double zeta) const;

private:
  struct Node {
    double position, side;
  };
  std::vector<Node> node_; // at t = 0, 1/2, 1, …, n
};

} // namespace escapade
