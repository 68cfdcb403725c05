#pragma once
#include "generator/distribute.hpp"
#include <functional>
#include <mpi.h>
namespace escapade {
void agree(MPI_Comm comm, const std::function<void()>& action);
}
