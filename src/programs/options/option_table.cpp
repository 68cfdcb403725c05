#include "programs/options/option_table.hpp"

#include "programs/main/program_table.hpp"
#include "solve/solver_names.hpp"
#include "support/parse.hpp"

#include <algorithm>

namespace escapade {

namespace {

using Programs = std::vector<std::string>;

Programs those(bool (*belongs)(const ProgramEntry&)) {
  Programs names;
  for (const ProgramEntry& program : program_table())
    if (belongs(program))
      names.push_back(program.name);
  return names;
}

template<class... Names>
Programs in(Names... names) {
  return {names...};
}

Programs with(Programs some, const Programs& more) {
  some.insert(some.end(), more.begin(), more.end());
  return some;
}

Programs without(Programs some, const Programs& these) {
  std::erase_if(some, [&](const std::string& name) {
    return std::find(these.begin(), these.end(), name) != these.end();
  });
  return some;
}

template<class Names>
std::string one_of(const Names& names) {
  std::string text;
  for (const char* name : names)
    text += (text.empty() ? "" : "|") + std::string(name);
  return text;
}

using K = OptionKind;
using R = OptionRange;
constexpr const char* coordinates = "units of the variables";

std::vector<OptionEntry> make_options() {
  const std::string equation = "Problem", space = "Domain, grid, sets", solver = "Solver",
                    only = "This kind of run", paths = "Trajectories", files = "Input and output";
  const Programs all = those([](const ProgramEntry&) { return true; });
  const Programs problem = those([](const ProgramEntry& p) { return p.states_a_problem(); });
  const Programs sampled = those([](const ProgramEntry& p) { return p.draws_random_numbers; });
  const Programs integrated =
      those([](const ProgramEntry& p) { return p.integrates_trajectories; });
  const Programs periodic = those([](const ProgramEntry& p) { return p.knows_periods; });
  const Programs solved = those([](const ProgramEntry& p) { return p.solves_chains; });
  const Programs leaving =
      those([](const ProgramEntry& p) { return p.needs.exit || p.needs.may_exit; });
  const Programs drawing = those([](const ProgramEntry& p) { return !p.draws_nothing; });
  const Programs with_fields = those([](const ProgramEntry& p) { return !p.fields.empty(); });
  const Programs by_solver = without(solved, in("fp-modes")); // SLEPc alone finds modes
  const Programs gridded = with(solved, in("fp-landscape", "fp-path", "mc-stationary"));
  const Programs graded = without(solved, in("mc-splitting", "fp-crosscheck"));
  return {
      {equation, "variables", K::text, "x,y|x", "x,y", "", problem,
       "names of the two coordinates, or of one: then -domain a,b, -cells n, one drift, one start"},
      {equation, "parameters", K::text, "\"k=2,eps=0.05\"", "", "", problem,
       "named constants for every expression"},
      {equation, "table", K::text, "\"F=FILE[:COLUMN]; G=...\"", "", "", problem,
       "functions F(x,y) known at points: a grid as PLUMED writes it, a CSV file (header; x, y, "
       "values) or an array of a .vti; where it has no value is no part of the domain",
       R::any, 0, ';'},
      {equation, "potential", K::text, "EXPR", "", "", problem,
       "potential V: drift -grad V, with -temperature"},
      {equation, "temperature", K::text, "EXPR", "", "", problem,
       "T in D = T I, or in D = T L I for -sgd_noise isotropic"},
      {equation, "kinetic", K::flag, "", "false", "", problem,
       "Langevin's equation in -potential, with -friction and -temperature: the variables (x,v "
       "unless named) are position and velocity, dx = v dt, dv = (-V' - G v) dt + sqrt(2 G T) dW"},
      {equation, "friction", K::text, "EXPR", "", "1/time", problem, "friction G of -kinetic"},
      {equation, "drift", K::text, "\"EXPR, EXPR\"", "", "", problem,
       "drift b of dx = b dt + sqrt(2 D) dW"},
      {equation, "diffusion", K::text, "\"EXPR\" or \"D11, D12, D22\"", "", "", problem,
       "diffusion D, with -drift"},
      {equation, "noise", K::text, "\"s11, s12, s21, s22\"", "", "", problem,
       "the matrix s itself, D = s s^T, with -drift"},
      {equation, "period", K::number, "P", "", "time", periodic,
       "period with which the problem depends on the time t", R::positive},
      {equation, "noise_floor", K::number, "E", "", "area/time", problem,
       "added to the diagonal of D: noise of rank one becomes regular", R::positive},
      {equation, "calculus", K::choice, "ito|stratonovich|isothermal", "ito", "", problem,
       "how the noise is read"},
      {equation, "loss", K::text, "EXPR", "", "", problem, "SGD on this loss"},
      {equation, "model", K::text, "EXPR", "", "", problem,
       "SGD on data: model f(variables; columns), L = <(f - target)^2>/2"},
      {equation, "sample_loss", K::text, "EXPR", "", "", problem,
       "SGD on data: loss l(variables; columns) of a row, L = <l>: logistic, cross-entropy, Huber"},
      {equation, "data", K::text, "FILE.csv", "", "", problem, "data with a header of column names",
       R::any, 0, ',', true},
      {equation, "target", K::text, "COLUMN", "y", "", problem, "the column the model is to match"},
      {equation, "regularization", K::text, "EXPR", "", "", problem,
       "added to the loss of -model or -sample_loss"},
      {equation, "learning_rate", K::number, "ETA", "", "time per step", problem,
       "learning rate of SGD; a schedule is an expression of the time t, e.g. 0.1/(1+t), of mc-sgd "
       "also of the step's number k",
       R::positive, 0, ',', false, "", true},
      {equation, "momentum", K::number, "B", "", "", problem,
       "momentum of SGD, v <- B v - eta g, below 1: of one parameter a the coordinates are a and "
       "its velocity p, in units of sqrt(eta) a step; of two by mc-sgd or -mc_scheme sgd",
       R::not_negative},
      {equation, "batch_size", K::number, "B", "", "samples", problem, "batch size of SGD",
       R::positive},
      {equation, "sgd_noise", K::choice,
       "hessian|covariance|gauss_newton|hessian_squared|isotropic", "hessian", "", problem,
       "model of the noise of SGD"},
      {equation, "sme_order", K::choice, "1|2", "1", "", problem,
       "2 adds the drift -(eta/4) grad |grad L|^2 of the second-order modified equation of SGD"},
      {equation, "minimum", K::numbers, "\"a,b\"", "", coordinates, problem,
       "descent from here reaches the minimum that -sgd_noise hessian is taken at (else from "
       "-start)",
       R::any, 2, ',', false, "a"},

      {space, "domain", K::numbers, "\"x0,x1,y0,y1\"", "", coordinates, problem,
       "the box; of one variable a,b", R::any, 4, ',', false, "a,b"},
      {space, "cells", K::integers, "nx,ny", "256,256", "", gridded,
       "cells of the grid; of one variable n (4096)", R::positive, 2, ',', false, "n"},
      {space, "frame", K::text, "axes|noise|way_out|DEGREES", "", "degrees", gridded,
       "orientation of the grid (default: noise where the eigenvectors of D are constant and "
       "oblique, else axes); way_out, for weak noise: angle and proportions by the most probable "
       "way out, with as many cells as -cells makes in all"},
      {space, "grade", K::text, "auto|\"EXPR, EXPR\"", "", "", graded,
       "cells closer where something happens: about the critical points, or by the density of "
       "cells "
       "along each axis of the frame",
       R::any, 0, ','},
      {space, "transport", K::choice, "auto|edges|flow", "auto", "", solved,
       "how drift moves probability on a grid: over edges, or by jumps along its flow (auto: flow "
       "where the drift outweighs the noise over an edge where the probability is)"},
      {space, "boundary", K::text, "reflecting|absorbing|periodic", "reflecting", "", problem,
       "all sides, or four of these for x0,x1,y0,y1 (one variable: two); with -mesh also "
       "\"rim: absorbing; wall: reflecting\"",
       R::any, 0, ','},
      {space, "mesh", K::text, "FILE.msh", "", "", gridded, "Gmsh triangles instead of a grid",
       R::any, 0, ',', true},
      {space, "refine", K::integer, "N", "1", "times", gridded,
       "cut every triangle of -mesh into four N times; the meshes on the way give the errors",
       R::not_negative},
      {space, "exit", K::text, "\"x > 0.5 or y > 4\"", "", "",
       with(leaving, in("fp-landscape", "mc-sgd")),
       "exit set; each operand of a top-level or is one part"},
      {space, "set_a", K::text, "\"x < -1\"", "", "", in("fp-committor", "fp-crosscheck"),
       "set A of the committor"},
      {space, "set_b", K::text, "\"x > 1\"", "", "", in("fp-committor", "fp-crosscheck"),
       "set B of the committor"},
      {space, "sets", K::text, "\"A: x < -1; B: x > 1\"", "", "", in("fp-network", "fp-crosscheck"),
       "the states of a network, or wells: cores about the drift's stable rest points", R::any, 0,
       ';'},
      {space, "start", K::numbers, "\"x,y\"", "", coordinates, problem,
       "where values are reported and trajectories begin: a point, a well by its number (well 2, "
       "as "
       "fp-landscape counts them) or the well in a set of -sets or -regions by its name",
       R::any, 2, ',', false, "a", false, true},
      {space, "starts", K::text, "\"x,y; x,y\"", "", coordinates,
       in("fp-exit", "fp-committor", "mc-exit", "mc-sgd", "fp-crosscheck"), "several of them",
       R::any, 0, ';'},
      {space, "regions", K::text, "\"left: x < 0; right: x > 0\"", "", "",
       in("fp-stationary", "mc-stationary", "fp-crosscheck"),
       "named regions whose probability is reported", R::any, 0, ';'},

      {solver, "solver", K::choice, one_of(solver_names), "auto", "", by_solver,
       "how the equations are solved"},
      {solver, "solve_tolerance", K::number, "E", "1e-6", "relative", by_solver,
       "largest certified relative error accepted from an iterative solve", R::positive},
      {solver, "precision", K::choice, "double|extended", "double", "", by_solver,
       "numbers of the direct solver; it switches by itself where the range needs it"},
      {solver, "error_estimate", K::boolean, "true|false", "true", "",
       without(solved, in("mc-splitting")), "estimate errors on a sequence of grids"},
      {solver, "accept_unresolved", K::flag, "", "false", "",
       with(without(solved, in("mc-splitting")), in("fp-path")),
       "print numbers whose error is as large as they are, in place of status 3"},
      {solver, "compile", K::choice, "auto|never", "auto", "", problem,
       "expressions to machine code"},

      {only, "observables", K::text, "\"speed: x^2 + y^2; height: y\"", "", "", in("fp-stationary"),
       "named functions of the variables whose mean, variance and correlation time are reported",
       R::any, 0, ';'},
      {only, "observable", K::text, "EXPR", "", "",
       in("fp-spectrum", "fp-stationary", "fp-crosscheck"),
       "function of the variables whose fluctuations are asked for; of fp-stationary with -period, "
       "whose signal-to-noise ratio"},
      {only, "frequencies", K::text, "F0:F1:N[:log]", "", "1/time",
       in("fp-spectrum", "fp-crosscheck"),
       "frequencies (cycles per time) of the two-sided power spectral density"},
      {only, "lags", K::text, "T0:T1:N[:log]", "", "time", in("fp-spectrum"),
       "times of the correlation function"},
      {only, "moments", K::integer, "N", "", "", in("fp-exit"),
       "also report the raw moments E[T^n], n = 1 ... N, of the exit time", R::positive},
      {only, "modes", K::integer, "N", "6", "", in("fp-modes"), "relaxation modes wanted",
       R::positive},
      {only, "t_end", K::number, "T", "", "time", in("fp-evolve", "fp-crosscheck"),
       "last time; of fp-crosscheck where the problem depends on the time", R::positive},
      {only, "frames", K::integer, "N", "10", "", in("fp-evolve", "fp-stationary"),
       "times after t = 0 that are written; of fp-stationary times of a -period, from t = 0 on, "
       "none unless given",
       R::positive},
      {only, "initial", K::text, "EXPR|FILE", "", "", in("fp-evolve"),
       "initial density, in place of -start where both are given; scaled to the integral 1, so "
       "that e.g. "
       "exp(-50*(x^2+y^2)) is a Gaussian; or that of a former run's .vti, .vts, .vtu file or "
       ".pvti, .pvts, .pvtu header"},
      {only, "restart", K::text, "FILE", "", "", in("fp-evolve"),
       "go on from this frame (.vti, .vts, .vtu, or the .pvti, .pvts, .pvtu of its pieces) of the "
       "same evolution",
       R::any, 0, ',', true},
      {only, "integrator", K::choice, "auto|uniformisation|implicit|ts", "auto", "",
       in("fp-evolve"),
       "how time is advanced (auto: uniformisation, where time is long against the fastest rate "
       "implicit; ts: the same implicit steps under PETSc's TS, options -evolve_ts_...)"},
      {only, "time_tolerance", K::number, "E", "1e-8", "mass", in("fp-evolve"),
       "largest error of an implicit step", R::positive},
      {only, "target_point", K::numbers, "\"x,y\"", "", coordinates, in("fp-path"),
       "where the path ends", R::any, 2, ',', false, "a"},
      {only, "noise_level", K::number, "E", "", "", in("fp-path"),
       "e in D = e D', for the reduced action", R::positive},
      {only, "inputs", K::text, "A.json,B.json", "", "", in("mc-merge"),
       "files to join; bare file names do too"},

      {paths, "mc_paths", K::integer, "N", "10000", "paths", sampled,
       "number of trajectories (mc-sgd: runs a start, 20; mc-splitting: shared by -mc_repeats)",
       R::positive},
      {paths, "mc_first_path", K::integer, "N", "0", "", sampled,
       "number of the first one, for slices of a job array", R::not_negative},
      {paths, "mc_seed", K::integer, "N", "1", "", sampled,
       "seed; a path's numbers depend on the seed and its own number alone", R::not_negative},
      {paths, "mc_dt", K::text, "DT|auto", "", "time", sampled,
       "time step (default: learning rate for sgd, else min(learning rate, 0.02/|grad b|), "
       "the steepest that pilot paths from the start meet); auto, for mc-exit: halved until the "
       "mean exit time is stable within its standard error"},
      {paths, "mc_scheme", K::choice, "euler|time_changed|heun|tamed|sgd", "euler", "", sampled,
       "integrator"},
      {paths, "mc_batches", K::choice, "independent|replacement|epoch", "independent", "", sampled,
       "how sgd draws its batches"},
      {paths, "mc_bridge", K::boolean, "true|false", "true", "", sampled,
       "Brownian-bridge correction of exits between steps"},
      {paths, "mc_table", K::text, "N|NX,NY", "", "cells", integrated,
       "drift and noise from a bicubic table of the box, its error reported; for models whose "
       "evaluation is expensive"},
      {paths, "mc_max_time", K::number, "T", "", "time", sampled, "give up a trajectory after this",
       R::positive},
      {paths, "mc_burn_in", K::number, "T", "", "time", in("mc-stationary", "fp-crosscheck"),
       "part of -mc_max_time left out while the start is forgotten (default: a fifth of it)",
       R::positive},
      {paths, "mc_window", K::integer, "N", "1000", "iterations", in("mc-sgd"),
       "a run has converged where its mean over so many iterations is that of those before",
       R::positive},
      {paths, "mc_tolerance", K::number, "E", "1e-4", coordinates, in("mc-sgd"),
       "within this, in both variables", R::positive},
      {paths, "mc_records", K::boolean, "true|false", "false", "", in("mc-exit"),
       "also write PREFIX.records, what mc-merge joins; always done with -mc_first_path"},
      {paths, "mc_save", K::integer, "N", "0", "paths", in("mc-exit"),
       "trajectories written to a file", R::not_negative},
      {paths, "mc_repeats", K::integer, "N", "20", "runs", in("mc-splitting"),
       "independent runs of splitting that share -mc_paths; their scatter is the error",
       R::positive},
      {paths, "score", K::text, "EXPR", "", "", in("mc-splitting"),
       "what splitting climbs (default: probability to leave before the core, from the finite "
       "volumes)"},
      {paths, "mc_checkpoint", K::text, "FILE", "", "", in("mc-exit"),
       "save finished batches here and go on from them"},

      {files, "problem", K::text, "FILE.yaml", "", "", all,
       "read options from a file of lines \"option: value\"; may be repeated"},
      {files, "rerun", K::text, "PREFIX.json", "", "", all, "repeat the run that wrote this file"},
      {files, "sweep", K::text, "NAME=V1,V2,...|NAME=FROM:TO:N[:log]", "", "", problem,
       "repeat for each value of a numeric option or of one of the -parameters; a second -sweep "
       "(in a "
       "file: a list) makes the product of both. What is done is kept in PREFIX.sweep until all is",
       R::any, 0, ';'},
      {files, "output", K::text, "PREFIX", "", "", all,
       "prefix of all files written (default: the program's name)"},
      {files, "plot", K::flag, "png|pdf|svg", "false", "", drawing,
       "also draw a picture, PREFIX.png or in the named format (by Python with matplotlib)"},
      {files, "csv", K::flag, "", "false", "", all,
       "also write PREFIX.csv: every number with its error (always done with -sweep, of time "
       "series and survival curves)"},
      {files, "fields", K::text, "NAME,NAME|none", "all of them", "", with_fields,
       "the fields to write"},
      {files, "units", K::text, "\"x=nm, y=nm, time=ns\"", "none", "", problem,
       "units of the variables, of time and of energy (the potential), for tables, files and "
       "pictures; numbers stay as they are"},
      {files, "help", K::flag, "", "false", "", all, "print this"},
      {files, "help_petsc", K::flag, "", "false", "", all,
       "run, and print the options of PETSc and SLEPc that the run asks for"},
      {files, "version", K::flag, "", "false", "", all, "print the versions"},
      {files, "citations", K::flag, "", "false", "", all, "print BibTeX of the methods used"},
  };
}

} // namespace

std::vector<std::string> OptionEntry::choices() const {
  const bool lists = kind == OptionKind::choice || (kind == OptionKind::flag && !value.empty());
  return lists ? split(value, '|') : std::vector<std::string>{};
}

const std::vector<OptionEntry>& option_table() {
  static const std::vector<OptionEntry> table = make_options();
  return table;
}

const OptionEntry* find_option(std::string_view name) {
  const auto& table = option_table();
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const OptionEntry& entry) { return entry.name == name; });
  return found == table.end() ? nullptr : &*found;
}

bool uses(const std::string& program, const OptionEntry& option) {
  return program_named(program).name.empty() || // someone else's: nothing is known of it
         std::find(option.programs.begin(), option.programs.end(), program) !=
             option.programs.end();
}

} // namespace escapade
