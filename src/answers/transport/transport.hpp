// How the drift of a question moves on its grids: over edges where they resolve it, else by jumps
// along its flow.
#pragma once

#include "answers/grids/chain_run.hpp"
#include "escapade/error.hpp"

#include <string>

namespace escapade {

/// The question's shape with edges or flow for its transport, as asked for. Where that is left
/// open:
///   edges   of triangles, of potentials and losses, between the ends of a line and where D⁻¹b has
///           no curl, for the multilevel solver, and where the drift outweighs the noise over none
///           of the grid's edges
///   else    what the edges of a grid of twice the spacing diffuse themselves, where a chain by
///   flow
///           on that grid has its mass (with exits: spends its time, begun anywhere), decides
/// Collective. BadInput where flow is asked for on triangles.
GridShape with_transport(const GridQuestion& question);

/// A grid that is not needed may be refused: by all ranks together. Returns why; empty if it is
/// not.
template<class Work>
std::string unless_refused(const Work& work) {
  try {
    work();
  } catch (const BadInput& e) {
    return e.what();
  } catch (const NotTrusted& e) {
    return e.what();
  }
  return {};
}

} // namespace escapade
