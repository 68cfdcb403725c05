#include "programs/report/completed.hpp"

#include "escapade/problem/table_function.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

/// In the middle of rectangles with values, a third of what leaving out every second point changes:
/// so much is left of an error of order 2, and less of one of order 4. The largest.
double interpolation_error(const TableFunction& table) {
  const TableValues& v = table.values();
  const std::size_t stride = v.value.size() / 100000 + 1;
  std::vector<Vec2> places;
  std::vector<double> whole;
  for (std::size_t k = 0; k < v.value.size(); k += stride) {
    const auto middle = [&](std::size_t axis, std::size_t index) {
      return v.first[axis] + v.step[axis] * (static_cast<double>(index) + 0.5);
    };
    const Vec2 p{middle(0, k % v.points[0]),
                 table.variables() == 1 ? v.first[1] : middle(1, k / v.points[0])};
    if (table.covers(p)) {
      places.push_back(p);
      whole.push_back(table.at(p));
    }
  }
  table.leave_out_points(true);
  double most = 0;
  for (std::size_t k = 0; k < places.size(); ++k)
    most = std::max(most, std::abs(table.at(places[k]) - whole[k]) / 3);
  table.leave_out_points(false);
  return most;
}

} // namespace

void complete_solver(Json& solver, double seconds) {
  Json complete = Json::object();
  for (const char* key :
       {"kind", "precision", "iterations", "certificate", "seconds", "memory_bytes"})
    complete[key] = nullptr;
  complete["seconds"] = seconds;
  complete.update(solver);
  solver = std::move(complete);
}

void tell_of_tables(const Session& session, const Setup& setup, const ProgramEntry& program,
                    Outcome& outcome) {
  if (!program.integrates_trajectories || program.name == "fp-crosscheck")
    return; // there both sides take the same tables, and errors of the grids hold theirs
  for (const auto& [name, table] : setup.symbols.tables)
    outcome.solver["interpolation_error"][name] = interpolation_error(*table);
  if (!outcome.holds_table_errors)
    tell_of_tables_left_out(session, outcome.solver);
}

void tell_of_tables_left_out(const Session& session, const Json& solver) {
  const Json* const tables = solver.find("interpolation_error");
  std::string list;
  for (std::size_t k = 0; tables && k < tables->size(); ++k)
    list += (list.empty() ? "" : ", ") + tables->keys()[k] +
            printed(" up to %.2g", tables->items()[k].number().value_or(0));
  if (!list.empty())
    session.notice("standard errors hold nothing of the tables' interpolation (" + list +
                   "); errors of the fp- programs do");
}

} // namespace escapade
