// fp-landscape of a bare drift: where it rests and how it leads there or away, its limit cycles.
#include "answers/check.hpp"
#include "answers/grids/cell_fields.hpp"
#include "answers/grids/chain_run.hpp"
#include "landscape/cycles.hpp"
#include "programs/fp/questions.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <cmath>
#include <complex>

namespace escapade {

namespace {

using Eigenvalues = std::array<std::complex<double>, 2>;

/// Of a matrix {a₁₁, a₁₂, a₂₁, a₂₂}, the smaller real part first.
Eigenvalues eigenvalues_of(const std::array<double, 4>& a) {
  const double half = 0.5 * (a[0] + a[3]), apart = 0.5 * (a[0] - a[3]);
  const double square = apart * apart + a[1] * a[2];
  if (square < 0)
    return {std::complex(half, -std::sqrt(-square)), std::complex(half, std::sqrt(-square))};
  return {half - std::sqrt(square), half + std::sqrt(square)};
}

std::string type_of(const Eigenvalues& e) {
  constexpr double rounding = 1e-7; // of central differences
  if (e[0].imag() != 0 && std::abs(e[0].real()) <= rounding * std::abs(e[0].imag()))
    return "center";
  if (e[0].imag() == 0 && e[0].real() < 0 && e[1].real() > 0)
    return "saddle";
  return std::string(e[0].real() < 0 ? "stable" : "unstable") +
         (e[0].imag() != 0 ? "_focus" : "_node");
}

std::string text_of(std::complex<double> z) {
  return z.imag() == 0 ? printed("%.6g", z.real()) : printed("%.6g %+.6gi", z.real(), z.imag());
}

void add_point(Outcome& out, const Setup& setup, const RestPoint& p) {
  const bool line = setup.domain.line;
  const Eigenvalues e = eigenvalues_of(p.jacobian);
  const std::string type =
      line ? (p.jacobian[0] < 0 ? "stable_node" : "unstable_node") : type_of(e);
  Json values = Json::array();
  std::string text;
  for (const std::complex<double>& z : line ? std::vector<std::complex<double>>{p.jacobian[0]}
                                            : std::vector<std::complex<double>>{e[0], e[1]}) {
    values.push_back({z.real(), z.imag()});
    text += (text.empty() ? "" : ", ") + text_of(z);
  }
  out.results["rest_points"].push_back(
      {{"position", to_json(setup, p.position)}, {"type", type}, {"eigenvalues", values}});
  out.table.emplace_back(type + " " + point_text(p.position), "eigenvalues " + text);
}

void add_cycle(Outcome& out, const Setup& setup, LimitCycle cycle) {
  const bool around = cycle.rotation();
  Json entry{{"period", cycle.period},
             {"period_error", cycle.period_error},
             {"stable", cycle.stable},
             {"multiplier", cycle.multiplier},
             {"multiplier_error", cycle.multiplier_error},
             {"point", to_json(setup, cycle.point)}};
  if (around)
    entry["winding"] = cycle.winding;
  out.results[around ? "rotations" : "cycles"].push_back(entry);
  out.table.emplace_back(
      std::string(cycle.stable ? "stable " : "unstable ") + (around ? "rotation" : "limit cycle") +
          " through " + point_text(cycle.point),
      "period " + to_text(number(cycle.period, cycle.period_error)) + ", multiplier " +
          to_text(number(cycle.multiplier, cycle.multiplier_error)));
  const std::vector<double> stable(cycle.points.size(), cycle.stable ? 1 : 0);
  for (Vec2& p : cycle.points)
    p = between_sides(setup.domain, p);
  out.paths.push_back({std::move(cycle.points), {{"stable", stable}}});
}

void add_drift(Outcome& out, const Setup& setup) {
  const Cells cells = make_grid(setup.domain, {setup.shape.cells, 0}, {});
  out.grid = to_json(report_of(cells));
  out.fields = field_file(cells, setup.problem);
  out.fields->fields.push_back(cell_field(cells, "drift", "", 2, [&](std::size_t u, double* w) {
    const Vec2 p = cells.centre(static_cast<std::int32_t>(u));
    double v[5];
    setup.problem.coefficients(1, &p.x, &p.y, v);
    w[0] = v[0], w[1] = v[1];
  }));
}

} // namespace

Outcome rest_points_question(const Setup& setup) {
  check_coefficients(setup.problem, setup.domain, {});
  Outcome out;
  out.results["rest_points"] = Json::array();
  std::vector<RestPoint> points = rest_points(setup.problem.coefficients, setup.domain);
  std::sort(points.begin(), points.end(), [](const RestPoint& a, const RestPoint& b) {
    return a.position.x != b.position.x ? a.position.x < b.position.x : a.position.y < b.position.y;
  });
  for (const RestPoint& p : points)
    add_point(out, setup, p);
  if (setup.domain.line) {
    if (points.empty())
      out.table.emplace_back("no rest point inside the domain", "");
    return out;
  }
  out.results["cycles"] = out.results["rotations"] = Json::array();
  for (LimitCycle& cycle : limit_cycles(setup.problem.coefficients, setup.domain, points))
    add_cycle(out, setup, std::move(cycle));
  if (out.table.empty())
    out.table.emplace_back("no rest point and no limit cycle inside the domain", "");
  add_drift(out, setup);
  return out;
}

} // namespace escapade
