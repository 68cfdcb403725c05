#include "escapade/problem/make.hpp"

#include "escapade/error.hpp"
#include "escapade/problem/sde.hpp"
#include "problem/parse_region.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace escapade {

namespace {

/// One part of φ and its gradient, φ stated once.
Region one_part(const std::string& name,
                std::function<void(double x, double y, double* out)> phi_and_gradient) {
  Part part;
  part.name = name;
  part.phi = pointwise(1, [phi_and_gradient](double x, double y, double* out) {
    double v[3];
    phi_and_gradient(x, y, v);
    out[0] = v[0];
  });
  part.phi_and_gradient = pointwise(3, std::move(phi_and_gradient));
  return {std::move(part)};
}

/// The nearest point of a segment.
Vec2 nearest_on(Vec2 a, Vec2 b, Vec2 p) {
  const Vec2 along = b - a;
  const double t = std::clamp(dot(p - a, along) / dot(along, along), 0.0, 1.0);
  return a + t * along;
}

bool crosses(Vec2 a, Vec2 b, Vec2 p) {
  return (a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x);
}

} // namespace

Symbols plain_symbols() {
  return {{"x", "y"}, {}};
}

Problem potential_problem(const std::string& potential, const std::string& temperature,
                          const Symbols& symbols) {
  return potential_problem(parse_expression("the potential", potential, symbols),
                           parse_expression("the temperature", temperature, symbols), Calculus::ito,
                           Compile::automatic);
}

Problem drift_problem(const std::string& drift, const std::string& diffusion, const Domain& domain,
                      const Symbols& symbols) {
  const auto b = parse_expressions("the drift", drift, symbols);
  const auto d = parse_expressions("the diffusion", diffusion, symbols);
  if (b.size() != 2 || (d.size() != 1 && d.size() != 3))
    throw BadInput("give a drift of two expressions, and a diffusion of one or three: D11, D12, "
                   "D22");
  const bool tensor = d.size() == 3;
  return drift_problem({b[0], b[1]}, {d[0], tensor ? d[1] : constant(0), tensor ? d[2] : d[0]},
                       Calculus::ito, domain, Compile::automatic);
}

Problem drift_problem(std::function<Vec2(double, double)> drift,
                      std::function<Sym2(double, double)> diffusion, const Domain& domain) {
  Problem problem;
  problem.coefficients =
      pointwise(5, [b = std::move(drift), diffusion](double x, double y, double* out) {
        const Vec2 v = b(x, y);
        const Sym2 d = diffusion(x, y);
        out[0] = v.x, out[1] = v.y, out[2] = d.xx, out[3] = d.xy, out[4] = d.yy;
      });
  problem.constant_direction = constant_direction_of(problem.coefficients, domain);
  const double h = 1e-5 * domain.width(), k = 1e-5 * domain.height();
  problem.divergence =
      pointwise(2, [d = std::move(diffusion), h, k](double x, double y, double* out) {
        const Sym2 e = d(x + h, y), w = d(x - h, y), n = d(x, y + k), s = d(x, y - k);
        out[0] = (e.xx - w.xx) / (2 * h) + (n.xy - s.xy) / (2 * k);
        out[1] = (e.xy - w.xy) / (2 * h) + (n.yy - s.yy) / (2 * k);
      });
  return problem;
}

Region region(const std::string& text, const Symbols& symbols) {
  return parse_region("the region", text, symbols, Compile::automatic);
}

Region half_plane(int axis, double position, bool above) {
  const double sign = above ? 1 : -1;
  Region out =
      one_part(std::string(axis == 0 ? "x" : "y") + (above ? " > " : " < ") + rounded(position, 6),
               [=](double x, double y, double* v) {
                 v[0] = sign * ((axis == 0 ? x : y) - position);
                 v[1] = axis == 0 ? sign : 0.0, v[2] = axis == 0 ? 0.0 : sign;
               });
  out.front().half_plane = HalfPlane{axis, position, above};
  return out;
}

Region disc(Vec2 centre, double radius) {
  return one_part("disc of radius " + rounded(radius, 6) + " about " + point_text(centre),
                  [=](double x, double y, double* v) {
                    const Vec2 d = Vec2{x, y} - centre;
                    const double r = norm(d), per = r > 0 ? 1 / r : 0;
                    v[0] = radius - r, v[1] = -per * d.x, v[2] = -per * d.y;
                  });
}

Region polygon(std::vector<Vec2> corners) {
  if (corners.size() < 3)
    throw BadInput("a polygon needs three corners or more");
  return one_part("polygon", [c = std::move(corners)](double x, double y, double* v) {
    const Vec2 p{x, y};
    bool inside = false;
    Vec2 foot = c.front();
    for (std::size_t k = 0; k < c.size(); ++k) {
      const Vec2 a = c[k], b = c[(k + 1) % c.size()], q = nearest_on(a, b, p);
      if (norm(p - q) < norm(p - foot))
        foot = q;
      inside = inside != crosses(a, b, p);
    }
    const double r = norm(p - foot), sign = inside ? 1 : -1, per = r > 0 ? sign / r : 0;
    v[0] = sign * r, v[1] = per * (p.x - foot.x), v[2] = per * (p.y - foot.y);
  });
}

Region level_set(const std::string& name, std::function<double(double, double)> phi,
                 double length) {
  const double h = 1e-6 * length;
  return one_part(name, [phi = std::move(phi), h](double x, double y, double* v) {
    v[0] = phi(x, y);
    v[1] = (phi(x + h, y) - phi(x - h, y)) / (2 * h);
    v[2] = (phi(x, y + h) - phi(x, y - h)) / (2 * h);
  });
}

/// φ = min_k −φ_k, with the gradient of that k.
Region outside(const Region& region) {
  std::string name = "outside ";
  for (const Part& part : region)
    name += (&part == &region.front() ? "" : " or ") + part.name;
  return one_part(name, [region](double x, double y, double* v) {
    v[0] = INFINITY, v[1] = v[2] = 0;
    for (const Part& part : region) {
      double w[3];
      part.phi_and_gradient(1, &x, &y, w);
      if (-w[0] < v[0])
        v[0] = -w[0], v[1] = -w[1], v[2] = -w[2];
    }
  });
}

} // namespace escapade
