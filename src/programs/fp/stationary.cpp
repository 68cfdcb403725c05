#include "programs/fp/stationary.hpp"

#include "answers/blocks.hpp"
#include "answers/chain_run.hpp"
#include "answers/grid_sequence.hpp"
#include "answers/nested.hpp"
#include "output/summary.hpp"
#include "quantities/stationary.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <utility>

namespace escapade {

namespace {

const char* const fixed_names[] = {"mean 0",
                                   "mean 1",
                                   "covariance 00",
                                   "covariance 01",
                                   "covariance 11",
                                   "entropy production",
                                   "entropy of current",
                                   "max current"};

std::vector<Measurement> measure(const Setup& setup, const Cells& grid, const LogVector& log_mass,
                                 const std::vector<Vec2>& current, const EntropyProduction& entropy,
                                 const Halo& halo) {
  const Moments m = moments(grid, log_mass, halo);
  double largest = 0;
  for (Vec2 j : current)
    largest = std::max(largest, norm(j));
  const double of_current =
      entropy_production_of_current(setup.problem, grid, current, log_mass, halo);
  const double values[] = {
      m.mean.x,        m.mean.y,      m.covariance.xx, m.covariance.xy,
      m.covariance.yy, entropy.total, of_current,      static_cast<double>(halo.max(largest))};
  std::vector<Measurement> out;
  for (std::size_t k = 0; k < std::size(values); ++k)
    out.push_back({fixed_names[k], values[k], false});
  for (const auto& [name, region] : setup.regions)
    out.push_back({"region " + name, probability_of(grid, log_mass, region, halo), false});
  return out;
}

/// Circulation, then probability and both components of the current of each block.
void add_blocks(const Setup& setup, const Cells& grid, const LogVector& log_mass,
                const std::vector<Vec2>& current, std::array<std::size_t, 2> blocks,
                const Halo& halo, std::vector<Measurement>& out, std::vector<Vec2>* noise) {
  BlockSums sums =
      block_sums(setup.problem, setup.domain, grid, log_mass, current, blocks[0], blocks[1], halo);
  out.push_back({"", circulation(setup.domain, grid, current, halo), false});
  for (std::size_t b = 0; b < sums.probability.size(); ++b)
    for (double v : {sums.probability[b], sums.current[b].x, sums.current[b].y})
      out.push_back({"", v, false});
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
struct Shown {
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

FieldFile fields_of(const std::shared_ptr<const Shown>& s) {
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

/// The part of a log density worth colouring: what holds all but 1e-9 of the probability, and a
/// bit.
constexpr double nats_shown = 30;

} // namespace

StationaryAnswer solve_stationary(Session& session, const Setup& setup,
                                  std::array<std::size_t, 2> blocks) {
  StationaryAnswer answer;
  const MPI_Comm comm = session.comm();
  const std::vector<GridShape> shapes = grid_sequence(setup.shape, setup.error_estimate);
  std::vector<Level> levels(shapes.size());
  Nested nested(session, setup, shapes, {}, Demand::stationary);
  bool infinite[2] = {false, false}; // of the edges, of the current
  std::vector<Vec2> noise;           // in the blocks
  const auto start = [&](const GridShape& shape) {
    return start_level(session, setup, shape, {}, CutRule::killing, Demand::stationary);
  };
  const auto solve = [&](ChainRun& run, bool keep) {
    run.solver->guess_masses(nested.masses_on(run.chain));
    LogVector log_mass = run.solver->stationary();
    if (keep)
      nested.keep(run.chain, {log_mass.begin(), log_mass.end()}, {});
    return log_mass;
  };
  nested.prepare([&](const GridShape& shape) {
    ChainRun run = start(shape);
    solve(run, true);
    return run.solver->report().products;
  });
  for (const std::size_t shape : nested.order()) {
    const bool finest = shape == 0;
    ChainRun run = start(shapes[shape]);
    LogVector log_mass = solve(run, nested.wants(shape));
    if (finest)
      answer.solver = describe_solver(session, run);
    run.solver.reset(); // its memory is wanted for what follows
    const Cells& grid = run.chain.grid;
    const Generator& rows = run.chain.generator;
    const Halo halo(comm, rows);
    std::vector<Vec2> current = probability_current(grid, rows, log_mass, halo);
    EntropyProduction entropy = entropy_production(grid, rows, log_mass, halo);
    Level level{measure(setup, grid, log_mass, current, entropy, halo), grid.spacing(),
                has_oblique_walls(grid)};
    if (blocks[0] * blocks[1] > 0)
      add_blocks(setup, grid, log_mass, current, blocks, halo, level.measured,
                 finest ? &noise : nullptr);
    if (finest) {
      answer.balance_residual = balance_residual(rows, log_mass, halo);
      answer.grid = describe_grid(run);
      const OwnCells own = own_cells(comm, run.chain);
      run.chain.generator = {};
      std::vector<double> rotation = curl(grid, current, halo);
      answer.fields = fields_of(std::make_shared<const Shown>(
          Shown{setup.problem, std::move(run.chain.grid), own, std::move(log_mass),
                std::move(current), std::move(entropy.per_area), std::move(rotation)}));
      for (std::size_t k : {0, 1})
        infinite[k] = !std::isfinite(level.measured[5 + k].value);
    }
    levels[shape] = std::move(level);
  }
  for (Level& level : levels)
    for (std::size_t k : {0, 1})
      if (infinite[k])
        level.measured[5 + k].value = 0;
  const auto numbers = with_errors(levels);
  for (std::size_t k = 0; k < 2; ++k)
    answer.mean[k] = numbers[k].second;
  for (std::size_t k = 0; k < 3; ++k)
    answer.covariance[k] = numbers[2 + k].second;
  if (!infinite[0])
    answer.entropy_production = numbers[5].second;
  if (!infinite[1])
    answer.entropy_of_current = numbers[6].second;
  answer.max_current = numbers[7].second;
  for (std::size_t k = 0; k < setup.regions.size(); ++k)
    answer.region_probability.push_back(numbers[8 + k].second);
  if (blocks[0] * blocks[1] > 0) {
    BlockAnswer b;
    std::size_t at = 8 + setup.regions.size();
    b.circulation = numbers[at++].second;
    for (std::size_t k = 0; k < blocks[0] * blocks[1]; ++k, at += 3) {
      b.probability.push_back(numbers[at].second);
      b.current.push_back({numbers[at + 1].second, numbers[at + 2].second});
    }
    b.noise = noise;
    answer.blocks = std::move(b);
  }
  return answer;
}

Outcome stationary_study(Session& session, const Options&, const Setup& setup) {
  StationaryAnswer a = solve_stationary(session, setup);
  Outcome out;
  out.grid = a.grid;
  out.solver = a.solver;
  const auto value = [](const Number& n) { return n.value.value_or(0); };
  const auto error = [](const Number& n) { return n.error.value_or(0); };
  const auto& c = a.covariance;
  const bool errors = c[0].error.has_value();
  out.results["mean"] = numbers_array({value(a.mean[0]), value(a.mean[1])},
                                      errors ? std::vector{error(a.mean[0]), error(a.mean[1])}
                                             : std::vector<double>{});
  out.results["covariance"] =
      numbers_array({value(c[0]), value(c[1]), value(c[1]), value(c[2])},
                    errors ? std::vector{error(c[0]), error(c[1]), error(c[1]), error(c[2])}
                           : std::vector<double>{},
                    2);
  const auto put = [&](const char* name, const std::optional<Number>& n) {
    if (n)
      out.results[name] = to_json(*n);
    else
      out.results[name] = {{"value", nullptr}, {"error", nullptr}, {"infinite", true}};
  };
  put("entropy_production_rate", a.entropy_production);
  put("entropy_production_of_current", a.entropy_of_current);
  out.results["max_current"] = to_json(a.max_current);
  for (std::size_t k = 0; k < setup.regions.size(); ++k)
    out.results["region_probability"][setup.regions[k].first] = to_json(a.region_probability[k]);
  out.results["negative_cells"] = a.negative_cells;
  out.results["balance_residual"] = a.balance_residual;

  const auto& v = setup.problem.variables;
  for (std::size_t k = 0; k < 2; ++k)
    out.table.emplace_back("mean of " + v[k], to_text(a.mean[k]));
  const char* const pairs[] = {"variance of ", "covariance of ", "variance of "};
  for (std::size_t k = 0; k < 3; ++k)
    out.table.emplace_back(pairs[k] + (k == 0   ? v[0]
                                       : k == 2 ? v[1]
                                                : v[0] + ", " + v[1]),
                           to_text(c[k]));
  out.table.emplace_back("entropy production rate", a.entropy_production
                                                        ? to_text(*a.entropy_production)
                                                        : "infinite (one-way edges)");
  out.table.emplace_back("largest current", to_text(a.max_current));
  for (std::size_t k = 0; k < setup.regions.size(); ++k)
    out.table.emplace_back("probability of " + setup.regions[k].first,
                           to_text(a.region_probability[k]));
  out.fields = std::move(a.fields);
  Picture picture;
  picture.scalar = "log_density";
  picture.vector = "current";
  picture.title = "stationary density and probability current";
  picture.colour_label = "log density";
  picture.top = nats_shown;
  if (setup.problem.sgd && setup.problem.sgd->minimum)
    picture.markers.push_back({Marker::Shape::star, *setup.problem.sgd->minimum, "minimum"});
  out.picture = picture;
  if (a.entropy_production) {
    out.headline = a.entropy_production;
    out.headline_name = "entropy_production_rate";
  }
  return out;
}

} // namespace escapade
