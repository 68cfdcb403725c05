#include "answers/action/search.hpp"
#include "escapade/error.hpp"

#include <memory>
#include <utility>

namespace escapade {

namespace {

/// A field that goes on behind periodic sides.
Field lifted(const Field& field, const Domain& domain) {
  if (!field)
    return {};
  return [field, domain](std::size_t n, const double* x, const double* y, double* out) {
    std::vector<double> u(n), v(n);
    for (std::size_t i = 0; i < n; ++i) {
      const Vec2 p = between_sides(domain, {x[i], y[i]});
      u[i] = p.x, v[i] = p.y;
    }
    field(n, u.data(), v.data(), out);
  };
}

Problem lifted(Problem problem, const Domain& domain) {
  for (Field* f : {&problem.coefficients, &problem.drift, &problem.divergence, &problem.landscape})
    *f = lifted(*f, domain);
  if (problem.gradient)
    problem.gradient->phi = lifted(problem.gradient->phi, domain);
  return problem;
}

Region lifted(Region region, const Domain& domain) {
  for (Part& part : region) {
    part.phi = lifted(part.phi, domain);
    part.phi_and_gradient = lifted(part.phi_and_gradient, domain);
    part.half_plane.reset();
  }
  return region;
}

/// A period to both sides of the start along periodic axes.
Domain two_periods(const Domain& d, Vec2 start) {
  Domain wide = d;
  if (d.periodic(0))
    wide.x0 = start.x - d.width(), wide.x1 = start.x + d.width();
  if (d.periodic(1))
    wide.y0 = start.y - d.height(), wide.y1 = start.y + d.height();
  for (Boundary& side : wide.boundary)
    if (side == Boundary::periodic)
      side = Boundary::reflecting;
  wide.inside = lifted(d.inside, d);
  return wide;
}

/// The images of a point within the lifted box.
std::vector<Vec2> images_of(const Domain& domain, const Domain& wide, Vec2 p) {
  std::vector<Vec2> out;
  const int x = domain.periodic(0) ? 2 : 0, y = domain.periodic(1) ? 2 : 0;
  for (int i = -x; i <= x; ++i)
    for (int j = -y; j <= y; ++j)
      if (const Vec2 image = p + Vec2{i * domain.width(), j * domain.height()};
          wide.contains(image))
        out.push_back(image);
  return out;
}

} // namespace

PathAnswer action_around_sides(const Problem& problem, const Domain& domain, const GridShape& shape,
                               const PathEnds& ends, const Effort& effort, bool is_loss) {
  const Domain wide = two_periods(domain, ends.start);
  const Problem far = lifted(problem, domain);
  GridShape cells = shape;
  for (std::size_t axis : {0u, 1u})
    cells.cells[axis] *= domain.periodic(static_cast<int>(axis)) ? 2 : 1;
  PathEnds to = ends;
  to.exit = lifted(ends.exit, domain);
  to.removed = lifted(ends.removed, domain);
  if (!ends.target)
    return least_action(far, wide, cells, to, effort, is_loss);
  std::optional<PathAnswer> best;
  std::string why =
      "the target point " + point_text(*ends.target) + ": outside the domain; give a point in it";
  for (const Vec2 image : images_of(domain, wide, *ends.target))
    try {
      to.target = image;
      PathAnswer one = least_action(far, wide, cells, to, effort, is_loss);
      if (!best || *one.action.value < *best->action.value)
        best = std::move(one);
    } catch (const NotTrusted& e) {
      why = e.what(); // the way to another image may do
    }
  if (!best)
    throw NotTrusted(why);
  return std::move(*best);
}

} // namespace escapade
