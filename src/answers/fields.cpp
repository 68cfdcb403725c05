#include "escapade/answers/fields.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace escapade {
namespace {

double along(const CellLattice& g, std::size_t axis, double i) {
  const std::vector<double>& faces = g.faces[axis];
  if (faces.empty())
    return i * g.h[axis];
  const double low = std::min(std::floor(i), static_cast<double>(faces.size() - 2));
  const auto k = static_cast<std::size_t>(low);
  return faces[k] + (i - low) * (faces[k + 1] - faces[k]);
}

/// The cell between two faces that holds the coordinate, as a number that may lie outside.
double cell_along(const CellLattice& g, std::size_t axis, double coordinate) {
  const std::vector<double>& faces = g.faces[axis];
  if (faces.empty())
    return std::floor(coordinate / g.h[axis]);
  return static_cast<double>(std::upper_bound(faces.begin(), faces.end(), coordinate) -
                             faces.begin() - 1);
}

Vec2 at(const CellLattice& g, double i, double j) {
  const double u = along(g, 0, i), v = along(g, 1, j);
  if (g.angle == 0)
    return {g.origin.x + u, g.origin.y + v};
  const double c = std::cos(g.angle), s = std::sin(g.angle);
  return {g.origin.x + c * u - s * v, g.origin.y + s * u + c * v};
}

void check_field(const CellField& f, std::int64_t cells) {
  if (f.components < 1)
    throw BadInput("field '" + f.name + "': " + std::to_string(f.components) +
                   " components given, at least 1 needed");
  const auto expected = static_cast<std::size_t>(cells) * static_cast<std::size_t>(f.components);
  if (!f.make && f.values.size() != expected)
    throw BadInput("field '" + f.name + "': " + std::to_string(f.values.size()) +
                   " values given, " + std::to_string(expected) + " needed");
  if (!f.component_names.empty() &&
      f.component_names.size() != static_cast<std::size_t>(f.components))
    throw BadInput("field '" + f.name + "': give one name per component, or none");
}

} // namespace

CellField held(const CellField& field) {
  if (!field.make)
    return field;
  return {field.name, field.units, field.components, field.component_names, field.make()};
}

std::int64_t size(const CellLattice& lattice) {
  return lattice.cells[0] * lattice.cells[1];
}

Vec2 corner(const CellLattice& lattice, std::int64_t i, std::int64_t j) {
  return at(lattice, static_cast<double>(i), static_cast<double>(j));
}

Vec2 centre(const CellLattice& lattice, std::int64_t ix, std::int64_t iy) {
  return at(lattice, static_cast<double>(ix) + 0.5, static_cast<double>(iy) + 0.5);
}

std::int64_t cell_at(const CellLattice& g, Vec2 point) {
  const double c = std::cos(g.angle), s = std::sin(g.angle);
  const Vec2 r = point - g.origin;
  const double i = cell_along(g, 0, c * r.x + s * r.y);
  const double j = cell_along(g, 1, c * r.y - s * r.x);
  const bool inside = i >= 0 && j >= 0 && i < static_cast<double>(g.cells[0]) &&
                      j < static_cast<double>(g.cells[1]); // false for NaN
  return inside ? static_cast<std::int64_t>(i) + g.cells[0] * static_cast<std::int64_t>(j) : -1;
}

std::int64_t cells_of(const FieldFile& file) {
  if (file.polygons)
    return static_cast<std::int64_t>(file.polygons->start.size()) - 1;
  return file.piece ? file.lattice.cells[0] * (file.piece->last - file.piece->first)
                    : size(file.lattice);
}

void add_polygon(CellPolygons& polygons, const std::vector<Vec2>& corners) {
  polygons.corner.insert(polygons.corner.end(), corners.begin(), corners.end());
  polygons.start.push_back(static_cast<std::int64_t>(polygons.corner.size()));
}

