// fp-landscape of a bare drift: where it rests, and how it leads there or away.
#include "answers/check.hpp"
#include "landscape/flow.hpp"
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

} // namespace

Outcome rest_points_question(const Setup& setup) {
  check_coefficients(setup.problem, setup.domain, {});
  Outcome out;
  out.results["rest_points"] = Json::array();
  std::vector<RestPoint> points = rest_points(setup.problem.coefficients, setup.domain);
  std::sort(points.begin(), points.end(), [](const RestPoint& a, const RestPoint& b) {
    return a.position.x != b.position.x ? a.position.x < b.position.x : a.position.y < b.position.y;
  });
  for (const RestPoint& p : points) {
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
  if (out.table.empty())
    out.table.emplace_back("no rest point inside the domain", "");
  return out;
}

} // namespace escapade
