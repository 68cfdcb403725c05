// MPI's C interface. OpenMPI's header would also bring its deprecated C++ classes, which need a
// library of their own at link time.
#pragma once

#ifndef OMPI_SKIP_MPICXX
#define OMPI_SKIP_MPICXX 1
#endif
#include <mpi.h>
