// Rows of a generator from their edges; private to this room.
#pragma once

#include "generator/rates/edges.hpp"

#include <utility>
#include <vector>

namespace escapade {

/// Rates of one row from its edges, ready to append.
struct Row {
  std::vector<std::pair<std::int32_t, double>> jumps;
  std::vector<PartKilling> kills;
  std::vector<SetCut> set_cuts;
  double killing = 0;
  double peclet = 0;
};

/// The jump or the killing along an edge of conductance rho, all times `factor`.
void add_jump(Row& row, std::int32_t local, const Edge& e, double rho, double factor);

/// The cut of an edge of conductance rho that meets a set.
void add_set_cut(Row& row, std::int32_t local, const Edge& e, double rho);

/// The row's rates, cuts and largest drift.
void append_row(Assembly& out, Row& row);

} // namespace escapade
