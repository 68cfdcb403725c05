#include "escapade/grid/grading.hpp"

#include "escapade/error.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace escapade {

namespace {

/// ∫_a^b ρ by Gauss's rule of four points; [a, b] is short against everything in ρ.
double integral(const CellDensity& rho, double a, double b) {
  constexpr double x[] = {0.33998104358485626, 0.86113631159405258};
  constexpr double w[] = {0.65214515486254614, 0.34785484513745386};
  const double middle = 0.5 * (a + b), half = 0.5 * (b - a);
  double sum = 0;
  for (int k = 0; k < 2; ++k)
    sum += w[k] * (rho(middle - half * x[k]) + rho(middle + half * x[k]));
  return half * sum;
}

void check_density(double value, double zeta) {
  if (value > 1e-300 && value < 1e300)
    return;
  throw BadInput("the grading: the density of cells is " + rounded(value, 3) + " at coordinate " +
                 rounded(zeta, 6) +
                 " of the frame; give one that is positive and finite everywhere");
}

} // namespace

CellDensity clustered(double lo, double hi, std::vector<CellCluster> clusters) {
  // Larger, and fine cells lie farther from what is narrow; smaller, and the size of neighbours
  // changes faster, down to where AxisMap refuses. A choice.
  constexpr double spread = 3;
  const double length = hi - lo;
  std::erase_if(clusters, [&](const CellCluster& c) { return 4 * spread * c.width > length; });
  return [=, clusters = std::move(clusters)](double zeta) {
    double rho = 1 / length;
    for (const CellCluster& c : clusters) {
      const double w = spread * c.width, z = (zeta - c.centre) / w;
      rho += c.share / (std::numbers::pi * w * (1 + z * z));
    }
    return rho;
  };
}

AxisMap::AxisMap(double lo, double hi, std::int64_t cells, const CellDensity& density) {
  // Short intervals for the integral; ξ at their ends.
  constexpr std::size_t intervals = 1u << 16;
  const auto end = [&](std::size_t m) {
    return m == intervals ? hi : lo + (hi - lo) * static_cast<double>(m) / intervals;
  };
  std::vector<double> sum{0};
  sum.reserve(intervals + 1);
  for (std::size_t m = 0; m < intervals; ++m) {
    check_density(density(end(m)), end(m));
    sum.push_back(sum.back() + integral(density, end(m), end(m + 1)));
  }
  check_density(density(hi), hi);
  const double total = sum.back(), n = static_cast<double>(cells);
  node_.reserve(static_cast<std::size_t>(2 * cells + 1));
  std::size_t m = 0;
  for (std::int64_t k = 0; k <= 2 * cells; ++k) {
    const double wanted = total * static_cast<double>(k) / (2 * n);
    while (m + 1 < intervals && sum[m + 1] < wanted)
      ++m;
    double zeta = end(m) + (end(m + 1) - end(m)) * (wanted - sum[m]) / (sum[m + 1] - sum[m]);
    for (int newton = 0; newton < 8; ++newton) // the integrand is all but constant in there
      zeta += (wanted - sum[m] - integral(density, end(m), zeta)) / density(zeta);
    if (k == 0 || k == 2 * cells)
      zeta = k == 0 ? lo : hi;
    node_.push_back({zeta, total / (n * density(zeta))});
  }
  // Order 2 lives on smooth cells: half a cell further they must not be twice as large or small,
  // and the node must be where the integral puts it.
  for (std::size_t k = 1; k < node_.size(); ++k) {
    const double ratio = node_[k].side / node_[k - 1].side;
    const double step =
        (node_[k].position - node_[k - 1].position) / (0.25 * (node_[k].side + node_[k - 1].side));
    if (ratio > 0.25 && ratio < 4 && step > 0.25 && step < 4)
      continue;
    throw BadInput("the grading: the density of cells changes too fast for " +
                   std::to_string(cells) + " cells near coordinate " +
                   rounded(node_[k].position, 6) +
                   " of the frame (more than fourfold over half a cell); give a smoother one or "
                   "more cells");
  }
}

double AxisMap::position(double t) const {
  const double k = 2 * t, last = static_cast<double>(node_.size() - 1);
  if (k <= 0)
    return node_.front().position + t * node_.front().side;
  if (k >= last)
    return node_.back().position + (t - last / 2) * node_.back().side;
  const double low = std::min(std::floor(k), last - 1), s = k - low;
  const Node& a = node_[static_cast<std::size_t>(low)];
  if (s == 0)
    return a.position;
  const Node& b = node_[static_cast<std::size_t>(low) + 1];
  // Cubic between the nodes, with their slopes (dζ/dk is half a side).
  const double da = a.side / 2, db = b.side / 2, u = 1 - s;
  return u * u * (1 + 2 * s) * a.position + s * s * (3 - 2 * s) * b.position +
         s * u * (u * da - s * db);
}

double AxisMap::side(double t) const {
  const double last = static_cast<double>(node_.size() - 1), k = std::clamp(2 * t, 0.0, last);
  const double low = std::min(std::floor(k), last - 1), s = k - low;
  const Node& a = node_[static_cast<std::size_t>(low)];
  const Node& b = node_[static_cast<std::size_t>(low) + 1];
  return s == 0 ? a.side : s == 1 ? b.side : (1 - s) * a.side + s * b.side;
}

double AxisMap::inverse(double zeta) const {
  const double last = static_cast<double>(node_.size() - 1);
  if (zeta <= node_.front().position)
    return (zeta - node_.front().position) / node_.front().side;
  if (zeta >= node_.back().position)
    return last / 2 + (zeta - node_.back().position) / node_.back().side;
  const auto above = std::upper_bound(node_.begin(), node_.end(), zeta,
                                      [](double z, const Node& n) { return z < n.position; });
  double lo = static_cast<double>(above - node_.begin() - 1) / 2, hi = lo + 0.5;
  double t = lo + 0.5 * (zeta - position(lo)) / (position(hi) - position(lo));
  for (int step = 0; step < 60 && hi - lo > 1e-15 * last; ++step) {
    const double off = zeta - position(t);
    (off > 0 ? lo : hi) = t;
    const double newton = t + off / side(t);
    if (newton == t)
      break;
    t = newton > lo && newton < hi ? newton : 0.5 * (lo + hi);
  }
  return t;
}

} // namespace escapade
