#include "programs/setup/readers.hpp"

#include "escapade/error.hpp"
#include "programs/main/program_table.hpp"
#include "support/memory.hpp"
#include "support/parse.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace escapade {

namespace {

/// reflecting, absorbing, or "name: kind; name: kind" of physical curves; those left out reflect.
MeshBoundary read_boundary(const Options& options, const GmshMesh& shape) {
  const std::string& text = options.text("boundary");
  MeshBoundary boundary;
  if (text == "reflecting")
    return boundary;
  if (text == "absorbing") {
    boundary.whole_rim = true;
    return boundary;
  }
  std::set<std::string> seen;
  std::string list;
  for (const auto& entry : shape.curve_name)
    list += (list.empty() ? "" : ", ") + entry.second;
  if (trimmed(text).empty() || text.find_first_not_of("; \t") == std::string::npos)
    throw BadInput("-boundary \"" + text +
                   "\": with -mesh give reflecting, absorbing, or \"name: "
                   "absorbing; name: reflecting\" of physical curves");
  for (const std::string& item : split(text, ';')) {
    if (trimmed(item).empty())
      continue;
    const auto colon = item.rfind(':');
    const std::string name = colon == std::string::npos ? "" : trimmed(item.substr(0, colon));
    const std::string kind = colon == std::string::npos ? "" : trimmed(item.substr(colon + 1));
    if (name.empty() || (kind != "reflecting" && kind != "absorbing"))
      throw BadInput("-boundary \"" + text +
                     "\": with -mesh give reflecting, absorbing, or "
                     "\"name: absorbing; name: reflecting\" of physical curves");
    if (!seen.insert(name).second)
      throw BadInput("-boundary \"" + text + "\": '" + name + "' is given twice");
    if (kind == "absorbing")
      boundary.curve.push_back(name);
    const auto& known = shape.curve_name;
    if (std::none_of(known.begin(), known.end(), [&](const auto& c) { return c.second == name; }))
      throw BadInput("-boundary \"" + text + "\": the mesh has no physical curve '" + name +
                     "'; it has " + (known.empty() ? "none: name them in the .geo file" : list));
  }
  return boundary;
}

} // namespace

MeshInput read_mesh(const Options& options) {
  const ProgramEntry& program = program_named(options.program());
  if (program.draws_random_numbers && !program.follows_mesh_outline)
    throw BadInput("-mesh " + options.text("mesh") + ": " + options.program() +
                   " knows boxes (-domain) and exit sets (-exit) only; give these instead, or "
                   "compare trajectories on the mesh by fp-crosscheck");
  if (program.integrates_trajectories && options.given("mc_table"))
    throw BadInput("-mc_table " + options.text("mc_table") +
                   ": tables cover boxes; leave it out with -mesh");
  for (const char* name : {"domain", "cells", "frame"})
    if (options.given(name))
      throw BadInput(std::string("-") + name +
                     " does not go with -mesh: the triangles are the "
                     "domain and the cells; -refine makes them finer");
  if (options.integer("refine") > 12)
    throw BadInput("-refine " + options.text("refine") +
                   ": every step makes four times as many triangles; give at most 12");
  MeshInput input;
  input.shape = read_gmsh(options.text("mesh"));
  input.boundary = read_boundary(options, input.shape);
  // A triangle of the finest mesh takes about 300 bytes here, and some 500 in the solve.
  const double triangles = static_cast<double>(input.shape.triangle.size());
  const auto free = static_cast<double>(available_memory());
  const auto refine = options.integer("refine");
  if (800 * triangles * std::pow(4.0, static_cast<double>(refine)) > free)
    throw BadInput("-refine " + options.text("refine") + ": makes " +
                   std::to_string(static_cast<std::int64_t>(
                       triangles * std::pow(4.0, static_cast<double>(refine)))) +
                   " triangles, for which this machine has no memory; at most -refine " +
                   std::to_string(std::max<std::int64_t>(
                       0, static_cast<std::int64_t>(
                              std::floor(std::log(free / 800 / triangles) / std::log(4.0))))) +
                   " fits");
  Vec2 low = input.shape.node.front(), high = low;
  for (Vec2 p : input.shape.node) {
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  input.extent = {low.x, high.x, low.y, high.y, {}};
  return input;
}

std::shared_ptr<const Mesh> mesh_for(const Options& options, const MeshInput& input,
                                     const Problem& problem) {
  Sym2 d0{1, 0, 1};
  if (problem.constant_direction)
    d0 = *problem.constant_direction;
  else if (problem.coefficients)
    throw BadInput("-mesh " + options.text("mesh") +
                   ": the direction of the noise changes from place to place; triangles need D = "
                   "s(x) D0 with a constant matrix D0 (isotropic noise, -sgd_noise hessian): use "
                   "-domain and -cells for any other");
  if (!(determinant(d0) > 1e-12 * trace(d0) * trace(d0)))
    throw BadInput("-mesh " + options.text("mesh") +
                   ": the diffusion is singular; triangles need noise in every direction: use "
                   "-domain and -cells, or add a small isotropic part to it");
  return refined_mesh(make_mesh(input.shape, options.text("mesh"), input.boundary, d0),
                      input.boundary, static_cast<int>(options.integer("refine")));
}

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
