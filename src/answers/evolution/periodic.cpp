#include "escapade/answers/evolution.hpp"

#include "answers/check.hpp"
#include "answers/evolution/timed.hpp"
#include "answers/grids/cell_fields.hpp"
#include "answers/grids/over_grids.hpp"
#include "escapade/answers/exits.hpp"
#include "quantities/regions/region_probability.hpp"
#include "quantities/timed/periodic.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <utility>

namespace escapade {

namespace {

/// What one grid gives.
struct Swing {
  std::vector<Moments> frames;
  Moments mean; // of the mean density
  std::vector<Measured> region;
  long double log_rate = 0, log_time = 0;
  std::vector<long double> log_part;
};

struct PeriodQuestion {
  const GridQuestion& grid;
  const NamedRegions& regions;
  double period;
  int frames;
  std::size_t parts;
  std::vector<FramePlan> plan; // of the last of some periods

  double time(int k) const { return k == frames ? period : period / frames * k; }
};

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

/// The plan of the third period, once what it began with is forgotten.
std::vector<FramePlan> plan_of(const PeriodQuestion& q, const EvolutionSetup& setup) {
  constexpr int periods = 3;
  std::vector<double> times;
  for (int k = 0; k <= periods * q.frames; ++k)
    times.push_back(q.period * k / q.frames);
  const auto all = frame_plan(q.grid, setup, times, [&](const Chain& chain) {
    return state_of(q, even_masses(q.grid, chain));
  });
  return {all.end() - q.frames - 1, all.end()};
}

/// Through one period; `look` sees the state at each time but the last.
template<class Look>
ChainState through(const PeriodQuestion& q, TimedSteps& steps, const LogVector& begin,
                   const Look& look) {
  ChainState state = state_of(q, begin);
  for (int k = 0; k < q.frames; ++k) {
    look(state);
    steps.advance(state, q.time(k + 1), q.plan[static_cast<std::size_t>(k + 1)].steps,
                  [] { return false; });
  }
  return state;
}

/// Adds the masses at each time, of sum 1.
void add_masses(MPI_Comm comm, const LogVector& log_mass, std::vector<double>& sum) {
  const long double total = log_total(comm, log_mass);
  for (std::size_t i = 0; i < sum.size(); ++i)
    sum[i] += exp_of(log_mass[i] - total);
}

LogVector logarithms(const std::vector<double>& mass, double scale) {
  LogVector out;
  for (double m : mass)
    out.push_back(std::log(static_cast<long double>(m * scale)));
  return out;
}

void add_fields(const GridQuestion& q, const Chain& chain, const LogVector& log_mass, bool open,
                FieldFile& file) {
  const std::string name = open ? "quasi_stationary_density" : "density";
  const OwnCells own = own_cells(q.comm, chain);
  file = field_file(chain.grid, own, q.problem);
  const auto log_density = [&](std::size_t k) {
    return log_mass[k] - log_area(chain.grid, own.first + static_cast<std::int64_t>(k));
  };
  file.fields.push_back(cell_field(chain.grid, own, name, "1/area", 1,
                                   [&](std::size_t k, double* v) { *v = exp_of(log_density(k)); }));
  file.fields.push_back(
      cell_field(chain.grid, own, "log_" + name, "", 1,
                 [&](std::size_t k, double* v) { *v = static_cast<double>(log_density(k)); }));
}

/// The state on one grid, and the fields of the finest.
Swing swing_on(const PeriodQuestion& q, ChainRun& run, const EvolutionSetup& setup,
               PeriodicAnswer* answer, double& error) {
  const MPI_Comm comm = q.grid.comm;
  const Halo halo(comm, run.chain.generator);
  const std::optional<Lattice> lattice = cell_places(run.chain);
  TimedSteps steps(comm, rows_of(q.grid, run), q.parts, 30 * q.period,
                   step_options(q.grid, setup, lattice));
  const PeriodicState found = periodic_state(
      comm, [&](const LogVector& p) { return through(q, steps, p, [](const ChainState&) {}); },
      q.parts == 0 && run.solver ? run.solver->stationary() : even_masses(q.grid, run.chain), 1e-9);
  Swing out;
  std::vector<double> sum(found.log_mass.size());
  const ChainState end = through(q, steps, found.log_mass, [&](const ChainState& state) {
    LogVector left = state.log_mass;
    const long double total = log_total(comm, left);
    for (long double& l : left)
      l -= total;
    out.frames.push_back(moments(run.chain.grid, left, halo));
    add_masses(comm, state.log_mass, sum);
  });
  const LogVector mean = logarithms(sum, 1.0 / q.frames);
  out.mean = moments(run.chain.grid, mean, halo);
  const RegionProbabilities probability(run.chain.grid, mean, halo);
  for (const auto& named : q.regions)
    out.region.push_back(with_expansion({probability.of(named.second)}, Expansion::cut));
  error = std::max(error, found.error);
  if (q.parts > 0) {
    const long double gone = -std::expm1(found.log_left);
    out.log_rate = std::log(-found.log_left / q.period);
    out.log_time = std::log(end.survival_time / gone);
    for (long double e : end.exited)
      out.log_part.push_back(std::log(e / gone));
  }
  if (answer) {
    add_fields(q.grid, run.chain, mean, q.parts > 0, answer->fields);
    answer->periods = found.periods;
    report(run, *answer);
  }
  return out;
}

using SwingLevels = std::vector<Level<Swing>>;

Number with_more_error(Number n, double more) {
  for (auto* e : {&n.error, &n.extrapolated_error})
    if (*e)
      **e += more;
  if (n.value && *n.value > 0)
    for (auto* e : {&n.log_error, &n.log_extrapolated_error})
      if (*e)
        **e += more / *n.value;
  return n;
}

/// Mean x, y and covariance xx, xy, yy of the moments that `which` picks.
template<class Which>
std::array<Number, 5> five(const SwingLevels& levels, const std::array<double, 5>& more,
                           const Which& which) {
  std::array<Number, 5> out;
  for (std::size_t c = 0; c < 5; ++c)
    out[c] = with_more_error(
        with_error(levels,
                   [&](const Swing& s) {
                     const Moments& m = which(s);
                     const Sym2& v = m.covariance;
                     const double all[] = {m.mean.x, m.mean.y, v.xx, v.xy, v.yy};
                     const double scale = std::max(v.xx, v.yy);
                     return Measured{all[c], false, c < 2 ? std::sqrt(scale) : scale};
                   }),
        more[c]);
  return out;
}

/// |2/N Σ_k m_k e^{−2πik/N}| of the means along one axis.
double first_harmonic(const Swing& s, bool along_x) {
  std::complex<double> sum = 0;
  const auto n = static_cast<double>(s.frames.size());
  for (std::size_t k = 0; k < s.frames.size(); ++k)
    sum += std::polar(along_x ? s.frames[k].mean.x : s.frames[k].mean.y,
                      -2 * std::numbers::pi * static_cast<double>(k) / n);
  return 2 * std::abs(sum) / n;
}

void fill(const PeriodQuestion& q, const SwingLevels& levels, double extent, double error,
          PeriodicAnswer& a) {
  std::array<double, 5> largest{};
  double of_mass = error;
  const auto of_iteration = [&](std::size_t c) {
    return error * (c < 2 ? extent : extent * extent);
  };
  for (int k = 0; k < q.frames; ++k) {
    std::array<double, 5> more = q.plan[static_cast<std::size_t>(k)].moment_error;
    of_mass = std::max(of_mass, q.plan[static_cast<std::size_t>(k)].error + error);
    for (std::size_t c = 0; c < 5; ++c) {
      more[c] += of_iteration(c);
      largest[c] = std::max(largest[c], more[c]);
    }
    const auto n = five(levels, more, [k](const Swing& s) -> const Moments& {
      return s.frames[static_cast<std::size_t>(k)];
    });
    a.frames.push_back({q.time(k), {n[0], n[1]}, {n[2], n[3], n[4]}});
  }
  const auto n = five(levels, largest, [](const Swing& s) -> const Moments& { return s.mean; });
  a.mean = {n[0], n[1]};
  for (std::size_t c = 0; c < 2; ++c)
    a.response[c] = with_more_error(
        with_error(
            levels,
            [c](const Swing& s) {
              const Sym2& v = s.mean.covariance;
              return Measured{first_harmonic(s, c == 0), false, std::sqrt(c == 0 ? v.xx : v.yy)};
            }),
        largest[c]);
  a.covariance = {n[2], n[3], n[4]};
  for (std::size_t k = 0; k < q.regions.size(); ++k)
    a.region_probability.push_back(
        with_more_error(with_error(levels, [k](const Swing& s) { return s.region[k]; }), of_mass));
  if (q.parts == 0)
    return;
  const auto positive = [&](const auto& which, double relative) {
    Number number = with_error(levels, [&](const Swing& s) { return logarithm(which(s)); });
    return with_more_error(number, relative * number.value.value_or(0));
  };
  // a share of the masses that is off by so much leaves at another rate
  a.decay_rate = positive([](const Swing& s) { return s.log_rate; }, of_mass);
  a.mean_time = positive([](const Swing& s) { return s.log_time; }, of_mass);
  for (std::size_t k = 0; k < q.parts; ++k)
    a.probability.push_back(positive([k](const Swing& s) { return s.log_part[k]; }, of_mass));
}

} // namespace

PeriodicAnswer periodic(MPI_Comm comm, const Problem& problem, const Domain& domain,
                        const GridShape& shape, const Region& exit, double period,
                        const NamedRegions& regions, const Effort& effort, int frames) {
  PeriodicAnswer answer;
  if (!exit.empty() || domain.absorbing())
    answer.parts = exit_parts(domain, shape, exit);
  GridQuestion question{comm, problem, domain, shape, exit, effort};
  question.with_solver = answer.parts.empty(); // to begin with its state at rest
  EvolutionSetup setup;
  setup.t_end = period;
  setup.timed = true;
  PeriodQuestion q{question, regions, period, frames, answer.parts.size(), {}};
  q.plan = plan_of(q, setup);
  double error = 0;
  const auto solve = [](ChainRun&, Nested&, bool) { return 0; };
  const auto numbers = [&](ChainRun& run, int, bool finest) {
    return std::optional(swing_on(q, run, setup, finest ? &answer : nullptr, error));
  };
  const auto levels = over_grids(question, solve, numbers, answer);
  fill(q, levels, std::hypot(domain.width(), domain.height()), error, answer);
  return answer;
}

} // namespace escapade
