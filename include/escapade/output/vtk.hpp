// Fields and paths as VTK XML files, read by ParaView, VisIt, PyVista and meshio.
//
// Everything lies in the plane z = 0. Arrays are inline binary (base64, compressed), doubles kept
// to the last bit. Vectors (2 components) get a third component 0 so that stream lines can be
// drawn; symmetric tensors (xx, xy, yy) become VTK's six components XX YY ZZ XY YZ XZ. Cells that
// are NaN in every field are also marked hidden (vtkGhostType), so that viewers leave them out.
// Field data: TimeValue, `variables`, and one string array per entry of the provenance; units and
// component names lie on the arrays themselves.
// Files appear whole: written aside, flushed to the disk, renamed.
#pragma once

#include "escapade/answers/fields.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace escapade {

/// Writes PREFIX.vti (angle 0: image data) or PREFIX.vts (turned: structured grid) or PREFIX.vtu
/// (polygons) with cell data; returns the file's name. Throws BadInput for sizes that do not fit,
/// CannotWrite.
std::string write_fields(const std::string& prefix, const FieldFile& file);

/// Whether a cell is NaN in every field. Where one is in any piece, all pieces carry the marks.
bool has_missing_cells(const FieldFile& file);

/// Reads back what write_fields wrote, or a header and its pieces, values to the last bit: lattice
/// or polygons, scalar fields (one component), strings of the field data as provenance, time.
/// BadInput beginning with `option` and the file's name where it is missing, damaged, or no such
/// file.
FieldFile read_fields(const std::string& option, const std::string& file);

/// Points in the variables, with one value per point and name (time, …).
struct Polyline {
  std::vector<Vec2> points;
  std::map<std::string, std::vector<double>> data;
};

/// Writes PREFIX.vtp, one polyline per path, cell data `path` = its index; returns the file's name.
/// Every path needs a point and the same names of data. Throws BadInput, CannotWrite.
std::string write_paths(const std::string& prefix, const std::vector<Polyline>& paths,
                        const std::map<std::string, std::string>& provenance);

/// The same with every point of `points` a path of its own.
std::string write_points(const std::string& prefix, const Polyline& points,
                         const std::map<std::string, std::string>& provenance);

/// Writes PREFIX.pvd, a series of (time, name of a file as returned by write_fields), the names
/// made relative to PREFIX's folder; returns the file's name. Throws BadInput, CannotWrite.
std::string write_series(const std::string& prefix,
                         const std::vector<std::pair<double, std::string>>& frames);

} // namespace escapade
