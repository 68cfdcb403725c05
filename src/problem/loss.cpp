// Losses and the sums over data that SGD's noise is made of, all as exact symbolic derivatives.
#include "escapade/problem/sgd.hpp"

#include "escapade/error.hpp"

#include <functional>
#include <memory>
#include <mutex>

namespace escapade {

namespace {

Field row_field(std::vector<Expression> outputs, const DistinctRows& rows, Compile compile) {
  std::vector<std::vector<double>> columns = rows.keys;
  columns.push_back(rows.mean);
  columns.push_back(rows.variance);
  const std::size_t count = outputs.size();
  const auto sum =
      std::make_shared<RowSum>(std::move(outputs), 2, std::move(columns), rows.weight, compile);
  return [sum, count](std::size_t n, const double* x, const double* y, double* out) {
    const double* in[2] = {x, y};
    std::vector<double*> to(count);
    for (std::size_t k = 0; k < count; ++k)
      to[k] = out + k * n;
    (*sum)(n, in, to.data());
  };
}

/// A field that is made when it is first asked for: compiling the sums of noise models that a run
/// does not use would only cost time.
Field lazily(std::function<Field()> make) {
  struct Late {
    std::once_flag once;
    Field field;
  };
  const auto late = std::make_shared<Late>();
  return
      [late, make = std::move(make)](std::size_t n, const double* x, const double* y, double* out) {
        std::call_once(late->once, [&] { late->field = make(); });
        late->field(n, x, y, out);
      };
}

} // namespace

Loss loss_of_expression(const Expression& L, Compile compile) {
  const Expression l0 = derivative(L, 0), l1 = derivative(L, 1);
  Loss loss;
  loss.gradient = field_of({L, l0, l1}, compile);
  loss.landscape =
      field_of({L, l0, l1, derivative(l0, 0), derivative(l0, 1), derivative(l1, 1)}, compile);
  return loss;
}

Loss loss_of_data(const Expression& f, const Table& table, std::size_t target, const Expression& R,
                  Compile compile) {
  // Rows that agree in every column but the target count once, with the target's mean and variance.
  std::vector<std::size_t> keys;
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    if (c != target)
      keys.push_back(c);
  // Columns that the model does not use must not keep rows apart.
  std::vector<std::size_t> used;
  for (std::size_t c : keys)
    if (depends_on(f, static_cast<int>(2 + c)))
      used.push_back(c);
  if (depends_on(f, static_cast<int>(2 + target)))
    throw BadInput("the model uses the target column '" + table.names[target] +
                   "'; a model predicts it from the other columns");
  DistinctRows rows = distinct_rows(table, used, target);
  // The expression numbers inputs by table columns: put the keys back in their places.
  std::vector<std::vector<double>> placed(table.columns.size(),
                                          std::vector<double>(rows.weight.size(), 0.0));
  for (std::size_t k = 0; k < used.size(); ++k)
    placed[used[k]] = rows.keys[k];
  rows.keys = std::move(placed);
  const int first_sum = static_cast<int>(2 + table.columns.size());
  const Expression mean = input(first_sum), variance = input(first_sum + 1);

  // Over the rows of one group ⟨(f − y)²⟩ = (f − ȳ)² + var y, and ∇ℓ = (f − y)∇f.
  const Expression square = (f - mean) * (f - mean) + variance;
  const Expression l = constant(0.5) * square, full = l + R;
  const auto d = [](const Expression& e, int i) { return derivative(e, i); };
  const Expression f0 = d(f, 0), f1 = d(f, 1);
  const Expression m00 = square * f0 * f0, m01 = square * f0 * f1, m11 = square * f1 * f1;
  const Expression g00 = f0 * f0, g01 = f0 * f1, g11 = f1 * f1;
  // (f − ȳ)∇f rather than the derivative of the square: four operations a row less
  const Expression l0 = (f - mean) * f0, l1 = (f - mean) * f1, t0 = l0 + d(R, 0), t1 = l1 + d(R, 1);

  Loss loss;
  loss.samples = table.rows();
  loss.gradient = row_field({full, t0, t1}, rows, compile);
  loss.landscape = row_field({full, t0, t1, d(t0, 0), d(t0, 1), d(t1, 1)}, rows, compile);
  const auto later = [&](std::vector<Expression> outputs) {
    return lazily([outputs = std::move(outputs), rows, compile] {
      return row_field(outputs, rows, compile);
    });
  };
  loss.spread = later({l0, l1, m00, m01, m11});
  loss.spread_slope =
      later({l0, l1, d(l0, 0), d(l0, 1), d(l1, 1), d(m00, 0) + d(m01, 1), d(m01, 0) + d(m11, 1)});
  loss.gauss = later({l, l0, l1, g00, g01, g11});
  loss.gauss_slope = later({d(g00, 0) + d(g01, 1), d(g01, 0) + d(g11, 1)});
  return loss;
}

} // namespace escapade
