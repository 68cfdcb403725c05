#define BOOST_TEST_MODULE mesh
#include "escapade/error.hpp"
#include "grid/cells.hpp"
#include "support/petsc.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <petscdmplex.h>
#include <string>
#include <unistd.h>

using namespace escapade;

namespace {

struct Petsc {
  Petsc() {
    ::setenv("OMPI_MCA_ess_singleton_isolated", "1", 0);
    PetscInitializeNoArguments();
  }
  ~Petsc() { PetscFinalize(); }
};
BOOST_TEST_GLOBAL_FIXTURE(Petsc);

struct Folder {
  std::filesystem::path path;
  Folder() : path(std::filesystem::temp_directory_path() / ("mesh" + std::to_string(::getpid()))) {
    std::filesystem::create_directory(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
};

/// Rows of nearly equilateral triangles; the left side is the curve 7, "wall".
GmshMesh sample(int n) {
  GmshMesh m;
  for (int j = 0; j <= n; ++j)
    for (int i = 0; i <= n; ++i)
      m.node.push_back({(i + 0.5 * (j % 2) + 0.1 * std::sin(3.0 * i + j)) / n,
                        (0.9 * j + 0.1 * std::cos(2.0 * i - j)) / n});
  const auto at = [n](int i, int j) { return i + (n + 1) * j; };
  for (int j = 0; j < n; ++j)
    for (int i = 0; i < n; ++i) {
      const int a = at(i, j), b = at(i + 1, j), c = at(i + 1, j + 1), d = at(i, j + 1);
      m.triangle.push_back(j % 2 ? std::array{a, b, c} : std::array{a, b, d});
      m.triangle.push_back(j % 2 ? std::array{a, c, d} : std::array{b, c, d});
    }
  for (int j = 0; j < n; ++j)
    m.line.push_back({{at(0, j), at(0, j + 1)}, 7});
  m.curve_name[7] = "wall";
  return m;
}

template<class T>
void put(std::ofstream& out, bool binary, T value, const char* after = " ") {
  if (binary)
    out.write(reinterpret_cast<const char*>(&value), sizeof value);
  else
    out << value << after;
}

/// A file of either format, with node numbers that are neither contiguous nor ordered.
std::string write_msh(const Folder& folder, const GmshMesh& m, bool format4, bool binary) {
  const std::string name = (folder.path / "m.msh").string();
  std::ofstream out(name, std::ios::binary);
  out.precision(17);
  out << "$MeshFormat\n" << (format4 ? "4.1 " : "2.2 ") << binary << " 8\n";
  if (binary) {
    put(out, true, std::int32_t{1});
    out << "\n";
  }
  out << "$EndMeshFormat\n$PhysicalNames\n1\n1 7 \"wall\"\n$EndPhysicalNames\n";
  const auto nodes = static_cast<std::int64_t>(m.node.size());
  const auto tag = [&](std::int32_t v) { return nodes - v; };
  using I = std::int32_t;
  using L = std::int64_t;
  if (format4) {
    out << "$Entities\n"; // one curve in the physical curve 7, one surface in none
    for (L k : {0, 1, 1, 0})
      put(out, binary, k);
    put(out, binary, I{3});
    for (int k = 0; k < 6; ++k)
      put(out, binary, 0.5);
    put(out, binary, L{1}), put(out, binary, I{7}), put(out, binary, L{0});
    put(out, binary, I{4});
    for (int k = 0; k < 6; ++k)
      put(out, binary, 0.5);
    put(out, binary, L{0}), put(out, binary, L{1}), put(out, binary, I{3});
    out << "\n$EndEntities\n$Nodes\n";
    put(out, binary, L{1}), put(out, binary, nodes), put(out, binary, L{1});
    put(out, binary, nodes);
    put(out, binary, I{2}), put(out, binary, I{4}), put(out, binary, I{0});
    put(out, binary, nodes);
    for (I v = 0; v < nodes; ++v)
      put(out, binary, L{tag(v)}, "\n");
    for (Vec2 p : m.node)
      put(out, binary, p.x), put(out, binary, p.y), put(out, binary, 0.0, "\n");
    out << "\n$EndNodes\n$Elements\n";
    const L lines = static_cast<L>(m.line.size()), triangles = static_cast<L>(m.triangle.size());
    put(out, binary, L{2}), put(out, binary, lines + triangles), put(out, binary, L{1});
    put(out, binary, lines + triangles);
    L number = 0;
    put(out, binary, I{1}), put(out, binary, I{3}), put(out, binary, I{1}), put(out, binary, lines);
    for (const GmshLine& l : m.line) {
      put(out, binary, ++number);
      for (I v : l.node)
        put(out, binary, L{tag(v)});
    }
    put(out, binary, I{2}), put(out, binary, I{4}), put(out, binary, I{2});
    put(out, binary, triangles);
    for (const auto& t : m.triangle) {
      put(out, binary, ++number);
      for (I v : t)
        put(out, binary, L{tag(v)});
    }
  } else {
    out << "$Nodes\n" << nodes << "\n";
    for (I v = 0; v < nodes; ++v) {
      put(out, binary, static_cast<I>(tag(v)));
      put(out, binary, m.node[v].x), put(out, binary, m.node[v].y), put(out, binary, 0.0, "\n");
    }
    out << "\n$EndNodes\n$Elements\n" << m.line.size() + m.triangle.size() << "\n";
    I number = 0;
    const auto element = [&](I type, I physical, const auto& corners) {
      if (binary)
        put(out, true, type), put(out, true, I{1}), put(out, true, I{2}), put(out, true, ++number);
      else
        out << ++number << " " << type << " 2 ";
      put(out, binary, physical), put(out, binary, I{3});
      for (I v : corners)
        put(out, binary, static_cast<I>(tag(v)));
      if (!binary)
        out << "\n";
    };
    for (const GmshLine& l : m.line)
      element(1, 7, l.node);
    for (const auto& t : m.triangle)
      element(2, 9, t);
  }
  out << "\n$EndElements\n";
  return name;
}

const Sym2 plain{1, 0, 1};

std::shared_ptr<const Mesh> mesh_of(GmshMesh shape, Sym2 d0 = plain, int refine = 0,
                                    const MeshBoundary& boundary = {}) {
  return refined_mesh(make_mesh(std::move(shape), "m.msh", boundary, d0), boundary, refine);
}

double sum(const std::vector<double>& v) {
  double s = 0;
  for (double x : v)
    s += x;
  return s;
}

std::string refusal(const std::function<void()>& f) {
  try {
    f();
  } catch (const BadInput& e) {
    return e.what();
  }
  return "";
}

} // namespace

BOOST_AUTO_TEST_SUITE(gmsh_files)

BOOST_AUTO_TEST_CASE(of_both_formats_ascii_and_binary_say_what_dmplex_reads) {
  const Folder folder;
  const GmshMesh wanted = sample(5);
  for (bool format4 : {false, true})
    for (bool binary : {false, true}) {
      BOOST_TEST_CONTEXT("4.1: " << format4 << ", binary: " << binary) {
        const std::string file = write_msh(folder, wanted, format4, binary);
        const GmshMesh m = read_gmsh(file);
        BOOST_TEST(m.node.size() == wanted.node.size());
        for (std::size_t v = 0; v < m.node.size(); ++v)
          BOOST_TEST(norm(m.node[v] - wanted.node[v]) == 0.0);
        BOOST_TEST((m.triangle == wanted.triangle));
        BOOST_TEST(m.line.size() == 5u);
        for (const GmshLine& l : m.line)
          BOOST_TEST(m.curve_name.at(l.curve) == "wall");

        PetscHandle<DM> dm;
        check(DMPlexCreateGmshFromFile(PETSC_COMM_SELF, file.c_str(), PETSC_TRUE, dm.put()));
        PetscInt begin, end;
        check(DMPlexGetHeightStratum(dm, 0, &begin, &end));
        BOOST_TEST(end - begin == static_cast<PetscInt>(m.triangle.size()));
        double plex[2] = {0, 0}, own[2] = {0, 0};
        for (PetscInt c = begin; c < end; ++c) {
          PetscReal volume, centroid[3], normal[3];
          check(DMPlexComputeCellGeometryFVM(dm, c, &volume, centroid, normal));
          plex[0] += volume, plex[1] += volume * centroid[0] * centroid[1];
        }
        for (const auto& t : m.triangle) {
          const Vec2 a = m.node[t[0]], b = m.node[t[1]], c = m.node[t[2]];
          const double area = 0.5 * ((b - a).x * (c - a).y - (b - a).y * (c - a).x);
          const Vec2 g = (1.0 / 3) * (a + b + c);
          own[0] += area, own[1] += area * g.x * g.y;
        }
        BOOST_TEST(std::abs(plex[0] - own[0]) < 1e-14);
        BOOST_TEST(std::abs(plex[1] - own[1]) < 1e-14);
      }
    }
}

BOOST_AUTO_TEST_CASE(cut_anywhere_are_refused) {
  const Folder folder;
  for (bool format4 : {false, true})
    for (bool binary : {false, true}) {
      const std::string file = write_msh(folder, sample(3), format4, binary);
      std::ifstream in(file, std::ios::binary);
      const std::string text((std::istreambuf_iterator<char>(in)), {});
      in.close();
      for (std::size_t n = 0; n + 2 < text.size(); n += 7) {
        std::ofstream(file, std::ios::binary) << text.substr(0, n);
        BOOST_REQUIRE(refusal([&] { read_gmsh(file); }) != "");
      }
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(voronoi_cells)

BOOST_AUTO_TEST_CASE(fill_the_domain_in_every_metric) {
  // D₀ stretched along x − y: the mesh is made Delaunay in it by the map itself
  const Sym2 d0{1.25, 1, 1.25}; // square root [[1, 1/2], [1/2, 1]]
  GmshMesh mapped = sample(6);
  for (Vec2& p : mapped.node)
    p = {p.x + 0.5 * p.y, 0.5 * p.x + p.y};
  const auto one = mesh_of(sample(6)), two = mesh_of(mapped, d0);
  BOOST_TEST(std::abs(sum(one->area) - one->total_area) < 1e-14);
  BOOST_TEST(std::abs(sum(two->area) - two->total_area) < 1e-14);
  for (std::size_t v = 0; v < one->area.size(); ++v)
    BOOST_TEST(std::abs(two->area[v] - 0.75 * one->area[v]) < 1e-14); // determinant of the map
  const auto conductance = [](const Mesh& mesh, std::int32_t v, std::int32_t w) {
    for (std::int64_t k = mesh.link_start[v]; k < mesh.link_start[v + 1]; ++k)
      if (mesh.link[k].vertex == w)
        return mesh.link[k].conductance;
    return -1.0;
  };
  for (std::int32_t v = 0; v < one->vertices(); ++v)
    for (std::int64_t k = one->link_start[v]; k < one->link_start[v + 1]; ++k)
      BOOST_TEST(std::abs(conductance(*two, v, one->link[k].vertex) - one->link[k].conductance) <
                 1e-12);
}

BOOST_AUTO_TEST_CASE(make_the_laplacian_of_quadratics_exact) {
  const auto mesh = mesh_of(sample(8));
  for (std::int32_t v = 0; v < mesh->vertices(); ++v) {
    if (mesh->on_boundary[v])
      continue;
    double linear = 0, square = 0;
    for (std::int64_t k = mesh->link_start[v]; k < mesh->link_start[v + 1]; ++k) {
      const Vec2 e = mesh->shape.node[mesh->link[k].vertex] - mesh->shape.node[v];
      linear += mesh->link[k].conductance * (2 * e.x - e.y);
      square += mesh->link[k].conductance * dot(e, e);
    }
    BOOST_TEST(std::abs(linear) < 1e-13);
    BOOST_TEST(std::abs(square / mesh->area[v] - 4) < 1e-11);
  }
}

BOOST_AUTO_TEST_CASE(are_found_and_have_the_polygons_and_points_that_are_theirs) {
  const auto mesh = mesh_of(sample(6), plain, 1);
  const Cells cells(make_mesh_cells(mesh, {}));
  for (std::int32_t u = 0; u < cells.unknowns(); ++u) {
    BOOST_TEST(cells.cell_at(cells.centre(u)) == u);
    const std::vector<Vec2> p = mesh->polygon(u);
    double area = 0;
    for (std::size_t k = 0; k < p.size(); ++k) {
      const Vec2 a = p[k], b = p[(k + 1) % p.size()];
      area += 0.5 * (a.x * b.y - a.y * b.x);
    }
    BOOST_TEST(std::abs(area - cells.area(u)) < 1e-14);
    std::vector<double> x, y, share;
    cells.spread(u, x, y, share);
    BOOST_TEST(std::abs(sum(share) - 1) < 1e-13);
    for (std::size_t k = 0; k < x.size(); ++k)
      BOOST_TEST(cells.cell_at({x[k], y[k]}) == u);
  }
  BOOST_TEST(cells.cell_at({5, 5}) == -1);
}

BOOST_AUTO_TEST_CASE(refined_stay_delaunay_where_triangles_are_obtuse) {
  GmshMesh kite; // two triangles with 118 and 54 degrees opposite to their common edge
  kite.node = {{-1, 0}, {1, 0}, {0, 2}, {0, -0.6}};
  kite.triangle = {{0, 1, 2}, {1, 0, 3}};
  const auto rim = MeshBoundary{true, {}};
  const auto fine = mesh_of(kite, plain, 3, rim);
  BOOST_TEST(fine->triangles() == 2 * 64);
  BOOST_TEST(std::abs(fine->total_area - 2.6) < 1e-14);
  BOOST_TEST(fine->refined == 3);
  BOOST_TEST(fine->coarser->coarser->refined == 1);
  for (const MeshLink& l : fine->link)
    BOOST_TEST(l.conductance >= 0);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(refused_meshes)

BOOST_AUTO_TEST_CASE(name_the_edge_that_is_not_delaunay_and_its_angles) {
  GmshMesh kite;
  kite.node = {{-1, 0}, {1, 0}, {0, 0.5}, {0, -0.5}};
  kite.triangle = {{0, 1, 2}, {1, 0, 3}};
  // each angle is 2 atan 2 = 126.87 degrees
  const std::string said = refusal([&] { mesh_of(kite); });
  for (const char* word : {"(-1, 0)", "(1, 0)", "253.74", "front2d"})
    BOOST_TEST(said.find(word) != std::string::npos, said);
  // noise four times as strong along x makes both right angles
  BOOST_TEST(refusal([&] { mesh_of(kite, {4, 0, 1}); }) == "");
}

BOOST_AUTO_TEST_CASE(name_obtuse_angles_at_the_boundary_unless_it_absorbs) {
  GmshMesh one;
  one.node = {{-1, 0}, {1, 0}, {0, 0.5}};
  one.triangle = {{0, 1, 2}};
  const std::string said = refusal([&] { mesh_of(one); });
  BOOST_TEST(said.find("126.87") != std::string::npos, said);
  BOOST_TEST(refusal([&] { mesh_of(one, plain, 0, {true, {}}); }) == "");
}

BOOST_AUTO_TEST_CASE(name_inverted_flat_doubled_and_dangling_triangles) {
  const auto with = [](const std::function<void(GmshMesh&)>& change) {
    GmshMesh m = sample(3);
    change(m);
    return refusal([&] { mesh_of(m); });
  };
  const auto says = [](const std::string& text, const char* word) {
    return text.find(word) != std::string::npos;
  };
  BOOST_TEST(with([](GmshMesh&) {}) == "");
  BOOST_TEST(
      says(with([](GmshMesh& m) { std::swap(m.triangle[4][0], m.triangle[4][1]); }), "inverted"));
  BOOST_TEST(says(with([](GmshMesh& m) { m.triangle[4][0] = m.triangle[4][1]; }), "flat"));
  BOOST_TEST(says(with([](GmshMesh& m) { m.triangle.push_back(m.triangle[4]); }), "m.msh"));
  BOOST_TEST(says(with([](GmshMesh& m) {
                    m.node.push_back({2, 1.5}), m.node.push_back({1.5, 2});
                    m.triangle.push_back({15, 16, 17});
                  }),
                  "dangling"));
  BOOST_TEST(says(with([](GmshMesh& m) { m.line.push_back({{0, 15}, 7}); }), "dangling line"));
  BOOST_TEST(with([](GmshMesh& m) { // clockwise throughout is another orientation of the surface
               for (auto& t : m.triangle)
                 std::swap(t[0], t[1]);
             }) == "");
}

BOOST_AUTO_TEST_SUITE_END()
