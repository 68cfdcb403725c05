#include "escapade/output/vtk.hpp"
#include "output/vtk_xml.hpp"

#include "escapade/error.hpp"
#include "support/atomic_file.hpp"

#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkDoubleArray.h>
#include <vtkIdTypeArray.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkXMLPolyDataWriter.h>

#include <algorithm>
#include <string>
#include <utility>

namespace escapade {
namespace {

/// VTK's reader takes a > in a name for the end of the element.
std::string plain_name(std::string name) {
  for (const auto& [sign, word] : {std::pair(">", "gt"), std::pair("<", "lt")})
    for (auto at = name.find(sign); at != std::string::npos; at = name.find(sign))
      name.replace(at, 1, word);
  return name;
}

void check_paths(const std::vector<Polyline>& paths) {
  for (const Polyline& p : paths) {
    if (p.points.empty())
      throw BadInput("a path without points cannot be written");
    if (!std::equal(p.data.begin(), p.data.end(), paths.front().data.begin(),
                    paths.front().data.end(),
                    [](const auto& a, const auto& b) { return a.first == b.first; }))
      throw BadInput("every path needs the same names of point data");
    for (const auto& [name, values] : p.data)
      if (values.size() != p.points.size())
        throw BadInput("path data '" + name + "': " + std::to_string(values.size()) +
                       " values given, " + std::to_string(p.points.size()) + " needed");
  }
}

/// Lines through `points`, `lengths` of them after one another, with values at the points.
std::string write_lines(const std::string& prefix, const Polyline& points,
                        const std::vector<std::size_t>& lengths,
                        const std::map<std::string, std::string>& provenance) {
  std::string name = prefix + ".vtp";
  vtkNew<vtkPolyData> data;
  vtkNew<vtkPoints> places;
  vtkNew<vtkCellArray> lines;
  vtkNew<vtkIdTypeArray> index;
  places->SetDataTypeToDouble();
  places->SetNumberOfPoints(std::ssize(points.points));
  for (vtkIdType k = 0; k < places->GetNumberOfPoints(); ++k)
    places->SetPoint(k, points.points[k].x, points.points[k].y, 0);
  index->SetName("path");
  vtkIdType next = 0;
  for (std::size_t k = 0; k < lengths.size(); ++k) {
    const auto corners = static_cast<vtkIdType>(lengths[k]);
    lines->InsertNextCell(static_cast<int>(std::max<vtkIdType>(corners, 2)));
    for (vtkIdType c = 0; c < corners; ++c)
      lines->InsertCellPoint(next + c);
    if (corners == 1) // VTK crashes on lines of one point
      lines->InsertCellPoint(next);
    next += corners;
    index->InsertNextValue(static_cast<vtkIdType>(k));
  }
  data->SetPoints(places);
  data->SetLines(lines);
  data->GetCellData()->AddArray(index);
  for (const auto& [key, values] : points.data) {
    vtkNew<vtkDoubleArray> array;
    array->SetName(plain_name(key).c_str());
    array->SetNumberOfValues(std::ssize(values));
    std::copy(values.begin(), values.end(), array->GetPointer(0));
    data->GetPointData()->AddArray(array);
  }
  add_provenance(data, provenance);
  write_file(name, xml_of(*vtkNew<vtkXMLPolyDataWriter>(), data, name));
  return name;
}

} // namespace

std::string write_paths(const std::string& prefix, const std::vector<Polyline>& paths,
                        const std::map<std::string, std::string>& provenance) {
  check_paths(paths);
  Polyline all;
  std::vector<std::size_t> lengths;
  for (const Polyline& p : paths) {
    all.points.insert(all.points.end(), p.points.begin(), p.points.end());
    for (const auto& [key, values] : p.data)
      all.data[key].insert(all.data[key].end(), values.begin(), values.end());
    lengths.push_back(p.points.size());
  }
  return write_lines(prefix, all, lengths, provenance);
}

std::string write_points(const std::string& prefix, const Polyline& points,
                         const std::map<std::string, std::string>& provenance) {
  check_paths({points});
  return write_lines(prefix, points, std::vector<std::size_t>(points.points.size(), 1), provenance);
}

} // namespace escapade
