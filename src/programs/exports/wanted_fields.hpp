// -fields NAME,NAME|none: which of the fields of a run are written.
//
//   name = one that the program writes (the list lies in the source); some go on with a number or a
//          name: mode_2, exit_probability_right.   none = no file of fields
// Names are looked at twice: before the solve by that list, after it by what the run has.
#pragma once

#include "escapade/answers/fields.hpp"
#include "programs/options/options.hpp"

namespace escapade {

/// BadInput where -fields names one that no run of the program writes. Before the solve.
void check_fields(const Options& options);

/// Whether the run writes fields at all.
bool writes_fields(const Options& options);

/// Leaves the fields that -fields names. All must be in the program's entry of the program table:
/// std::logic_error, so that no test passes without. BadInput where one of them is none of the
/// run's.
void keep_wanted_fields(const Options& options, FieldFile& file);

} // namespace escapade
