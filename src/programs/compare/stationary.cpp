// Moments, regions and currents of the stationary law.
#include "programs/compare/crosscheck.hpp"

#include "escapade/answers/stationary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escapade {
namespace {

using Blocks = std::array<std::size_t, 2>;

Blocks blocks_of(const Setup& setup) {
  return setup.domain.line ? Blocks{16, 1} : Blocks{12, 12};
}

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// `floor`: what the error is at least by theory. Few visits tell little of their own scatter.
double z_of(const Number& fv, const Estimate& coarse, Estimate fine, double floor) {
  fine.standard_error = std::max(fine.standard_error, floor);
  return compare("", fv, coarse, fine).z;
}

bool wholly_inside(const Setup& setup, const Blocks& blocks, std::size_t block) {
  if (!setup.outline)
    return true;
  const Domain& d = setup.domain;
  const double w = d.width() / static_cast<double>(blocks[0]),
               h = d.height() / static_cast<double>(blocks[1]);
  const Vec2 centre{d.x0 + (static_cast<double>(block % blocks[0]) + 0.5) * w,
                    d.y0 + (static_cast<double>(block / blocks[0]) + 0.5) * h};
  return setup.outline->depth(centre) >= 0.5 * std::hypot(w, h);
}

struct BlockScores {
  std::vector<double> density, current; // current: two a block
};

/// Blocks that neither side expects to see once take no part, nor those that the boundary of a mesh
/// crosses: reflection at straight edges and cells that end there tell on their currents.
BlockScores scores_of(const Setup& setup, const Blocks& blocks, const BlockAnswer& fv,
                      const StationaryStatistics& coarse, const StationaryStatistics& fine,
                      double time_in_all) {
  BlockScores z;
  for (std::size_t b = 0; b < fv.probability.size(); ++b) {
    const double p = fv.probability[b].value.value_or(0);
    const double seen = std::max(p, fine.block_probability[b].mean);
    if (!(seen * fine.effective_samples >= 1) || !wholly_inside(setup, blocks, b)) {
      z.density.push_back(nan);
      z.current.insert(z.current.end(), {nan, nan});
      continue;
    }
    const double binomial = std::sqrt(std::max(p * (1 - p), 0.0) / fine.effective_samples);
    z.density.push_back(
        z_of(fv.probability[b], coarse.block_probability[b], fine.block_probability[b], binomial));
    for (std::size_t k = 0; k < 2; ++k) { // the noise alone scatters Σ Δθ by √(2 ∫ D p dθ T)
      const double d = k == 0 ? fv.noise[b].x : fv.noise[b].y;
      z.current.push_back(z_of(fv.current[b][k], coarse.block_current[b][k],
                               fine.block_current[b][k],
                               std::sqrt(std::max(2 * d, 0.0) / time_in_all)));
    }
  }
  return z;
}

FieldFile field_file_of(const Setup& setup, const Blocks& blocks, const BlockAnswer& fv,
                        const StationaryStatistics& mc, const BlockScores& z) {
  FieldFile file;
  file.lattice = lattice_over(setup, {blocks[0], blocks[1]});
  const double area = file.lattice.h[0] * file.lattice.h[1];
  CellField density_fv{"density_fv", "1/area", 1, {}, {}},
      density_mc{"density_mc", "1/area", 1, {}, {}};
  CellField current_fv{"current_fv", "1/(length time)", 2, {}, {}},
      current_mc{"current_mc", "1/(length time)", 2, {}, {}};
  for (std::size_t b = 0; b < fv.probability.size(); ++b) {
    density_fv.values.push_back(fv.probability[b].value.value_or(nan) / area);
    density_mc.values.push_back(mc.block_probability[b].mean / area);
    for (std::size_t k = 0; k < 2; ++k) {
      current_fv.values.push_back(fv.current[b][k].value.value_or(nan) / area);
      current_mc.values.push_back(mc.block_current[b][k].mean / area);
    }
  }
  file.fields = {density_fv, density_mc, {"z_density", "", 1, {}, z.density},
                 current_fv, current_mc, {"z_current", "", 2, {}, z.current}};
  return file;
}

void compare_moments(const Setup& setup, const StationaryAnswer& fv,
                     const StationaryStatistics& coarse, const StationaryStatistics& fine,
                     Checks& checks) {
  const auto& v = setup.problem.variables;
  const auto add = [&](const std::string& quantity, const Number& fv_value, const Estimate& at_step,
                       const Estimate& at_half, double spread = 0) {
    checks.all.push_back(compare(quantity, fv_value, at_step, at_half, spread));
  };
  const double deviation[] = {std::sqrt(std::max(fine.covariance[0].mean, 0.0)),
                              std::sqrt(std::max(fine.covariance[2].mean, 0.0))};
  const bool line = setup.domain.line;
  for (std::size_t k = 0; k < (line ? 1 : 2); ++k)
    add("mean " + v[k], fv.mean[k], coarse.mean[k], fine.mean[k], deviation[k]);
  const std::string pairs[] = {v[0] + "," + v[0], v[0] + "," + v[1], v[1] + "," + v[1]};
  for (std::size_t k = 0; k < (line ? 1 : 3); ++k)
    add("covariance " + pairs[k], fv.covariance[k], coarse.covariance[k], fine.covariance[k],
        deviation[k / 2] * deviation[(k + 1) / 2]);
  for (std::size_t k = 0; k < setup.regions.size(); ++k)
    add("region_probability " + setup.regions[k].first, fv.region_probability[k],
        coarse.region_probability[k], fine.region_probability[k]);
  if (!line)
    add("circulation", fv.blocks->circulation, coarse.circulation, fine.circulation,
        std::numeric_limits<double>::infinity()); // 0 in detailed balance
}

} // namespace

