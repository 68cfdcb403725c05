// Losses and the sums over data that SGD's noise is made of, all as exact symbolic derivatives.
#include "escapade/problem/sgd.hpp"

#include "escapade/error.hpp"
#include "problem/tables/chebyshev.hpp"
#include "problem/tables/moments.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>

namespace escapade {

namespace {

/// Sums over fewer rows are taken afresh at every point.
constexpr std::size_t many_rows = 1000;

std::vector<std::vector<double>> columns_of(const DistinctRows& rows) {
  std::vector<std::vector<double>> columns = rows.keys;
  columns.push_back(rows.mean);
  columns.push_back(rows.variance);
  return columns;
}

Field row_field(std::vector<Expression> outputs, const DistinctRows& rows, Compile compile) {
  if (rows.weight.size() >= many_rows)
    if (auto exact = moments_field(outputs, columns_of(rows), rows.weight))
      return *exact;
  const std::size_t count = outputs.size();
  const auto sum =
      std::make_shared<RowSum>(std::move(outputs), 2, columns_of(rows), rows.weight, compile);
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

namespace {

/// ℓ of a row and what its noise is made of, of the inputs 0 and 1, the table's columns, and mean
/// and variance of the target.
struct RowTerms {
  Expression l, l0, l1;     // and its slopes
  Expression m00, m01, m11; // their products
};

/// Rows grouped by the columns that an expression uses, those in their places among the inputs.
DistinctRows grouped(const Expression& f, const Table& table, std::optional<std::size_t> target) {
  std::vector<std::size_t> used; // columns that are not must not keep rows apart
  for (std::size_t c = 0; c < table.columns.size(); ++c)
    if (c != target && depends_on(f, static_cast<int>(2 + c)))
      used.push_back(c);
  DistinctRows rows = distinct_rows(table, used, target);
  std::vector<std::vector<double>> placed(table.columns.size(),
                                          std::vector<double>(rows.weight.size(), 0.0));
  for (std::size_t k = 0; k < used.size(); ++k)
    placed[used[k]] = rows.keys[k];
  rows.keys = std::move(placed);
  return rows;
}

Expression slope(const Expression& e, int i) {
  return derivative(e, i);
}

/// All of a loss but what is of least squares alone.
Loss loss_of_terms(const RowTerms& t, const Expression& R, const DistinctRows& rows,
                   std::size_t samples, Compile compile) {
  const Expression full = t.l + R, t0 = t.l0 + slope(R, 0), t1 = t.l1 + slope(R, 1);
  Loss loss;
  loss.samples = samples;
  loss.gradient = row_field({full, t0, t1}, rows, compile);
  loss.landscape =
      row_field({full, t0, t1, slope(t0, 0), slope(t0, 1), slope(t1, 1)}, rows, compile);
  const auto later = [&](std::vector<Expression> outputs) {
    return lazily([outputs = std::move(outputs), rows, compile] {
      return row_field(outputs, rows, compile);
    });
  };
  loss.spread = later({t.l0, t.l1, t.m00, t.m01, t.m11});
  loss.spread_slope = later({t.l0, t.l1, slope(t.l0, 0), slope(t.l0, 1), slope(t.l1, 1),
                             slope(t.m00, 0) + slope(t.m01, 1), slope(t.m01, 0) + slope(t.m11, 1)});
  const bool exact = degree_of(full) <= most_degree && degree_of(t.m00 + t.m11) <= most_degree;
  loss.rows = rows.weight.size() >= many_rows && exact ? 0 : rows.weight.size();
  return loss;
}

} // namespace

Loss loss_of_data(const Expression& f, const Table& table, std::size_t target, const Expression& R,
                  Compile compile) {
  if (depends_on(f, static_cast<int>(2 + target)))
    throw BadInput("the model uses the target column '" + table.names[target] +
                   "'; a model predicts it from the other columns");
  // Rows that agree in every column but the target count once, with the target's mean and variance.
  const DistinctRows rows = grouped(f, table, target);
  const int first_sum = static_cast<int>(2 + table.columns.size());
  const Expression mean = input(first_sum), variance = input(first_sum + 1);

  // Over the rows of one group ⟨(f − y)²⟩ = (f − ȳ)² + var y, and ∇ℓ = (f − y)∇f.
  const Expression square = (f - mean) * (f - mean) + variance;
  const Expression l = constant(0.5) * square;
  const Expression f0 = slope(f, 0), f1 = slope(f, 1);
  const Expression g00 = f0 * f0, g01 = f0 * f1, g11 = f1 * f1;
  // (f − ȳ)∇f rather than the derivative of the square: four operations a row less
  const Expression l0 = (f - mean) * f0, l1 = (f - mean) * f1;
  Loss loss = loss_of_terms({l, l0, l1, square * f0 * f0, square * f0 * f1, square * f1 * f1}, R,
                            rows, table.rows(), compile);
  const auto later = [&](std::vector<Expression> outputs) {
    return lazily([outputs = std::move(outputs), rows, compile] {
      return row_field(outputs, rows, compile);
    });
  };
  loss.gauss = later({l, l0, l1, g00, g01, g11});
  loss.gauss_slope = later({slope(g00, 0) + slope(g01, 1), slope(g01, 0) + slope(g11, 1)});
  return loss;
}

Loss loss_of_samples(const Expression& l, const Table& table, const Expression& R,
                     Compile compile) {
  const Expression l0 = slope(l, 0), l1 = slope(l, 1);
  return loss_of_terms({l, l0, l1, l0 * l0, l0 * l1, l1 * l1}, R, grouped(l, table, {}),
                       table.rows(), compile);
}

std::optional<SampledLoss> sampled(const Loss& loss, const Domain& box) {
  if (loss.rows < many_rows)
    return std::nullopt;
  const auto coarser = std::make_shared<bool>(false);
  const auto whole = chebyshev_field(loss.landscape, 6, box, coarser);
  if (!whole)
    return std::nullopt;
  SampledLoss out{loss, whole->points, whole->error, [coarser](bool on) { *coarser = on; }};
  out.loss.rows = 0;
  out.loss.landscape = whole->field;
  out.loss.gradient = [six = whole->field](std::size_t n, const double* x, const double* y,
                                           double* three) {
    std::vector<double> all(6 * n);
    six(n, x, y, all.data());
    std::copy_n(all.begin(), 3 * n, three);
  };
  const auto later = [&](Field& field, std::size_t components) {
    if (field)
      field = lazily([exact = field, components, box, coarser, fewest = whole->points] {
        const auto table = chebyshev_field(exact, components, box, coarser, fewest);
        return table ? table->field : exact;
      });
  };
  later(out.loss.spread, 5);
  later(out.loss.spread_slope, 7);
  later(out.loss.gauss, 6);
  later(out.loss.gauss_slope, 2);
  return out;
}

} // namespace escapade
