#include "generator/flow/streamlines.hpp"

#include "escapade/error.hpp"
#include "generator/flow/ends.hpp"
#include "support/dormand_prince.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace escapade {

namespace {

using dormand_prince::error_weight, dormand_prince::stages, dormand_prince::within;
/// Of a step, in cells; a hundredth of a thousandth of what the bilinear weights see. A choice.
constexpr double step_error = 1e-7;

/// Of one streamline; a smooth drift needs a few for each cell of its way.
constexpr int most_steps = 5000;

/// A streamline under way.
struct Lane {
  std::size_t index = 0;
  std::int32_t from = 0;
  Vec2 at, drift;
  double time = 0, step = 0, wanted = 0, last = 0; // last: the latest time it may go on to
  double way = 0;                                  // in cells
  int steps = 0;
  double line = 0; // lattice coordinate across the lines
  bool crossed = false;
  Arrival before; // on the last line before `wanted`, where crossed
};

class Flight {
public:
  Flight(const Field& drift, const Grid& grid, const Region& exit, const Journey& journey)
      : drift_(drift), grid_(grid), ends_(grid.domain, exit), journey_(journey) {
    for (const Region& set : journey_.sets)
      sets_.emplace_back(grid.domain, set);
  }

  std::vector<std::vector<Arrival>> from(const std::vector<Departure>& from) {
    out_.resize(from.size());
    start(from);
    while (!lane_.empty()) {
      try_steps();
      take_steps();
    }
    return std::move(out_);
  }

private:
  const Field& drift_;
  const Grid& grid_;
  Ends ends_;
  const Journey& journey_;
  std::vector<Ends> sets_;
  std::vector<std::vector<Arrival>> out_;
  std::vector<Lane> lane_;
  std::array<std::vector<Vec2>, stages> k_; // drift at the stages of each lane's step
  std::vector<Vec2> next_;                  // where the steps lead
  std::vector<double> error_, x_, y_, v_;

  void start(const std::vector<Departure>& from) {
    std::vector<Vec2> points;
    for (std::size_t k = 0; k < from.size(); ++k) {
      Lane lane;
      lane.index = k;
      lane.from = from[k].row;
      lane.at = grid_.centre(from[k].row);
      lane.wanted = from[k].time;
      lane.last = lane.wanted * (journey_.across < 0 ? 1 : journey_.longest);
      lane.step = lane.last;
      if (journey_.across >= 0) {
        const Vec2 place = grid_.place(from[k].row);
        lane.line = (journey_.across == 0 ? place.x : place.y) - 0.5;
      }
      points.push_back(lane.at);
      lane_.push_back(lane);
    }
    const std::vector<Vec2> drift = at(points);
    for (std::size_t k = 0; k < lane_.size(); ++k)
      lane_[k].drift = drift[k];
  }

  /// The drift; behind sides that a streamline cannot pass that at the side, in the exit set, where
  /// nobody asks that it go on, none where it is not finite.
  std::vector<Vec2> at(const std::vector<Vec2>& points) {
    const std::size_t n = points.size();
    x_.resize(n), y_.resize(n), v_.resize(2 * n);
    for (std::size_t k = 0; k < n; ++k) {
      const Vec2 p = ends_.inside(points[k]);
      x_[k] = p.x, y_[k] = p.y;
    }
    drift_(n, x_.data(), y_.data(), v_.data());
    std::vector<Vec2> out(n);
    for (std::size_t k = 0; k < n; ++k) {
      out[k] = {v_[k], v_[n + k]};
      if (std::isfinite(out[k].x) && std::isfinite(out[k].y))
        continue;
      if (ends_.part(points[k]) < 0)
        throw BadInput("the drift is not finite at " + point_text({x_[k], y_[k]}) +
                       ", on a streamline; restrict the domain to where it is defined, or let the "
                       "drift move over edges");
      out[k] = {};
    }
    return out;
  }

  /// A vector at a point, in cells.
  Vec2 in_cells(Vec2 point, Vec2 v) const {
    const Vec2 z = in_frame(v, grid_.angle);
    if (!grid_.graded())
      return {z.x / grid_.h[0], z.y / grid_.h[1]};
    const Vec2 t = grid_.lattice_position(point);
    return {z.x / grid_.side(0, t.x + 0.5), z.y / grid_.side(1, t.y + 0.5)};
  }
  double cells(Vec2 point, Vec2 v) const {
    const Vec2 c = in_cells(point, v);
    return std::max(std::abs(c.x), std::abs(c.y));
  }

  void try_steps() {
    const std::size_t n = lane_.size();
    for (auto& k : k_)
      k.resize(n);
    next_.resize(n), error_.assign(n, 0);
    for (std::size_t l = 0; l < n; ++l) {
      Lane& lane = lane_[l];
      k_[0][l] = lane.drift;
      const double speed = cells(lane.at, lane.drift);
      if (++lane.steps > most_steps)
        throw BadInput("the drift near " + point_text(lane.at) +
                       " is too steep for a streamline to be followed; restrict the domain to "
                       "where it is smooth, or let the drift move over edges");
      lane.step = std::min(lane.step, lane.last - lane.time);
      if (lane.step * speed > 1)
        lane.step = 1 / speed;
    }
    for (int s = 1; s < stages; ++s) {
      for (std::size_t l = 0; l < n; ++l) {
        Vec2 p = lane_[l].at;
        for (int r = 0; r < s; ++r)
          p = p + (lane_[l].step * within[s][r]) * k_[static_cast<std::size_t>(r)][l];
        next_[l] = p;
      }
      k_[static_cast<std::size_t>(s)] = at(next_);
    }
    for (std::size_t l = 0; l < n; ++l) {
      Vec2 e;
      for (std::size_t s = 0; s < stages; ++s)
        e = e + (lane_[l].step * error_weight[s]) * k_[s][l];
      error_[l] = cells(lane_[l].at, e);
    }
  }

