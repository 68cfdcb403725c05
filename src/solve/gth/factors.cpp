#include "solve/gth/factors.hpp"

#include "solve/gth/wide.hpp"

#include <atomic>
#include <cmath>
#include <exception>
#include <mutex>

namespace escapade::gth {

/// What a front leaves to its parent: rates among its remaining rows (r × r), then to the exit (r).
template<class F, class V>
struct Factors<F, V>::Contribution {
  std::unique_ptr<F[]> values;
};

namespace {

template<class F>
F scaled(double rate, int exponent) {
  if constexpr (std::is_same_v<F, Wide>)
    return Wide(rate) * Wide(std::ldexp(1.0, -exponent));
  else
    return std::ldexp(static_cast<F>(rate), -exponent);
}

/// Adds a child's contribution to the front. place[a]: the child's remaining row a among the
/// front's rows, ascending.
template<class F>
void add_contribution(const Front<F>& front, const std::vector<std::int32_t>& place,
                      const F* values) {
  const auto r = static_cast<Size>(place.size()), p = front.pivots;
  const Size inside = std::lower_bound(place.begin(), place.end(), p) - place.begin();
  for (Size b = 0; b < r; ++b) {
    const F* column = values + b * r;
    const Size to = place[b];
    if (to < p) {
      F* target = front.rates.column(to);
      for (Size a = 0; a < r; ++a)
        target[place[a]] += column[a];
    } else {
      for (Size a = 0; a < inside; ++a)
        front.probabilities(to - p, place[a]) += column[a];
      F* target = front.contribution.column(to - p) - p;
      for (Size a = inside; a < r; ++a)
        target[place[a]] += column[a];
    }
    front.kill[to] += values[r * r + b];
  }
}

} // namespace

template<class F, class V>
void Factors<F, V>::eliminate_front(std::int64_t k, const FrontRates& given,
                                    std::vector<Contribution>& contributions, int threads,
                                    bool& underflow, std::int64_t& closed) {
  const Size p = tree_.pivots(k), m = tree_.rows(k), r = m - p;
  contributions[k].values = std::make_unique_for_overwrite<F[]>(r * (r + 1));
  F* rest = contributions[k].values.get();
  std::vector<F> d(p), out(p), kill(m, F(0));
  const Front<F> front{p,         r,        rates_of(k), probabilities_of(k),
                       {rest, r}, d.data(), kill.data(), out.data()};
  std::fill_n(front.rates.data, p * (m + r), F(0));
  std::fill_n(rest, r * (r + 1), F(0));

  std::feclearexcept(FE_UNDERFLOW);
  for (Size v = 0; v < p; ++v)
    kill[v] = scaled<F>(given.killing[tree_.first[k] + v], given.exponent);
  for (std::int64_t e = given.start[k]; e < given.start[k + 1]; ++e) {
    const auto [from, to, rate] = given.rates[e];
    (to < p ? front.rates(from, to) : front.probabilities(to - p, from)) +=
        scaled<F>(rate, given.exponent);
  }
  underflow = underflow || std::fetestexcept(FE_UNDERFLOW);

  std::vector<std::int32_t> place;
  for (std::int32_t c = children_.head[k]; c >= 0; c = children_.next[c]) {
    const Size rc = tree_.rest(c);
    place.resize(rc);
    const std::int32_t* mine = &tree_.row[tree_.row_start[k]];
    const std::int32_t* row = tree_.row.data() + tree_.row_start[c] + tree_.pivots(c);
    for (Size a = 0, i = 0; a < rc; ++a) {
      while (mine[i] != row[a])
        ++i;
      place[a] = static_cast<std::int32_t>(i);
    }
    add_contribution(front, place, contributions[c].values.get());
    contributions[c].values.reset();
  }

  underflow = eliminate(front, threads) || underflow;
  for (Size v = 0; v < p; ++v) {
    front.rates(v, v) = d[v];
    closed += !(d[v] > F(0));
  }
  std::copy_n(kill.begin() + p, r, rest + r * r);
  if (tree_.parent[k] < 0)
    contributions[k].values.reset();
}

template<class F, class V>
Factors<F, V>::Factors(const FrontTree& tree, const FrontRates& rates, const Schedule& schedule,
                       int threads)
    : tree_(tree), children_(tree.parent) {
  const std::int64_t fronts = tree.fronts();
  offset_.assign(1, 0);
  for (std::int64_t k = 0; k < fronts; ++k)
    offset_.push_back(offset_.back() + tree.pivots(k) * (tree.rows(k) + tree.rest(k)));
  values_ = std::make_unique_for_overwrite<F[]>(offset_.back());

  std::vector<Contribution> contributions(fronts);
  bool underflow = false;
  std::int64_t closed = 0;
  std::exception_ptr failure;
  std::mutex failing;
  const auto subtrees = static_cast<std::int64_t>(schedule.subtrees.size());
#pragma omp parallel for num_threads(threads) if (threads > 1) schedule(dynamic)                   \
    reduction(|| : underflow) reduction(+ : closed)
  for (std::int64_t s = 0; s < subtrees; ++s)
    try {
      for (std::int64_t k = schedule.subtrees[s].begin; k < schedule.subtrees[s].end; ++k)
        eliminate_front(k, rates, contributions, 1, underflow, closed);
    } catch (...) {
      const std::lock_guard lock(failing);
      failure = std::current_exception();
    }
  if (failure)
    std::rethrow_exception(failure);
  for (const std::int64_t k : schedule.top)
    eliminate_front(k, rates, contributions, threads, underflow, closed);
  underflow_ = underflow;
  closed_ = closed;
}

namespace {

template<class F, class V>
void add_column(Size n, V factor, const F* column, V* y) {
  for (Size i = 0; i < n; ++i)
    y[i] += V(column[i]) * factor;
}

template<class F, class V>
V dot(Size n, const F* column, const V* y) {
  V sum[4] = {V(0), V(0), V(0), V(0)}; // four chains: an addition's latency is hidden
  Size i = 0;
  for (; i + 4 <= n; i += 4)
    for (Size l = 0; l < 4; ++l)
      sum[l] += V(column[i + l]) * y[i + l];
  for (; i < n; ++i)
    sum[0] += V(column[i]) * y[i];
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

} // namespace

/// From the first front to the last: what arrives at later cells through those eliminated.
template<class F, class V>
void Factors<F, V>::eliminate_rows(std::vector<V>& x, bool transposed) const {
  std::vector<V> y;
  for (std::int64_t k = 0; k < tree_.fronts(); ++k) {
    const Size p = tree_.pivots(k), m = tree_.rows(k), r = m - p;
    const std::int32_t* row = &tree_.row[tree_.row_start[k]];
    const Block<F> w = rates_of(k), pr = probabilities_of(k);
    y.resize(m);
    for (Size a = 0; a < m; ++a)
      y[a] = x[row[a]];
    for (Size v = 0; v < p; ++v) {
      if (y[v] == V(0))
        continue;
      if (transposed) {
        for (Size j = v + 1; j < p; ++j)
          y[j] += V(w(v, j)) * y[v];
        add_column(r, y[v], pr.column(v), y.data() + p);
      } else {
        add_column(m - v - 1, y[v] / V(w(v, v)), &w(v, v) + 1, y.data() + v + 1);
      }
    }
    for (Size a = 0; a < m; ++a)
      x[row[a]] = y[a];
  }
}

/// From the last front to the first: x_v from the x of later cells.
template<class F, class V>
void Factors<F, V>::substitute_back(std::vector<V>& x, bool transposed) const {
  std::vector<V> y;
  for (std::int64_t k = tree_.fronts() - 1; k >= 0; --k) {
    const Size p = tree_.pivots(k), m = tree_.rows(k), r = m - p;
    const std::int32_t* row = &tree_.row[tree_.row_start[k]];
    const Block<F> w = rates_of(k), pr = probabilities_of(k);
    y.resize(m);
    for (Size a = 0; a < m; ++a)
      y[a] = x[row[a]];
    for (Size v = p - 1; v >= 0; --v) {
      const V d(w(v, v));
      if (d == V(0)) { // the closed class's last cell
        y[v] = V(1);
      } else if (transposed) {
        y[v] = (y[v] + dot(m - v - 1, &w(v, v) + 1, y.data() + v + 1)) / d;
      } else {
        V sum = y[v] / d + dot(r, pr.column(v), y.data() + p);
        for (Size j = v + 1; j < p; ++j)
          sum += V(w(v, j)) * y[j];
        y[v] = sum;
      }
    }
    for (Size v = 0; v < p; ++v)
      x[row[v]] = y[v];
  }
}

template<class F, class V>
void Factors<F, V>::solve(std::vector<V>& x, bool transposed) const {
  eliminate_rows(x, transposed);
  substitute_back(x, transposed);
}

template<class F, class V>
std::vector<V> Factors<F, V>::stationary() const {
  std::vector<V> x(tree_.cell.size(), V(0));
  substitute_back(x, true);
  return x;
}

template class Factors<double, long double>;
template class Factors<long double, long double>;
template class Factors<Wide, Wide>;

} // namespace escapade::gth
