#include "escapade/generator/chain.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>

namespace escapade {

namespace {

struct Forest {
  std::vector<std::int32_t> parent;

  explicit Forest(std::int64_t n) : parent(static_cast<std::size_t>(n)) {
    std::iota(parent.begin(), parent.end(), 0);
  }
  std::int32_t root(std::int32_t a) {
    auto& p = parent;
    while (p[a] != a)
      a = p[a] = p[p[a]];
    return a;
  }
  void join(std::int32_t a, std::int32_t b) {
    a = root(a), b = root(b);
    parent[std::max(a, b)] = std::min(a, b);
  }
};

/// Messages of whichever rank has one, thrown on all.
void agree_on(MPI_Comm comm, const std::optional<std::string>& error) {
  int rank = 0, lowest = 0, ranks = 0;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &ranks);
  const int mine = error ? rank : ranks;
  MPI_Allreduce(&mine, &lowest, 1, MPI_INT, MPI_MIN, comm);
  if (lowest == ranks)
    return;
  std::string text = error.value_or("");
  int length = static_cast<int>(text.size());
  MPI_Bcast(&length, 1, MPI_INT, lowest, comm);
  text.resize(static_cast<std::size_t>(length));
  MPI_Bcast(text.data(), length, MPI_CHAR, lowest, comm);
  throw BadInput(text);
}

Assembly assemble_any(const Problem& problem, const Cells& cells, const Region& exit, CutRule rule,
                      RowRange rows) {
  if (const MeshCells* triangles = cells.triangles())
    return assemble(problem, *triangles, exit, rows);
  return assemble(problem, *cells.lattice(), exit, rule, rows);
}

void drop_rows(Chain& chain, const std::vector<char>& keep) {
  const Generator old = std::move(chain.generator);
  keep_unknowns(chain.grid, keep);
  std::vector<std::int32_t> renumbered(keep.size(), -1);
  std::int32_t next = 0;
  for (std::size_t u = 0; u < keep.size(); ++u)
    if (keep[u])
      renumbered[u] = next++;
  Generator G;
  G.size = next;
  G.first = std::count(keep.begin(), keep.begin() + old.first, char{1});
  std::vector<float> peclet;
  std::size_t part = 0;
  for (std::int64_t r = 0; r < old.rows(); ++r) {
    const auto begin_part = part;
    while (part < old.part_killing.size() && old.part_killing[part].row == r)
      ++part;
    if (!keep[static_cast<std::size_t>(old.first + r)])
      continue;
    for (std::size_t p = begin_part; p < part; ++p) {
      PartKilling k = old.part_killing[p];
      k.row = static_cast<std::int32_t>(G.rows());
      G.part_killing.push_back(k);
    }
    for (std::int64_t q = old.row_start[r]; q < old.row_start[r + 1]; ++q) {
      G.column.push_back(renumbered[old.column[q]]);
      G.rate.push_back(old.rate[q]);
    }
    G.row_start.push_back(static_cast<std::int64_t>(G.column.size()));
    G.killing.push_back(old.killing[r]);
    peclet.push_back(chain.peclet[r]);
  }
  chain.generator = std::move(G);
  chain.peclet = std::move(peclet);
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
    const std::int64_t row = grid->cell[even] / grid->cells[0] / block * block;
    const auto begin = [&](std::int64_t j) {
      return std::lower_bound(grid->cell.begin(), grid->cell.end(), j * grid->cells[0]) -
             grid->cell.begin();
    };
    const std::int64_t low = begin(row), high = begin(row + block);
    return even - low <= high - even ? low : high;
  };
  return {cut(rank), cut(rank + 1)};
}

