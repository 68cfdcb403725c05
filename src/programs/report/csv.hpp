// PREFIX.csv: every number of the results with its error, for those who go on with a spreadsheet.
#pragma once

#include "programs/report/json.hpp"

#include <string>
#include <vector>

namespace escapade {

/// One line a number: quantity, time (of those that are lists over `times`), value, error, log, … .
/// Lists are counted from 0: "mean[1]", "covariance[0][1]".
std::string csv_of_numbers(const Json& results);

/// One line a run: `at` (one number of each name), then a column for each number of the results and
/// for its error. What a run has not is left blank.
struct CsvRun {
  std::vector<double> at;
  Json results;
};
std::string csv_of_runs(const std::vector<std::string>& names, const std::vector<CsvRun>& runs);

} // namespace escapade
