#include "generator/chain.hpp"

#include "escapade/error.hpp"
#include "generator/components.hpp"
#include "generator/cut_out/drop_rows.hpp"
#include "generator/flow/flow.hpp"
#include "generator/stepped_over.hpp"
#include "parallel/agree.hpp"
#include "parallel/gather.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace escapade {

namespace {

/// This rank's rows of the generator; by the killing rule near where parts of the exit share edges.
Assembly shared_assembly(MPI_Comm comm, const Problem& problem, const Cells& cells,
                         const GridShape& shape, const Region& exit, CutRule rule,
                         const std::vector<Region>& sets) {
  const Ranks ranks(comm);
  const RowRange rows = share_of_rank(cells, ranks.rank(), ranks.count());
  Assembly out;
  if (const MeshCells* triangles = cells.triangles()) {
    agree(comm, [&] { out = assemble(problem, *triangles, exit, rows, sets); });
    return out;
  }
  const Grid& grid = *cells.lattice();
  if (shape.transport == Transport::flow && !problem.gradient) { // else nothing circulates
    agree(comm, [&] { out = assemble_flow(problem, grid, exit, rule, rows, sets, shape.rest); });
    return out;
  }
  std::int64_t around = grid.cells[1];
  if (!ranks.alone()) {
    agree(comm, [&] { around = rows_reached(problem, grid, rows); });
    around = ranks.max(around);
  }
  agree(comm, [&] { out = assemble(problem, grid, exit, rule, rows, around, sets); });
  if (rule == CutRule::killing)
    return out;
  const std::vector<Vec2> shared = joined(comm, out.shared);
  if (!shared.empty())
    agree(comm, [&] { out = assemble(problem, grid, exit, rule, rows, around, sets, shared); });
  return out;
}

/// The grid, each rank having looked at its share of the lattice's rows.
Grid shared_grid(MPI_Comm comm, const Problem& problem, const Domain& domain,
                 const GridShape& shape, const Region& exit) {
  Grid grid = place_grid(domain, shape, exit);
  const Ranks ranks(comm);
  const RowRange rows = rows_of_rank(grid.cells[1], ranks.rank(), ranks.count());
  Numbering mine;
  agree(comm, [&] { mine = number_rows(grid, exit, rows.first, rows.last); });
  if (ranks.alone())
    grid.numbering = std::move(mine);
  else
    for (const Numbering::Run& run : joined(comm, mine.runs()))
      grid.numbering.append(run.cell, run.end);
  if (shape.transport != Transport::flow || problem.gradient) // jumps know of no walls
    agree(comm, [&] { grid.walls = wall_shapes(problem, grid); });
  return grid;
}

/// What no edge meets: NotTrusted where it may hold between cells, else BadInput.
[[noreturn]] void refuse_exit(MPI_Comm comm, const Chain& chain, const Region& exit) {
  const Grid* const grid = chain.grid.lattice();
  for (std::size_t k = 0; grid && k < exit.size(); ++k)
    if (const std::int32_t cell =
            Ranks(comm).max(stepped_over(exit[k], *grid, chain.generator, {}));
        cell >= 0)
      throw NotTrusted(stepped_over_text(exit[k], grid->centre(cell)) +
                       ", and nothing leaves: give more cells");
  throw BadInput(exit.empty() ? "the boundary: no cell reaches what absorbs"
                              : "the exit set holds nowhere in the domain or cannot be reached: "
                                "the mean exit time is infinite; give a set that meets the domain");
}

/// The components to keep; BadInput where there are several that matter and may not be.
std::set<std::int32_t> good_components(MPI_Comm comm, const Components& parts, const Chain& chain,
                                       bool absorbing, const Region& exit, bool may_fall_apart) {
  std::set<std::int32_t> good;
  if (absorbing) {
    for (const PartKilling& k : chain.generator.part_killing)
      good.insert(parts.label[k.row]);
    for (std::int32_t label : joined(comm, std::vector<std::int32_t>(good.begin(), good.end())))
      good.insert(label);
    if (good.empty())
      refuse_exit(comm, chain, exit);
    return good;
  }
  const std::int64_t cells = chain.grid.unknowns();
  const auto largest =
      std::max_element(parts.size.begin(), parts.size.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  // Corners are few; many small parts are a domain in stripes.
  const bool most = 4 * largest->second >= 3 * cells;
  const auto matters = [&](const auto& part) {
    return part.first != largest->first &&
           (part.second > std::max<std::int64_t>(16, cells / 1000) || !most);
  };
  const auto second = std::find_if(parts.size.begin(), parts.size.end(), matters);
  if (second == parts.size.end())
    return {largest->first};
  if (!may_fall_apart)
    throw BadInput("the domain falls into closed parts of " + std::to_string(largest->second) +
                   " and " + std::to_string(second->second) +
                   " cells that nothing joins: the stationary density is not unique; restrict "
                   "the domain to one of them");
  for (const auto& [label, size] : parts.size)
    good.insert(label);
  return good;
}

} // namespace

RowRange share_of_rank(const Cells& cells, int rank, int ranks) {
  const std::int64_t size = cells.unknowns();
  const Grid* grid = cells.lattice();
  if (!grid || ranks == 1)
    return rows_of_rank(size, rank, ranks);
  // Blocks of so many rows stay together, for solvers that coarsen: a power of 2, an eighth of a
  // share at most.
  std::int64_t block = 1;
  while (block < 32 && 16 * block * ranks <= grid->cells[1])
    block *= 2;
  const auto cut = [&](int k) { // the beginning of the block nearest to an even share
    const std::int64_t even = rows_of_rank(size, k, ranks).first;
    if (k == 0 || k == ranks || even >= size)
      return k == 0 ? 0 : size;
    const std::int64_t row = grid->cell(even) / grid->cells[0] / block * block;
    const auto begin = [&](std::int64_t j) {
      return grid->numbering.unknowns_before(j * grid->cells[0]);
    };
    const std::int64_t low = begin(row), high = begin(row + block);
    return even - low <= high - even ? low : high;
  };
  return {cut(rank), cut(rank + 1)};
}

Chain make_chain(MPI_Comm comm, const Problem& problem, const Domain& domain,
                 const GridShape& shape, const Region& exit, CutRule rule,
                 const std::vector<Region>& sets, bool may_fall_apart) {
  const bool rim = shape.mesh ? !shape.mesh->exit_name.empty() : domain.absorbing();
  const bool absorbing = !exit.empty() || rim;
  Chain chain;
  if (shape.mesh)
    chain.grid = make_mesh_cells(shape.mesh, exit);
  else
    chain.grid = shared_grid(comm, problem, domain, shape, exit);
  if (chain.grid.unknowns() == 0)
    throw BadInput(
        "the exit set covers the whole domain; give a set that leaves room to escape from");
  Assembly a = shared_assembly(comm, problem, chain.grid, shape, exit, rule, sets);
  chain.generator = std::move(a.generator);
  chain.set_cuts = std::move(a.set_cuts);
  chain.form = a.form;
  chain.reach = Ranks(comm).max(a.reach);
  chain.cut_anywhere = Ranks(comm).max<int>(a.cut_anywhere) > 0;
  chain.peclet = std::move(a.peclet);
  chain.flow = std::move(a.flow);

  const Components parts = components(comm, chain.generator);
  const std::set<std::int32_t> good =
      good_components(comm, parts, chain, absorbing, exit, may_fall_apart);
  chain.falls_apart = !absorbing && good.size() > 1;
  if (good.size() == parts.size.size())
    return chain;
  std::vector<std::int32_t> apart;
  for (std::size_t r = 0; r < parts.label.size(); ++r)
    if (!good.contains(parts.label[r]))
      apart.push_back(static_cast<std::int32_t>(chain.generator.first + r));
  drop_rows(chain, joined(comm, apart));
  return chain;
}

} // namespace escapade
