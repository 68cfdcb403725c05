// What a problem's options were, as text: files to go on from (frames, checkpoints) keep it, and
// refuse to be continued with another problem.
#pragma once

#include "programs/setup/setup.hpp"

#include <string>

namespace escapade {

/// "name=value\n", or "name=(default)\n".
std::string key_line(const Options& options, const std::string& name);

/// A line for each option that states the problem (the first group of the table); of data the
/// checksum in place of the file's name.
std::string problem_key(const Options& options, const Setup& setup);

} // namespace escapade
