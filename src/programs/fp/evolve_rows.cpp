#include "programs/fp/evolve_rows.hpp"

#include "escapade/error.hpp"
#include "output/summary.hpp"
#include "quantities/escape_rate.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace escapade {

namespace {

constexpr long double nothing = -std::numeric_limits<long double>::infinity();

/// π φ(p/π), φ(r) = r log r − r + 1 ≥ 0: no term is negative, whatever the rounding of the sum.
long double entropy_term(long double log_p, long double log_pi) {
  const long double d = log_p - log_pi, pi = std::exp(log_pi);
  if (log_p == nothing)
    return pi;
  if (std::abs(d) < 1e-4L)
    return pi * d * d * (0.5L + d / 3);
  return pi * (std::exp(d) * d - std::expm1(d));
}

long double log_of(long double value) {
  return value > 0 ? std::log(value) : nothing;
}

/// Names are not looked up: the order of level_of is that of a Cursor.
class Cursor {
public:
  explicit Cursor(const std::vector<std::pair<std::string, Number>>& numbers) : numbers_(numbers) {}
  /// The next number, its error more by what the time stepping adds. Where survivors are fewer than
  /// the error of their masses, `more` is no number or larger than `most`: no error is stated.
  Number next(double more, double most = std::numeric_limits<double>::infinity()) {
    Number n = numbers_.at(at_++).second;
    if (!std::isfinite(more) || more > most) {
      n.error.reset();
      n.log_error.reset();
      n.extrapolated.reset();
      n.log_extrapolated.reset();
      return n;
    }
    if (n.error)
      *n.error += more;
    if (n.log_error && n.value && *n.value > 0)
      *n.log_error += more / *n.value;
    return n;
  }

private:
  const std::vector<std::pair<std::string, Number>>& numbers_;
  std::size_t at_ = 0;
};

nlohmann::ordered_json array_of(const std::vector<Number>& numbers,
                                const std::vector<std::size_t>& places, std::size_t columns) {
  std::vector<double> values, errors, extrapolated;
  for (std::size_t k : places) {
    values.push_back(*numbers[k].value);
    if (numbers[k].error)
      errors.push_back(*numbers[k].error);
    if (numbers[k].extrapolated)
      extrapolated.push_back(*numbers[k].extrapolated);
  }
  auto out = numbers_array(values, errors.size() == values.size() ? errors : std::vector<double>{},
                           columns);
  if (extrapolated.size() == values.size())
    out["extrapolated"] = numbers_array(extrapolated, {}, columns)["value"];
  return out;
}

/// The row in one line of the table: survival, the mean, and where the grids show their order what
/// they lead to for cells of no size, mean and covariance xx, xy, yy.
std::string line_of(const Number& survival, const std::vector<Number>& moments, bool open,
                    bool moved) {
  std::string text = open ? "survival " + to_text(survival) + "  " : "";
  text += "mean (" + to_text(moments[0]) + ", " + to_text(moments[1]) + ")";
  if (!moved)
    return text;
  const double variance = std::abs(*moments[2].value) + std::abs(*moments[4].value);
  std::array<double, 5> limit{};
  for (std::size_t k = 0; k < 5; ++k) {
    const Number& n = moments[k];
    const double scale = k < 2 ? std::sqrt(variance) : variance;
    const bool settled = n.error && *n.error < 1e-6 * scale; // 0 by symmetry: no order to show
    if (!n.extrapolated && !settled)
      return text;
    limit[k] = n.extrapolated.value_or(*n.value);
    if (std::abs(limit[k]) < 1e-12 * scale) // rounding
      limit[k] = 0;
  }
  char tail[160];
  std::snprintf(tail, sizeof tail, "  h->0: (%.5g, %.5g), covariance (%.4g, %.4g, %.4g)", limit[0],
                limit[1], limit[2], limit[3], limit[4]);
  return text + tail;
}

/// −Δ log S/Δt over the last interval.
void report_slope(Outcome& out, const std::vector<FrameRow>& rows) {
  if (rows.size() < 2)
    return;
  const FrameRow &a = rows[rows.size() - 2], &b = rows.back();
  const long double slope = (a.log_survival - b.log_survival) / (b.time - a.time);
  if (std::isfinite(slope))
    out.results["survival_decay_rate"] = to_json(number(static_cast<double>(slope)));
}

} // namespace

RowMaker::RowMaker(MPI_Comm comm, const Chain& chain, std::size_t parts, Solver& solver)
    : comm_(comm), chain_(chain), parts_(parts), halo_(comm, chain.generator) {
  const auto rows = static_cast<std::size_t>(chain.generator.rows());
  log_rest_ = parts > 0 ? solver.backward(LogVector(rows, 0.0L)) : solver.stationary();
}

