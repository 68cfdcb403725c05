// What makes a question impossible, told before any solve. `name` begins the messages: the name of
// what is wrong in the words of whoever asks.
#pragma once

#include "escapade/problem/problem.hpp"
#include "grid/grid.hpp"

#include <string>
#include <vector>

namespace escapade {

/// Index of the first part of a region that holds at the point, −1 where none does.
int part_at(const Region& region, Vec2 point);

/// BadInput where a start lies outside the domain or mesh, or inside the exit set.
void check_starts(const std::string& name, const std::vector<Vec2>& starts, const Domain& domain,
                  const GridShape& shape, const Region& exit);

/// BadInput where the exit set holds nowhere in a box without absorbing sides: the exit time is
/// infinite. On a mesh the chain itself tells.
void check_exit(const std::string& name, const Domain& domain, const GridShape& shape,
                const Region& exit);

/// BadInput where a side of a comparison of the region is not a number at one of some points of the
/// box: it would hold nowhere there, without a word.
void check_region(const std::string& name, const Domain& domain, const Region& region);

/// BadInput where potential, drift or noise is not finite at one of some points of the box outside
/// the exit set: for trajectories, which would never end where they meet such a point. Losses of
/// SGD are not asked: they overflow far from the data, where no path comes.
void check_coefficients(const Problem& problem, const Domain& domain, const Region& exit);

} // namespace escapade
