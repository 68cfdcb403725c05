// The finite-volume programs: each asks one question (room answers) with what the options say and
// reports the answer as table, JSON and files.
#pragma once

#include "escapade/answers/network.hpp"
#include "escapade/problem/region.hpp"
#include "programs/report/outcome.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace escapade {

Outcome landscape_question(Session& session, const Options& options, const Setup& setup);
/// fp-landscape of a bare drift in a box.
Outcome rest_points_question(const Setup& setup);
Outcome stationary_question(Session& session, const Options& options, const Setup& setup);
Outcome exit_question(Session& session, const Options& options, const Setup& setup);
Outcome rate_question(Session& session, const Options& options, const Setup& setup);
Outcome committor_question(Session& session, const Options& options, const Setup& setup);
Outcome network_question(Session& session, const Options& options, const Setup& setup);
Outcome spectrum_question(Session& session, const Options& options, const Setup& setup);
Outcome modes_question(Session& session, const Options& options, const Setup& setup);
Outcome evolve_question(Session& session, const Options& options, const Setup& setup);
Outcome path_question(Session& session, const Options& options, const Setup& setup);

/// fp-stationary and fp-rate with -period.
Outcome periodic_state_question(Session& session, const Options& options, const Setup& setup);
Outcome floquet_question(Session& session, const Setup& setup);

/// Escape rate, mean time and exit parts of a state that only decays; `lines`: what the table calls
/// rate and time.
void add_escape(Outcome& out, const std::array<const char*, 2>& lines, const Number& rate,
                const Number& mean_time, const std::vector<std::string>& parts,
                const std::vector<Number>& probability);

/// One expression of the variables; `what` begins the messages: -observable. BadInput where it
/// cannot be read.
Field read_observable(const std::string& what, const std::string& text, const Setup& setup,
                      Compile compile = Compile::never);

/// The values of -frequencies or -lags; none if it is not given.
std::vector<double> read_values(const Options& options, const std::string& name);

/// The states of -sets: text, or the wells.
NamedRegions read_states(const Options& options, const Setup& setup);

/// A saddle of the drift on the border of the exit set, within half a cell; on a line a top. Not
/// sought on meshes and for losses of data.
std::optional<Vec2> saddle_at_exit(const Setup& setup);

/// -set_a and -set_b; BadInput where they cannot be read.
std::pair<Region, Region> committor_sets(const Options& options, const Setup& setup);

} // namespace escapade