void check_stationary(Session& session, const Options& options, const Setup& setup, Outcome& out,
                      Checks& checks) {
  const Blocks blocks = blocks_of(setup);
  StationaryAnswer fv = stationary(session.comm(), setup.problem, setup.domain, setup.shape,
                                   setup.regions, effort_of(session, setup), blocks);
  take_answer(session, fv, out);
  out.fields.reset(); // the blocks' are written
  const double dt = trajectory_step(options, setup);
  const double half = options.text("mc_scheme") == "sgd" ? dt : dt / 2;
  const auto seed = static_cast<std::uint64_t>(options.integer("mc_seed"));
  const StationaryStatistics coarse =
      run_stationary(session, options, setup, dt, seed, out.partial, blocks);
  const StationaryStatistics fine =
      run_stationary(session, options, setup, half, other_seed(seed), out.partial, blocks);
  out.solver["mc_step"] = half;
  tell_of_walls(session, options, coarse.wall_hits + fine.wall_hits);
  compare_moments(setup, fv, coarse, fine, checks);

  const PathTimes times = path_times(options, setup);
  if (std::any_of(checks.all.begin(), checks.all.end(),
                  [](const Comparison& c) { return !(std::fabs(c.z) < 4); }))
    session.notice("trajectories ran for the time " + to_text(number(times.total)) + ", of which " +
                   to_text(number(times.burn_in)) +
                   " to forget the start: where relaxation takes longer (fp-modes tells its rates) "
                   "they disagree for that reason; give a longer -mc_max_time");
  const BlockScores z =
      scores_of(setup, blocks, *fv.blocks, coarse, fine,
                (times.total - times.burn_in) * static_cast<double>(fine.mean[0].samples));
  FieldFile file = field_file_of(setup, blocks, *fv.blocks, fine, z);
  const auto add_field = [&](const char* name, const std::vector<double>& scores,
                             std::size_t components) {
    checks.fields.push_back(compare_field(name, scores));
    const std::size_t b = checks.fields.back().where / components;
    checks.places.push_back(centre(file.lattice, static_cast<std::int64_t>(b % blocks[0]),
                                   static_cast<std::int64_t>(b / blocks[0])));
  };
  add_field("probability", z.density, 1);
  if (setup.inertial && options.text("mc_scheme") == "sgd")
    session.notice("currents per block are not compared: the algorithm's step of the velocity is "
                   "what it is, and cannot be halved to see its error");
  else
    add_field("current", z.current, 2);
  if (session.rank() == 0)
    out.fields = std::move(file);
}

} // namespace escapade
