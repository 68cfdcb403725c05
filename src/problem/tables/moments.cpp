#include "problem/tables/moments.hpp"

#include "escapade/problem/function.hpp"
#include "escapade/problem/plane.hpp"
#include "problem/expression/node.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace escapade {

namespace {

using Node = Expression::Node;
constexpr int no_polynomial = 1000;

int degree_of(const Node& node, int f, int g) {
  switch (node.operation) {
  case Operation::constant:
    return 0;
  case Operation::input:
    return node.index < 2 ? 1 : 0;
  case Operation::add:
  case Operation::subtract:
    return std::max(f, g);
  case Operation::multiply:
    return f + g;
  case Operation::divide:
    return g == 0 ? f : no_polynomial;
  case Operation::negate:
    return f;
  case Operation::power:
    if (f > 0 && node.g->operation == Operation::constant) {
      const double n = node.g->value;
      return n == std::floor(n) && n >= 1 && n <= most_degree ? f * static_cast<int>(n)
                                                              : no_polynomial;
    }
    [[fallthrough]];
  default:
    return f == 0 && g == 0 ? 0 : no_polynomial;
  }
}

/// c_ij x^i y^j, i + j ≤ degree, in the order of exponents_of.
struct Powers {
  int i, j;
};
std::vector<Powers> exponents_of(int degree) {
  std::vector<Powers> out;
  for (int total = 0; total <= degree; ++total)
    for (int j = 0; j <= total; ++j)
      out.push_back({total - j, j});
  return out;
}

/// The polynomial's coefficients about a point: derivatives over factorials, summed over the rows.
std::vector<double> coefficients_about(const Expression& f, int degree, Vec2 centre,
                                       const std::vector<std::vector<double>>& columns,
                                       const std::vector<double>& weights) {
  std::vector<Expression> terms;
  for (const Powers p : exponents_of(degree)) {
    Expression e = f;
    double factorial = 1;
    for (int k = 1; k <= p.i; ++k)
      e = derivative(e, 0), factorial *= k;
    for (int k = 1; k <= p.j; ++k)
      e = derivative(e, 1), factorial *= k;
    terms.push_back(constant(1 / factorial) * e);
  }
  const RowSum sum(terms, 2, columns, weights, Compile::never);
  std::vector<double> out(terms.size());
  std::vector<double*> to;
  for (double& c : out)
    to.push_back(&c);
  const double* in[2] = {&centre.x, &centre.y};
  sum(1, in, to.data());
  return out;
}

/// Where a polynomial of degree 2 has its minimum; the origin where there is none.
Vec2 minimum_of(const Expression& f, int degree, const std::vector<std::vector<double>>& columns,
                const std::vector<double>& weights) {
  if (degree != 2)
    return {};
  const auto c = coefficients_about(f, 2, {}, columns, weights);
  const Sym2 hessian{2 * c[3], c[4], 2 * c[5]};
  if (!(hessian.xx > 0) || !(determinant(hessian) > 1e-12 * trace(hessian) * trace(hessian)))
    return {};
  const Vec2 at = -1.0 * solve(hessian, Vec2{c[1], c[2]});
  return std::isfinite(at.x) && std::isfinite(at.y) ? at : Vec2{};
}

} // namespace

int degree_of(const Expression& f) {
  std::unordered_map<const Node*, int> degree;
  int last = 0;
  for (const Node* node : operands_first({f})) {
    last = degree_of(*node, node->f ? degree.at(node->f.get()) : 0,
                     node->g ? degree.at(node->g.get()) : 0);
    degree[node] = last = std::min(last, no_polynomial);
  }
  return last;
}

std::optional<Field> moments_field(const std::vector<Expression>& outputs,
                                   const std::vector<std::vector<double>>& columns,
                                   const std::vector<double>& weights) {
  int degree = 0;
  for (const Expression& f : outputs)
    degree = std::max(degree, degree_of(f));
  if (degree > most_degree)
    return std::nullopt;
  const Vec2 centre = minimum_of(outputs.front(), degree_of(outputs.front()), columns, weights);
  std::vector<std::vector<double>> all;
  for (const Expression& f : outputs)
    all.push_back(coefficients_about(f, degree, centre, columns, weights));
  return [all = std::move(all), powers = exponents_of(degree),
          centre](std::size_t n, const double* x, const double* y, double* out) {
    for (std::size_t k = 0; k < n; ++k) {
      double px[most_degree + 1] = {1}, py[most_degree + 1] = {1};
      for (int p = 1; p <= most_degree; ++p) {
        px[p] = px[p - 1] * (x[k] - centre.x);
        py[p] = py[p - 1] * (y[k] - centre.y);
      }
      for (std::size_t c = 0; c < all.size(); ++c) {
        double value = 0;
        for (std::size_t q = 0; q < powers.size(); ++q)
          value += all[c][q] * px[powers[q].i] * py[powers[q].j];
        out[c * n + k] = value;
      }
    }
  };
}

} // namespace escapade
