#include "answers/evolution/swing.hpp"

#include "answers/grids/cell_fields.hpp"
#include "escapade/error.hpp"
#include "quantities/fluctuations/observable.hpp"
#include "quantities/regions/region_probability.hpp"
#include "quantities/timed/periodic.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace escapade {

namespace {

LogVector even_masses(const GridQuestion& q, const Chain& chain) {
  LogVector mass;
  for (std::int64_t k = 0; k < chain.generator.rows(); ++k)
    mass.push_back(log_area(chain.grid, chain.generator.first + k));
  const long double total = log_total(q.comm, mass);
  for (long double& l : mass)
    l -= total;
  return mass;
}

ChainState state_of(const PeriodQuestion& q, LogVector log_mass) {
  ChainState state;
  state.log_mass = std::move(log_mass);
  state.exited.assign(q.parts, 0.0L);
  return state;
}

/// Through one period; `look` sees the state at each time but the last.
template<class Look>
ChainState through(const PeriodQuestion& q, TimedSteps& steps, const LogVector& begin,
                   const Look& look) {
  ChainState state = state_of(q, begin);
  for (int k = 0; k < q.setup.times; ++k) {
    look(k, state);
    steps.advance(state, q.time(k + 1), q.plan[static_cast<std::size_t>(k + 1)].steps,
                  [] { return false; });
  }
  return state;
}

LogVector of_sum_one(MPI_Comm comm, LogVector log_mass) {
  const long double total = log_total(comm, log_mass);
  for (long double& l : log_mass)
    l -= total;
  return log_mass;
}

/// Masses at several times.
class MeanMasses {
public:
  MeanMasses(std::size_t cells, int times) : sum_(cells), times_(times) {}

  void add(const LogVector& log_mass) {
    for (std::size_t i = 0; i < sum_.size(); ++i)
      sum_[i] += exp_of(log_mass[i]) / times_;
  }
  LogVector logarithms() const {
    LogVector out;
    for (double m : sum_)
      out.push_back(std::log(static_cast<long double>(m)));
    return out;
  }

private:
  std::vector<double> sum_;
  int times_;
};

FieldFile density_fields(const GridQuestion& q, const Chain& chain, const LogVector& log_mass,
                         bool open) {
  const std::string name = open ? "quasi_stationary_density" : "density";
  const OwnCells own = own_cells(q.comm, chain);
  FieldFile file = field_file(chain.grid, own, q.problem);
  const auto log_density = [&](std::size_t k) {
    return log_mass[k] - log_area(chain.grid, own.first + static_cast<std::int64_t>(k));
  };
  file.fields.push_back(cell_field(chain.grid, own, name, "1/area", 1,
                                   [&](std::size_t k, double* v) { *v = exp_of(log_density(k)); }));
  file.fields.push_back(
      cell_field(chain.grid, own, "log_" + name, "", 1,
                 [&](std::size_t k, double* v) { *v = static_cast<double>(log_density(k)); }));
  return file;
}

/// Mean and variance of f.
std::array<double, 2> spread_of(const Reals& f, const LogVector& log_mass, const Halo& halo) {
  long double mean = 0, square = 0;
  for (std::size_t i = 0; i < f.size(); ++i)
    mean += std::exp(log_mass[i]) * f[i];
  mean = halo.sum(mean);
  for (std::size_t i = 0; i < f.size(); ++i)
    square += std::exp(log_mass[i]) * (f[i] - mean) * (f[i] - mean);
  return {static_cast<double>(mean), static_cast<double>(halo.sum(square))};
}

/// Looks at the state through a period; the fields of the finest grid go to the answer.
class Swinging {
public:
  Swinging(const PeriodQuestion& q, const ChainRun& run, const Halo& halo, bool finest)
      : q_(q), run_(run), halo_(halo), finest_(finest), flows_(q.grid, run, q.setup.times),
        all_(run.chain.generator.rows(), q.setup.times),
        half_(run.chain.generator.rows(), q.setup.times / 2) {
    if (q.setup.observable)
      f_ = values_of("the observable", q.setup.observable, run.chain.grid, halo);
    if (q.setup.observable && is_constant(f_, halo))
      throw BadInput("the observable is constant: it does not fluctuate and is no signal; give one "
                     "that depends on the variables");
  }

