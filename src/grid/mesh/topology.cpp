#include "grid/mesh/topology.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

namespace escapade {

namespace {

std::uint64_t key(std::int32_t a, std::int32_t b) {
  return static_cast<std::uint64_t>(std::min(a, b)) << 32 |
         static_cast<std::uint64_t>(std::max(a, b));
}

Vec2 middle(const GmshMesh& shape, const std::array<std::int32_t, 3>& t) {
  return (1.0 / 3) * (shape.node[t[0]] + shape.node[t[1]] + shape.node[t[2]]);
}

/// Each vertex must have one fan of triangles around it.
void check_fans(const GmshMesh& shape, const std::vector<MeshSide>& sides,
                const std::string& file) {
  std::vector<std::int32_t> triangles(shape.node.size(), 0), edges(shape.node.size(), 0),
      boundary(shape.node.size(), 0);
  for (const auto& t : shape.triangle)
    for (std::int32_t v : t)
      ++triangles[v];
  for (const MeshSide& s : sides)
    for (std::int32_t v : {s.a, s.b}) {
      ++edges[v];
      boundary[v] += s.right < 0;
    }
  for (std::size_t v = 0; v < shape.node.size(); ++v)
    if (boundary[v] > 2 || edges[v] - triangles[v] != boundary[v] / 2)
      throw BadInput("the grid's mesh " + file + ": dangling triangles: those around " +
                     point_text(shape.node[v]) +
                     " hang together in that point only; join them by an edge or remove some");
}

} // namespace

void orient_triangles(GmshMesh& shape, const std::string& file) {
  std::size_t clockwise = 0;
  const auto doubled = [&](const std::array<std::int32_t, 3>& t) {
    const Vec2 a = shape.node[t[1]] - shape.node[t[0]], b = shape.node[t[2]] - shape.node[t[0]];
    const double cross = a.x * b.y - a.y * b.x;
    if (!(std::abs(cross) > 1e-12 * (dot(a, a) + dot(b, b))))
      throw BadInput("the grid's mesh " + file + ": the triangle around " +
                     point_text(middle(shape, t)) +
                     " is flat; mesh again with gmsh -2 -algo front2d");
    return cross;
  };
  for (const auto& t : shape.triangle)
    clockwise += doubled(t) < 0;
  if (clockwise != 0 && clockwise != shape.triangle.size()) {
    const bool few = 2 * clockwise < shape.triangle.size();
    for (const auto& t : shape.triangle)
      if ((doubled(t) < 0) == few)
        throw BadInput("the grid's mesh " + file + ": the triangle around " +
                       point_text(middle(shape, t)) +
                       " is inverted: its corners run the other way round than those of most; mesh "
                       "again with gmsh -2 -algo front2d, or give all surfaces one orientation");
  }
  if (clockwise != 0)
    for (auto& t : shape.triangle)
      std::swap(t[1], t[2]);
}

std::vector<MeshSide> sides_of(const GmshMesh& shape, const std::string& file) {
  std::vector<MeshSide> sides;
  std::unordered_map<std::uint64_t, std::size_t> known;
  known.reserve(2 * shape.triangle.size());
  for (std::size_t t = 0; t < shape.triangle.size(); ++t)
    for (std::size_t c = 0; c < 3; ++c) {
      const std::int32_t a = shape.triangle[t][c], b = shape.triangle[t][(c + 1) % 3];
      const auto triangle = static_cast<std::int32_t>(t);
      const auto [entry, fresh] = known.emplace(key(a, b), sides.size());
      if (fresh) {
        sides.push_back({a, b, triangle});
        continue;
      }
      MeshSide& s = sides[entry->second];
      if (s.right >= 0)
        throw BadInput("the grid's mesh " + file + ": the edge from " + point_text(shape.node[a]) +
                       " to " + point_text(shape.node[b]) +
                       " has more than two triangles; remove the dangling or doubled one");
      if (s.a == a)
        throw BadInput("the grid's mesh " + file +
                       ": the triangles on either side of the edge from " +
                       point_text(shape.node[a]) + " to " + point_text(shape.node[b]) +
                       " overlap: one is inverted or doubled; mesh again");
      s.right = triangle;
    }
  for (const GmshLine& l : shape.line) {
    const auto found = known.find(key(l.node[0], l.node[1]));
    if (l.curve == 0)
      continue;
    if (found == known.end())
      throw BadInput("the grid's mesh " + file + ": the physical curve '" +
                     shape.curve_name.at(l.curve) + "' runs from " +
                     point_text(shape.node[l.node[0]]) + " to " +
                     point_text(shape.node[l.node[1]]) +
                     ", which is no side of a triangle: a dangling line; embed it in the surface");
    int& curve = sides[found->second].curve;
    if (curve != 0 && curve != l.curve)
      throw BadInput(
          "the grid's mesh " + file + ": the edge from " + point_text(shape.node[l.node[0]]) +
          " to " + point_text(shape.node[l.node[1]]) + " lies on two physical curves, '" +
          shape.curve_name.at(curve) + "' and '" + shape.curve_name.at(l.curve) + "'; give it one");
    curve = l.curve;
  }
  check_fans(shape, sides, file);
  return sides;
}

GmshMesh split_triangles(const GmshMesh& shape, const std::vector<MeshSide>& sides) {
  GmshMesh fine;
  fine.curve_name = shape.curve_name;
  fine.node = shape.node;
  std::unordered_map<std::uint64_t, std::int32_t> half;
  half.reserve(2 * sides.size());
  for (const MeshSide& s : sides) {
    const auto m = static_cast<std::int32_t>(fine.node.size());
    half.emplace(key(s.a, s.b), m);
    fine.node.push_back(0.5 * (shape.node[s.a] + shape.node[s.b]));
    if (s.curve != 0) {
      fine.line.push_back({{s.a, m}, s.curve});
      fine.line.push_back({{m, s.b}, s.curve});
    }
  }
  for (const auto& [a, b, c] : shape.triangle) {
    const std::int32_t ab = half.at(key(a, b)), bc = half.at(key(b, c)), ca = half.at(key(c, a));
    fine.triangle.insert(fine.triangle.end(),
                         {{a, ab, ca}, {ab, b, bc}, {ca, bc, c}, {ab, bc, ca}});
  }
  return fine;
}

void flip_edges(GmshMesh& shape, const std::function<double(Vec2, Vec2, Vec2)>& cot) {
  struct Pair {
    std::int32_t triangle[2] = {-1, -1};
    bool fixed = false;
  };
  std::unordered_map<std::uint64_t, Pair> pairs;
  std::vector<std::uint64_t> stack;
  for (std::size_t t = 0; t < shape.triangle.size(); ++t)
    for (std::size_t c = 0; c < 3; ++c) {
      Pair& p = pairs[key(shape.triangle[t][c], shape.triangle[t][(c + 1) % 3])];
      p.triangle[p.triangle[0] < 0 ? 0 : 1] = static_cast<std::int32_t>(t);
    }
  for (const GmshLine& l : shape.line)
    if (l.curve != 0)
      pairs[key(l.node[0], l.node[1])].fixed = true;
  for (std::size_t t = 0; t < shape.triangle.size(); ++t) // in an order that no hash decides
    for (std::size_t c = 0; c < 3; ++c)
      stack.push_back(key(shape.triangle[t][c], shape.triangle[t][(c + 1) % 3]));
  const auto replace = [&](std::uint64_t edge, std::int32_t from, std::int32_t to) {
    for (std::int32_t& t : pairs.at(edge).triangle)
      if (t == from) {
        t = to;
        return;
      }
  };
  while (!stack.empty()) {
    const std::uint64_t edge = stack.back();
    stack.pop_back();
    const auto found = pairs.find(edge);
    if (found == pairs.end() || found->second.fixed || found->second.triangle[1] < 0)
      continue;
    const std::int32_t s = found->second.triangle[0], t = found->second.triangle[1];
    // s = a b c with a → b the edge; t = b a d
    std::array<std::int32_t, 3> v = shape.triangle[s];
    while (key(v[0], v[1]) != edge)
      std::rotate(v.begin(), v.begin() + 1, v.end());
    const auto [a, b, c] = v;
    std::int32_t d = -1;
    for (std::int32_t w : shape.triangle[t])
      if (w != a && w != b)
        d = w;
    const auto at_vertex = [&](std::int32_t k) { return shape.node[k]; };
    if (cot(at_vertex(a), at_vertex(b), at_vertex(c)) +
            cot(at_vertex(a), at_vertex(b), at_vertex(d)) >=
        -1e-9)
      continue;
    pairs.erase(found);
    shape.triangle[s] = {c, a, d};
    shape.triangle[t] = {d, b, c};
    pairs[key(c, d)] = {{s, t}, false};
    replace(key(a, d), t, s);
    replace(key(b, c), s, t);
    for (const std::uint64_t e : {key(a, d), key(b, c), key(a, c), key(b, d)})
      stack.push_back(e);
  }
}

} // namespace escapade
