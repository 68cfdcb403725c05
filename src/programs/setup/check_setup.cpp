#include "programs/setup/check_setup.hpp"

#include "escapade/error.hpp"
#include "escapade/grid/mesh.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

void check_periodic(const Setup& setup) {
  const Domain& d = setup.domain;
  if (!setup.problem.coefficients) // the algorithm itself, or the landscape alone
    return;
  // The size of each coefficient inside: on the sides themselves it may vanish to rounding.
  constexpr std::size_t inner = 16;
  std::vector<double> px, py, size(5 * inner * inner);
  for (std::size_t k = 0; k < inner * inner; ++k) {
    px.push_back(d.x0 + d.width() * (static_cast<double>(k % inner) + 0.382) / inner);
    py.push_back(d.y0 + d.height() * (static_cast<double>(k / inner) + 0.236) / inner);
  }
  if (d.periodic(0) || d.periodic(1))
    setup.problem.coefficients(px.size(), px.data(), py.data(), size.data());
  for (int axis = 0; axis < 2; ++axis) {
    if (!d.periodic(axis))
      continue;
    constexpr std::size_t n = 33;
    std::vector<double> x(2 * n), y(2 * n), v(10 * n);
    for (std::size_t k = 0; k < n; ++k) {
      const double t = static_cast<double>(k) / (n - 1);
      x[k] = axis == 0 ? d.x0 : d.x0 + t * d.width();
      x[n + k] = axis == 0 ? d.x1 : x[k];
      y[k] = axis == 0 ? d.y0 + t * d.height() : d.y0;
      y[n + k] = axis == 0 ? y[k] : d.y1;
    }
    setup.problem.coefficients(2 * n, x.data(), y.data(), v.data());
    for (std::size_t c = 0; c < 5; ++c) {
      double scale = 0;
      for (std::size_t k = 0; k < 2 * n; ++k)
        scale = std::max(scale, std::abs(v[2 * n * c + k]));
      for (std::size_t k = 0; k < px.size(); ++k)
        if (std::isfinite(size[px.size() * c + k]))
          scale = std::max(scale, std::abs(size[px.size() * c + k]));
      for (std::size_t k = 0; k < n; ++k)
        if (std::abs(v[2 * n * c + k] - v[2 * n * c + n + k]) > 1e-9 * scale + 1e-300)
          throw BadInput(std::string("-boundary periodic: ") +
                         (c < 2 ? "the drift" : "the diffusion") + " differs between " +
                         point_text({x[k], y[k]}) + " and " + point_text({x[n + k], y[n + k]}) +
                         "; give a -domain of a whole period");
    }
  }
}

void check_starts(const Setup& setup, const std::string& option) {
  for (Vec2 s : setup.starts) {
    if (setup.shape.mesh && setup.shape.mesh->triangle_at(s) < 0)
      throw BadInput(option + " " + point_text(s) + ": outside -mesh " + setup.shape.mesh->file +
                     "; give a point inside it");
    if (!setup.domain.contains(s))
      throw BadInput(option + " " + point_text(s) + ": outside -domain; give a point inside it");
    int part = -1;
    part_at(setup.exit, 1, &s.x, &s.y, &part);
    if (part >= 0)
      throw BadInput(option + " " + point_text(s) + ": inside the exit set, in \"" +
                     setup.exit[static_cast<std::size_t>(part)].name +
                     "\"; give a start outside of it");
  }
}

void check_exit_is_somewhere(const Setup& setup, const std::string& text) {
  if (setup.exit.empty() || setup.domain.absorbing() || setup.shape.mesh)
    return; // on a mesh the chain itself tells
  // A lattice of points finds thin sets too: φ is carried to the next point by its slope.
  constexpr std::size_t n = 256;
  const Domain& d = setup.domain;
  const double dx = d.width() / (n - 1), dy = d.height() / (n - 1);
  std::vector<double> x(n), y(n), v(3 * n);
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = 0; i < n; ++i) {
      x[i] = i + 1 < n ? d.x0 + dx * static_cast<double>(i) : d.x1;
      y[i] = j + 1 < n ? d.y0 + dy * static_cast<double>(j) : d.y1;
    }
    for (const Part& part : setup.exit) {
      part.phi_and_gradient(n, x.data(), y.data(), v.data());
      for (std::size_t i = 0; i < n; ++i) {
        const double reach = dx * std::abs(v[n + i]) + dy * std::abs(v[2 * n + i]);
        if (!(v[i] + (part.half_plane ? 0.0 : reach) < 0)) // not a number: refused later, by name
          return;
      }
    }
  }
  throw BadInput("-exit \"" + text +
                 "\": holds nowhere in the domain: the mean exit time is "
                 "infinite; give a set that meets -domain");
}

} // namespace escapade
