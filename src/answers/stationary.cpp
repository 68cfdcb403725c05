#include "escapade/answers/stationary.hpp"

#include "answers/blocks.hpp"
#include "answers/check.hpp"
#include "answers/fluctuations/numbers.hpp"
#include "answers/grids/cell_fields.hpp"
#include "answers/grids/over_grids.hpp"
#include "answers/stationary_state.hpp"
#include "answers/transport/resolution.hpp"
#include "escapade/error.hpp"
#include "generator/flow/flow.hpp"
#include "quantities/regions/region_probability.hpp"
#include "quantities/stationary.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <utility>

namespace escapade {

namespace {

struct MeasuredState {
  std::array<Measured, 2> mean;
  std::array<Measured, 3> covariance;
  Measured entropy_of_edges, entropy_of_current, max_current, circulation;
  std::vector<Measured> region, block_probability;
  std::vector<std::array<Measured, 2>> block_current;
  MeasuredFluctuations fluctuations;
};

/// What was asked besides the state itself.
struct Extras {
  const NamedRegions& regions;
  std::array<std::size_t, 2> blocks;
  bool wants_blocks() const { return blocks[0] * blocks[1] > 0; }
};

MeasuredState measure(const GridQuestion& q, const Cells& grid, const StationaryState& s,
                      const Extras& extras, const Halo& halo) {
  MeasuredState out;
  const Moments m = moments(grid, s.log_mass, halo);
  const double xx = m.covariance.xx, yy = m.covariance.yy;
  out.mean = {Measured{m.mean.x, false, std::sqrt(xx)}, {m.mean.y, false, std::sqrt(yy)}};
  out.covariance = {Measured{xx}, {m.covariance.xy, false, std::sqrt(xx * yy)}, {yy}};
  out.entropy_of_edges.value = s.entropy.total;
  out.entropy_of_current.value =
      entropy_production_of_current(q.problem, grid, s.current, s.log_mass, halo);
  double largest = 0;
  for (Vec2 j : s.current)
    largest = std::max(largest, norm(j));
  out.max_current.value = static_cast<double>(halo.max(largest));
  out.max_current.expansion = Expansion::cut; // of the cell that comes nearest to the place
  if (!extras.regions.empty()) {
    const RegionProbabilities probability(grid, s.log_mass, halo);
    for (const auto& named : extras.regions)
      out.region.push_back(
          with_expansion({probability.of(named.second)}, Expansion::cut)); // whole cells and shares
  }
  return out;
}

void measure_blocks(const GridQuestion& q, const Cells& grid, const StationaryState& s,
                    const std::array<std::size_t, 2>& blocks, const Halo& halo, MeasuredState& out,
                    std::vector<Vec2>* noise) {
  BlockSums sums =
      block_sums(q.problem, q.domain, grid, s.log_mass, s.current, blocks[0], blocks[1], halo);
  out.circulation.value = circulation(q.domain, grid, s.current, halo);
  for (double p : sums.probability)
    out.block_probability.push_back(with_expansion({p}, Expansion::cut));
  for (Vec2 j : sums.current)
    out.block_current.push_back({Measured{j.x}, {j.y}});
  if (noise)
    *noise = std::move(sums.noise);
}

/// Drift and diffusion at one own cell after the other, in blocks.
class Coefficients {
public:
  Coefficients(const Problem& problem, const Cells& grid, const OwnCells& own)
      : problem_(problem), grid_(grid), own_(own) {}
  /// Component c of (b₁, b₂, D₁₁, D₁₂, D₂₂) at cell k.
  double at(std::size_t k, std::size_t c) {
    if (k < begin_ || k >= begin_ + size_)
      read(k);
    return value_[c * size_ + (k - begin_)];
  }

private:
  void read(std::size_t k) {
    begin_ = k / block * block;
    size_ = std::min(block, static_cast<std::size_t>(own_.last - own_.first) - begin_);
    std::vector<double> x(size_), y(size_);
    for (std::size_t i = 0; i < size_; ++i) {
      const Vec2 p = grid_.centre(
          static_cast<std::int32_t>(own_.first + static_cast<std::int64_t>(begin_ + i)));
      x[i] = p.x, y[i] = p.y;
    }
    value_.resize(5 * size_);
    problem_.coefficients(size_, x.data(), y.data(), value_.data());
  }

