// Numbers of options as constant expressions, and named constants from several sources.
#pragma once

#include "programs/options/option_table.hpp"
#include "programs/options/options.hpp"

#include <string>

namespace escapade {

/// The parameters of an earlier source with those of a later one, name by name:
/// "k=2,eps=0.05" and "k=3" give "k=3,eps=0.05".
std::string merged_parameters(const std::string& earlier, const std::string& later);

/// Whether a parameter of that name is among them.
bool has_parameter(const std::string& parameters, const std::string& name);

/// The value of an option of numbers with constant expressions, "-pi,pi" or "k/10", replaced by
/// their values; what is no such expression stays, for the check of values to complain about.
std::string with_numbers(const OptionEntry& entry, const std::string& value,
                         const std::string& parameters);

/// BadInput where an option has not as many numbers as there are variables.
void check_counts(const Options& options);

} // namespace escapade
