#include "escapade/error.hpp"
#include "escapade/output/vtk.hpp"
#include "support/files/read_file.hpp"
#include "support/files/vtk_check.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkDoubleArray.h>
#include <vtkFieldData.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkNew.h>
#include <vtkObject.h>
#include <vtkSmartPointer.h>
#include <vtkStringArray.h>
#include <vtkStructuredGrid.h>
#include <vtkUnstructuredGrid.h>
#include <vtkXMLImageDataReader.h>
#include <vtkXMLPImageDataReader.h>
#include <vtkXMLPStructuredGridReader.h>
#include <vtkXMLPUnstructuredGridReader.h>
#include <vtkXMLStructuredGridReader.h>
#include <vtkXMLUnstructuredGridReader.h>

namespace escapade {
namespace {

/// VTK prints what it thinks of damaged files; what is wrong is told by what it returns.
class Silence {
public:
  Silence() { vtkObject::GlobalWarningDisplayOff(); }
  ~Silence() { vtkObject::SetGlobalWarningDisplay(before_); }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

private:
  int before_ = vtkObject::GetGlobalWarningDisplay();
};

/// Whether the last element is closed: a file that was cut off is not.
bool is_whole(const std::string& file) {
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  const auto size = static_cast<std::int64_t>(in.tellg());
  std::string tail(static_cast<std::size_t>(std::clamp<std::int64_t>(size, 0, 64)), ' ');
  in.seekg(-static_cast<std::int64_t>(tail.size()), std::ios::end);
  in.read(tail.data(), static_cast<std::streamsize>(tail.size()));
  return in && tail.find("</VTKFile>") != std::string::npos;
}

template<class Reader>
auto read(const std::string& file, const std::string& where) {
  const Silence silence;
  vtkNew<Reader> reader;
  if (!is_whole(file) || !reader->CanReadFile(file.c_str()))
    throw BadInput(where + ": is not a whole VTK file of that kind; give one written by escapade");
  check_vtk_text(file, where);
  reader->SetFileName(file.c_str());
  reader->Update();
  auto data =
      vtkSmartPointer<std::remove_pointer_t<decltype(reader->GetOutput())>>(reader->GetOutput());
  if (reader->GetErrorCode() != 0 || !data || data->GetNumberOfCells() == 0)
    throw BadInput(where + ": damaged" +
                   (reader->GetErrorCode() != 0
                        ? " (VTK error " + std::to_string(reader->GetErrorCode()) + ")"
                        : std::string(": no cells can be read from it")) +
                   "; give a file that was written completely");
  return data;
}

/// A header names its pieces; the readers pass over those that are absent.
void require_pieces(const std::string& file, const std::string& where) {
  const std::string text = read_regular_file(file, where, "give a file with all its pieces",
                                             std::numeric_limits<std::int64_t>::max());
  const std::string key = "Source=\"";
  for (auto at = text.find(key); at != std::string::npos; at = text.find(key, at)) {
    at += key.size();
    std::string name = text.substr(at, text.find('"', at) - at);
    for (const auto& [code, plain] : {std::pair{"&lt;", "<"}, {"&quot;", "\""}, {"&amp;", "&"}})
      for (std::size_t k = 0; (k = name.find(code, k)) != std::string::npos; ++k)
        name.replace(k, std::string(code).size(), plain);
    const auto piece = std::filesystem::path(file).parent_path() / name;
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(piece, ignored) || !is_whole(piece.string()))
      throw BadInput(where + ": its piece " + name +
                     " is absent or not whole; give a file with all its pieces beside it");
    check_vtk_text(piece.string(), where + ": its piece " + name);
  }
}

double only_number(vtkFieldData* data, const char* name) {
  auto* array = vtkDoubleArray::SafeDownCast(data->GetArray(name));
  return array && array->GetNumberOfValues() > 0 ? array->GetValue(0)
                                                 : std::numeric_limits<double>::quiet_NaN();
}

template<class Grid>
std::array<int, 3> points_of(Grid* grid) {
  std::array<int, 3> n{};
  grid->GetDimensions(n.data());
  return n;
}

CellLattice lattice_of(vtkImageData* image) {
  CellLattice g;
  const auto n = points_of(image);
  g.cells = {n[0] - 1, n[1] - 1};
  g.h = {image->GetSpacing()[0], image->GetSpacing()[1]};
  g.origin = {image->GetOrigin()[0], image->GetOrigin()[1]};
  return g;
}

CellLattice lattice_of(vtkStructuredGrid* grid) {
  CellLattice g;
  const auto n = points_of(grid);
  g.cells = {n[0] - 1, n[1] - 1};
  const auto at = [&](vtkIdType i) {
    std::array<double, 3> p{};
    grid->GetPoint(i, p.data());
    return Vec2{p[0], p[1]};
  };
  g.origin = at(0);
  // Over the whole side, where the rounding of the corners matters least.
  g.h = {norm(at(n[0] - 1) - g.origin) / static_cast<double>(g.cells[0]),
         norm(at(static_cast<vtkIdType>(n[0]) * (n[1] - 1)) - g.origin) /
             static_cast<double>(g.cells[1])};
  g.angle = only_number(grid->GetFieldData(), "frame_angle");
  // Graded where the faces are not evenly spaced; corners are read along the two sides at the
  // origin.
  for (std::size_t axis = 0; axis < 2; ++axis) {
    std::vector<double> faces;
    bool even = true;
    for (std::int64_t i = 0; i <= g.cells[axis]; ++i) {
      faces.push_back(norm(at(axis == 0 ? i : i * n[0]) - g.origin));
      even = even && std::abs(faces.back() - static_cast<double>(i) * g.h[axis]) < 1e-6 * g.h[axis];
    }
    if (!even)
      g.faces[axis] = std::move(faces);
  }
  return g;
}

CellPolygons polygons_of(vtkUnstructuredGrid* mesh, const std::string& where) {
  const BadInput damaged(where + ": damaged: its cells name points that are not there; give a file "
                                 "that was written completely");
  if (!mesh->GetCells() || !mesh->GetCells()->IsValid())
    throw damaged;
  CellPolygons polygons;
  for (vtkIdType k = 0; k < mesh->GetNumberOfCells(); ++k) {
    vtkIdType count = 0;
    const vtkIdType* ids = nullptr;
    mesh->GetCellPoints(k, count, ids);
    for (vtkIdType c = 0; c < count; ++c) {
      if (ids[c] < 0 || ids[c] >= mesh->GetNumberOfPoints())
        throw damaged;
      std::array<double, 3> p{};
      mesh->GetPoint(ids[c], p.data());
      polygons.corner.push_back({p[0], p[1]});
    }
    polygons.start.push_back(static_cast<std::int64_t>(polygons.corner.size()));
  }
  return polygons;
}

void take_fields(vtkDataSet* from, FieldFile& file) {
  for (int k = 0; k < from->GetCellData()->GetNumberOfArrays(); ++k) {
    auto* array = vtkDoubleArray::SafeDownCast(from->GetCellData()->GetArray(k));
    if (!array || array->GetNumberOfComponents() != 1 || !array->GetName())
      continue;
    CellField field;
    field.name = array->GetName();
    field.values.assign(array->GetPointer(0), array->GetPointer(0) + array->GetNumberOfTuples());
    file.fields.push_back(std::move(field));
  }
  vtkFieldData* data = from->GetFieldData();
  for (int k = 0; k < data->GetNumberOfArrays(); ++k) {
    auto* strings = vtkStringArray::SafeDownCast(data->GetAbstractArray(k));
    if (!strings || !strings->GetName() || strings->GetNumberOfValues() == 0)
      continue;
    if (std::string(strings->GetName()) == "variables" && strings->GetNumberOfValues() == 2)
      file.lattice.variables = {strings->GetValue(0), strings->GetValue(1)};
    else
      file.provenance[strings->GetName()] = strings->GetValue(0);
  }
  if (const double time = only_number(data, "TimeValue"); std::isfinite(time))
    file.time = time;
}

} // namespace

