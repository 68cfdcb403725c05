#include "escapade/grid/gmsh.hpp"

#include "grid/mesh/gmsh_text.hpp"

#include <cmath>
#include <unordered_map>

namespace escapade {

namespace {

constexpr int line_type = 1, triangle_type = 2, point_type = 15;

struct Reader {
  GmshText text;
  int version = 0;                                      // 2 or 4
  std::unordered_map<std::int64_t, std::int32_t> index; // of nodes by their tag
  std::map<int, int> physical_of_curve;                 // format 4
  GmshMesh mesh;

  explicit Reader(const std::string& file) : text(file) {}

  void read_format() {
    if (text.done() || text.word() != "$MeshFormat")
      text.refuse("not a Gmsh file: it does not begin with $MeshFormat; give one written by "
                  "gmsh -2 -format msh41");
    text.section = "$MeshFormat";
    const std::string number = text.word();
    if (number != "2.2" && number != "4.1")
      text.refuse("Gmsh format " + number +
                  "; formats 2.2 and 4.1 are read: gmsh -format msh41 writes one");
    version = number == "2.2" ? 2 : 4;
    text.binary = text.written<int>() != 0;
    const int size = text.written<int>();
    if (size != 8)
      text.refuse("numbers of " + std::to_string(size) +
                  " bytes; 8 are needed: gmsh -format msh41 writes them");
    if (text.binary) {
      text.end_line();
      if (text.stored<std::int32_t>() != 1)
        text.refuse("binary numbers of another byte order; write the file on this kind of machine "
                    "or as ASCII");
    }
    text.expect_end();
  }

  void read_names() {
    const auto n = text.count(text.written<std::int64_t>());
    for (std::int64_t k = 0; k < n; ++k) {
      const int dimension = text.written<int>(), tag = text.written<int>();
      const std::string rest = text.line();
      const auto from = rest.find('"'), to = rest.rfind('"');
      if (from == std::string::npos || from == to)
        text.refuse("a physical name without quotes in $PhysicalNames; the file is damaged: write "
                    "it again");
      if (dimension == 1)
        mesh.curve_name[tag] = rest.substr(from + 1, to - from - 1);
    }
  }

  /// The coordinates of a node, and after them so many numbers of no concern.
  void read_node(std::int64_t tag, int parameters) {
    const auto x = text.number<double>(), y = text.number<double>(), z = text.number<double>();
    for (int p = 0; p < parameters; ++p)
      text.number<double>();
    if (!std::isfinite(x) || !std::isfinite(y) || !std::isfinite(z))
      text.refuse("node " + std::to_string(tag) +
                  " has coordinates that are not finite; the file is damaged: write it again");
    if (std::abs(z) > 1e-9 * (std::abs(x) + std::abs(y)) + 1e-12)
      text.refuse("node " + std::to_string(tag) +
                  " lies outside the plane z = 0; only meshes of that plane can be used: mesh a "
                  "surface in it");
    if (!index.emplace(tag, static_cast<std::int32_t>(mesh.node.size())).second)
      text.refuse("node " + std::to_string(tag) +
                  " is given twice; the file is damaged: write it again");
    mesh.node.push_back({x, y});
  }

  void read_nodes_2() {
    const auto n = text.count(text.written<std::int64_t>());
    if (text.binary)
      text.end_line();
    for (std::int64_t k = 0; k < n; ++k)
      read_node(text.number<std::int32_t>(), 0);
  }

  void read_nodes_4() {
    if (text.binary)
      text.end_line();
    const auto blocks = text.count(text.number<std::int64_t>());
    for (int k = 0; k < 3; ++k)
      text.number<std::int64_t>();
    for (std::int64_t b = 0; b < blocks; ++b) {
      const auto dimension = text.number<std::int32_t>();
      text.number<std::int32_t>();
      const auto parametric = text.number<std::int32_t>();
      const auto n = text.count(text.number<std::int64_t>());
      std::vector<std::int64_t> tags;
      for (std::int64_t k = 0; k < n; ++k)
        tags.push_back(text.number<std::int64_t>());
      for (std::int64_t tag : tags)
        read_node(tag, parametric ? dimension : 0);
    }
  }

  std::int32_t node(std::int64_t tag) const {
    const auto found = index.find(tag);
    if (found == index.end())
      text.refuse("an element names node " + std::to_string(tag) +
                  ", which is not in $Nodes; the file is damaged: write it again");
    return found->second;
  }

  int nodes_of(int type) const {
    if (type == point_type)
      return 1;
    if (type == line_type)
      return 2;
    if (type == triangle_type)
      return 3;
    const std::string what = type == 3                ? "quadrangles"
                             : type == 8 || type == 9 ? "elements of second order"
                             : type >= 4 && type <= 7 ? "solids"
                                                      : "elements of type " + std::to_string(type);
    text.refuse("it has " + what +
                "; only triangles of 3 nodes can be used: mesh with gmsh -2 -order 1 and without "
                "Recombine");
  }

  /// The tags of an element's nodes, `width` of them.
  template<class Stored>
  void read_element(int type, int width, int physical) {
    std::array<std::int64_t, 3> tags{};
    for (int c = 0; c < width; ++c)
      tags[static_cast<std::size_t>(c)] = text.number<Stored>();
    if (type == triangle_type)
      mesh.triangle.push_back({node(tags[0]), node(tags[1]), node(tags[2])});
    else if (type == line_type)
      mesh.line.push_back({{node(tags[0]), node(tags[1])}, physical});
  }

