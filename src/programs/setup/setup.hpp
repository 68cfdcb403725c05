// What a run is about, read from its options: problem, domain, sets, grid, solver. All validation
// of input that does not need a solve happens here, before MPI starts, and the expressions are
// compiled here.
#pragma once

#include "escapade/answers/way_out_frame.hpp"
#include "escapade/landscape/critical_points.hpp"
#include "escapade/problem/expression.hpp"
#include "escapade/problem/problem.hpp"
#include "escapade/problem/region.hpp"
#include "escapade/problem/sgd.hpp"
#include "grid/grid.hpp"
#include "paths/outline.hpp"
#include "paths/table.hpp"
#include "programs/main/program_table.hpp"
#include "programs/options/options.hpp"
#include "programs/report/json.hpp"
#include "solve/solver.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace escapade {

struct Setup {
  Symbols symbols; // the two variables and the parameters
  Compile compile = Compile::automatic;
  Domain domain;
  Problem problem;
  std::optional<Loss> loss;                  // SGD only
  std::optional<double> kinetic_temperature; // of -kinetic, if it is the same everywhere
  std::optional<Table> data;
  std::string table_checksums;           // of -table, a line each
  std::optional<Expression> model;       // on data: inputs 0, 1 and 2 + column
  std::size_t target = 0;                // column of the data
  std::optional<Expression> sample_loss; // of a row, inputs as the model's
  Region exit;
  std::shared_ptr<const Outline> outline; // of a mesh, for trajectories
  Region left_through;                    // with an outline: the exit set and its absorbing curves
  std::vector<std::string> parts;         // names of the exit parts, absorbing sides last
  std::vector<Vec2> starts;
  std::vector<std::pair<std::string, Region>> regions;
  GridShape shape;
  std::optional<WayOutFrame> way_out; // -frame way_out
  SolveOptions solve;
  bool error_estimate = true;
  Json description;                 // "problem" of the JSON summary
  std::vector<std::string> notices; // one line each, for stderr
  std::optional<Tabulated> table;   // -mc_table, for programs that integrate trajectories
  std::optional<Problem> walked;    // of one variable: the problem as trajectories take it
  bool timed = false;               // drift or noise depend on the time (problem/time.hpp)
  bool inertial = false;            // the coordinates are a parameter of SGD and its velocity
  std::optional<Expression> learning_rate; // a schedule: t is input 2, of mc-sgd k is input 3
  std::optional<double> period;            // -period, with which they return

  /// What trajectories leave through.
  const Region& paths_exit() const { return outline ? left_through : exit; }
  /// What trajectories integrate: the problem, or its table.
  const Problem& simulated() const { return table ? table->problem : untabulated(); }
  const Problem& untabulated() const { return walked ? *walked : problem; }
};

Setup read_setup(const Options& options, const Needs& needs);

} // namespace escapade
