// The boundary of a mesh as trajectories meet it.
#include "programs/setup/read_mesh.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace escapade {

std::shared_ptr<const Outline> outline_of(const Mesh& mesh, const MeshBoundary& boundary) {
  const Mesh* file = &mesh; // refining leaves the boundary where it is
  while (file->coarser)
    file = file->coarser.get();
  const GmshMesh& m = file->shape;
  const auto key = [](std::int32_t a, std::int32_t b) { return std::pair(a, b); };
  std::map<std::pair<std::int32_t, std::int32_t>, std::int32_t> part;
  for (const GmshLine& line : m.line) {
    const auto name = m.curve_name.find(line.curve);
    if (name == m.curve_name.end())
      continue;
    const auto found = std::find(boundary.curve.begin(), boundary.curve.end(), name->second);
    if (found == boundary.curve.end())
      continue;
    const auto k = static_cast<std::int32_t>(found - boundary.curve.begin());
    part[key(line.node[0], line.node[1])] = part[key(line.node[1], line.node[0])] = k;
  }
  std::map<std::pair<std::int32_t, std::int32_t>, int> directed;
  for (const auto& t : m.triangle)
    for (std::size_t c = 0; c < 3; ++c)
      directed[key(t[c], t[(c + 1) % 3])] = 1;
  std::vector<OutlineEdge> edges; // those that one triangle has, to its left
  for (const auto& entry : directed) {
    const auto [a, b] = entry.first;
    if (directed.contains(key(b, a)))
      continue;
    const auto found = part.find(key(a, b));
    edges.push_back({m.node[a], m.node[b],
                     boundary.whole_rim    ? 0
                     : found != part.end() ? found->second
                                           : -1});
  }
  return std::make_shared<const Outline>(std::move(edges),
                                         static_cast<std::int32_t>(mesh.exit_name.size()));
}

} // namespace escapade
