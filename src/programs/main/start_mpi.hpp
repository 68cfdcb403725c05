// The start of MPI, alone or under a launcher.
#pragma once

namespace escapade {

/// Whether a launcher such as mpiexec started this process.
bool under_launcher();

/// By the launcher's environment, before MPI starts; true without one.
bool is_first_process();

/// MPI_Init for this process; CannotWrite where MPI would find no folder for its files. Signals to
/// stop wait until it is done.
void start_mpi(int argc, char** argv);

} // namespace escapade
