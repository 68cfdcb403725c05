#include "quantities/transitions/committor.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>

namespace escapade {

namespace {

/// Numbers the cells between A and B over all ranks, −1 elsewhere; sets size and first row of
/// `between`.
std::vector<std::int32_t> number_between(const Generator& whole, const std::vector<Place>& place,
                                         Generator& between) {
  std::vector<std::int32_t> row(place.size(), -1);
  std::int32_t next = 0;
  for (std::size_t u = 0; u < place.size(); ++u) {
    if (static_cast<std::int64_t>(u) == whole.first)
      between.first = next;
    if (place[u] == Place::between)
      row[u] = next++;
  }
  if (whole.first == static_cast<std::int64_t>(place.size())) // a last rank without rows
    between.first = next;
  between.size = next;
  return row;
}

/// Whether there are cuts into A and into B, and none that joins them.
void check_sets(const Generator& G, const std::vector<SetCut>& cuts,
                const std::vector<Place>& place, const Halo& halo) {
  int met[2] = {0, 0}, touch = 0;
  for (const SetCut& cut : cuts) {
    if (place[G.first + cut.row] == Place::between)
      met[cut.set] = 1;
    touch = touch || cut.more_sets;
  }
  for (std::int64_t r = 0; r < G.rows(); ++r)
    for (std::int64_t q = G.row_start[r]; q < G.row_start[r + 1]; ++q) {
      const Place x = place[G.first + r], y = place[G.column[q]];
      touch = touch || (x != y && x != Place::between && y != Place::between);
    }
  for (int set : {0, 1})
    if (halo.max(met[set]) == 0 && halo.max(touch) == 0)
      throw BadInput(std::string("the set ") + (set == 0 ? "A" : "B") +
                     " holds no cell of the grid; give a larger set, or more cells");
  if (halo.max(touch) > 0)
    throw BadInput("the sets A and B touch: an edge of the grid joins them; leave room between "
                   "the sets, or give more cells");
}

/// w(y→x) along the cuts of rows x, in their order.
std::vector<double> rates_back(const Generator& G, const std::vector<SetCut>& cuts,
                               const Halo& halo) {
  std::vector<double> back;
  back.reserve(cuts.size());
  for (const SetCut& cut : cuts) {
    const std::int64_t y = cut.cell - G.first;
    double rate = 0;
    if (cut.cell >= 0 && y >= 0 && y < G.rows()) {
      if (const std::int64_t entry = find_entry(G, y, G.first + cut.row); entry >= 0)
        rate = G.rate[entry];
    } else if (cut.cell >= 0) {
      const auto at = std::lower_bound(halo.edges().begin(), halo.edges().end(), cut,
                                       [](const BorderEdge& e, const SetCut& c) {
                                         return std::pair(e.row, e.cell) < std::pair(c.row, c.cell);
                                       });
      if (at != halo.edges().end() && at->row == cut.row && at->cell == cut.cell)
        rate = at->in;
    }
    back.push_back(rate);
  }
  return back;
}

/// What the cuts of one row x add up to.
struct CutRow {
  double into[2] = {0, 0};
  double back = 0;        // killing of the matrix of μ
  long double source = 0; // π k̂_A
};

/// π_x k̂ etc. of one cut; `mass` of x, `inflow` π_y w_yx.
void add_cut(const SetCut& cut, long double mass, long double inflow, CutRow& sum, SetFlow& flow) {
  const bool a = cut.set == 0;
  sum.into[cut.set] += cut.rate;
  if (cut.noiseless) {
    const long double more = inflow * (1 / static_cast<long double>(cut.fraction) - 1);
    sum.back += cut.jump + (mass > 0 ? static_cast<double>(more / mass) : 0);
    sum.source += a ? inflow + more : 0;
    flow.flow = a ? inflow : cut.jump;
  } else {
    const long double reversed = inflow + mass * (cut.rate - cut.jump);
    sum.back += cut.rate;
    sum.source += a ? reversed : 0;
    flow.flow = a ? reversed : cut.rate;
  }
}

/// Appends what is left of row r once its cuts are taken out.
void append_row(const Generator& G, std::int64_t r, const std::vector<std::int32_t>& row,
                std::span<const SetCut> cuts, const CutRow& sum, Between& out) {
  Generator& H = out.generator;
  for (std::int64_t q = G.row_start[r]; q < G.row_start[r + 1]; ++q) {
    const std::int32_t y = G.column[q];
    if (std::none_of(cuts.begin(), cuts.end(), [&](const SetCut& c) { return c.cell == y; })) {
      H.column.push_back(row[y]);
      H.rate.push_back(G.rate[q]);
    }
  }
  const auto local = static_cast<std::int32_t>(H.rows());
  for (std::int32_t part = 0; part < 2; ++part)
    if (sum.into[part] > 0)
      H.part_killing.push_back({local, part, sum.into[part]});
  H.killing.push_back(sum.into[0] + sum.into[1]);
  H.row_start.push_back(static_cast<std::int64_t>(H.column.size()));
  out.cell.push_back(static_cast<std::int32_t>(G.first + r));
  out.killing_back.push_back(sum.back);
  out.log_source.push_back(sum.source > 0 ? std::log(sum.source) : log_of_zero);
}

/// Cells that jump to row r and are in a set, but not the other way round: jumps along a flow.
class OneWay {
public:
  OneWay(const Generator& G, const std::vector<Place>& place, const Halo& halo) {
    const auto from = [&](std::int32_t cell, std::int64_t row) {
      if (place[cell] != Place::between && place[G.first + row] == Place::between)
        into_.emplace_back(row, cell);
    };
    for (std::int64_t y = 0; y < G.rows(); ++y)
      for (std::int64_t q = G.row_start[y]; q < G.row_start[y + 1]; ++q) {
        const std::int64_t x = G.column[q] - G.first;
        if (x >= 0 && x < G.rows() && find_entry(G, x, G.first + y) < 0)
          from(static_cast<std::int32_t>(G.first + y), x);
      }
    for (const BorderEdge& e : halo.edges())
      if (e.in > 0 && e.out == 0)
        from(e.cell, e.row);
    std::sort(into_.begin(), into_.end());
  }
  /// Appends a cut without a jump for each that none of `cuts` names; rows are asked in order.
  void add_cuts(std::int64_t r, const std::vector<Place>& place, std::size_t begin,
                std::vector<SetCut>& cuts) {
    for (; next_ < into_.size() && into_[next_].first <= r; ++next_) {
      const auto [row, cell] = into_[next_];
      if (row < r || std::any_of(cuts.begin() + static_cast<std::ptrdiff_t>(begin), cuts.end(),
                                 [&, y = cell](const SetCut& c) { return c.cell == y; }))
        continue;
      SetCut cut;
      cut.row = static_cast<std::int32_t>(row), cut.cell = cell;
      cut.set = place[cell] == Place::a ? 0 : 1;
      cuts.push_back(cut);
    }
  }

private:
  std::vector<std::pair<std::int64_t, std::int32_t>> into_; // row, cell
  std::size_t next_ = 0;
};

/// The cuts of rows between, with those that only rounding hides: jumps to a cell of a set whose
/// edge met none; and with jumps from sets that have no way back.
std::vector<SetCut> all_cuts(const Generator& G, const std::vector<SetCut>& found,
                             const std::vector<Place>& place, const Halo& halo) {
  std::vector<SetCut> cuts;
  OneWay one_way(G, place, halo);
  auto next = found.begin();
  for (std::int64_t r = 0; r < G.rows(); ++r) {
    const auto begin = next;
    while (next != found.end() && next->row == r)
      ++next;
    if (place[G.first + r] != Place::between)
      continue;
    const std::size_t first = cuts.size();
    cuts.insert(cuts.end(), begin, next);
    for (std::int64_t q = G.row_start[r]; q < G.row_start[r + 1]; ++q) {
      const std::int32_t y = G.column[q];
      if (place[y] == Place::between ||
          std::any_of(begin, next, [&](const SetCut& c) { return c.cell == y; }))
        continue;
      SetCut cut;
      cut.row = static_cast<std::int32_t>(r), cut.cell = y;
      cut.set = place[y] == Place::a ? 0 : 1;
      cut.jump = cut.rate = G.rate[q];
      cuts.push_back(cut);
    }
    one_way.add_cuts(r, place, first, cuts);
  }
  return cuts;
}

} // namespace

Between chain_between(const Generator& G, const std::vector<SetCut>& found,
                      const std::vector<Place>& place, const LogVector& log_mass,
                      const Halo& halo) {
  const std::vector<SetCut> cuts = all_cuts(G, found, place, halo);
  check_sets(G, cuts, place, halo);
  Between out;
  const std::vector<std::int32_t> row = number_between(G, place, out.generator);
  const std::vector<double> back = rates_back(G, cuts, halo);
  const LogVector around = halo.around(log_mass);
  std::size_t next = 0;
  int own_killing = 0;
  for (std::int64_t r = 0; r < G.rows(); ++r) {
    if (place[G.first + r] != Place::between)
      continue;
    CutRow sum;
    const std::size_t begin = next;
    for (; next < cuts.size() && cuts[next].row == r; ++next) {
      const SetCut& cut = cuts[next];
      SetFlow flow{
          static_cast<std::int32_t>(out.cell.size()), cut.cell, cut.set == 1, 0, {}, cut.noiseless};
      if (cut.along_axis && (cut.jump > 0 || back[next] > 0))
        flow.bend = cut.fraction;
      const long double inflow =
          back[next] > 0 ? std::exp(around[halo.at(cut.cell)]) * back[next] : 0;
      add_cut(cut, std::exp(log_mass[r]), inflow, sum, flow);
      own_killing = own_killing || (cut.noiseless && cut.fraction < 1 - 1e-12);
      out.flows.push_back(flow);
    }
    append_row(G, r, row, std::span(cuts).subspan(begin, next - begin), sum, out);
  }
  if (halo.max(own_killing) == 0)
    out.killing_back.clear();
  return out;
}

} // namespace escapade