  void look(int k, const ChainState& state) {
    const LogVector mass = of_sum_one(q_.grid.comm, state.log_mass);
    out_.frames.push_back(moments(run_.chain.grid, mass, halo_));
    all_.add(mass);
    if (k % 2 == 0)
      half_.add(mass);
    if (q_.closed())
      flows_.add(k, q_.time(k), mass);
    if (!f_.empty())
      out_.observable.push_back(spread_of(f_, mass, halo_)[0]);
    if (finest_ && q_.setup.frame) {
      FieldFile file = density_fields(q_.grid, run_.chain, mass, !q_.closed());
      q_.setup.frame(q_.time(k), file);
    }
  }

  /// What all times say together.
  Swing whole(const GeneratorAt& rows, PeriodicAnswer& answer) {
    const Cells& grid = run_.chain.grid;
    const LogVector mean = all_.logarithms();
    out_.mean = moments(grid, mean, halo_);
    out_.of_every_second = moments(grid, half_.logarithms(), halo_);
    const RegionProbabilities probability(grid, mean, halo_);
    for (const auto& named : q_.setup.regions)
      out_.region.push_back(with_expansion({probability.of(named.second)}, Expansion::cut));
    out_.flows = flows_.mean(), out_.flows_of_every_second = flows_.of_every_second();
    for (Vec2 j : flows_.current())
      out_.max_current = std::max(out_.max_current, norm(j));
    out_.max_current = static_cast<double>(halo_.max(out_.max_current));
    if (q_.setup.observable) {
      out_.observable_deviation = std::sqrt(spread_of(f_, mean, halo_)[1]);
      out_.background = background(q_.grid, run_.chain, rows, f_, q_.setup.period);
    }
    if (finest_)
      add_fields(mean, answer);
    return std::move(out_);
  }

private:
  void add_fields(const LogVector& mean, PeriodicAnswer& answer) const {
    answer.fields = density_fields(q_.grid, run_.chain, mean, !q_.closed());
    if (q_.closed())
      answer.fields.fields.push_back(
          cell_field(run_.chain.grid, own_cells(q_.grid.comm, run_.chain), "current",
                     "1/(length time)", 2, [&](std::size_t k, double* v) {
                       v[0] = flows_.current()[k].x, v[1] = flows_.current()[k].y;
                     }));
  }

  const PeriodQuestion& q_;
  const ChainRun& run_;
  const Halo& halo_;
  bool finest_;
  FlowAverages flows_;
  MeanMasses all_, half_;
  Reals f_;
  Swing out_;
};

} // namespace

std::vector<FramePlan> plan_of(const PeriodQuestion& q, const EvolutionSetup& setup) {
  constexpr int periods = 3;
  std::vector<double> times;
  for (int k = 0; k <= periods * q.setup.times; ++k)
    times.push_back(q.setup.period * k / q.setup.times);
  const auto all = frame_plan(q.grid, setup, times, [&](const Chain& chain) {
    return state_of(q, even_masses(q.grid, chain));
  });
  return {all.end() - q.setup.times - 1, all.end()};
}

Swing swing_on(const PeriodQuestion& q, ChainRun& run, const EvolutionSetup& setup, bool finest,
               PeriodicAnswer& answer, double& error) {
  const MPI_Comm comm = q.grid.comm;
  const Halo halo(comm, run.chain.generator);
  const std::optional<Lattice> lattice = cell_places(run.chain);
  TimedSteps steps(comm, rows_of(q.grid, run), q.parts, 30 * q.setup.period,
                   step_options(q.grid, setup, lattice));
  const PeriodicState found = periodic_state(
      comm, [&](const LogVector& p) { return through(q, steps, p, [](int, const ChainState&) {}); },
      q.closed() && run.solver ? run.solver->stationary() : even_masses(q.grid, run.chain), 1e-9);
  Swinging swing(q, run, halo, finest);
  const ChainState end = through(q, steps, found.log_mass,
                                 [&](int k, const ChainState& state) { swing.look(k, state); });
  Swing out = swing.whole(rows_of(q.grid, run), answer);
  error = std::max(error, found.error);
  if (!q.closed()) {
    const long double gone = -std::expm1(found.log_left);
    out.log_rate = std::log(-found.log_left / q.setup.period);
    out.log_time = std::log(end.survival_time / gone);
    for (long double e : end.exited)
      out.log_part.push_back(std::log(e / gone));
  }
  if (finest) {
    answer.periods = found.periods;
    report(run, answer);
  }
  return out;
}

} // namespace escapade
