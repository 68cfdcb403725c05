#define BOOST_TEST_MODULE vtk_pieces
#include <boost/test/unit_test.hpp>

#include "escapade/error.hpp"
#include "output/vtk_parts.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <unistd.h>
#include <vtkCellData.h>
#include <vtkDataArray.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkStructuredGrid.h>
#include <vtkUnstructuredGrid.h>
#include <vtkXMLImageDataReader.h>
#include <vtkXMLPImageDataReader.h>
#include <vtkXMLPStructuredGridReader.h>
#include <vtkXMLPUnstructuredGridReader.h>
#include <vtkXMLStructuredGridReader.h>
#include <vtkXMLUnstructuredGridReader.h>

using namespace escapade;
namespace fs = std::filesystem;

namespace {

const double nan = std::numeric_limits<double>::quiet_NaN();

struct Folder {
  fs::path path;
  Folder() {
    std::string name = (fs::temp_directory_path() / "escapade_pieces_XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { fs::remove_all(path); }
  std::string prefix(const char* name) const { return (path / name).string(); }
};

/// 3 × 4 cells of which one has no value.
FieldFile sample(double angle) {
  FieldFile file;
  file.lattice = {{3, 4}, {0.3, 0.1}, {-1.25, 0.7}, angle, {}, {"a", "b"}};
  CellField p{"density", "1/(a b)", 1, {}, {}}, j{"current", "1/s", 2, {"J_a", "J_b"}, {}},
      d{"diffusion", "", 3, {}, {}};
  for (int k = 0; k < 12; ++k) {
    const bool none = k == 7;
    p.values.push_back(none ? nan : 1.0 / (k + 3));
    for (int c = 0; c < 2; ++c)
      j.values.push_back(none ? nan : k + 0.1 * c);
    for (int c = 0; c < 3; ++c)
      d.values.push_back(none ? nan : 10 * k + c);
  }
  file.fields = {p, j, d};
  file.provenance = {{"command", "fp-stationary"}};
  file.time = 2.5;
  return file;
}

/// Rows [first, last) of the whole.
FieldFile slab(const FieldFile& whole, int number, std::int64_t first, std::int64_t last) {
  FieldFile out = whole;
  out.piece = Piece{number, first, last};
  for (CellField& f : out.fields)
    f.values = std::vector<double>(f.values.begin() + 3 * first * f.components,
                                   f.values.begin() + 3 * last * f.components);
  return out;
}

/// Writes the whole as `whole` and in three pieces as `a&b`, the second without cells.
std::string write_both(const Folder& folder, const FieldFile& whole) {
  write_fields(folder.prefix("whole"), whole);
  for (int k : {0, 2})
    write_piece(folder.prefix("a&b"), k == 0 ? slab(whole, 0, 0, 1) : slab(whole, 2, 1, 4), true)
        .commit();
  AtomicFile header =
      write_header(folder.prefix("a&b"), slab(whole, 0, 0, 1), {{0, 0, 1}, {2, 1, 4}}, true);
  header.commit();
  return header.path();
}

template<class Reader>
auto read(const std::string& name) {
  vtkNew<Reader> reader;
  reader->SetFileName(name.c_str());
  reader->Update();
  BOOST_REQUIRE_EQUAL(reader->GetErrorCode(), 0u);
  return vtkSmartPointer(reader->GetOutput());
}

/// The same cells, with the same arrays, names and values.
void check_same(vtkDataSet* a, vtkDataSet* b) {
  BOOST_REQUIRE(a->GetNumberOfCells() == b->GetNumberOfCells());
  for (vtkIdType i = 0; i < a->GetNumberOfCells(); ++i) {
    double p[6], q[6];
    a->GetCellBounds(i, p);
    b->GetCellBounds(i, q);
    for (int k = 0; k < 6; ++k)
      BOOST_TEST(p[k] == q[k]);
  }
  BOOST_REQUIRE(a->GetCellData()->GetNumberOfArrays() == b->GetCellData()->GetNumberOfArrays());
  for (int k = 0; k < a->GetCellData()->GetNumberOfArrays(); ++k) {
    vtkDataArray* x = a->GetCellData()->GetArray(k);
    vtkDataArray* y = b->GetCellData()->GetArray(x->GetName());
    BOOST_REQUIRE(y != nullptr);
    BOOST_REQUIRE(x->GetNumberOfComponents() == y->GetNumberOfComponents());
    for (int c = 0; c < x->GetNumberOfComponents(); ++c)
      if (x->GetComponentName(c))
        BOOST_TEST(std::string(x->GetComponentName(c)) == y->GetComponentName(c));
    for (vtkIdType i = 0; i < x->GetNumberOfTuples(); ++i)
      for (int c = 0; c < x->GetNumberOfComponents(); ++c) {
        const double u = x->GetComponent(i, c), v = y->GetComponent(i, c);
        BOOST_TEST((u == v || (std::isnan(u) && std::isnan(v))));
      }
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(slabs_of_an_image_are_read_as_the_whole_is) {
  const Folder folder;
  const std::string header = write_both(folder, sample(0));
  BOOST_TEST(header == folder.prefix("a&b.pvti"));
  check_same(read<vtkXMLImageDataReader>(folder.prefix("whole.vti")),
             read<vtkXMLPImageDataReader>(header));
}

BOOST_AUTO_TEST_CASE(slabs_of_turned_and_of_graded_lattices_are_read_as_the_whole_is) {
  FieldFile graded = sample(0);
  graded.lattice.faces[1] = {0, 0.1, 0.3, 0.6, 1.0};
  for (const FieldFile& whole : {sample(0.6), graded}) {
    const Folder folder;
    const std::string header = write_both(folder, whole);
    BOOST_TEST(header == folder.prefix("a&b.pvts"));
    check_same(read<vtkXMLStructuredGridReader>(folder.prefix("whole.vts")),
               read<vtkXMLPStructuredGridReader>(header));
  }
}

BOOST_AUTO_TEST_CASE(pieces_of_polygons_are_read_as_the_whole_is) {
  const Folder folder;
  FieldFile whole, part[2];
  for (int k = 0; k < 3; ++k) {
    const double x = k;
    for (FieldFile* f : {&whole, &part[k > 0]}) {
      if (!f->polygons)
        f->polygons.emplace();
      add_polygon(*f->polygons, {{x, 0}, {x + 1, 0}, {x + 0.5, 1 + x}});
      if (f->fields.empty())
        f->fields = {{"u", "", 1, {}, {}}};
      f->fields[0].values.push_back(k + 0.25);
    }
  }
  write_fields(folder.prefix("whole"), whole);
  std::vector<Piece> pieces;
  for (int k : {0, 1}) {
    part[k].piece = Piece{k, 0, 0};
    pieces.push_back(*part[k].piece);
    write_piece(folder.prefix("a&b"), part[k], false).commit();
  }
  write_header(folder.prefix("a&b"), part[0], pieces, false).commit();
  check_same(read<vtkXMLUnstructuredGridReader>(folder.prefix("whole.vtu")),
             read<vtkXMLPUnstructuredGridReader>(folder.prefix("a&b.pvtu")));
}

BOOST_AUTO_TEST_CASE(pieces_read_back_with_strings_time_and_values) {
  for (double angle : {0.0, 0.6}) {
    const Folder folder;
    const FieldFile whole = sample(angle);
    const FieldFile back = read_fields("-initial", write_both(folder, whole));
    BOOST_TEST(back.lattice.cells[1] == 4);
    BOOST_TEST(std::abs(back.lattice.angle - angle) < 1e-15);
    BOOST_TEST(norm(back.lattice.origin - whole.lattice.origin) < 1e-15);
    BOOST_TEST(*back.time == 2.5);
    BOOST_TEST(back.provenance.at("command") == "fp-stationary");
    const CellField& p = field_named(back, whole.fields[0].name);
    for (std::size_t i = 0; i < p.values.size(); ++i)
      BOOST_TEST((p.values[i] == whole.fields[0].values[i] || i == 7));
  }
}

BOOST_AUTO_TEST_CASE(a_header_without_one_of_its_pieces_or_with_a_cut_one_is_refused) {
  const Folder folder;
  const std::string header = write_both(folder, sample(0)), piece = folder.prefix("a&b_2.vti");
  fs::resize_file(piece, fs::file_size(piece) / 2);
  BOOST_CHECK_EXCEPTION(read_fields("-restart", header), BadInput, [](const BadInput& e) {
    return std::string(e.what()).find("a&b_2.vti") != std::string::npos;
  });
  fs::remove(piece);
  BOOST_CHECK_THROW(read_fields("-restart", header), BadInput);
}

BOOST_AUTO_TEST_CASE(a_piece_that_is_not_committed_leaves_nothing) {
  const Folder folder;
  write_piece(folder.prefix("out"), slab(sample(0), 0, 0, 2), false);
  BOOST_TEST(fs::is_empty(folder.path));
}

BOOST_AUTO_TEST_CASE(rows_beyond_the_lattice_are_refused) {
  const Folder folder;
  FieldFile file = sample(0);
  file.piece = Piece{0, 1, 5};
  for (CellField& f : file.fields)
    f.values.resize(static_cast<std::size_t>(12 * f.components));
  BOOST_CHECK_THROW(write_piece(folder.prefix("out"), file, false), BadInput);
}
