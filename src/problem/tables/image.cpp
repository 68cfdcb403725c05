// Arrays of VTK images (.vti): values at points, or at the centres of cells.
#include "problem/tables/read_table.hpp"

#include "support/files/read_file.hpp"
#include "support/files/vtk_check.hpp"

#include <vtkCellData.h>
#include <vtkDataArray.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkObject.h>
#include <vtkPointData.h>
#include <vtkXMLImageDataReader.h>

#include <string>

namespace escapade {

namespace {

/// The array of that name, or the only one with one component.
vtkDataArray* array_of(const TableFile& file, vtkImageData* image, const std::string& column,
                       bool& of_cells) {
  std::vector<std::string> names;
  std::vector<vtkDataArray*> arrays;
  std::vector<bool> cells;
  for (vtkFieldData* data : {static_cast<vtkFieldData*>(image->GetPointData()),
                             static_cast<vtkFieldData*>(image->GetCellData())})
    for (int k = 0; k < data->GetNumberOfArrays(); ++k)
      if (vtkDataArray* array = data->GetArray(k);
          array && array->GetName() && array->GetNumberOfComponents() == 1) {
        names.emplace_back(array->GetName());
        arrays.push_back(array);
        cells.push_back(data == image->GetCellData());
      }
  if (names.empty())
    throw file.bad("holds no array of numbers; give a .vti with one");
  std::string list;
  for (const std::string& name : names)
    list += (list.empty() ? "" : ", ") + name;
  if (column.empty() && names.size() > 1)
    throw file.bad("has several arrays, " + list + "; name one, as FILE:" + names.front());
  const std::size_t k = column.empty() ? 0 : column_named(file, column, names);
  of_cells = cells[k];
  return arrays[k];
}

} // namespace

TableValues image_values(const TableFile& file, const std::string& column) {
  const std::string where = file.option + " " + file.path;
  require_regular_file(file.path, where, "give a .vti file");
  check_vtk_text(file.path, where);
  const int before = vtkObject::GetGlobalWarningDisplay();
  vtkObject::GlobalWarningDisplayOff(); // what is wrong is told by what it returns
  vtkNew<vtkXMLImageDataReader> reader;
  const bool readable = reader->CanReadFile(file.path.c_str());
  reader->SetFileName(file.path.c_str());
  if (readable)
    reader->Update();
  vtkObject::SetGlobalWarningDisplay(before);
  vtkImageData* image = readable && reader->GetErrorCode() == 0 ? reader->GetOutput() : nullptr;
  if (!image || image->GetNumberOfPoints() == 0)
    throw file.bad("damaged, or no VTK image; give a .vti that was written completely");
  bool of_cells = false;
  vtkDataArray* array = array_of(file, image, column, of_cells);
  int points[3];
  image->GetDimensions(points);
  const std::size_t less = of_cells ? 1 : 0;
  if (points[2] > 1 + static_cast<int>(less))
    throw file.bad("is an image of three dimensions; give a slice of it");
  TableValues out;
  out.path = where;
  out.axes = {"x", points[1] > 1 ? "y" : ""};
  double bounds[6];
  image->GetBounds(bounds);
  for (std::size_t a = 0; a < 2; ++a) {
    if (a == 1 && points[1] == 1)
      break;
    out.points[a] = static_cast<std::size_t>(points[a]) - less;
    out.step[a] = image->GetSpacing()[a];
    if (!(out.step[a] > 0))
      throw file.bad(
          "its Spacing is not above 0 along each axis; give the distances of its points");
    out.first[a] = bounds[2 * a] + 0.5 * static_cast<double>(less) * out.step[a];
  }
  const auto count = static_cast<vtkIdType>(out.points[0] * out.points[1]);
  if (array->GetNumberOfTuples() < count)
    throw file.bad("the array holds " + std::to_string(array->GetNumberOfTuples()) + " of " +
                   std::to_string(count) + " values; give a .vti that was written completely");
  for (vtkIdType k = 0; k < count; ++k)
    out.value.push_back(array->GetTuple1(k));
  return out;
}

} // namespace escapade
