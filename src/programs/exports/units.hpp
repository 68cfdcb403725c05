// -units: what the fields and the printed numbers of a run are labelled with.
#pragma once

#include "escapade/answers/fields.hpp"
#include "programs/options/options.hpp"

#include <string>
#include <utility>
#include <vector>

namespace escapade {

/// BadInput where -units is no list of NAME=UNIT of the variables, time and energy.
void check_units(const Options& options);

/// Units behind the printed numbers that have one, and in place of "time", "1/area" and the like in
/// the fields. Nothing without -units.
void put_units(const Options& options, std::vector<std::pair<std::string, std::string>>& table);
void put_units(const Options& options, FieldFile& file);

} // namespace escapade
