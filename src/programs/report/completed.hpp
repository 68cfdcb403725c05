// What every program's outcome is to hold or say, whatever its question was; private to this room.
//
//   interpolation_error = max over sampled middles m of |T_h(m) − T_2h(m)| / 3
// T_h the table as the problem takes it, T_2h with every second point: what is left of an error of
// order 2, and more than is left of order 4. In the unit of the table.
#pragma once

#include "programs/report/outcome.hpp"

namespace escapade {

/// "solver" with the keys that all programs have, kind, precision, iterations, certificate, seconds
/// and memory_bytes, in front: null where there is none.
void complete_solver(Json& solver, double seconds);

/// By how much the tables of trajectories are off between their points, in "solver"; says so where
/// standard errors hold nothing of that.
void tell_of_tables(const Session& session, const Setup& setup, const ProgramEntry& program,
                    Outcome& outcome);

/// The same of a "solver" that has them.
void tell_of_tables_left_out(const Session& session, const Json& solver);

} // namespace escapade
