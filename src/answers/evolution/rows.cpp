#include "answers/evolution/rows.hpp"

#include "answers/grids/cell_fields.hpp"
#include "escapade/error.hpp"
#include "parallel/ranks.hpp"
#include "quantities/escape_rate.hpp"
#include "quantities/exit_time.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escapade {

namespace {

/// π φ(p/π), φ(r) = r log r − r + 1 ≥ 0: no term is negative, whatever the rounding of the sum.
/// Infinite where π = 0 < p.
long double entropy_term(long double log_p, long double log_pi) {
  const long double d = log_p - log_pi, pi = std::exp(log_pi);
  if (log_p == log_of_zero)
    return pi;
  if (std::abs(d) < 1e-4L)
    return pi * d * d * (0.5L + d / 3);
  if (d > 1000) // exp(d) can overflow and π underflow, their product p does neither
    return std::exp(log_p) * (d - 1) + pi;
  return pi * (std::exp(d) * d - std::expm1(d));
}

long double log_of(long double value) {
  return value > 0 ? std::log(value) : log_of_zero;
}

/// The error more by what the time stepping adds. Where survivors are fewer than the error of their
/// masses, `more` is no number or larger than `most`: no error is stated.
Number with_time_error(Number n, double more,
                       double most = std::numeric_limits<double>::infinity()) {
  if (!std::isfinite(more) || more > most) {
    Number bare;
    bare.value = n.value, bare.log = n.log;
    bare.error_unknown = "fewer survivors than the error of the time stepping";
    return bare;
  }
  for (auto* error : {&n.error, &n.extrapolated_error})
    if (*error)
      **error += more;
  if (n.value && *n.value > 0)
    for (auto* error : {&n.log_error, &n.log_extrapolated_error})
      if (*error)
        **error += more / *n.value;
  return n;
}

using Levels = std::vector<Level<std::vector<FrameRow>>>;

FrameNumbers frame_numbers(const Levels& levels, std::size_t k, double extent) {
  const FrameRow& fine = levels.front().numbers[k];
  const double S = exp_of(fine.log_survival), e = fine.error, none = std::nan("");
  const auto number = [&](const auto& which) {
    return with_error(levels, [&](const std::vector<FrameRow>& rows) { // it began at a point
      return with_expansion(which(rows[k]), Expansion::at_point);
    });
  };
  const auto moment = [&](int power, std::size_t place, const auto& which) {
    const double most = power == 1 ? extent : extent * extent;
    const auto measured = [&](const FrameRow& r) {
      const Sym2& c = r.moments.covariance;
      const double variance = std::max(c.xx, c.yy);
      return Measured{which(r.moments), false, power == 1 ? std::sqrt(variance) : variance};
    };
    const double more = fine.moment_error ? (*fine.moment_error)[place]
                        : power == 1      ? e * extent
                                          : e * extent * extent;
    return with_time_error(number(measured), more, most);
  };
  FrameNumbers out;
  out.time = fine.time;
  out.survival = with_time_error(
      number([](const FrameRow& r) { return logarithm(r.log_survival); }), e < 1 ? e * S : none);
  out.mean = {moment(1, 0, [](const Moments& m) { return m.mean.x; }),
              moment(1, 1, [](const Moments& m) { return m.mean.y; })};
  out.covariance = {moment(2, 2, [](const Moments& m) { return m.covariance.xx; }),
                    moment(2, 3, [](const Moments& m) { return m.covariance.xy; }),
                    moment(2, 4, [](const Moments& m) { return m.covariance.yy; })};
  for (std::size_t p = 0; p < fine.log_flux.size(); ++p) {
    out.exited.push_back(with_time_error(
        number([p](const FrameRow& r) { return logarithm(r.log_exited[p]); }), fine.mass_error));
    out.exit_flux.push_back(
        with_time_error(number([p](const FrameRow& r) { return logarithm(r.log_flux[p]); }),
                        e < 1 ? e * exp_of(fine.log_flux[p]) : none));
  }
  if (fine.log_flux.empty() && std::isnan(fine.relative_entropy))
    return out; // no state at rest to be told from
  if (fine.log_flux.empty() && !std::isfinite(fine.relative_entropy))
    out.relative_entropy = Number{};
  else if (fine.log_flux.empty())
    out.relative_entropy =
        with_time_error(number([](const FrameRow& r) { return Measured{r.relative_entropy}; }), e);
  else
    out.hazard_rate =
        with_time_error(number([](const FrameRow& r) { return logarithm(r.log_hazard); }),
                        e < 1 ? e * exp_of(fine.log_hazard) : none);
  return out;
}

/// E[T] as a frame tells it.
long double mean_time(const FrameRow& r) {
  return r.survival_time + r.remaining_time;
}

void fill_exit(const Levels& levels, EvolutionAnswer& answer) {
  const std::vector<FrameRow>& rows = levels.front().numbers;
  const bool timed = rows.front().moment_error.has_value();
  if (!timed)
    answer.mean_exit_time = with_error(levels, [](const std::vector<FrameRow>& r) {
      return logarithm(std::log(mean_time(r.back())));
    });
  answer.survival_integral = static_cast<double>(rows.back().survival_time);
  for (std::size_t k = 0; k < rows.size() && !timed; ++k)
    answer.mean_exit_time_defect =
        std::max(answer.mean_exit_time_defect,
                 static_cast<double>(std::abs(mean_time(rows[k]) / mean_time(rows.front()) - 1)));
  if (rows.size() < 2)
    return;
  const FrameRow &a = rows[rows.size() - 2], &b = rows.back();
  const long double slope = (a.log_survival - b.log_survival) / (b.time - a.time);
  if (std::isfinite(slope))
    answer.survival_decay_rate = static_cast<double>(slope);
}

} // namespace