PolygonFinder::PolygonFinder(const CellPolygons& polygons) : polygons_(polygons) {
  Vec2 high = low_ = polygons.corner.empty() ? Vec2{} : polygons.corner.front();
  for (Vec2 p : polygons.corner) {
    low_ = {std::min(low_.x, p.x), std::min(low_.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  const auto n = static_cast<std::int64_t>(polygons.start.size()) - 1;
  const auto along = std::max<std::int64_t>(1, std::llround(std::sqrt(static_cast<double>(n))));
  bins_ = {along, along};
  const double tiny = 1e-300;
  bin_ = {std::max((high.x - low_.x) / static_cast<double>(along), tiny),
          std::max((high.y - low_.y) / static_cast<double>(along), tiny)};
  binned_.resize(along * along);
  const auto index = [&](double x, double low, double width) {
    return std::clamp<std::int64_t>(static_cast<std::int64_t>((x - low) / width), 0, along - 1);
  };
  for (std::int64_t k = 0; k < n; ++k) {
    std::int64_t i0 = along, i1 = -1, j0 = along, j1 = -1;
    for (std::int64_t c = polygons.start[k]; c < polygons.start[k + 1]; ++c) {
      const std::int64_t i = index(polygons.corner[c].x, low_.x, bin_.x),
                         j = index(polygons.corner[c].y, low_.y, bin_.y);
      i0 = std::min(i0, i), i1 = std::max(i1, i), j0 = std::min(j0, j), j1 = std::max(j1, j);
    }
    for (std::int64_t j = j0; j <= j1; ++j)
      for (std::int64_t i = i0; i <= i1; ++i)
        binned_[i + along * j].push_back(static_cast<std::int32_t>(k));
  }
}

std::int64_t PolygonFinder::at(Vec2 p) const {
  const double s = std::floor((p.x - low_.x) / bin_.x), t = std::floor((p.y - low_.y) / bin_.y);
  if (!(s >= 0 && t >= 0 && s < static_cast<double>(bins_[0]) && t < static_cast<double>(bins_[1])))
    return -1;
  std::int64_t found = -1;
  double best = -1e-9 * (bin_.x * bin_.x + bin_.y * bin_.y);
  for (std::int32_t k :
       binned_[static_cast<std::int64_t>(s) + bins_[0] * static_cast<std::int64_t>(t)]) {
    double least = std::numeric_limits<double>::infinity();
    bool inside = false; // an odd number of sides to the right: cells at inner corners are bent
    const std::int64_t begin = polygons_.start[k], end = polygons_.start[k + 1];
    for (std::int64_t c = begin; c < end; ++c) {
      const Vec2 a = polygons_.corner[c], b = polygons_.corner[c + 1 < end ? c + 1 : begin];
      if ((a.y > p.y) != (b.y > p.y) && p.x < a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x))
        inside = !inside;
      least = std::min(least, (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x));
    }
    if (inside)
      return k;
    if (least > best)
      best = least, found = k;
  }
  return found;
}

Vec2 place_of(const CellLattice& g, Vec2 point) {
  const double c = std::cos(g.angle), s = std::sin(g.angle);
  const Vec2 r = point - g.origin;
  const auto place = [&](std::size_t axis, double coordinate) {
    const std::vector<double>& faces = g.faces[axis];
    if (faces.empty())
      return coordinate / g.h[axis] - 0.5;
    const auto centre = [&](std::size_t k) { return 0.5 * (faces[k] + faces[k + 1]); };
    const std::size_t cells = faces.size() - 1;
    if (cells == 1)
      return (coordinate - centre(0)) / (faces[1] - faces[0]);
    std::size_t low = 0; // the last centre at or before the coordinate, but not the last of all
    for (std::size_t high = cells - 1; high - low > 1;) {
      const std::size_t middle = (low + high) / 2;
      (centre(middle) <= coordinate ? low : high) = middle;
    }
    return static_cast<double>(low) + (coordinate - centre(low)) / (centre(low + 1) - centre(low));
  };
  return {place(0, c * r.x + s * r.y), place(1, c * r.y - s * r.x)};
}

double area_of(const CellLattice& g, std::int64_t ix, std::int64_t iy) {
  const auto side = [&](std::size_t axis, std::int64_t i) {
    const std::vector<double>& faces = g.faces[axis];
    return faces.empty() ? g.h[axis] : faces[i + 1] - faces[i];
  };
  return side(0, ix) * side(1, iy);
}

void check(const FieldFile& file) {
  const CellLattice& g = file.lattice;
  if (file.polygons) {
    if (cells_of(file) < 1)
      throw BadInput("a mesh without cells cannot be written");
  } else if (g.cells[0] < 1 || g.cells[1] < 1)
    throw BadInput("lattice of " + std::to_string(g.cells[0]) + "×" + std::to_string(g.cells[1]) +
                   " cells: at least 1×1 needed");
  if (file.piece && !file.polygons &&
      !(0 <= file.piece->first && file.piece->first < file.piece->last &&
        file.piece->last <= g.cells[1]))
    throw BadInput("piece " + std::to_string(file.piece->number) + ": rows " +
                   std::to_string(file.piece->first) + " to " + std::to_string(file.piece->last) +
                   " of a lattice that has " + std::to_string(g.cells[1]));
  if (!(g.h[0] > 0 && g.h[1] > 0 && std::isfinite(g.h[0]) && std::isfinite(g.h[1])))
    throw BadInput("lattice: sides of a cell must be positive and finite");
  if (!(std::isfinite(g.origin.x) && std::isfinite(g.origin.y) && std::isfinite(g.angle)))
    throw BadInput("lattice: origin and angle must be finite");
  for (std::size_t axis = 0; axis < 2; ++axis)
    if (const auto& faces = g.faces[axis];
        !faces.empty() && (faces.size() != static_cast<std::size_t>(g.cells[axis] + 1) ||
                           !std::is_sorted(faces.begin(), faces.end())))
      throw BadInput("lattice: a graded axis needs its cells' faces in ascending order");
  std::set<std::string> names;
  for (const CellField& f : file.fields) {
    if (f.name.empty())
      throw BadInput("a field without a name cannot be written");
    if (!names.insert(f.name).second)
      throw BadInput("two fields are called '" + f.name + "'");
    check_field(f, cells_of(file));
  }
}

const CellField& field_named(const FieldFile& file, std::string_view name) {
  std::string known;
  for (const CellField& f : file.fields) {
    if (f.name == name)
      return f;
    known += (known.empty() ? "" : ", ") + f.name;
  }
  throw BadInput("no field '" + std::string(name) + "'; there are: " + known);
}

} // namespace escapade
