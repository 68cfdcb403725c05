// Numeric factors on a tree of fronts, in number type F, and solves with vectors of type V.
#pragma once

#include "solve/gth/dense.hpp"
#include "solve/gth/tree.hpp"

#include <memory>
#include <vector>

namespace escapade::gth {

/// Rates of the generator, sorted by the front that eliminates the first of their two cells, with
/// the places of x and y among that front's rows.
struct FrontRates {
  struct Rate {
    std::int32_t from, to;
    double rate;
  };
  std::vector<std::int64_t> start; // fronts + 1
  std::vector<Rate> rates;
  std::vector<double> killing; // by position
  int exponent = 0; // all rates are to be divided by 2^exponent: the largest is then about 1
};

FrontRates front_rates(const Generator& generator, const FrontTree& tree);

/// In what order fronts are eliminated: `subtrees` (each a range of fronts) side by side, then the
/// rest one after the other.
struct Schedule {
  struct Range {
    std::int64_t begin, end;
  };
  std::vector<Range> subtrees;
  std::vector<std::int64_t> top;
};

Schedule schedule(const FrontTree& tree, int threads);

/// Entries of the factors, and of factors and contributions together at the peak.
struct EntryCount {
  std::int64_t factors = 0, peak = 0;
};

EntryCount entries(const FrontTree& tree, const Schedule& schedule, int threads);

template<class F, class V>
class Factors {
public:
  /// Factorises. The tree must outlive the factors.
  Factors(const FrontTree& tree, const FrontRates& rates, const Schedule& schedule, int threads);

  bool underflow() const { return underflow_; }
  /// Pivots without a rate out: closed classes, or what underflow made look like one.
  std::int64_t closed() const { return closed_; }

  /// In place, by position: M x = f or, transposed, Mᵀ x = f. Rates are those divided by
  /// 2^exponent.
  void solve(std::vector<V>& x, bool transposed) const;
  /// π = 1 at the closed class's last pivot, Mᵀ π = 0 elsewhere.
  std::vector<V> stationary() const;

private:
  struct Contribution;
  void eliminate_front(std::int64_t k, const FrontRates& rates, std::vector<Contribution>& from,
                       int threads, bool& underflow, std::int64_t& closed);
  Block<F> rates_of(std::int64_t k) const { return {values_.get() + offset_[k], tree_.rows(k)}; }
  Block<F> probabilities_of(std::int64_t k) const {
    return {values_.get() + offset_[k] + tree_.rows(k) * tree_.pivots(k), tree_.rest(k)};
  }
  void eliminate_rows(std::vector<V>& x, bool transposed) const;
  void substitute_back(std::vector<V>& x, bool transposed) const;

  const FrontTree& tree_;
  Children children_;
  std::vector<std::int64_t> offset_; // of each front's panels in values_
  std::unique_ptr<F[]> values_; // per front: rates (d on the diagonal), probabilities transposed
  bool underflow_ = false;
  std::int64_t closed_ = 0;
};

} // namespace escapade::gth