RowMaker::RowMaker(MPI_Comm comm, const Chain& chain, std::size_t parts, Solver* solver)
    : comm_(comm), chain_(chain), parts_(parts), halo_(comm, chain.generator), with_rest_(solver) {
  if (solver)
    log_rest_ = parts > 0 ? mean_exit_time(comm, *solver, chain.generator, flow_of(chain))
                          : solver->stationary();
}

FrameRow RowMaker::operator()(const ChainState& state, const Generator& rates) const {
  FrameRow row;
  row.time = state.time;
  row.log_survival = log_total(comm_, state.log_mass);
  LogVector left = state.log_mass; // of sum 1
  for (long double& l : left)
    l -= row.log_survival;
  row.moments = moments(chain_.grid, left, halo_);
  long double total = std::exp(row.log_survival), flux = 0;
  for (long double f : exit_fluxes(comm_, rates, parts_, state.log_mass)) {
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
  for (std::size_t k = 0; k < log_rest_.size(); ++k)
    sum += parts_ > 0 ? std::exp(state.log_mass[k] + log_rest_[k])
                      : entropy_term(left[k], log_rest_[k]);
  sum = Ranks(comm_).sum(sum);
  (parts_ > 0 ? row.remaining_time : row.relative_entropy) =
      parts_ == 0 && !with_rest_ ? std::numeric_limits<long double>::quiet_NaN() : sum;
  return row;
}

std::optional<RestingState> resting_state(MPI_Comm comm, Solver& solver, const Generator& rows,
                                          std::size_t parts) {
  if (parts == 0)
    return RestingState{solver.stationary(), log_of_zero, {}};
  try {
    QuasiStationary q = quasi_stationary(comm, solver, rows, parts, nullptr, 60);
    return RestingState{std::move(q.log_mass), q.log_rate, std::move(q.log_exit_probability)};
  } catch (const NotTrusted&) { // several slow modes: the chain is followed to the end
    return std::nullopt;
  }
}

void fill_answer(const Levels& levels, double extent, EvolutionAnswer& answer) {
  const std::vector<FrameRow>& rows = levels.front().numbers;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    answer.frames.push_back(frame_numbers(levels, k, extent));
    answer.mass_imbalance = std::max(answer.mass_imbalance, std::abs(rows[k].imbalance));
  }
  if (!answer.parts.empty())
    fill_exit(levels, answer);
}

} // namespace escapade
