// Everything that a program of its own needs: problems and sets (problem), where they live (grid),
// and the answers, each in one call, with errors. Link to the CMake target escapade::escapade.
// Start MPI first; PETSc and SLEPc (SlepcInitialize) only for krylov solves and relaxation_modes.
#pragma once

#include "escapade/answers/committor.hpp"
#include "escapade/answers/evolution.hpp"
#include "escapade/answers/exits.hpp"
#include "escapade/answers/landscape.hpp"
#include "escapade/answers/modes.hpp"
#include "escapade/answers/network.hpp"
#include "escapade/answers/path.hpp"
#include "escapade/answers/rate.hpp"
#include "escapade/answers/spectrum.hpp"
#include "escapade/answers/stationary.hpp"
#include "escapade/answers/trajectories.hpp"
#include "escapade/answers/way_out_frame.hpp"
#include "escapade/error.hpp"
#include "escapade/grid/mesh.hpp"
#include "escapade/output/vtk.hpp"
#include "escapade/problem/line.hpp"
#include "escapade/problem/make.hpp"
#include "escapade/problem/sgd.hpp"
#include "escapade/problem/time.hpp"
#include "escapade/version.hpp"
