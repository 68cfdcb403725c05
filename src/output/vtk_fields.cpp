#include "escapade/output/vtk.hpp"
#include "output/vtk_pieces.hpp"
#include "output/vtk_xml.hpp"

#include "escapade/error.hpp"
#include "support/atomic_file.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkDoubleArray.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkInformationStringKey.h>
#include <vtkNew.h>
#include <vtkPoints.h>
#include <vtkSmartPointer.h>
#include <vtkStructuredGrid.h>
#include <vtkUnsignedCharArray.h>
#include <vtkUnstructuredGrid.h>
#include <vtkXMLImageDataWriter.h>
#include <vtkXMLStructuredGridWriter.h>
#include <vtkXMLUnstructuredGridWriter.h>

namespace escapade {
namespace {

/// The field with its values where it has to be made; nothing where it holds them.
std::optional<CellField> made_field(const CellField& field, std::int64_t cells) {
  if (!field.make)
    return std::nullopt;
  CellField made = held(field);
  if (static_cast<std::int64_t>(made.values.size()) != cells * made.components)
    throw std::logic_error("field '" + made.name + "' was made with a wrong number of values");
  return made;
}

vtkSmartPointer<vtkDoubleArray> array_of(const CellField& field, const FieldFile& file) {
  const std::optional<CellField> made = made_field(field, cells_of(file));
  const CellField& f = made ? *made : field;
  const Layout l = layout(f, file.lattice.variables);
  const std::int64_t cells = cells_of(file);
  const auto width = static_cast<std::int64_t>(l.names.size());
  auto array = vtkSmartPointer<vtkDoubleArray>::New();
  array->SetName(f.name.c_str());
  array->SetNumberOfComponents(static_cast<int>(width));
  for (std::int64_t c = 0; c < width; ++c)
    if (!l.names[c].empty())
      array->SetComponentName(c, l.names[c].c_str());
  if (!f.units.empty())
    array->GetInformation()->Set(vtkDataArray::UNITS_LABEL(), f.units.c_str());
  array->SetNumberOfTuples(cells);
  double* to = array->GetPointer(0);
  std::fill(to, to + cells * width, 0.0);
  for (std::int64_t i = 0; i < cells; ++i)
    for (int c = 0; c < f.components; ++c)
      to[i * width + l.slot[c]] = f.values[i * f.components + c];
  return array;
}

std::vector<bool> missing_cells(const FieldFile& file) {
  const std::int64_t cells = cells_of(file);
  std::vector<bool> missing(cells, !file.fields.empty());
  for (const CellField& field : file.fields) {
    if (std::find(missing.begin(), missing.end(), true) == missing.end())
      break;
    const std::optional<CellField> made = made_field(field, cells);
    const std::vector<double>& values = made ? made->values : field.values;
    for (std::int64_t k = 0; k < cells * field.components; ++k)
      if (!std::isnan(values[k]))
        missing[k / field.components] = false;
  }
  return missing;
}

/// Marks the cells that are NaN in every field, so that viewers and filters leave them out.
void hide_missing_cells(vtkDataSet* to, const FieldFile& file) {
  const std::vector<bool> missing = missing_cells(file);
  vtkNew<vtkUnsignedCharArray> ghost;
  ghost->SetName(vtkDataSetAttributes::GhostArrayName());
  ghost->SetNumberOfTuples(static_cast<vtkIdType>(missing.size()));
  for (std::size_t i = 0; i < missing.size(); ++i)
    ghost->SetValue(static_cast<vtkIdType>(i), missing[i] ? vtkDataSetAttributes::HIDDENCELL : 0);
  to->GetCellData()->AddArray(ghost);
}

/// All but the fields: their arrays are written one after the other.
void add_frame(vtkDataSet* to, const FieldFile& file, bool marks) {
  if (marks)
    hide_missing_cells(to, file);
  add_provenance(to, file.provenance);
  add_strings(to, "variables", {file.lattice.variables[0], file.lattice.variables[1]});
  if (file.time)
    add_numbers(to, "TimeValue", {*file.time});
}

/// The lines between a data set's <CellData> and its end tag.
std::string_view cell_data(std::string_view xml) {
  const std::size_t end = xml.rfind('\n', xml.find("</CellData>")) + 1;
  const std::size_t begin = xml.find('\n', xml.find("<CellData")) + 1;
  return xml.substr(begin, end - begin);
}

/// Appends the array of a field. It reads the same whatever the data set is that holds it.
void append_field(const AtomicFile& out, const CellField& field, const FieldFile& file) {
  std::string xml;
  {
    vtkNew<vtkImageData> row;
    row->SetExtent(0, static_cast<int>(cells_of(file)), 0, 1, 0, 0);
    row->GetCellData()->AddArray(array_of(field, file));
    xml = xml_of(*vtkNew<vtkXMLImageDataWriter>(), row, out.path());
  }
  append_to(out, cell_data(xml));
}

/// Polygons that share their corners.
std::string polygons_xml(const std::string& name, const FieldFile& file, bool marks) {
  const CellPolygons& p = *file.polygons;
  std::map<std::pair<double, double>, vtkIdType> known;
  vtkNew<vtkPoints> points;
  vtkNew<vtkCellArray> cells;
  points->SetDataTypeToDouble();
  for (std::size_t k = 0; k + 1 < p.start.size(); ++k) {
    std::vector<vtkIdType> corners;
    for (std::int64_t c = p.start[k]; c < p.start[k + 1]; ++c) {
      const Vec2 at = p.corner[c];
      const auto [entry, fresh] = known.try_emplace({at.x, at.y}, known.size());
      if (fresh)
        points->InsertNextPoint(at.x, at.y, 0);
      if (corners.empty() || corners.back() != entry->second) // faces may have no length
        corners.push_back(entry->second);
    }
    while (corners.size() > 1 && corners.back() == corners.front())
      corners.pop_back();
    cells->InsertNextCell(static_cast<vtkIdType>(corners.size()), corners.data());
  }
  vtkNew<vtkUnstructuredGrid> mesh;
  mesh->SetPoints(points);
  mesh->SetCells(VTK_POLYGON, cells);
  add_frame(mesh, file, marks);
  return xml_of(*vtkNew<vtkXMLUnstructuredGridWriter>(), mesh, name);
}

/// A file without its fields. Points lie where they do in the whole lattice, of a piece too.
std::string frame_xml(const std::string& name, const FieldFile& file, bool marks) {
  if (file.polygons)
    return polygons_xml(name, file, marks);
  const CellLattice& g = file.lattice;
  const std::int64_t nx = g.cells[0], low = file.piece ? file.piece->first : 0,
                     high = file.piece ? file.piece->last : g.cells[1];
  const auto set_extent = [&](auto& data) {
    data->SetExtent(0, static_cast<int>(nx), static_cast<int>(low), static_cast<int>(high), 0, 0);
  };
  if (is_image(file)) {
    vtkNew<vtkImageData> image;
    set_extent(image);
    image->SetOrigin(g.origin.x, g.origin.y, 0);
    image->SetSpacing(g.h[0], g.h[1], 1);
    add_frame(image, file, marks);
    return xml_of(*vtkNew<vtkXMLImageDataWriter>(), image, name);
  }
  vtkNew<vtkPoints> corners;
  corners->SetDataTypeToDouble();
  corners->SetNumberOfPoints((nx + 1) * (high - low + 1));
  for (std::int64_t j = low; j <= high; ++j)
    for (std::int64_t i = 0; i <= nx; ++i) {
      const Vec2 p = corner(g, i, j);
      corners->SetPoint(i + (nx + 1) * (j - low), p.x, p.y, 0);
    }
  vtkNew<vtkStructuredGrid> grid;
  set_extent(grid);
  grid->SetPoints(corners);
  add_frame(grid, file, marks);
  add_numbers(grid, "frame_angle", {g.angle});
  return xml_of(*vtkNew<vtkXMLStructuredGridWriter>(), grid, name);
}

void check_size(const FieldFile& file) {
  check(file);
  constexpr std::int64_t most = std::numeric_limits<int>::max();
  if (file.lattice.cells[0] >= most || file.lattice.cells[1] >= most || cells_of(file) >= most)
    throw BadInput("VTK holds at most 2147483646 cells along an axis, and as many are written at "
                   "most");
}

/// One field after the other, so that no more than one need be held.
void write_aside(const AtomicFile& out, const FieldFile& file, bool marks) {
  const std::string frame = frame_xml(out.path(), file, marks);
  const auto begin = static_cast<std::size_t>(cell_data(frame).data() - frame.data());
  write_to(out, std::string_view(frame).substr(0, begin));
  for (const CellField& f : file.fields)
    append_field(out, f, file);
  append_to(out, std::string_view(frame).substr(begin));
}

} // namespace

bool has_missing_cells(const FieldFile& file) {
  const std::vector<bool> missing = missing_cells(file);
  return std::find(missing.begin(), missing.end(), true) != missing.end();
}

std::string write_fields(const std::string& prefix, const FieldFile& file) {
  check_size(file);
  AtomicFile out(prefix + extension_of(file));
  write_aside(out, file, has_missing_cells(file));
  out.commit();
  return out.path();
}

AtomicFile write_piece(const std::string& prefix, const FieldFile& file, bool marks) {
  check_size(file);
  AtomicFile out(prefix + "_" + std::to_string(file.piece->number) + extension_of(file));
  write_aside(out, file, marks);
  out.flush();
  return out;
}

} // namespace escapade