FrameRow RowMaker::operator()(const ChainState& state) const {
  FrameRow row;
  row.time = state.time;
  row.log_survival = log_total(comm_, state.log_mass);
  LogVector left = state.log_mass; // of sum 1
  for (long double& l : left)
    l -= row.log_survival;
  row.moments = moments(chain_.grid, left, halo_);
  long double total = std::exp(row.log_survival), flux = 0;
  for (long double f : exit_fluxes(comm_, chain_.generator, parts_, state.log_mass)) {
    row.log_flux.push_back(log_of(f));
    flux += f;
  }
  row.log_hazard = log_of(flux) - row.log_survival;
  for (long double e : state.exited) {
    row.log_exited.push_back(log_of(e));
    total += e;
  }
  row.imbalance = static_cast<double>(total - 1);
  row.survival_time = state.survival_time;
  row.mass_error = state.error;
  row.error = state.resting_error >= 0
                  ? state.resting_error
                  : static_cast<double>(state.error / std::exp(row.log_survival));
  long double sum = 0;
  for (std::size_t k = 0; k < left.size(); ++k)
    sum += parts_ > 0 ? std::exp(state.log_mass[k] + log_rest_[k])
                      : entropy_term(left[k], log_rest_[k]);
  MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_LONG_DOUBLE, MPI_SUM, comm_);
  (parts_ > 0 ? row.remaining_time : row.relative_entropy) = sum;
  return row;
}

std::optional<RestingState> resting_state(MPI_Comm comm, Solver& solver, const Generator& rows,
                                          std::size_t parts) {
  if (parts == 0)
    return RestingState{solver.stationary(), nothing, {}};
  try {
    QuasiStationary q = quasi_stationary(comm, solver, rows, parts, 60);
    return RestingState{std::move(q.log_mass), q.log_rate, std::move(q.log_exit_probability)};
  } catch (const NotTrusted&) { // several slow modes: the chain is followed to the end
    return std::nullopt;
  }
}

Level level_of(const Cells& grid, const std::vector<FrameRow>& rows) {
  Level level{{}, grid.spacing(), has_oblique_walls(grid)};
  auto& m = level.measured;
  for (const FrameRow& r : rows) {
    m.push_back({"survival", r.log_survival, true});
    for (double v : {r.moments.mean.x, r.moments.mean.y, r.moments.covariance.xx,
                     r.moments.covariance.xy, r.moments.covariance.yy})
      m.push_back({"moment", v, false});
    for (std::size_t k = 0; k < r.log_flux.size(); ++k) {
      m.push_back({"exited", r.log_exited[k], true});
      m.push_back({"flux", r.log_flux[k], true});
    }
    if (r.log_flux.empty())
      m.push_back({"entropy", r.relative_entropy, false});
    else
      m.push_back({"hazard", r.log_hazard, true});
  }
  if (!rows.back().log_flux.empty())
    m.push_back({"time", std::log(rows.back().survival_time + rows.back().remaining_time), true});
  return level;
}

void report_rows(Outcome& out, const Setup& setup, const std::vector<Level>& levels,
                 const std::vector<FrameRow>& rows) {
  const auto numbers = with_errors(levels);
  Cursor cursor(numbers);
  const Domain& d = setup.domain;
  const double reach = std::hypot(d.width(), d.height());
  nlohmann::ordered_json times, survival, mean, covariance, hazard, entropy;
  nlohmann::ordered_json exited = nlohmann::ordered_json::object(), flux = exited;
  double imbalance = 0, defect = 0;
  const bool open = !setup.parts.empty();
  for (const FrameRow& r : rows) {
    const double S = exp_of(r.log_survival), e = r.error;
    times.push_back(r.time);
    const Number s = e < 1 ? cursor.next(e * S) : cursor.next(std::nan(""));
    survival.push_back(to_json(s));
    std::vector<Number> m;
    for (int k = 0; k < 5; ++k)
      m.push_back(k < 2 ? cursor.next(e * reach, reach)
                        : cursor.next(e * reach * reach, reach * reach));
    mean.push_back(array_of(m, {0, 1}, 0));
    covariance.push_back(array_of(m, {2, 3, 3, 4}, 2));
    for (std::size_t k = 0; k < setup.parts.size(); ++k) {
      exited[setup.parts[k]].push_back(to_json(cursor.next(r.mass_error)));
      flux[setup.parts[k]].push_back(
          to_json(cursor.next(e < 1 ? e * exp_of(r.log_flux[k]) : std::nan(""))));
    }
    const Number last = cursor.next(open ? (e < 1 ? e * exp_of(r.log_hazard) : std::nan("")) : e);
    (open ? hazard : entropy).push_back(to_json(last));
    if (&r == &rows.back()) {
      out.headline = open ? s : last;
      out.headline_name = open ? "survival" : "relative_entropy";
    }
    char label[40];
    std::snprintf(label, sizeof label, "t = %.6g", r.time);
    out.table.emplace_back(label, line_of(s, m, open, r.time > 0));
    imbalance = std::max(imbalance, std::abs(r.imbalance));
    const long double whole = r.survival_time + r.remaining_time;
    const long double begin = rows.front().survival_time + rows.front().remaining_time;
    if (open)
      defect = std::max(defect, static_cast<double>(std::abs(whole / begin - 1)));
  }
  out.results = {
      {"times", times}, {"survival", survival}, {"mean", mean}, {"covariance", covariance}};
  if (open) {
    out.results["exited"] = exited;
    out.results["exit_time_density"] = flux;
    out.results["hazard_rate"] = hazard;
    report_slope(out, rows);
    const Number tau = cursor.next(0);
    out.results["survival_integral"] =
        to_json(number(static_cast<double>(rows.back().survival_time)));
    out.results["mean_exit_time"] = to_json(tau);
    out.results["mean_exit_time_defect"] = defect;
    out.table.emplace_back("mean exit time", to_text(tau));
  } else {
    out.results["relative_entropy"] = entropy;
  }
  out.results["mass_imbalance"] = imbalance;
}

} // namespace escapade
