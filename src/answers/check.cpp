#include "answers/check.hpp"

#include "escapade/error.hpp"
#include "escapade/grid/mesh.hpp"

#include <cmath>

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
    if (!domain.contains(s))
      throw BadInput(where + ": outside the domain; give a point inside it");
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

} // namespace escapade
