#include "solve/gth/tree.hpp"

#include <algorithm>
#include <numeric>

namespace escapade::gth {
namespace {

using Indices = std::vector<std::int32_t>;

Indices inverse(const Indices& order) {
  Indices position(order.size());
  for (std::size_t k = 0; k < order.size(); ++k)
    position[order[k]] = static_cast<std::int32_t>(k);
  return position;
}

/// Calls visit(y) for every cell y joined to x by a rate in either direction (some twice).
template<class Visit>
void for_neighbours(const Generator& generator, const Incoming& into, std::int32_t x, Visit visit) {
  for (std::int64_t e = generator.row_start[x]; e < generator.row_start[x + 1]; ++e)
    visit(generator.column[e]);
  for (std::int64_t e = into.start[x]; e < into.start[x + 1]; ++e)
    visit(into.source[e]);
}

/// parent[j]: the first position after j joined to j when j is eliminated.
/// J. W. H. Liu, SIAM J. Matrix Anal. Appl. 11 (1990) 134, doi:10.1137/0611010.
Indices elimination_tree(const Generator& generator, const Incoming& into, const Indices& order,
                         const Indices& position) {
  const auto n = static_cast<std::int32_t>(order.size());
  Indices parent(order.size(), -1), ancestor(order.size(), -1);
  for (std::int32_t j = 0; j < n; ++j)
    for_neighbours(generator, into, order[j], [&](std::int32_t y) {
      std::int32_t i = position[y];
      while (i >= 0 && i < j) {
        const std::int32_t next = ancestor[i];
        ancestor[i] = j; // path compression
        if (next < 0)
          parent[i] = j;
        i = next;
      }
    });
  return parent;
}

Indices postorder(const Indices& parent) {
  Children children(parent);
  Indices order, stack;
  order.reserve(parent.size());
  for (std::size_t root = 0; root < parent.size(); ++root) {
    if (parent[root] >= 0)
      continue;
    stack.push_back(static_cast<std::int32_t>(root));
    while (!stack.empty()) {
      const std::int32_t j = stack.back();
      if (const std::int32_t child = children.head[j]; child >= 0) {
        children.head[j] = children.next[child];
        stack.push_back(child);
      } else {
        order.push_back(j);
        stack.pop_back();
      }
    }
  }
  return order;
}

/// Number of rows, the diagonal's included, of each column of the factors. Positions must be in
/// postorder of the elimination tree: the children's row lists then lie on top of one stack.
Indices column_counts(const Generator& generator, const Incoming& into, const Indices& order,
                      const Indices& position, const Indices& parent) {
  const auto n = static_cast<std::int32_t>(order.size());
  Indices children(order.size(), 0), count(order.size()), mark(order.size(), -1), stack;
  for (std::int32_t j = 0; j < n; ++j)
    if (parent[j] >= 0)
      ++children[parent[j]];
  std::vector<std::size_t> begin; // of each list on the stack
  for (std::int32_t j = 0; j < n; ++j) {
    const std::size_t lists = begin.size() - children[j];
    const std::size_t bottom = children[j] > 0 ? begin[lists] : stack.size();
    begin.resize(lists);
    std::size_t end = bottom;
    mark[j] = j;
    for (std::size_t s = bottom; s < stack.size(); ++s)
      if (mark[stack[s]] != j) {
        mark[stack[s]] = j;
        stack[end++] = stack[s];
      }
    stack.resize(end);
    for_neighbours(generator, into, order[j], [&](std::int32_t y) {
      const std::int32_t i = position[y];
      if (i > j && mark[i] != j) {
        mark[i] = j;
        stack.push_back(i);
      }
    });
    begin.push_back(bottom);
    count[j] = static_cast<std::int32_t>(stack.size() - bottom) + 1;
  }
  return count;
}

/// Modelled nanoseconds of a front: overhead, moving its entries, keeping its factors, multiplying.
/// Only the proportions matter: joining a small front to its parent stores zeros and saves moving
/// the contribution. The factors' weight buys a sixth of the memory for a tenth of the time.
double front_time(double pivots, double rows) {
  const double rest = rows - pivots;
  const double products = pivots * (rest * rest + pivots * rest + pivots * pivots / 3);
  return 300 + rows * rows + 5 * pivots * (rows + rest) + 0.1 * products;
}

/// Joins fronts with their parents where that saves time. front[j]: last column of column j's
/// front.
Indices amalgamate(const Indices& parent, const Indices& count) {
  const auto n = static_cast<std::int32_t>(parent.size());
  const Children children(parent);
  Indices pivots(parent.size(), 1), rows(count), into(parent.size(), -1);
  for (std::int32_t j = 0; j < n; ++j)
    for (std::int32_t c = children.head[j]; c >= 0; c = children.next[c]) {
      const double apart = front_time(pivots[c], rows[c]) + front_time(pivots[j], rows[j]);
      if (front_time(pivots[c] + pivots[j], rows[j] + pivots[c]) <= apart) {
        into[c] = j;
        pivots[j] += pivots[c];
        rows[j] += pivots[c];
      }
    }
  Indices front(parent.size());
  for (std::int32_t j = n - 1; j >= 0; --j)
    front[j] = into[j] < 0 ? j : front[into[j]];
  return front;
}

/// Renumbers the columns in postorder of their tree.
void postorder_columns(Indices& order, Indices& parent) {
  const Indices post = postorder(parent), place = inverse(post);
  Indices renumbered(order.size()), renumbered_parent(order.size());
  for (std::size_t k = 0; k < order.size(); ++k) {
    const std::int32_t p = parent[post[k]];
    renumbered[k] = order[post[k]];
    renumbered_parent[k] = p < 0 ? -1 : place[p];
  }
  order.swap(renumbered);
  parent.swap(renumbered_parent);
}

/// The fronts' own tree, its nodes named by last columns, then renumbered in postorder; the cells
/// of the fronts.
FrontTree tree_of_fronts(const Indices& order, const Indices& parent, const Indices& front) {
  FrontTree tree;
  const std::size_t n = order.size();
  Indices last, name(n, -1);
  for (std::size_t j = 0; j < n; ++j)
    if (front[j] == static_cast<std::int32_t>(j)) {
      name[j] = static_cast<std::int32_t>(last.size());
      last.push_back(static_cast<std::int32_t>(j));
    }
  Indices above(last.size()), size(last.size(), 0);
  for (std::size_t k = 0; k < last.size(); ++k)
    above[k] = parent[last[k]] < 0 ? -1 : name[front[parent[last[k]]]];
  for (std::size_t j = 0; j < n; ++j)
    ++size[name[front[j]]];
  const Indices post = postorder(above), place = inverse(post);
  tree.parent.resize(last.size());
  tree.first.assign(last.size() + 1, 0);
  for (std::size_t k = 0; k < last.size(); ++k) {
    tree.parent[k] = above[post[k]] < 0 ? -1 : place[above[post[k]]];
    tree.first[k + 1] = tree.first[k] + size[post[k]];
  }
  tree.cell.resize(n);
  Indices next(tree.first.begin(), tree.first.end() - 1);
  for (std::size_t j = 0; j < n; ++j) // within a front the columns keep their order
    tree.cell[next[place[name[front[j]]]]++] = order[j];
  tree.position = inverse(tree.cell);
  return tree;
}

/// Rows of the fronts: pivots, what the rates join them to, and what the children leave.
void find_rows(const Generator& generator, const Incoming& into, FrontTree& tree) {
  tree.row_start.assign(1, 0);
  Indices mark(tree.cell.size(), -1);
  const Children children(tree.parent);
  for (std::int32_t k = 0; k < static_cast<std::int32_t>(tree.fronts()); ++k) {
    const std::int32_t end = tree.first[k + 1];
    const std::size_t begin = tree.row.size();
    for (std::int32_t j = tree.first[k]; j < end; ++j)
      tree.row.push_back(j);
    const auto add = [&](std::int32_t i) {
      if (i >= end && mark[i] != k) {
        mark[i] = k;
        tree.row.push_back(i);
      }
    };
    for (std::int32_t j = tree.first[k]; j < end; ++j)
      for_neighbours(generator, into, tree.cell[j], [&](std::int32_t y) { add(tree.position[y]); });
    for (std::int32_t c = children.head[k]; c >= 0; c = children.next[c])
      for (std::int64_t r = tree.row_start[c] + tree.pivots(c); r < tree.row_start[c + 1]; ++r)
        add(tree.row[r]);
    std::sort(tree.row.begin() + begin + tree.pivots(k), tree.row.end());
    tree.row_start.push_back(static_cast<std::int64_t>(tree.row.size()));
  }
}

} // namespace

Children::Children(const Indices& parent) : head(parent.size(), -1), next(parent.size(), -1) {
  for (auto j = static_cast<std::int32_t>(parent.size()) - 1; j >= 0; --j)
    if (parent[j] >= 0) {
      next[j] = head[parent[j]];
      head[parent[j]] = j;
    }
}

Incoming incoming(const Generator& generator) {
  Incoming into;
  const std::int64_t n = generator.rows();
  into.start.assign(n + 1, 0);
  into.source.resize(generator.column.size());
  for (const std::int32_t y : generator.column)
    ++into.start[y + 1];
  std::partial_sum(into.start.begin(), into.start.end(), into.start.begin());
  std::vector<std::int64_t> next(into.start.begin(), into.start.end() - 1);
  for (std::int64_t x = 0; x < n; ++x)
    for (std::int64_t e = generator.row_start[x]; e < generator.row_start[x + 1]; ++e)
      into.source[next[generator.column[e]]++] = static_cast<std::int32_t>(x);
  return into;
}

FrontTree front_tree(const Generator& generator, const Incoming& into,
                     const std::vector<std::int32_t>& given) {
  Indices order = given;
  Indices parent = elimination_tree(generator, into, order, inverse(order));
  postorder_columns(order, parent);
  const Indices count = column_counts(generator, into, order, inverse(order), parent);
  FrontTree tree = tree_of_fronts(order, parent, amalgamate(parent, count));
  find_rows(generator, into, tree);
  return tree;
}

double front_flops(const FrontTree& tree, std::int64_t k) {
  const auto p = static_cast<double>(tree.pivots(k)), r = static_cast<double>(tree.rest(k));
  return 2 * p * (r * r + p * r + p * p / 3);
}

} // namespace escapade::gth
