// Streamlines of a drift from cells of a grid: where they are after a time, or where they cross the
// lines of the lattice; private to this room.
//
// Steps of Dormand and Prince (support/dormand_prince.hpp), all streamlines of a block at once and
// each with its own step, of a cell at most; between steps the cubic that has both ends' values and
// drifts. A streamline stays within reflecting sides, goes on behind periodic ones and ends
// where it meets an absorbing side or the exit set.
#pragma once

#include "escapade/problem/field.hpp"
#include "escapade/problem/region.hpp"
#include "grid/grid.hpp"

#include <cstdint>
#include <vector>

namespace escapade {

/// A streamline's beginning: the centre of an unknown's cell, and for how long it is followed.
struct Departure {
  std::int32_t row = 0;
  double time = 0;
};

/// Where it is at `time`, to which the chain jumps at the rate `rate`.
struct Arrival {
  Vec2 at;         // lattice position: 0 is the centre of cell 0
  double time = 0; // of the journey
  double rate = 0; // 1/time, or the two of a pair share it
  int part = -1;   // of the exit set (absorbing sides last) where it ends, else −1
};

/// How streamlines are followed.
struct Journey {
  int across = -1;    // axis of the frame on whose lines of centres they arrive; −1: anywhere
  double longest = 1; // in units of a departure's time: how long the first such line is waited for
  int reach = 32;     // in cells: the way after which they arrive at the latest
  std::vector<Region> sets = {}; // not to be leapt over: they end a cell's way behind its boundary
  double step = 0; // > 0: all jumps belong to steps of this time, rates are probabilities over it
  bool on_time = false; // who asks makes up for jumps at exponential times
};

/// One arrival each; with `across` mostly two, on the lines crossed just before and just after the
/// time: their rates share the drift, Σ rate·time = 1, and Σ rate·time² is the time itself.
/// `drift`: 2 components in the variables. Throws BadInput, naming the point, where it is not
/// finite.
std::vector<std::vector<Arrival>> arrivals(const Field& drift, const Grid& grid, const Region& exit,
                                           const std::vector<Departure>& from,
                                           const Journey& journey);

} // namespace escapade