  void read_elements_2() {
    const auto n = text.count(text.written<std::int64_t>());
    if (text.binary)
      text.end_line();
    for (std::int64_t done = 0; done < n;) {
      // binary: blocks of one type; ASCII: every element for itself
      if (!text.binary)
        text.written<std::int32_t>(); // its number
      const auto type = text.number<std::int32_t>();
      const std::int64_t block = text.binary ? text.count(text.stored<std::int32_t>()) : 1;
      const auto tags = text.number<std::int32_t>();
      const int width = nodes_of(type);
      if (block < 1 || tags < 0 || tags > 1000)
        text.refuse("a block of $Elements has no sense; the file is damaged: write it again");
      for (std::int64_t k = 0; k < block; ++k) {
        if (text.binary)
          text.stored<std::int32_t>();
        int physical = 0;
        for (int t = 0; t < tags; ++t) {
          const auto value = text.number<std::int32_t>();
          if (t == 0)
            physical = value;
        }
        read_element<std::int32_t>(type, width, physical);
      }
      done += block;
    }
  }

  void read_entities() {
    if (text.binary)
      text.end_line();
    std::array<std::int64_t, 4> n;
    for (std::int64_t& k : n)
      k = text.count(text.number<std::int64_t>());
    for (std::size_t dimension = 0; dimension < 4; ++dimension)
      for (std::int64_t e = 0; e < n[dimension]; ++e) {
        const auto tag = text.number<std::int32_t>();
        for (int k = 0; k < (dimension == 0 ? 3 : 6); ++k)
          text.number<double>();
        const auto physicals = text.count(text.number<std::int64_t>());
        for (std::int64_t k = 0; k < physicals; ++k) {
          const auto physical = text.number<std::int32_t>();
          if (dimension == 1 && k == 0)
            physical_of_curve[tag] = std::abs(physical);
          else if (dimension == 1)
            text.refuse("curve " + std::to_string(tag) +
                        " belongs to several physical curves; give it one");
        }
        if (dimension == 0)
          continue;
        const auto bounding = text.count(text.number<std::int64_t>());
        for (std::int64_t k = 0; k < bounding; ++k)
          text.number<std::int32_t>();
      }
  }

  void read_elements_4() {
    if (text.binary)
      text.end_line();
    const auto blocks = text.count(text.number<std::int64_t>());
    for (int k = 0; k < 3; ++k)
      text.number<std::int64_t>();
    for (std::int64_t b = 0; b < blocks; ++b) {
      text.number<std::int32_t>();
      const auto entity = text.number<std::int32_t>(), type = text.number<std::int32_t>();
      const auto n = text.count(text.number<std::int64_t>());
      const int width = nodes_of(type);
      const auto found = physical_of_curve.find(entity);
      const int physical =
          type == line_type && found != physical_of_curve.end() ? found->second : 0;
      for (std::int64_t k = 0; k < n; ++k) {
        text.number<std::int64_t>();
        read_element<std::int64_t>(type, width, physical);
      }
    }
  }

  void read() {
    read_format();
    bool nodes = false, elements = false;
    while (!text.done()) {
      text.section = text.word();
      if (text.section.empty() || text.section[0] != '$')
        text.refuse("'" + text.section.substr(0, 40) +
                    "' where a section should begin; the file "
                    "is damaged: write it again");
      if (text.section == "$PhysicalNames")
        read_names();
      else if (text.section == "$Entities" && version == 4)
        read_entities();
      else if (text.section == "$Nodes") {
        nodes = true;
        version == 2 ? read_nodes_2() : read_nodes_4();
      } else if (text.section == "$Elements") {
        elements = true;
        if (!nodes)
          text.refuse("$Elements before $Nodes; the file is damaged: write it again");
        version == 2 ? read_elements_2() : read_elements_4();
      } else {
        if (text.section == "$Periodic" || text.section == "$PartitionedEntities")
          text.refuse("it has " + text.section + ", which cannot be used; mesh without it");
        text.skip_section();
        continue;
      }
      text.expect_end();
    }
    if (!nodes || !elements) {
      text.section = nodes ? "$Elements" : "$Nodes";
      text.refuse("it has no " + text.section + "; the file is truncated: write it again");
    }
    if (mesh.triangle.empty())
      text.refuse("it has no triangles; mesh the surface: gmsh -2 -algo front2d");
  }

  /// Nodes that no triangle uses (centres of arcs) are of no concern.
  void drop_unused_nodes() {
    std::vector<std::int32_t> renumbered(mesh.node.size(), -1);
    for (const auto& t : mesh.triangle)
      for (std::int32_t v : t)
        renumbered[v] = 0;
    std::vector<Vec2> used;
    for (std::size_t v = 0; v < renumbered.size(); ++v)
      if (renumbered[v] == 0) {
        renumbered[v] = static_cast<std::int32_t>(used.size());
        used.push_back(mesh.node[v]);
      }
    for (auto& t : mesh.triangle)
      for (std::int32_t& v : t)
        v = renumbered[v];
    for (GmshLine& l : mesh.line)
      for (std::int32_t& v : l.node) {
        if (renumbered[v] < 0)
          text.refuse("a line element ends in a node that no triangle has: a dangling line; "
                      "remove it, or mesh the surface it bounds");
        v = renumbered[v];
      }
    mesh.node = std::move(used);
  }
};

} // namespace

GmshMesh read_gmsh(const std::string& file) {
  Reader reader(file);
  reader.read();
  reader.drop_unused_nodes();
  for (const GmshLine& l : reader.mesh.line)
    if (l.curve != 0)
      reader.mesh.curve_name.emplace(l.curve, std::to_string(l.curve));
  return std::move(reader.mesh);
}

} // namespace escapade
