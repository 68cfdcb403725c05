// PREFIX.json: what a run was asked, how it was done and what came out. Nothing here knows of
// MPI: one rank writes, the caller sees to it that all learn of a failure.
#pragma once

#include "escapade/answers/number.hpp"
#include "programs/report/json.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace escapade {

class Options;

/// Version of the layout of the file.
inline constexpr int summary_schema = 1;

/// Keys in the order value, log, error, log_error, order, extrapolated and its error, or value,
/// log, standard_error, samples. value is null where it over- or underflows, error also where
/// error_unknown says why.
Json to_json(const Number& number);

/// {"value": [...], "error": [...], ...} of a vector, or of a matrix row by row if columns > 0.
/// log and log_error stand beside values that over- or underflow. What one of them lacks is null in
/// its place, what all of them lack is left out (error: null). NotTrusted for values that are not
/// finite; std::logic_error where the columns do not fit.
Json to_json(const std::vector<Number>& numbers, std::size_t columns = 0);

/// For tables: to_text(number), what the grids lead to at h = 0, and why there is no error.
std::string to_line(const Number& number);

/// Names and versions of the libraries in use: PETSc, SLEPc, VTK.
std::vector<std::pair<std::string, std::string>> libraries();

/// The file's content; problem, grid, solver and results are filled by the program.
struct Summary {
  std::string program;
  std::optional<std::int64_t> seed; // null in the file where no random numbers are used
  std::vector<std::pair<std::string, std::string>> options;
  std::vector<std::string> unused_options;
  int ranks = 1;
  bool partial = false; // stopped by a signal: "partial": true is written
  Json problem = Json::object();
  Json grid = Json::object();
  Json solver = Json::object();
  Json table = Json::object(); // left out where empty
  Json results = Json::object();
};

/// Program, options, unused options and, for programs that draw random numbers, the seed.
Summary begin_summary(const Options& options, int ranks);

/// The text of the file. NotTrusted naming the place if any number is not finite: JSON has none
/// such, and null must not stand for a failed computation.
std::string to_text(const Summary& summary);

/// Writes PREFIX.json whole or not at all; NotTrusted as above, CannotWrite.
void write_summary(const std::string& prefix, const Summary& summary);

} // namespace escapade
