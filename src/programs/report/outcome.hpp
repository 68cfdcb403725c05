// What a question hands to the program around it, and the program around it: writing of
// PREFIX.json, VTK files, tables and picture, and repetition over -sweep.
#pragma once

#include "escapade/answers/answer.hpp"
#include "escapade/output/vtk.hpp"
#include "programs/main/program_table.hpp"
#include "programs/main/session.hpp"
#include "programs/options/options.hpp"
#include "programs/report/summary.hpp"
#include "programs/setup/setup.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace escapade {

/// Known to better than itself: than a factor e, or of rare events than 2 % of the exponent.
bool resolved(const Number& number);

struct Outcome {
  Json grid = Json::object();
  Json solver = Json::object();
  Json results = Json::object();
  std::vector<std::pair<std::string, std::string>> table; // name, value; printed in this order
  /// Of all cells on rank 0, or a piece on every rank.
  std::optional<FieldFile> fields;
  std::vector<Polyline> paths;
  /// Writes further files with this prefix and returns their names; called on rank 0.
  std::function<std::vector<std::string>(const std::string& prefix)> write_more;
  std::optional<std::pair<std::string, Number>> headline; // its name, and what -sweep fits
  /// For the run to have an answer, of each of these one number must be known: a variance may be 0.
  /// With what stands in front of them in a message.
  std::vector<std::vector<std::pair<std::string, Number>>> must_resolve;
  std::string remedy;     // what would make them known, where the problem tells
  std::string unresolved; // why no number can be trusted; empty as a rule
  bool partial = false;
  bool holds_table_errors = false; // standard errors of trajectories do
  int status = 0;

  /// A number as a result and as a line of the table.
  void add(Json& place, const std::string& line, const Number& number, bool several = false);
  /// The mean time of the exits through a part; of a single part the table has it already.
  void add_time_by_part(const std::vector<std::string>& parts, std::size_t k, const Number& time,
                        bool several);
};

/// The value in its place, or where there are `several` starts as the last of a list there.
void put(Json& place, Json value, bool several);

/// Coordinates of a point; vectors and matrices (xx, xy, yy) of numbers: of one variable with one
/// entry.
Json to_json(const Setup& setup, Vec2 point);
Json to_json(const Setup& setup, const std::array<Number, 2>& vector);
Json to_json(const Setup& setup, const std::array<Number, 3>& matrix);

/// "mean of x" and the like of two moments, as many as there are.
struct NamedMoment {
  std::string name;
  std::size_t index; // of mean or of covariance
};
std::vector<NamedMoment> means_of(const Setup& setup);
std::vector<NamedMoment> covariances_of(const Setup& setup);
/// "the variance of x", its number; …
std::vector<std::pair<std::string, Number>> variances_of(const Setup& setup,
                                                         const std::array<Number, 3>& covariance);

/// What every VTK file of a run says of its origin: program, command, versions, checksum of data.
std::map<std::string, std::string> provenance_of(const Options& options, const Setup& setup);

/// Body of a program: reads the setup with its needs before MPI starts, asks its question (once, or
/// for each value of -sweep) and writes what came out. Returns the exit status of the process.
int run_question_program(const ProgramEntry& program, int argc, char** argv);

/// How this run wants its answers found; grids that take much memory are announced on stdout.
Effort effort_of(Session& session, const Setup& setup);

/// NotTrusted where no grid resolves the problem: the scheme's diffusion hides the noise, or what
/// must be known has an error as large as itself (a factor e, of rare events 2 % of the exponent).
void refuse_unresolved(const Session& session, const Setup& setup, const Options& options,
                       const Outcome& outcome);

/// "grid" and "solver" of the JSON summary.
Json to_json(const GridReport& report);
Json to_json(const SolverReport& report);

/// Grid, solver and fields of an answer into the outcome; its warnings to stderr. Moves the fields
/// out of the answer.
void take_answer(const Session& session, GridAnswer& answer, Outcome& out);

} // namespace escapade