FieldFile read_fields(const std::string& option, const std::string& file) {
  const std::string where = option + " " + file;
  const std::string remedy =
      "give a .vti, .vts or .vtu file of a former run, or the .pvti, .pvts or "
      ".pvtu of one on several ranks";
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored))
    throw BadInput(where +
                   ": is a folder; give a .vti, .vts, .vtu, .pvti, .pvts or .pvtu file in it");
  if (!std::filesystem::is_regular_file(file, ignored))
    throw BadInput(where + ": no such file; " + remedy);
  FieldFile out;
  const auto take = [&](const auto& data) {
    out.lattice = lattice_of(data.Get());
    take_fields(data, out);
  };
  const auto take_polygons = [&](const auto& data) {
    out.polygons = polygons_of(data, where);
    take_fields(data, out);
  };
  if (file.ends_with(".pvti") || file.ends_with(".pvts") || file.ends_with(".pvtu"))
    require_pieces(file, where);
  if (file.ends_with(".vti"))
    take(read<vtkXMLImageDataReader>(file, where));
  else if (file.ends_with(".vts"))
    take(read<vtkXMLStructuredGridReader>(file, where));
  else if (file.ends_with(".vtu"))
    take_polygons(read<vtkXMLUnstructuredGridReader>(file, where));
  else if (file.ends_with(".pvti"))
    take(read<vtkXMLPImageDataReader>(file, where));
  else if (file.ends_with(".pvts"))
    take(read<vtkXMLPStructuredGridReader>(file, where));
  else if (file.ends_with(".pvtu"))
    take_polygons(read<vtkXMLPUnstructuredGridReader>(file, where));
  else
    throw BadInput(where + ": " + remedy);
  try {
    check(out);
  } catch (const BadInput& e) {
    throw BadInput(where + ": damaged: " + e.what());
  }
  return out;
}

} // namespace escapade
