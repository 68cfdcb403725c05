// Exit times, their spread and the exit parts.
#include "programs/compare/crosscheck.hpp"

#include "escapade/answers/exits.hpp"

#include "escapade/error.hpp"
#include "programs/fp/questions.hpp"

namespace escapade {
namespace {

/// Whether enough paths left through a part for the scatter of their times to be known.
bool many_left(const ExitStatistics& s, std::size_t k) {
  constexpr std::int64_t many = 100;
  return !s.mean_time_by_part.empty() && s.mean_time_by_part[k].samples >= many;
}

/// Every quantity that both sides give at one start. Errors of the mean time through a part are
/// small against what it can add to the mean time of all.
std::vector<Comparison> compare_start(const Setup& setup, std::size_t s, const ExitNumbers& fv,
                                      const ExitStatistics& coarse, const ExitStatistics& fine) {
  const std::string suffix =
      setup.starts.size() > 1 ? " at " + point_text(setup.starts[s]) : std::string();
  std::vector<Comparison> out{
      compare("mean_exit_time" + suffix, fv.mean_time, coarse.mean_exit_time, fine.mean_exit_time),
      compare("exit_time_std" + suffix, fv.time_std, coarse.exit_time_std, fine.exit_time_std)};
  for (std::size_t k = 0; k < setup.parts.size() && setup.parts.size() > 1; ++k)
    out.push_back(compare("exit_probability " + setup.parts[k] + suffix, fv.probability[k],
                          coarse.exit_probability[k], fine.exit_probability[k]));
  for (std::size_t k = 0; k < setup.parts.size() && setup.parts.size() > 1; ++k)
    if (many_left(coarse, k) && many_left(fine, k) && fv.mean_time_by_part[k].value)
      out.push_back(compare("conditional_mean_exit_time " + setup.parts[k] + suffix,
                            fv.mean_time_by_part[k], coarse.mean_time_by_part[k],
                            fine.mean_time_by_part[k],
                            fine.mean_exit_time.mean / fine.exit_probability[k].mean));
  return out;
}

} // namespace

double at_both_steps(Session& session, const Options& options, const Setup& setup,
                     std::span<const Vec2> starts, const Region& exit, Outcome& out,
                     const TakeRecords& take) {
  const Ranks ranks(session.comm());
  std::shared_ptr<const SgdSampler> sampler;
  agree(session.comm(), [&] { sampler = exit_sampler(options, setup); });
  ExitSetup run = trajectory_setup(options, setup, starts.front(), sampler.get());
  run.exit = &exit;
  if (starts.size() > 1)
    run.starts = starts;
  for (const bool half : {false, true}) {
    if (half)
      run.seed = other_seed(run.seed);
    if (half && !sampler) // the algorithm's step is what it is
      run.dt /= 2;
    const auto records = run_exits(session, run, options.integer("mc_paths"), out.partial);
    if (ranks.sum(std::ssize(records)) == 0)
      throw NotTrusted("stopped before trajectories of both steps were whole: nothing to compare");
    refuse_diverged(diverged_of(records, ranks), run.dt, options, setup);
    take(records, ranks);
  }
  return run.dt;
}

void check_exits(Session& session, const Options& options, const Setup& setup, Outcome& out,
                 Checks& checks) {
  ExitAnswer fv = exits(session.comm(), setup.problem, setup.domain, setup.shape, setup.exit,
                        setup.starts, effort_of(session, setup));
  take_answer(session, fv, out);
  out.grid["largest_edge_drift_on_way_out"] = fv.drift_on_way;
  std::vector<Polyline> points;
  for (std::size_t s = 0; s < setup.starts.size(); ++s) {
    if (!fv.at[s].mean_time.value)
      throw NotTrusted("the mean exit time from " + point_text(setup.starts[s]) + " is " +
                       to_text(fv.at[s].mean_time) +
                       ": no trajectory will ever leave; use mc-splitting, or more noise");
    std::vector<ExitStatistics> statistics;
    out.solver["mc_step"] =
        at_both_steps(session, options, setup, {&setup.starts[s], 1}, setup.paths_exit(), out,
                      [&](const std::vector<ExitRecord>& records, const Ranks& ranks) {
                        statistics.push_back(exit_statistics(records, setup.parts.size(), ranks));
                      });
    Polyline point{{setup.starts[s]}, {}};
    for (Comparison& c : compare_start(setup, s, fv.at[s], statistics[0], statistics[1])) {
      point.data["z " + c.quantity.substr(0, c.quantity.rfind(" at ("))] = {c.z};
      checks.all.push_back(std::move(c));
    }
    points.push_back(std::move(point));
  }
  out.write_more = [points](const std::string& prefix) {
    return std::vector{write_paths(prefix + "_z", points, {{"program", "fp-crosscheck"}})};
  };
}

} // namespace escapade
