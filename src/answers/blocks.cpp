#include "answers/blocks.hpp"

#include "generator/log_vector.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {
namespace {

class Blocks {
public:
  Blocks(const Domain& domain, std::size_t nx, std::size_t ny) : domain_(domain), n_{nx, ny} {}

  /// Blocks and their shares of cell u, as f(block, share).
  template<class F>
  void shares(const Cells& grid, std::int32_t u, const F& f) const {
    const Grid* lattice = grid.lattice();
    if (lattice && lattice->angle == 0) {
      const Vec2 centre = grid.centre(u), a = lattice->edge(1, 0), b = lattice->edge(0, 1);
      const std::size_t first = at(centre - 0.5 * a - 0.5 * b),
                        last = at(centre + 0.5 * a + 0.5 * b);
      for (std::size_t j = first / n_[0]; j <= last / n_[0]; ++j)
        for (std::size_t i = first % n_[0]; i <= last % n_[0]; ++i)
          f(i + n_[0] * j,
            first == last ? 1.0
                          : overlap(i, n_[0], domain_.x0, domain_.width(), centre.x, a.x) *
                                overlap(j, n_[1], domain_.y0, domain_.height(), centre.y, b.y));
      return;
    }
    std::vector<double> x, y, share;
    grid.spread(u, x, y, share);
    for (std::size_t k = 0; k < x.size(); ++k)
      f(at({x[k], y[k]}), share[k]);
  }

private:
  static std::size_t index(double share, std::size_t n) {
    const double k = std::floor(share * static_cast<double>(n));
    return static_cast<std::size_t>(std::clamp(k, 0.0, static_cast<double>(n - 1)));
  }
  std::size_t at(Vec2 p) const { // a turned cell may reach beyond the box: the nearest block
    return index((p.x - domain_.x0) / domain_.width(), n_[0]) +
           n_[0] * index((p.y - domain_.y0) / domain_.height(), n_[1]);
  }
  /// Share of the interval of length h around `centre` that lies in block k.
  static double overlap(std::size_t k, std::size_t n, double from, double extent, double centre,
                        double h) {
    const double width = extent / static_cast<double>(n);
    const double low = from + static_cast<double>(k) * width;
    return std::max(0.0,
                    std::min(centre + 0.5 * h, low + width) - std::max(centre - 0.5 * h, low)) /
           h;
  }

  Domain domain_;
  std::size_t n_[2];
};

} // namespace

BlockSums block_sums(const Problem& problem, const Domain& domain, const Cells& grid,
                     const LogVector& log_mass, const std::vector<Vec2>& current, std::size_t nx,
                     std::size_t ny, const Halo& halo) {
  BlockSums sums;
  sums.probability.assign(nx * ny, 0);
  sums.current.assign(nx * ny, {});
  sums.noise.assign(nx * ny, {});
  const std::size_t n = log_mass.size();
  std::vector<double> x(n), y(n), c(5 * n);
  for (std::size_t u = 0; u < n; ++u) {
    const Vec2 p =
        grid.centre(static_cast<std::int32_t>(halo.first() + static_cast<std::int64_t>(u)));
    x[u] = p.x, y[u] = p.y;
  }
  problem.coefficients(n, x.data(), y.data(), c.data());
  const Blocks blocks(domain, nx, ny);
  for (std::size_t u = 0; u < n; ++u) {
    const double mass = static_cast<double>(exp_in_double(log_mass[u]));
    const auto cell = static_cast<std::int32_t>(halo.first() + static_cast<std::int64_t>(u));
    const Vec2 flow = grid.area(cell) * current[u];
    blocks.shares(grid, cell, [&](std::size_t b, double share) {
      sums.probability[b] += share * mass;
      sums.current[b] = sums.current[b] + share * flow;
      sums.noise[b] = sums.noise[b] + share * mass * Vec2{c[2 * n + u], c[4 * n + u]};
    });
  }
  std::vector<double> all = sums.probability;
  for (const std::vector<Vec2>* v : {&sums.current, &sums.noise})
    for (Vec2 s : *v)
      all.push_back(s.x), all.push_back(s.y);
  all = halo.sums(std::move(all));
  auto next = all.begin();
  for (double& p : sums.probability)
    p = *next++;
  for (std::vector<Vec2>* v : {&sums.current, &sums.noise})
    for (Vec2& s : *v) {
      s.x = *next++;
      s.y = *next++;
    }
  return sums;
}

double circulation(const Domain& domain, const Cells& grid, const std::vector<Vec2>& current,
                   const Halo& halo) {
  const Vec2 middle{0.5 * (domain.x0 + domain.x1), 0.5 * (domain.y0 + domain.y1)};
  double sum = 0;
  for (std::size_t u = 0; u < current.size(); ++u) {
    const auto cell = static_cast<std::int32_t>(halo.first() + static_cast<std::int64_t>(u));
    const Vec2 p = grid.centre(cell) - middle;
    sum += grid.area(cell) * (p.x * current[u].y - p.y * current[u].x);
  }
  return halo.sums({sum})[0];
}

} // namespace escapade