std::vector<std::int32_t> components(MPI_Comm comm, const Generator& rows) {
  Forest forest(rows.size);
  for (std::int64_t r = 0; r < rows.rows(); ++r)
    for (std::int64_t q = rows.row_start[r]; q < rows.row_start[r + 1]; ++q)
      forest.join(static_cast<std::int32_t>(rows.first + r), rows.column[q]);
  int ranks = 0;
  MPI_Comm_size(comm, &ranks);
  const auto n = static_cast<int>(rows.size);
  if (ranks > 1) {
    const std::vector<std::int32_t> mine = forest.parent;
    std::vector<std::int32_t> other(mine.size());
    for (int r = 0; r < ranks; ++r) { // everyone joins the same pairs in the same order
      other = mine;
      MPI_Bcast(other.data(), n, MPI_INT32_T, r, comm);
      for (std::int32_t a = 0; a < n; ++a)
        if (other[a] != a)
          forest.join(a, other[a]);
    }
  }
  std::vector<std::int32_t> label(forest.parent.size());
  for (std::int32_t a = 0; a < n; ++a)
    label[a] = forest.root(a);
  return label;
}

Chain make_chain(MPI_Comm comm, const Problem& problem, const Domain& domain,
                 const GridShape& shape, const Region& exit, CutRule rule) {
  const bool rim = shape.mesh ? !shape.mesh->exit_name.empty() : domain.absorbing();
  const bool absorbing = !exit.empty() || rim;
  Chain chain;
  if (shape.mesh)
    chain.grid = make_mesh_cells(shape.mesh, exit);
  else
    chain.grid = make_grid(domain, shape, exit);
  if (chain.grid.unknowns() == 0)
    throw BadInput("-exit covers the whole domain; give a set that leaves room to escape from");
  int rank = 0, ranks = 1;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &ranks);
  std::optional<std::string> error;
  try {
    Assembly a =
        assemble_any(problem, chain.grid, exit, rule, share_of_rank(chain.grid, rank, ranks));
    chain.generator = std::move(a.generator);
    chain.form = a.form;
    chain.reach = a.reach;
    chain.peclet = std::move(a.peclet);
  } catch (const BadInput& e) {
    error = e.what();
  }
  agree_on(comm, error);
  MPI_Allreduce(MPI_IN_PLACE, &chain.reach, 1, MPI_INT, MPI_MAX, comm);

  const std::vector<std::int32_t> label = components(comm, chain.generator);
  std::vector<std::int64_t> size(label.size(), 0);
  for (std::int32_t l : label)
    ++size[l];
  std::vector<char> good(label.size(), 0);
  if (absorbing) {
    for (const PartKilling& k : chain.generator.part_killing)
      good[label[chain.generator.first + k.row]] = 1;
    MPI_Allreduce(MPI_IN_PLACE, good.data(), static_cast<int>(good.size()), MPI_CHAR, MPI_MAX,
                  comm);
    if (std::find(good.begin(), good.end(), char{1}) == good.end())
      throw BadInput(exit.empty() ? "-boundary: no cell reaches what absorbs"
                                  : "-exit holds nowhere in the domain or cannot be reached: the "
                                    "mean exit time is infinite; give a set that meets -domain");
  } else {
    const auto largest = std::max_element(size.begin(), size.end()) - size.begin();
    good[largest] = 1;
    // Corners are few; many small parts are a domain in stripes.
    const bool most = 4 * size[largest] >= 3 * chain.grid.unknowns();
    for (std::size_t l = 0; l < size.size(); ++l)
      if (!good[l] && size[l] > 0 &&
          (size[l] > std::max<std::int64_t>(16, chain.grid.unknowns() / 1000) || !most))
        throw BadInput("the domain falls into closed parts of " + std::to_string(size[largest]) +
                       " and " + std::to_string(size[l]) +
                       " cells that nothing joins: the stationary density is not unique; restrict "
                       "-domain to one of them");
  }
  std::vector<char> keep(label.size());
  for (std::size_t u = 0; u < keep.size(); ++u)
    keep[u] = good[label[u]];
  if (std::find(keep.begin(), keep.end(), char{0}) != keep.end())
    drop_rows(chain, keep);
  return chain;
}

} // namespace escapade
