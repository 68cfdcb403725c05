// Committors at the starts: the share of paths that reach B before A.
#include "programs/compare/crosscheck.hpp"

#include "escapade/answers/committor.hpp"
#include "programs/fp/questions.hpp"

#include "answers/check.hpp"
#include "escapade/error.hpp"
#include "paths/estimate.hpp"

namespace escapade {
namespace {

void refuse_starts_within(const Setup& setup, const Region& set, const std::string& option) {
  for (Vec2 s : setup.starts)
    if (part_at(set, s) >= 0)
      throw BadInput("-start " + point_text(s) + ": inside -" + option +
                     ", where the committor is given; give a start between the sets");
}

/// The share of all ranks' records whose part is one of B's, which come after `parts_of_a` others.
Estimate share_of_b(const std::vector<ExitRecord>& records, std::size_t parts_of_a,
                    const Ranks& ranks) {
  std::int64_t count[3] = {0, 0, std::ssize(records)}; // in B, late, all
  for (const ExitRecord& r : records) {
    count[0] += r.part >= static_cast<std::int32_t>(parts_of_a);
    count[1] += r.part == ExitRecord::timed_out;
  }
  ranks.add(count);
  if (count[1] > 0)
    throw NotTrusted(std::to_string(count[1]) +
                     " trajectories reached neither -set_a nor -set_b within -mc_max_time: the "
                     "others' share is no committor; give a longer -mc_max_time, or none");
  return proportion(count[0], count[2]);
}

} // namespace

std::optional<SetsAB> sets_to_check(Session& session, const Options& options, const Setup& setup) {
  std::optional<SetsAB> sets;
  if (options.given("set_a") || options.given("set_b"))
    agree(session.comm(), [&] {
      sets = committor_sets(options, setup);
      refuse_starts_within(setup, sets->first, "set_a");
      refuse_starts_within(setup, sets->second, "set_b");
    });
  return sets;
}

void check_committor(Session& session, const Options& options, const Setup& setup,
                     const SetsAB& sets, Outcome& out, Checks& checks) {
  const CommittorAnswer fv =
      committor(session.comm(), setup.problem, setup.domain, setup.shape, sets.first, sets.second,
                setup.starts, effort_of(session, setup));
  for (const std::string& line : fv.warnings)
    session.notice(line);
  Region both = sets.first;
  both.insert(both.end(), sets.second.begin(), sets.second.end());
  for (std::size_t s = 0; s < setup.starts.size(); ++s) {
    std::vector<Estimate> share;
    at_both_steps(session, options, setup, {&setup.starts[s], 1}, both, out,
                  [&](const std::vector<ExitRecord>& records, const Ranks& ranks) {
                    share.push_back(share_of_b(records, sets.first.size(), ranks));
                  });
    checks.all.push_back(compare(
        setup.starts.size() > 1 ? "committor at " + point_text(setup.starts[s]) : "committor",
        fv.forward[s], share[0], share[1]));
  }
}

} // namespace escapade
