#include "generator/flow/ends.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

double wrapped(double t, double low, double high) {
  return t < low || t >= high ? t - (high - low) * std::floor((t - low) / (high - low)) : t;
}

} // namespace

Ends::Ends(const Domain& domain, const Region& exit)
    : domain_(domain), exit_(exit), absorbing_(!exit.empty() || domain.absorbing()) {}

Vec2 Ends::inside(Vec2 p) const {
  const Domain& d = domain_;
  return {d.periodic(0) ? wrapped(p.x, d.x0, d.x1) : std::clamp(p.x, d.x0, d.x1),
          d.periodic(1) ? wrapped(p.y, d.y0, d.y1) : std::clamp(p.y, d.y0, d.y1)};
}

Vec2 Ends::kept(Vec2 p) const {
  const Domain& d = domain_;
  const auto reflects = [&](std::size_t side) { return d.boundary[side] == Boundary::reflecting; };
  if (p.x < d.x0 && reflects(0))
    p.x = d.x0;
  if (p.x > d.x1 && reflects(1))
    p.x = d.x1;
  if (p.y < d.y0 && reflects(2))
    p.y = d.y0;
  if (p.y > d.y1 && reflects(3))
    p.y = d.y1;
  return p;
}

std::vector<int> Ends::parts(const std::vector<Vec2>& points) const {
  std::vector<double> x(points.size()), y(points.size());
  for (std::size_t k = 0; k < points.size(); ++k) {
    const Vec2 p = inside(points[k]);
    x[k] = p.x, y[k] = p.y;
  }
  std::vector<int> part(points.size());
  part_at(exit_, x.size(), x.data(), y.data(), part.data());
  const Domain& d = domain_;
  for (std::size_t k = 0; k < points.size(); ++k) {
    const Vec2 p = points[k];
    const bool beyond[4] = {p.x<d.x0, p.x> d.x1, p.y<d.y0, p.y> d.y1};
    int next = static_cast<int>(exit_.size());
    for (std::size_t side = 0; side < 4; ++side)
      if (d.boundary[side] == Boundary::absorbing) {
        if (part[k] < 0 && beyond[side])
          part[k] = next;
        ++next;
      }
  }
  return part;
}

int Ends::part(Vec2 p) const {
  return absorbing_ ? parts({p}).front() : -1;
}

std::vector<End> Ends::first(const std::vector<Leg>& legs) const {
  std::vector<End> out(legs.size());
  if (!absorbing_)
    return out;
  constexpr int samples = 4;
  std::vector<Vec2> points;
  for (const Leg& leg : legs)
    for (int m = 1; m <= samples; ++m)
      points.push_back(leg.point(static_cast<double>(m) / samples));
  std::vector<int> part = parts(points);
  std::vector<std::size_t> met;
  std::vector<double> low;
  for (std::size_t k = 0; k < legs.size(); ++k)
    for (std::size_t m = 0; m < samples; ++m)
      if (part[samples * k + m] >= 0) {
        met.push_back(k);
        low.push_back(static_cast<double>(m) / samples);
        out[k] = {part[samples * k + m], static_cast<double>(m + 1) / samples};
        break;
      }
  points.resize(met.size());
  for (int step = 0; step < 40 && !met.empty(); ++step) {
    for (std::size_t q = 0; q < met.size(); ++q)
      points[q] = legs[met[q]].point(0.5 * (low[q] + out[met[q]].s));
    part = parts(points);
    for (std::size_t q = 0; q < met.size(); ++q) {
      const double middle = 0.5 * (low[q] + out[met[q]].s);
      if (part[q] >= 0)
        out[met[q]] = {part[q], middle};
      else
        low[q] = middle;
    }
  }
  return out;
}

} // namespace escapade
