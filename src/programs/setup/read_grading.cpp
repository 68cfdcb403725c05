#include "programs/setup/readers.hpp"

#include "escapade/error.hpp"
#include "escapade/problem/function.hpp"
#include "grid/grid.hpp"
#include "problem/lyapunov.hpp"
#include "programs/options/option_table.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

struct Linearised {
  std::array<double, 4> a; // ∇b, row i the gradient of bᵢ, in the frame
  Sym2 d;                  // in the frame
};

/// b and D around a critical point of the landscape, by central differences: only their size
/// matters here.
Linearised linearised(const Setup& setup, Vec2 at, double angle) {
  const double step = 1e-6 * std::max(setup.domain.width(), setup.domain.height());
  const double c = std::cos(angle), s = std::sin(angle);
  const Vec2 axis[2] = {{c, s}, {-s, c}};
  const Vec2 point[5] = {at, at + step * axis[0], at - step * axis[0], at + step * axis[1],
                         at - step * axis[1]};
  double x[5], y[5], v[25];
  for (int k = 0; k < 5; ++k)
    x[k] = point[k].x, y[k] = point[k].y;
  setup.problem.coefficients(5, x, y, v);
  Linearised out;
  for (std::size_t j = 0; j < 2; ++j) {
    const std::size_t plus = 1 + 2 * j, minus = 2 + 2 * j;
    const Vec2 slope{(v[plus] - v[minus]) / (2 * step), (v[5 + plus] - v[5 + minus]) / (2 * step)};
    const Vec2 turned = in_frame(slope, angle);
    out.a[j] = turned.x, out.a[2 + j] = turned.y;
  }
  out.d = in_frame(Sym2{v[10], v[15], v[20]}, angle);
  return out;
}

/// Largest real part of the eigenvalues.
double growth(const Linearised& l) {
  const double half = 0.5 * (l.a[0] + l.a[3]);
  const double det = l.a[0] * l.a[3] - l.a[1] * l.a[2];
  const double disc = half * half - det;
  return disc > 0 ? half + std::sqrt(disc) : half;
}

std::array<double, 2> widths(const Setup& setup, const CriticalPoint& point, double angle) {
  const Linearised l = linearised(setup, point.position, angle);
  const double rate = growth(l);
  Sym2 c = l.d;
  if (rate < 0)
    c = lyapunov_covariance(l.a, l.d);
  else
    c = (1 / std::max(rate, 1e-300)) * l.d;
  const std::array<double, 2> w{std::sqrt(c.xx), std::sqrt(c.yy)};
  for (double width : w)
    if (!(width > 0 && std::isfinite(width)))
      throw BadInput("-grade auto: the noise at the " + name_of(point.type) + " " +
                     point_text(point.position) +
                     " gives no width to resolve there; give the densities of cells: -grade "
                     "\"EXPR, EXPR\"");
  return w;
}

std::shared_ptr<const Grading> automatic(const Setup& setup, double angle) {
  if (!setup.problem.landscape)
    throw BadInput("-grade auto needs a potential or a loss to find its wells; give the densities "
                   "of cells instead: -grade \"EXPR, EXPR\"");
  const CriticalPoints found = critical_points(setup.problem.landscape, setup.domain);
  if (found.points.empty())
    throw BadInput("-grade auto: there is no critical point in -domain to grade the cells about; "
                   "leave out -grade or give the densities of cells: -grade \"EXPR, EXPR\"");
  const auto bounds = frame_bounds(setup.domain, angle);
  std::array<std::vector<CellCluster>, 2> clusters;
  for (const CriticalPoint& point : found.points) {
    const Vec2 at = in_frame(point.position, angle);
    const auto w = widths(setup, point, angle);
    clusters[0].push_back({at.x, w[0]});
    clusters[1].push_back({at.y, w[1]});
  }
  auto grading = std::make_shared<Grading>();
  for (std::size_t a = 0; a < (setup.domain.line ? 1 : 2); ++a)
    grading->density[a] = clustered(bounds[a][0], bounds[a][1], clusters[a]);
  return grading;
}

} // namespace

std::shared_ptr<const Grading> read_grading(const Options& options, const Setup& setup,
                                            double angle) {
  if (!options.given("grade") || !uses(options.program(), *find_option("grade")))
    return nullptr;
  const std::string& text = options.text("grade");
  if (text == "auto")
    return automatic(setup, angle);
  const auto expressions = parse_expressions("-grade", text, setup.symbols);
  const std::size_t axes = setup.domain.line ? 1 : 2;
  if (expressions.size() != axes)
    throw BadInput("-grade \"" + text +
                   (setup.domain.line
                        ? "\": give auto, or the density of cells: EXPR"
                        : "\": give auto, or two densities of cells, one for each axis: "
                          "\"EXPR, EXPR\""));
  auto grading = std::make_shared<Grading>();
  for (std::size_t a = 0; a < axes; ++a) {
    const int other = a == 0 ? 1 : 0;
    if (depends_on(expressions[a], other))
      throw BadInput("-grade \"" + text + "\": the density of cells along axis " +
                     std::to_string(a + 1) + " may depend on " + setup.symbols.inputs[a] +
                     " alone, since all rows of a grid share their columns");
    // One point at a time: machine code would not pay.
    const Field density = field_of({expressions[a]}, Compile::never);
    grading->density[a] = [density](double zeta) {
      double value = 0;
      density(1, &zeta, &zeta, &value);
      return value;
    };
  }
  return grading;
}

} // namespace escapade
