// fp-landscape of a bare drift: where it rests and how it leads there or away, its limit cycles.
#include "answers/network/rest_points.hpp"
#include "answers/check.hpp"
#include "answers/grids/cell_fields.hpp"
#include "answers/grids/chain_run.hpp"
#include "landscape/attraction/drift_basins.hpp"
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

/// `well`: its number where it is stable.
void add_point(Outcome& out, const Setup& setup, const RestPoint& p, std::size_t well) {
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
  Json entry{{"position", to_json(setup, p.position)}, {"type", type}, {"eigenvalues", values}};
  const bool stable = p.type == RestPoint::Type::stable;
  if (stable)
    entry["well"] = well;
  out.results["rest_points"].push_back(entry);
  out.table.emplace_back(type + " " + point_text(p.position),
                         "eigenvalues " + text + (stable ? "; well " + std::to_string(well) : ""));
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
  Json& points = out.results[around ? "rotations" : "cycles"].back()["points"];
  points = Json::array();
  for (Vec2& p : cycle.points) {
    p = between_sides(setup.domain, p);
    points.push_back({p.x, p.y});
  }
  out.paths.push_back({std::move(cycle.points), {{"stable", stable}}});
}

/// Which part of the box leads to each stable rest point and cycle, and the label of each cell.
void add_basins(Outcome& out, const Setup& setup, const Cells& cells,
                const std::vector<RestPoint>& points, const std::vector<LimitCycle>& cycles) {
  std::vector<Vec2> rest;
  std::vector<LimitCycle> stable;
  for (const RestPoint& p : points)
    if (p.type == RestPoint::Type::stable)
      rest.push_back(p.position);
  for (const LimitCycle& cycle : cycles)
    if (cycle.stable)
      stable.push_back(cycle);
  const std::vector<int> label =
      drift_basins(setup.problem.coefficients, *cells.lattice(), rest, stable);
  const auto share = [&](std::ptrdiff_t k) {
    return static_cast<double>(std::count(label.begin(), label.end(), static_cast<int>(k))) /
           static_cast<double>(label.size());
  };
  out.results["basins"] = Json::array();
  for (std::size_t k = 0; k < rest.size() + stable.size(); ++k) {
    const bool is_rest = k < rest.size();
    const Vec2 at = is_rest ? rest[k] : stable[k - rest.size()].point;
    const double fraction = share(static_cast<std::ptrdiff_t>(k));
    out.results["basins"].push_back({{"label", k},
                                     {is_rest ? "rest_point" : "cycle", to_json(setup, at)},
                                     {"fraction", fraction}});
    out.table.emplace_back(
        (is_rest ? "leads to well " + std::to_string(k + 1) : "leads to the cycle through ") +
            (is_rest ? "" : point_text(at)),
        printed("%.4g of the domain", fraction));
  }
  out.results["fraction_leaving"] = share(-1);
  if (share(-1) > 0)
    out.table.emplace_back("leads out of the domain, or nowhere", printed("%.4g of it", share(-1)));
  out.fields->fields.push_back(cell_field(cells, "basin", "", 1, [&](std::size_t u, double* w) {
    *w = static_cast<double>(label[u]);
  }));
}

Cells add_drift(Outcome& out, const Setup& setup) {
  Cells cells = make_grid(setup.domain, {setup.shape.cells, 0}, {});
  out.grid = to_json(report_of(cells));
  out.fields = field_file(cells, setup.problem);
  out.fields->fields.push_back(cell_field(cells, "drift", "", 2, [&](std::size_t u, double* w) {
    const Vec2 p = cells.centre(static_cast<std::int32_t>(u));
    double v[5];
    setup.problem.coefficients(1, &p.x, &p.y, v);
    w[0] = v[0], w[1] = v[1];
  }));
  return cells;
}

} // namespace

Outcome rest_points_question(const Setup& setup) {
  check_coefficients(setup.problem, setup.domain, {});
  Outcome out;
  out.results["rest_points"] = Json::array();
  const std::vector<RestPoint> points = sorted_rest_points(setup.problem, setup.domain);
  std::size_t well = 1;
  for (const RestPoint& p : points) {
    add_point(out, setup, p, well);
    well += p.type == RestPoint::Type::stable;
  }
  if (setup.domain.line) {
    if (points.empty())
      out.table.emplace_back("no rest point inside the domain", "");
    return out;
  }
  out.results["cycles"] = out.results["rotations"] = Json::array();
  const std::vector<LimitCycle> cycles =
      limit_cycles(setup.problem.coefficients, setup.domain, points);
  for (const LimitCycle& cycle : cycles)
    add_cycle(out, setup, cycle);
  if (out.table.empty())
    out.table.emplace_back("no rest point and no limit cycle inside the domain", "");
  const Cells cells = add_drift(out, setup);
  add_basins(out, setup, cells, points, cycles);
  return out;
}

} // namespace escapade
