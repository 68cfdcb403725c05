// PREFIX.csv: the numbers of a run with their errors, for spreadsheets and scripts.
#pragma once

#include "programs/options/options.hpp"
#include "programs/report/json.hpp"

#include <string>
#include <vector>

namespace escapade {

/// Whether the run writes PREFIX.csv: -csv, a sweep, or results that are series.
bool wants_csv(const Options& options, const Json& results);

/// The table: of a sweep a row a run, of an evolution a row a time, else a row a number, those of a
/// survival curve with the time in the column "at". `variables` name the parts of vectors.
std::string csv_of(const Json& results, const std::vector<std::string>& swept,
                   const std::vector<std::string>& variables);

} // namespace escapade
