// A method for one process, at work for several ranks: on the first one.
#pragma once

#include "solve/method.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace escapade {

/// The lattice of all cells on rank 0, from one of all cells there or from each rank's own part;
/// nothing where neither is known everywhere.
std::optional<Lattice> whole_lattice(MPI_Comm comm, const Lattice* lattice, const Generator& rows);

/// What `make` makes on rank 0, with right sides gathered there and answers scattered to the ranks'
/// `rows` rows. A failure there is thrown everywhere. `notice`: one for the report of several.
std::unique_ptr<Method> made_on_first_rank(MPI_Comm comm, std::int64_t rows,
                                           const std::function<std::unique_ptr<Method>()>& make,
                                           const std::string& notice = {});

} // namespace escapade