  void take_steps() {
    std::vector<Leg> legs;
    std::vector<std::size_t> taken;
    for (std::size_t l = 0; l < lane_.size(); ++l) {
      if (error_[l] > step_error && lane_[l].step > 1e-12 * lane_[l].last)
        continue;
      legs.push_back(
          {lane_[l].at, lane_[l].drift, ends_.kept(next_[l]), k_[stages - 1][l], lane_[l].step});
      taken.push_back(l);
    }
    const std::vector<End> end = ends_.first(legs);
    brake(legs, taken);
    std::vector<char> gone(lane_.size(), 0);
    for (std::size_t q = 0; q < legs.size(); ++q)
      gone[taken[q]] = advance(lane_[taken[q]], legs[q], end[q]);
    std::size_t kept = 0;
    for (std::size_t l = 0; l < lane_.size(); ++l) {
      if (gone[l])
        continue;
      lane_[l].step *= dormand_prince::factor(error_[l], step_error);
      lane_[kept++] = lane_[l];
    }
    lane_.resize(kept);
  }

  /// When a lane leaves into the exit. Without noise along an axis the last cell is held until half
  /// a cell more is crossed, which makes the rate that of upwinding, the speed over the cell's own
  /// width: at the boundary itself the chain would leave as if that lay a third of a cell nearer.
  double time_of_end(const Lane& lane, const Leg& leg, const End& end) const {
    const double time = lane.time + end.s * leg.time;
    if (journey_.across < 0 || journey_.on_time)
      return time;
    const Vec2 v = in_cells(leg.point(end.s), (1 - end.s) * leg.drift_from + end.s * leg.drift_to);
    const double speed = std::abs(journey_.across == 0 ? v.x : v.y);
    return std::max(time, std::min(time + 0.5 / speed, lane.last));
  }

  /// Lanes that meet a set go on for a cell at most.
  void brake(const std::vector<Leg>& legs, const std::vector<std::size_t>& taken) {
    for (const Ends& set : sets_) {
      const std::vector<End> met = set.first(legs);
      for (std::size_t q = 0; q < legs.size(); ++q) {
        Lane& lane = lane_[taken[q]];
        if (met[q].part < 0 || set.part(grid_.centre(lane.from)) >= 0)
          continue;
        const double speed = cells(legs[q].to, legs[q].drift_to);
        const double until = lane.time + met[q].s * legs[q].time + (speed > 0 ? 1 / speed : 0);
        lane.last = std::min(lane.last, std::max(until, lane.time + legs[q].time));
        lane.wanted = std::min(lane.wanted, lane.last);
      }
    }
  }

  /// Along a leg; whether the lane has arrived.
  bool advance(Lane& lane, const Leg& leg, const End& end) {
    if (end.part >= 0) {
      arrive(lane,
             {grid_.lattice_position(leg.point(end.s)), time_of_end(lane, leg, end), 0, end.part});
      return true;
    }
    if (journey_.across >= 0 && cross(lane, leg))
      return true;
    lane.way += cells(leg.from, leg.to - leg.from);
    lane.at = leg.to, lane.drift = leg.drift_to;
    lane.time += leg.time;
    const bool late = lane.time >= lane.last * (1 - 1e-12) || lane.way >= journey_.reach;
    if (late && lane.crossed)
      arrive(lane, lane.before);
    else if (late)
      arrive(lane, {grid_.lattice_position(lane.at), lane.time});
    return late;
  }

  double line_at(Vec2 p) const {
    const Vec2 t = grid_.lattice_position(p);
    return journey_.across == 0 ? t.x : t.y;
  }

  /// A line of centres that the leg crosses; whether the lane arrives there.
  bool cross(Lane& lane, const Leg& leg) {
    const double from = lane.line, to = line_at(leg.to);
    lane.line = to;
    const double line = to > from ? std::floor(from) + 1 : std::ceil(from) - 1;
    if (to > from ? to < line : to > line)
      return false;
    double low = 0, high = 1;
    for (int k = 0; k < 50; ++k) {
      const double s = 0.5 * (low + high), here = line_at(leg.point(s));
      ((to > from ? here >= line : here <= line) ? high : low) = s;
    }
    Vec2 at = grid_.lattice_position(leg.point(high));
    (journey_.across == 0 ? at.x : at.y) = line;
    const Arrival arrival{at, lane.time + high * leg.time};
    if (arrival.time > lane.wanted) {
      arrive(lane, arrival);
      return true;
    }
    lane.before = arrival;
    lane.crossed = true;
    return false;
  }

  void arrive(const Lane& lane, Arrival last) {
    std::vector<Arrival>& out = out_[lane.index];
    const double step = journey_.step;
    if (lane.crossed && last.time > lane.wanted) {
      Arrival first = lane.before;
      const double share = (last.time - lane.wanted) / (last.time - first.time);
      first.rate = share / (step > 0 ? step : first.time);
      last.rate = (1 - share) / (step > 0 ? step : last.time);
      out.push_back(first);
    } else {
      last.rate = 1 / std::max(last.time, step);
    }
    out.push_back(last);
  }
};

} // namespace

std::vector<std::vector<Arrival>> arrivals(const Field& drift, const Grid& grid, const Region& exit,
                                           const std::vector<Departure>& from,
                                           const Journey& journey) {
  return Flight(drift, grid, exit, journey).from(from);
}

} // namespace escapade
