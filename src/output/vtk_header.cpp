// Files that name others, by hand: the header of a file in pieces, since VTK's own writer of
// parallel images gives a wrong extent, and series of files in time.
#include "escapade/output/vtk.hpp"
#include "output/vtk_pieces.hpp"

#include "escapade/error.hpp"
#include "support/atomic_file.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace escapade {

namespace {

/// As many names as there are components, or none.
std::string array_element(const CellField& field, const std::array<std::string, 2>& variables) {
  const Layout l = layout(field, variables);
  std::string xml = "      <PDataArray type=\"Float64\" Name=\"" + escaped(field.name) +
                    "\" NumberOfComponents=\"" + std::to_string(l.names.size()) + "\"";
  for (std::size_t c = 0; c < l.names.size(); ++c)
    if (!l.names[c].empty())
      xml += " ComponentName" + std::to_string(c) + "=\"" + escaped(l.names[c]) + "\"";
  return xml + "/>\n";
}

/// `rows` of the lattice by their corners.
std::string extent(const FieldFile& file, std::int64_t first, std::int64_t last) {
  return "\"0 " + std::to_string(file.lattice.cells[0]) + " " + std::to_string(first) + " " +
         std::to_string(last) + " 0 0\"";
}

} // namespace

std::string escaped(const std::string& text) {
  std::string out;
  for (char c : text)
    out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '"' ? "&quot;" : std::string(1, c);
  return out;
}

Layout layout(const CellField& f, const std::array<std::string, 2>& variables) {
  Layout l;
  if (f.components == 2)
    l = {{0, 1}, {variables[0], variables[1], "z"}};
  else if (f.components == 3)
    l = {{0, 3, 1}, {"XX", "YY", "ZZ", "XY", "YZ", "XZ"}};
  else
    for (int c = 0; c < f.components; ++c) {
      l.slot.push_back(c);
      l.names.emplace_back();
    }
  for (std::size_t c = 0; c < f.component_names.size(); ++c)
    l.names[l.slot[c]] = f.component_names[c];
  return l;
}

bool is_image(const FieldFile& file) {
  const CellLattice& g = file.lattice;
  return !file.polygons && g.angle == 0 && g.faces[0].empty() && g.faces[1].empty();
}

std::string extension_of(const FieldFile& file) {
  return file.polygons ? ".vtu" : is_image(file) ? ".vti" : ".vts";
}

AtomicFile write_header(const std::string& prefix, const FieldFile& file,
                        const std::vector<Piece>& pieces, bool marks) {
  const CellLattice& g = file.lattice;
  const std::string extension = extension_of(file);
  const std::string type = file.polygons    ? "PUnstructuredGrid"
                           : is_image(file) ? "PImageData"
                                            : "PStructuredGrid";
  std::string xml = "<?xml version=\"1.0\"?>\n<VTKFile type=\"" + type +
                    "\" version=\"1.0\" byte_order=\"LittleEndian\" header_type=\"UInt64\">\n  <" +
                    type + " GhostLevel=\"0\"";
  if (!file.polygons)
    xml += " WholeExtent=" + extent(file, 0, g.cells[1]);
  if (is_image(file))
    xml += " Origin=\"" + exact(g.origin.x) + " " + exact(g.origin.y) + " 0\" Spacing=\"" +
           exact(g.h[0]) + " " + exact(g.h[1]) + " 1\"";
  xml += ">\n";
  if (!is_image(file))
    xml += "    <PPoints>\n      <PDataArray type=\"Float64\" Name=\"Points\" "
           "NumberOfComponents=\"3\"/>\n    </PPoints>\n";
  xml += "    <PCellData>\n";
  for (const CellField& field : file.fields)
    xml += array_element(field, g.variables);
  if (marks)
    xml += "      <PDataArray type=\"UInt8\" Name=\"vtkGhostType\"/>\n";
  xml += "    </PCellData>\n";
  const std::string stem = std::filesystem::path(prefix).filename().string();
  for (const Piece& p : pieces)
    xml += "    <Piece" +
           (file.polygons ? std::string() : " Extent=" + extent(file, p.first, p.last)) +
           " Source=\"" + escaped(stem + "_" + std::to_string(p.number) + extension) + "\"/>\n";
  AtomicFile out(prefix + ".p" + extension.substr(1));
  write_to(out, xml + "  </" + type + ">\n</VTKFile>\n");
  out.flush();
  return out;
}

std::string write_series(const std::string& prefix,
                         const std::vector<std::pair<double, std::string>>& frames) {
  namespace fs = std::filesystem;
  std::string name = prefix + ".pvd";
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