  static constexpr std::size_t block = 65536;
  const Problem& problem_;
  const Cells& grid_;
  OwnCells own_;
  std::size_t begin_ = 0, size_ = 0;
  std::vector<double> value_;
};

/// What the fields are made of when they are written: half of what they are.
struct ShownState {
  Problem problem;
  Cells grid;
  OwnCells own;
  LogVector log_mass;
  std::vector<Vec2> current;
  std::vector<double> entropy, rotation;

  long double log_density(std::size_t k) const {
    return log_mass[k] - log_area(grid, own.first + static_cast<std::int64_t>(k));
  }
};

FieldFile fields_of(const std::shared_ptr<const ShownState>& s) {
  FieldFile file = field_file(s->grid, s->own, s->problem);
  const std::shared_ptr<const Cells> grid(s, &s->grid);
  const auto add = [&](const char* name, const char* units, int components,
                       std::function<void(std::size_t, double*)> f) {
    file.fields.push_back(made_field(grid, s->own, name, units, components, std::move(f)));
  };
  add("density", "1/area", 1, [s](std::size_t k, double* v) { *v = exp_of(s->log_density(k)); });
  add("log_density", "", 1,
      [s](std::size_t k, double* v) { *v = static_cast<double>(s->log_density(k)); });
  add("current", "1/(length time)", 2,
      [s](std::size_t k, double* v) { v[0] = s->current[k].x, v[1] = s->current[k].y; });
  add("entropy_production", "1/(area time)", 1,
      [s](std::size_t k, double* v) { *v = s->entropy[k]; });
  add("current_curl", "1/(area time)", 1, [s](std::size_t k, double* v) { *v = s->rotation[k]; });
  const auto coefficients = std::make_shared<Coefficients>(s->problem, s->grid, s->own);
  add("drift", "length/time", 2, [s, coefficients](std::size_t k, double* v) {
    v[0] = coefficients->at(k, 0), v[1] = coefficients->at(k, 1);
  });
  add("diffusion", "area/time", 3, [s, coefficients](std::size_t k, double* v) {
    for (std::size_t c : {0, 1, 2})
      v[c] = coefficients->at(k, 2 + c);
  });
  return file;
}

/// None where the finest grid's is infinite.
std::optional<Number> unless_infinite(std::vector<Level<MeasuredState>>& levels,
                                      Measured MeasuredState::*which) {
  if (std::isfinite((levels.front().numbers.*which).value))
    return with_error(levels, which);
  return std::nullopt;
}

BlockAnswer blocks_of(const std::vector<Level<MeasuredState>>& levels, std::vector<Vec2> noise) {
  BlockAnswer b;
  b.circulation = with_error(levels, &MeasuredState::circulation);
  for (std::size_t k = 0; k < levels.front().numbers.block_probability.size(); ++k) {
    b.probability.push_back(
        with_error(levels, [k](const MeasuredState& m) { return m.block_probability[k]; }));
    const auto current = [&](std::size_t c) {
      return with_error(levels, [k, c](const MeasuredState& m) { return m.block_current[k][c]; });
    };
    b.current.push_back({current(0), current(1)});
  }
  b.noise = std::move(noise);
  return b;
}

void tell_numbers(std::vector<Level<MeasuredState>>& levels, StationaryAnswer& answer) {
  const auto number = [&](const auto& which) { return with_error(levels, which); };
  for (std::size_t k = 0; k < 2; ++k)
    answer.mean[k] = number([k](const MeasuredState& m) { return m.mean[k]; });
  for (std::size_t k = 0; k < 3; ++k)
    answer.covariance[k] = number([k](const MeasuredState& m) { return m.covariance[k]; });
  answer.entropy_production = unless_infinite(levels, &MeasuredState::entropy_of_edges);
  answer.entropy_of_current = unless_infinite(levels, &MeasuredState::entropy_of_current);
  answer.max_current = number(&MeasuredState::max_current);
  for (std::size_t k = 0; k < levels.front().numbers.region.size(); ++k)
    answer.region_probability.push_back(
        number([k](const MeasuredState& m) { return m.region[k]; }));
  tell_fluctuations(
      levels, [](const MeasuredState& m) { return m.fluctuations; }, answer);
}

void check_regions(const Domain& domain, const GridShape& shape, const NamedRegions& regions) {
  if (shape.mesh) // the box is not the domain
    return;
  for (const auto& [name, region] : regions)
    check_region("the region " + name, domain, region);
}

} // namespace

StationaryState stationary_state(const GridQuestion& q, const Chain& chain, LogVector log_mass,
                                 const Halo& halo) {
  StationaryState s{std::move(log_mass), {}, {}};
  const Cells& grid = chain.grid;
  if (const auto& flow = chain.flow) {
    s.current = probability_current(grid, *flow, s.log_mass, Halo(q.comm, flow->edges));
    if (const auto T = kinetic_temperature(q.problem, q.domain))
      s.entropy = kinetic_entropy_production(q.problem, grid, *T, s.log_mass, halo);
    else
      s.entropy = entropy_production(q.problem, grid, s.current, s.log_mass, halo);
  } else {
    s.current = probability_current(grid, chain.generator, s.log_mass, halo);
    s.entropy = entropy_production(grid, chain.generator, s.log_mass, halo);
  }
  return s;
}

StationaryAnswer stationary(MPI_Comm comm, const Problem& problem, const Domain& domain,
                            const GridShape& shape, const NamedRegions& regions,
                            const Effort& effort, std::array<std::size_t, 2> blocks,
                            const NamedObservables& observables) {
  check_regions(domain, shape, regions);
  StationaryAnswer answer;
  const Region no_exit;
  const Extras extras{regions, blocks};
  GridQuestion question{comm,    problem, domain,           shape,
                        no_exit, effort,  CutRule::killing, Demand::stationary};
  question.nested = true;
  std::vector<Vec2> noise; // in the blocks
  const auto solve = [&](ChainRun& run, Nested& nested, bool keep) {
    run.solver->guess_masses(nested.masses_on(run.chain));
    LogVector log_mass = run.solver->stationary();
    if (keep)
      nested.keep(run.chain, {log_mass.begin(), log_mass.end()}, {});
    return log_mass;
  };
  const auto numbers = [&](ChainRun& run, LogVector&& log_mass, bool finest) {
    if (finest)
      report(run, answer);
    run.solver.reset(); // its memory is wanted for what follows
    const Cells& grid = run.chain.grid;
    const Generator& rows = run.chain.generator;
    const Halo halo(comm, rows);
    if (finest)
      tell_resolution(question, run, log_mass, halo, answer);
    StationaryState s = stationary_state(question, run.chain, std::move(log_mass), halo);
    std::optional out = measure(question, grid, s, extras, halo);
    out->fluctuations = measure_fluctuations(question, run.chain, s.log_mass, halo, observables);
    if (extras.wants_blocks())
      measure_blocks(question, grid, s, blocks, halo, *out, finest ? &noise : nullptr);
    if (finest) {
      answer.balance_residual = balance_residual(rows, s.log_mass, halo);
      const OwnCells own = own_cells(comm, run.chain);
      run.chain.generator = {};
      std::vector<double> rotation = curl(grid, s.current, halo);
      answer.fields = fields_of(std::make_shared<const ShownState>(
          ShownState{problem, std::move(run.chain.grid), own, std::move(s.log_mass),
                     std::move(s.current), std::move(s.entropy.per_area), std::move(rotation)}));
    }
    return out;
  };
  auto levels = over_grids(question, solve, numbers, answer);
  levels.front().doubt = answer.unresolved;
  tell_numbers(levels, answer);
  if (extras.wants_blocks())
    answer.blocks = blocks_of(levels, std::move(noise));
  return answer;
}

} // namespace escapade
