// -frame way_out: the grid turned to the most probable way out. It leads from -start, else from the
// one well outside of the exit set, to the exit set or through absorbing sides; for committors from
// the well in -set_a to -set_b.
//
// On the way θ(s) of least action, θ′ = b + 2 D p, with b the drift, D the noise and p the
// momentum, the chain's own Hamiltonian vanishes at a share of p only; the angle and the proportion
// of the cells are those with the largest share (docs/explanation/weak-noise.md, "Barriers where
// the drift over an edge exceeds the noise"; the momentum: Freidlin and Wentzell, Random
// Perturbations of Dynamical Systems, chapter 5).
#pragma once

#include "programs/main/session.hpp"
#include "programs/setup/setup.hpp"

#include <optional>
#include <string>

namespace escapade {

/// Whether it is given to a program that has a grid to turn.
bool wants_way_out(const Options& options);

/// BadInput where there is no way out to follow, saying what to do. `setup` has its domain, exit
/// set and the shape that the grid would have without the option.
void check_way_out(const Options& options, const Setup& setup);

/// The setup with the grid turned and `way_out` set. BadInput where no way out is found.
Setup turned_to_way_out(const Session& session, const Options& options, const Setup& setup);

/// The frame of the way out where it is not in use and worth it. MPI must have begun.
std::optional<WayOutFrame> better_way_out(const Options& options, const Setup& setup);

/// "-frame way_out (2.349 degrees, 108 x 612 cells)"
std::string text_of(const WayOutFrame& frame);

} // namespace escapade
