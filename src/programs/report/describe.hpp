// Answers as the JSON summary and the terminal show them.
#pragma once

#include "escapade/answers/answer.hpp"
#include "programs/report/json.hpp"
#include "programs/report/outcome.hpp"

namespace escapade {

/// How this run wants its answers found; grids that take much memory are announced on stdout.
Effort effort_of(Session& session, const Setup& setup);

/// "grid" and "solver" of the JSON summary.
Json to_json(const GridReport& report);
Json to_json(const SolverReport& report);

/// Grid, solver and fields of an answer into the outcome; its warnings to stderr. Moves the fields
/// out of the answer.
void take_answer(const Session& session, GridAnswer& answer, Outcome& out);

} // namespace escapade
