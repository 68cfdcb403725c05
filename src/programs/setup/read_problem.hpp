// Reading the problem itself; private to this room.
#pragma once

#include "programs/setup/setup.hpp"

namespace escapade {

/// -variables and -parameters.
Symbols read_symbols(const Options& options);

/// -potential, -drift, -loss or -model with their companions; fills problem, loss, data, model,
/// target, description and notices. The domain and the starts have been read.
void read_problem(const Options& options, const Needs& needs, Setup& setup);

/// That of -loss, or of -model and -data: SGD and the model of its noise.
void read_sgd(const Options& options, const Needs& needs, Setup& setup);

Calculus read_calculus(const Options& options);

/// BadInput where one of these options is given beside -`with`.
void refuse(const Options& options, const std::string& with,
            std::initializer_list<const char*> names);

/// BadInput for temperatures so small that the loss of digits would be blamed on something else.
void check_temperature(const Options& options, double T);

} // namespace escapade
