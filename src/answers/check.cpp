#include "answers/check.hpp"

#include "escapade/error.hpp"
#include "escapade/grid/mesh.hpp"

#include <cmath>
#include <utility>
#include <vector>

namespace escapade {

int part_at(const Region& region, Vec2 point) {
  int part = -1;
  part_at(region, 1, &point.x, &point.y, &part);
  return part;
}

void check_starts(const std::string& name, const std::vector<Vec2>& starts, const Domain& domain,
                  const GridShape& shape, const Region& exit) {
  for (Vec2 s : starts) {
    const std::string where = name + " " + point_text(s);
    if (shape.mesh && shape.mesh->triangle_at(s) < 0)
      throw BadInput(where + ": outside the mesh " + shape.mesh->file + "; give a point inside it");
    if (!domain.box_contains(s))
      throw BadInput(where + ": outside the domain; give a point inside it");
    if (domain.in_hole(s))
      throw BadInput(where + ": in a hole of a table or beyond it, which is no part of the domain; "
                             "give a point where the tables have values");
    if (const int part = part_at(exit, s); part >= 0)
      throw BadInput(where + ": inside the exit set, in \"" +
                     exit[static_cast<std::size_t>(part)].name + "\"; give a start outside of it");
  }
}

/// A lattice of points finds an exit, thin sets too: φ is carried to the next point by its slope.
void check_exit(const std::string& name, const Domain& d, const GridShape& shape,
                const Region& exit) {
  if (exit.empty() || d.absorbing() || shape.mesh)
    return;
  constexpr std::size_t n = 256;
  const double dx = d.width() / (n - 1), dy = d.height() / (n - 1);
  std::vector<double> x(n), y(n), v(3 * n);
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = 0; i < n; ++i) {
      x[i] = i + 1 < n ? d.x0 + dx * static_cast<double>(i) : d.x1;
      y[i] = j + 1 < n ? d.y0 + dy * static_cast<double>(j) : d.y1;
    }
    for (const Part& part : exit) {
      part.phi_and_gradient(n, x.data(), y.data(), v.data());
      for (std::size_t i = 0; i < n; ++i) {
        const double reach = dx * std::abs(v[n + i]) + dy * std::abs(v[2 * n + i]);
        if (!(v[i] + (part.half_plane ? 0.0 : reach) < 0)) // not a number: refused later, by name
          return;
      }
    }
  }
  throw BadInput(name + ": holds nowhere in the domain: the mean exit time is infinite; give a set "
                        "that meets the domain");
}

namespace {

/// Points of the box, not along the axes of symmetry, where poles may lie.
std::pair<std::vector<double>, std::vector<double>> some_points(const Domain& d) {
  constexpr std::size_t n = 24;
  std::vector<double> x, y;
  for (std::size_t k = 0; k < n * n; ++k) {
    x.push_back(d.x0 + d.width() * (static_cast<double>(k % n) + 0.382) / n);
    y.push_back(d.y0 + d.height() * (static_cast<double>(k / n) + 0.236) / n);
  }
  return {x, y};
}

} // namespace

void check_region(const std::string& name, const Domain& domain, const Region& region) {
  const auto [x, y] = some_points(domain);
  std::vector<double> phi(x.size());
  for (const Part& part : region) {
    part.phi(x.size(), x.data(), y.data(), phi.data());
    for (std::size_t k = 0; k < phi.size(); ++k)
      if (std::isnan(phi[k]))
        throw BadInput(name + ", \"" + part.name + "\": not a number at " +
                       point_text({x[k], y[k]}) + "; give a set that is defined in the domain");
  }
}

void check_coefficients(const Problem& problem, const Domain& d, const Region& exit) {
  if (problem.sgd)
    return;
  const auto points = some_points(d);
  const std::vector<double>&x = points.first, &y = points.second;
  std::vector<int> part(x.size(), -1);
  if (!exit.empty())
    part_at(exit, x.size(), x.data(), y.data(), part.data());
  const auto require = [&](const Field& field, std::size_t components,
                           const std::vector<std::string>& name) {
    std::vector<double> v(components * x.size());
    field(x.size(), x.data(), y.data(), v.data());
    for (std::size_t k = 0; k < name.size() * x.size(); ++k)
      if (!std::isfinite(v[k]) && part[k % x.size()] < 0)
        throw BadInput("the " + name[k / x.size()] + " is not finite at " +
                       point_text({x[k % x.size()], y[k % x.size()]}) +
                       "; restrict the domain to where it is defined, or change its expression");
  };
  if (problem.coefficients)
    require(problem.coefficients, 5, {"drift", "drift", "diffusion", "diffusion", "diffusion"});
  if (problem.landscape)
    require(problem.landscape, 6, {"potential or loss"});
}

} // namespace escapade
