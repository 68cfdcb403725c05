// Sets that grow together (union and find); each is named by its smallest member.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace escapade {

template<class Index>
class Forest {
public:
  explicit Forest(std::size_t n) : parent_(n) {
    std::iota(parent_.begin(), parent_.end(), Index{0});
  }

  Index root(Index a) {
    while (parent_[a] != a)
      a = parent_[a] = parent_[parent_[a]];
    return a;
  }
  void join(Index a, Index b) {
    a = root(a), b = root(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }
  bool joined(Index a, Index b) { return root(a) == root(b); }

private:
  std::vector<Index> parent_;
};

} // namespace escapade
