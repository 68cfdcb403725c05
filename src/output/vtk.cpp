#include "escapade/output/vtk.hpp"
#include "output/vtk_pieces.hpp"

#include "escapade/error.hpp"
#include "support/atomic_file.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkDoubleArray.h>
#include <vtkErrorCode.h>
#include <vtkFieldData.h>
#include <vtkIdTypeArray.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkInformationStringKey.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkSmartPointer.h>
#include <vtkStringArray.h>
#include <vtkStructuredGrid.h>
#include <vtkUnsignedCharArray.h>
#include <vtkUnstructuredGrid.h>
#include <vtkXMLImageDataWriter.h>
#include <vtkXMLPolyDataWriter.h>
#include <vtkXMLStructuredGridWriter.h>
#include <vtkXMLUnstructuredGridWriter.h>

namespace escapade {
namespace {

void add_strings(vtkDataObject* to, const std::string& name,
                 const std::vector<std::string>& values) {
  vtkNew<vtkStringArray> array;
  array->SetName(name.c_str());
  for (const std::string& v : values)
    array->InsertNextValue(v);
  to->GetFieldData()->AddArray(array);
}

void add_numbers(vtkDataObject* to, const std::string& name, const std::vector<double>& values) {
  vtkNew<vtkDoubleArray> array;
  array->SetName(name.c_str());
  for (double v : values)
    array->InsertNextValue(v);
  to->GetFieldData()->AddArray(array);
}

void add_provenance(vtkDataObject* to, const std::map<std::string, std::string>& provenance) {
  for (const auto& [key, value] : provenance)
    add_strings(to, key, {value});
}

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

/// The XML text of a data set. The writer writes to memory: a full disk is then met by
/// write_file(), which tests every step, and not by VTK, whose Write() reports success there.
/// LZ4 takes a quarter of zlib's time for files half as large again: the fields of fp-stationary at
/// 1024^2 cells, 0.7 s and 65 MB beside 2.9 s and 44 MB, base64 included.
template<class Writer>
std::string xml_of(vtkDataObject* data, const std::string& file_name) {
  vtkNew<Writer> writer;
  writer->SetCompressorTypeToLZ4();
  writer->SetCompressionLevel(9);
  writer->SetInputData(data);
  writer->SetDataModeToBinary(); // appended data get lost with current versions of expat
  writer->SetHeaderTypeToUInt64();
  writer->SetByteOrderToLittleEndian();
  writer->WriteToOutputStringOn();
  if (!writer->Write() || writer->GetErrorCode() != vtkErrorCode::NoError)
    throw CannotWrite(file_name + ": VTK error " + std::to_string(writer->GetErrorCode()));
  return writer->GetOutputString();
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
    xml = xml_of<vtkXMLImageDataWriter>(row, out.path());
  }
  append_to(out, cell_data(xml));
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
  return xml_of<vtkXMLUnstructuredGridWriter>(mesh, name);
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
    return xml_of<vtkXMLImageDataWriter>(image, name);
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
  return xml_of<vtkXMLStructuredGridWriter>(grid, name);
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

/// Lines through `points`, `lengths` of them after one another, with values at the points.
std::string write_lines(const std::string& prefix, const Polyline& points,
                        const std::vector<std::size_t>& lengths,
                        const std::map<std::string, std::string>& provenance) {
  const std::string name = prefix + ".vtp";
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
    array->SetName(key.c_str());
    array->SetNumberOfValues(std::ssize(values));
    std::copy(values.begin(), values.end(), array->GetPointer(0));
    data->GetPointData()->AddArray(array);
  }
  add_provenance(data, provenance);
  write_file(name, xml_of<vtkXMLPolyDataWriter>(data, name));
  return name;
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

std::string write_series(const std::string& prefix,
                         const std::vector<std::pair<double, std::string>>& frames) {
  namespace fs = std::filesystem;
  const std::string name = prefix + ".pvd";
  const fs::path folder = fs::absolute(name).lexically_normal().parent_path();
  std::string xml = "<?xml version=\"1.0\"?>\n<VTKFile type=\"Collection\" version=\"0.1\" "
                    "byte_order=\"LittleEndian\">\n  <Collection>\n";
  for (const auto& [time, file] : frames) {
    if (!std::isfinite(time))
      throw BadInput("time of '" + file + "' in a series must be finite");
    const fs::path relative = fs::absolute(file).lexically_normal().lexically_relative(folder);
    xml += "    <DataSet timestep=\"" + exact(time) + "\" group=\"\" part=\"0\" file=\"" +
           escaped(relative.generic_string()) + "\"/>\n";
  }
  write_file(name, xml + "  </Collection>\n</VTKFile>\n");
  return name;
}

} // namespace escapade
