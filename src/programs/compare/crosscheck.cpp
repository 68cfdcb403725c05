#include "programs/compare/crosscheck.hpp"

#include "escapade/error.hpp"
#include "support/exact.hpp"

#include <cmath>

namespace escapade {

namespace {

/// Whatever the options ask for.
void check_all(Session& session, const Options& options, const Setup& setup, Outcome& out,
               Checks& checks) {
  const std::optional<SetsAB> sets = sets_to_check(session, options, setup);
  if (setup.timed && sets)
    throw BadInput("-set_a, -set_b: committors are of problems that do not depend on the time t");
  const bool network = options.given("sets");
  const bool spectrum = options.given("observable") && options.given("frequencies") &&
                        setup.parts.empty() && !network;
  if (setup.timed && (network || spectrum))
    throw BadInput("-sets, -observable: networks and spectra are of problems that do not depend on "
                   "the time t");
  if (network)
    check_network(session, options, setup, out, checks);
  else if (setup.timed)
    check_timed(session, options, setup, out, checks);
  else if (setup.parts.empty())
    check_stationary(session, options, setup, out, checks);
  else
    check_exits(session, options, setup, out, checks);
  if (sets)
    check_committor(session, options, setup, *sets, out, checks);
  if (spectrum)
    check_spectrum(session, options, setup, out, checks);
}

} // namespace

Outcome crosscheck_question(Session& session, const Options& options, const Setup& setup) {
  Outcome out;
  Checks checks;
  check_all(session, options, setup, out, checks);
  if (out.partial)
    session.notice("stopped by a signal: fewer trajectories are whole than -mc_paths, the "
                   "comparison is with those");
  bool agree_all = true, resolved = true, conclusive = true;
  out.table.emplace_back("quantity: finite volumes | trajectories | z", "");
  for (const Comparison& c : checks.all) {
    Json mc = to_json(c.mc);
    mc["step_error"] = c.step_error;
    out.results["comparisons"][c.quantity] = {{"fv", to_json(c.fv)}, {"mc", mc}, {"z", c.z}};
    out.table.emplace_back(c.quantity, to_text(c.fv) + " | " + to_text(c.mc) +
                                           printed(" | %+.2f", c.z) +
                                           (!c.step_resolved ? " (step too long)"
                                            : !c.conclusive  ? " (errors above 5 %)"
                                                             : ""));
    agree_all = agree_all && agrees(c);
    conclusive = conclusive && c.conclusive;
    resolved = resolved && c.step_resolved;
  }
  for (std::size_t k = 0; k < checks.fields.size(); ++k) {
    const FieldComparison& f = checks.fields[k];
    const Vec2 at = checks.places[k];
    out.results["field_comparisons"][f.field] = {
        {"count", f.count}, {"largest_z", f.largest}, {"at", to_json(setup, at)}, {"z", f.z}};
    out.table.emplace_back(f.field + " per block",
                           printed("largest z %+.2f of %lld, at %s | as one | %+.2f", f.largest,
                                   static_cast<long long>(f.count), point_text(at).c_str(), f.z));
    agree_all = agree_all && std::abs(f.z) < 4;
  }
  out.results["verdict"] = !agree_all ? "disagree" : conclusive ? "agree" : "inconclusive";
  out.results["step_resolved"] = resolved;
  out.table.emplace_back(
      agree_all && conclusive ? "verdict: every |z| < 4, the two sides agree"
      : agree_all             ? "verdict: INCONCLUSIVE, every |z| < 4 but an error of either side "
                                "exceeds 5 %; give more -cells, more -mc_paths or a longer "
                                "-mc_max_time"
      : resolved              ? "verdict: |z| >= 4, the two sides DISAGREE"
                              : "verdict: trajectories change with the step, they DISAGREE with "
                                "themselves; try a shorter -mc_dt",
      "");
  out.status = agree_all && conclusive ? 0 : 5;
  return out;
}

} // namespace escapade
