#define BOOST_TEST_MODULE vtk
#include <boost/test/unit_test.hpp>

#include "escapade/error.hpp"
#include "escapade/output/vtk.hpp"

#include <cmath>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <numbers>
#include <sstream>
#include <sys/resource.h>
#include <unistd.h>
#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkDataArray.h>
#include <vtkFieldData.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkInformationStringKey.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkStringArray.h>
#include <vtkStructuredGrid.h>
#include <vtkXMLImageDataReader.h>
#include <vtkXMLPolyDataReader.h>
#include <vtkXMLStructuredGridReader.h>

using namespace escapade;
namespace fs = std::filesystem;

namespace {

const double nan = std::numeric_limits<double>::quiet_NaN();

/// An empty folder, removed with all it holds at the end.
struct Folder {
  fs::path path;
  Folder() {
    std::string name = (fs::temp_directory_path() / "escapade_vtk_XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { fs::remove_all(path); }
  std::string prefix() const { return (path / "out").string(); }
  std::size_t files() const {
    return std::distance(fs::directory_iterator(path), fs::directory_iterator());
  }
};

bool same_bits(double a, double b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

/// 3×2 cells with values that do not survive rounding to 15 digits, denormals and infinities.
FieldFile sample(double angle) {
  FieldFile file;
  file.lattice = {{3, 2}, {1.0 / 3, 0.1}, {-std::numbers::pi, std::sqrt(2.0)}, angle,
                  {},     {"a", "b"}};
  file.fields = {
      {"density", "1/(a b)", 1, {}, {1.0 / 3, nan, 5e-324, 1e300, -0.0, 0.1 + 0.2}},
      {"current", "1/s", 2, {"J_a", "J_b"}, {1, 2, nan, nan, 3, 4, 5, 6, 7, 8, 9, 1.0 / 7}},
      {"diffusion", "", 3, {}, {1, 2, 3, nan, nan, nan, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}}};
  file.provenance = {{"command", "fp-stationary -potential \"x^2 < 3 & θ\""}, {"seed", "7"}};
  return file;
}

template<class Reader>
auto read(const std::string& name) {
  vtkNew<Reader> reader;
  reader->SetFileName(name.c_str());
  reader->Update();
  BOOST_REQUIRE_EQUAL(reader->GetErrorCode(), 0u);
  return vtkSmartPointer(reader->GetOutput());
}

void check_fields(vtkDataSet* data, const FieldFile& file) {
  const std::vector<std::vector<int>> slots{{0}, {0, 1}, {0, 3, 1}};
  const std::vector<int> widths{1, 3, 6};
  for (std::size_t k = 0; k < file.fields.size(); ++k) {
    const CellField& f = file.fields[k];
    vtkDataArray* array = data->GetCellData()->GetArray(f.name.c_str());
    BOOST_REQUIRE(array != nullptr);
    BOOST_TEST(array->GetNumberOfComponents() == widths[k]);
    BOOST_TEST(array->GetNumberOfTuples() == size(file.lattice));
    for (std::int64_t i = 0; i < size(file.lattice); ++i)
      for (int c = 0; c < f.components; ++c) {
        const double got = array->GetComponent(i, slots[k][c]);
        const double put = f.values[i * f.components + c];
        BOOST_TEST((same_bits(got, put) || (std::isnan(got) && std::isnan(put))),
                   f.name << " cell " << i << ": " << got << " for " << put);
      }
    const bool has_units = array->GetInformation()->Has(vtkDataArray::UNITS_LABEL());
    BOOST_TEST(has_units == !f.units.empty());
    if (has_units)
      BOOST_TEST(array->GetInformation()->Get(vtkDataArray::UNITS_LABEL()) == f.units);
  }
  vtkDataArray* current = data->GetCellData()->GetArray("current");
  BOOST_TEST(std::string(current->GetComponentName(0)) == "J_a");
  BOOST_TEST(std::string(current->GetComponentName(1)) == "J_b");
  for (vtkIdType i = 0; i < current->GetNumberOfTuples(); ++i)
    BOOST_TEST(current->GetComponent(i, 2) == 0);
}

std::string text_of(vtkDataObject* data, const char* name, int i = 0) {
  auto* array = vtkStringArray::SafeDownCast(data->GetFieldData()->GetAbstractArray(name));
  BOOST_REQUIRE(array != nullptr);
  return array->GetValue(i);
}

} // namespace

BOOST_AUTO_TEST_CASE(values_names_units_and_nan_of_a_lattice_read_back_to_the_last_bit) {
  const Folder folder;
  const FieldFile file = sample(0);
  const std::string name = write_fields(folder.prefix(), file);
  BOOST_TEST(name == folder.prefix() + ".vti");
  BOOST_TEST(folder.files() == 1u);
  const auto image = read<vtkXMLImageDataReader>(name);
  check_fields(image, file);
  BOOST_TEST(image->GetDimensions()[0] == 4);
  BOOST_TEST(image->GetDimensions()[1] == 3);
  BOOST_TEST(image->GetDimensions()[2] == 1);
}

BOOST_AUTO_TEST_CASE(origin_and_spacing_of_a_lattice_read_back_to_the_last_bit) {
  const Folder folder;
  const FieldFile file = sample(0);
  const auto image = read<vtkXMLImageDataReader>(write_fields(folder.prefix(), file));
  BOOST_TEST(same_bits(image->GetOrigin()[0], file.lattice.origin.x));
  BOOST_TEST(same_bits(image->GetOrigin()[1], file.lattice.origin.y));
  BOOST_TEST(same_bits(image->GetSpacing()[0], file.lattice.h[0]));
  BOOST_TEST(same_bits(image->GetSpacing()[1], file.lattice.h[1]));
}

BOOST_AUTO_TEST_CASE(corners_of_a_turned_lattice_lie_where_the_rotation_puts_them) {
  const Folder folder;
  const double angle = 35 * std::numbers::pi / 180;
  const FieldFile file = sample(angle);
  const std::string name = write_fields(folder.prefix(), file);
  BOOST_TEST(name == folder.prefix() + ".vts");
  const auto grid = read<vtkXMLStructuredGridReader>(name);
  check_fields(grid, file);
  const CellLattice& g = file.lattice;
  for (int j = 0; j <= 2; ++j)
    for (int i = 0; i <= 3; ++i) {
      double p[3];
      grid->GetPoint(i + 4 * j, p);
      const double u = i * g.h[0], v = j * g.h[1];
      BOOST_TEST(std::abs(p[0] - (g.origin.x + std::cos(angle) * u - std::sin(angle) * v)) < 1e-14);
      BOOST_TEST(std::abs(p[1] - (g.origin.y + std::sin(angle) * u + std::cos(angle) * v)) < 1e-14);
      BOOST_TEST(p[2] == 0);
    }
}

BOOST_AUTO_TEST_CASE(cells_that_are_nan_in_every_field_are_hidden_and_no_others) {
  const Folder folder;
  const auto grid = read<vtkXMLStructuredGridReader>(write_fields(folder.prefix(), sample(0.5)));
  for (vtkIdType i = 0; i < 6; ++i)
    BOOST_TEST(grid->IsCellVisible(i) == (i != 1));
  FieldFile partly = sample(0);
  partly.fields[0].values[1] = 0;
  const auto image = read<vtkXMLImageDataReader>(write_fields(folder.prefix(), partly));
  BOOST_TEST(image->GetCellGhostArray() == nullptr);
}

BOOST_AUTO_TEST_CASE(provenance_variables_and_time_are_field_data) {
  const Folder folder;
  FieldFile file = sample(0);
  file.time = 0.1;
  const auto image = read<vtkXMLImageDataReader>(write_fields(folder.prefix(), file));
  BOOST_TEST(text_of(image, "command") == file.provenance.at("command"));
  BOOST_TEST(text_of(image, "seed") == "7");
  BOOST_TEST(text_of(image, "variables", 0) == "a");
  BOOST_TEST(text_of(image, "variables", 1) == "b");
  BOOST_TEST(image->GetFieldData()->GetArray("TimeValue")->GetComponent(0, 0) == 0.1);
}

BOOST_AUTO_TEST_CASE(the_same_fields_give_the_same_bytes) {
  const Folder folder;
  std::array<std::string, 2> bytes;
  for (std::string& b : bytes) {
    std::ifstream in(write_fields(folder.prefix(), sample(0.5)), std::ios::binary);
    b = (std::ostringstream() << in.rdbuf()).str();
  }
  BOOST_TEST((bytes[0] == bytes[1]));
  BOOST_TEST(bytes[0].find("appended") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(fields_made_when_they_are_written_give_the_bytes_of_those_that_are_held) {
  for (const double angle : {0.0, 0.5}) {
    const Folder folder;
    const auto bytes_of = [&](const FieldFile& file) {
      std::ifstream in(write_fields(folder.prefix(), file), std::ios::binary);
      return (std::ostringstream() << in.rdbuf()).str();
    };
    const FieldFile all_held = sample(angle);
    FieldFile made = all_held;
    for (CellField& f : made.fields) {
      f.make = [values = f.values] { return values; };
      f.values = {};
    }
    BOOST_TEST((bytes_of(made) == bytes_of(all_held)));
    BOOST_TEST(held(made.fields[2]).values.back() == 15);
    BOOST_TEST(!held(made.fields[2]).make);
    made.fields[1].make = [] { return std::vector<double>(7); };
    BOOST_CHECK_THROW(write_fields(folder.prefix(), made), std::exception);
    BOOST_TEST(folder.files() == 1u); // the one from before
  }
}

BOOST_AUTO_TEST_CASE(paths_read_back_with_their_data) {
  const Folder folder;
  const std::vector<Polyline> paths{
      {{{0, 0}, {1.0 / 3, 2}, {3, 4}}, {{"time", {0, 0.1, 0.2}}}},
      {{{5, 6}}, {{"time", {1.0 / 7}}}},
  };
  const std::string name = write_paths(folder.prefix(), paths, {{"version", "1"}});
  BOOST_TEST(name == folder.prefix() + ".vtp");
  const auto data = read<vtkXMLPolyDataReader>(name);
  BOOST_TEST(data->GetNumberOfLines() == 2);
  BOOST_TEST(data->GetNumberOfPoints() == 4);
  BOOST_TEST(data->GetCell(0)->GetNumberOfPoints() == 3);
  double p[3];
  data->GetPoint(1, p);
  BOOST_TEST(same_bits(p[0], 1.0 / 3));
  BOOST_TEST(same_bits(data->GetPointData()->GetArray("time")->GetComponent(3, 0), 1.0 / 7));
  BOOST_TEST(data->GetCellData()->GetArray("path")->GetComponent(1, 0) == 1);
  BOOST_TEST(text_of(data, "version") == "1");
}

BOOST_AUTO_TEST_CASE(points_are_paths_of_one_point_each) {
  const Folder folder;
  const auto content = [](const std::string& name) {
    std::ifstream in(name);
    return (std::ostringstream() << in.rdbuf()).str();
  };
  const Polyline points{{{0, 1.0 / 3}, {1, 2}, {5, 6}}, {{"part", {1, 0, 1}}, {"time", {3, 4, 5}}}};
  std::vector<Polyline> paths;
  for (std::size_t k = 0; k < 3; ++k)
    paths.push_back(
        {{points.points[k]},
         {{"part", {points.data.at("part")[k]}}, {"time", {points.data.at("time")[k]}}}});
  const std::string as_paths = content(write_paths(folder.prefix(), paths, {{"version", "1"}}));
  BOOST_TEST(content(write_points(folder.prefix(), points, {{"version", "1"}})) == as_paths);
  const auto data = read<vtkXMLPolyDataReader>(folder.prefix() + ".vtp");
  BOOST_TEST(data->GetNumberOfCells() == 3);
  BOOST_TEST(data->GetCell(2)->GetPointId(1) == 2);
  BOOST_CHECK_THROW(write_points(folder.prefix(), {{{0, 0}}, {{"time", {}}}}, {}), BadInput);
}

BOOST_AUTO_TEST_CASE(names_with_signs_of_comparison_can_be_read) {
  const Folder folder;
  write_paths(folder.prefix(), {{{{0.5, 2}}, {{"z x > 0 and y < 1", {1.5}}, {"z y > 1", {2.5}}}}},
              {});
  const auto data = read<vtkXMLPolyDataReader>(folder.prefix() + ".vtp");
  BOOST_TEST_REQUIRE(data->GetNumberOfPoints() == 1);
  auto* const values = data->GetPointData()->GetArray("z x gt 0 and y lt 1");
  BOOST_TEST_REQUIRE(values);
  BOOST_TEST(values->GetComponent(0, 0) == 1.5);
}

BOOST_AUTO_TEST_CASE(paths_that_do_not_fit_together_are_refused) {
  const Folder folder;
  const Polyline good{{{0, 0}}, {{"time", {0}}}}, other{{{0, 0}}, {{"loss", {0}}}};
  const Polyline short_of_data{{{0, 0}, {1, 1}}, {{"time", {0}}}}, empty{{}, {{"time", {}}}};
  for (const Polyline& bad : {other, short_of_data, empty})
    BOOST_CHECK_THROW(write_paths(folder.prefix(), {good, bad}, {}), BadInput);
  BOOST_TEST(folder.files() == 0u);
}

BOOST_AUTO_TEST_CASE(a_series_names_its_frames_relative_to_itself) {
  const Folder folder;
  fs::create_directory(folder.path / "f&f");
  const std::string name =
      write_series(folder.prefix(), {{0, folder.prefix() + "_0.vti"},
                                     {0.1, (folder.path / "f&f" / "out_1.vti").string()}});
  BOOST_TEST(name == folder.prefix() + ".pvd");
  std::ifstream in(name);
  const std::string xml = (std::ostringstream() << in.rdbuf()).str();
  BOOST_TEST(xml.find("timestep=\"0\" group=\"\" part=\"0\" file=\"out_0.vti\"") != xml.npos);
  BOOST_TEST(xml.find("timestep=\"0.1\" group=\"\" part=\"0\" file=\"f&amp;f/out_1.vti\"") !=
             xml.npos);
}

BOOST_AUTO_TEST_CASE(fields_of_the_wrong_size_or_of_equal_names_are_refused) {
  const Folder folder;
  FieldFile file = sample(0);
  file.fields[1].values.pop_back();
  BOOST_CHECK_THROW(write_fields(folder.prefix(), file), BadInput);
  file = sample(0);
  file.fields[1].name = "density";
  BOOST_CHECK_THROW(write_fields(folder.prefix(), file), BadInput);
  file = sample(0);
  file.lattice.h[1] = 0;
  BOOST_CHECK_THROW(write_fields(folder.prefix(), file), BadInput);
  BOOST_TEST(folder.files() == 0u);
}

BOOST_AUTO_TEST_CASE(a_missing_folder_cannot_be_written_to) {
  const Folder folder;
  const std::string prefix = (folder.path / "no_such_folder" / "out").string();
  BOOST_CHECK_THROW(write_fields(prefix, sample(0)), CannotWrite);
  BOOST_CHECK_THROW(write_fields(prefix, sample(1)), CannotWrite);
  BOOST_CHECK_THROW(write_paths(prefix, {}, {}), CannotWrite);
  BOOST_CHECK_THROW(write_series(prefix, {}), CannotWrite);
  BOOST_TEST(folder.files() == 0u);
}

BOOST_AUTO_TEST_CASE(a_disk_that_fills_up_leaves_the_former_file_and_nothing_else) {
  const Folder folder;
  const std::string name = write_series(folder.prefix(), {});
  const auto before = fs::file_size(name);
  rlimit former{};
  BOOST_REQUIRE(getrlimit(RLIMIT_FSIZE, &former) == 0);
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{before + 10, former.rlim_max};
  BOOST_REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  BOOST_CHECK_THROW(write_series(folder.prefix(), {{1, "frame.vti"}}), CannotWrite);
  BOOST_CHECK_THROW(write_fields(folder.prefix(), sample(0)), CannotWrite);
  BOOST_REQUIRE(setrlimit(RLIMIT_FSIZE, &former) == 0);
  BOOST_TEST(folder.files() == 1u);
  BOOST_TEST(fs::file_size(name) == before);
}
