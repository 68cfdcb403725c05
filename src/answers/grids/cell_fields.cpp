#include "answers/grids/cell_fields.hpp"

#include "escapade/grid/mesh.hpp"
#include "generator/log_vector.hpp"
#include "parallel/ranks.hpp"

#include <cmath>
#include <limits>
#include <utility>

namespace escapade {

OwnCells all_cells(const Cells& cells) {
  return {0, cells.unknowns(), std::nullopt};
}

OwnCells own_cells(MPI_Comm comm, const Chain& chain) {
  const Ranks ranks(comm);
  if (ranks.alone())
    return all_cells(chain.grid);
  const Generator& rows = chain.generator;
  OwnCells own{rows.first, rows.first + rows.rows(), Piece{ranks.rank(), 0, 0}};
  if (const Grid* grid = chain.grid.lattice()) {
    // Shares begin with a row of the lattice; rows without cells go to the rank before.
    const auto row_of = [&](std::int64_t u) {
      return u < grid->unknowns() ? grid->cell(u) / grid->cells[0] : grid->cells[1];
    };
    own.piece->first = ranks.rank() == 0 ? 0 : row_of(own.first);
    own.piece->last = ranks.rank() == ranks.count() - 1 ? grid->cells[1] : row_of(own.last);
  } else {
    own.piece->last = rows.rows();
  }
  return own;
}

FieldFile field_file(const Cells& cells, const Problem& problem) {
  return field_file(cells, all_cells(cells), problem);
}

CellField cell_field(const Cells& cells, const std::string& name, const std::string& units,
                     int components, const std::function<void(std::size_t, double*)>& f) {
  return cell_field(cells, all_cells(cells), name, units, components, f);
}

FieldFile field_file(const Cells& cells, const OwnCells& own, const Problem& problem) {
  FieldFile file;
  file.piece = own.piece;
  file.lattice.variables = problem.variables;
  if (const MeshCells* triangles = cells.triangles()) {
    file.polygons.emplace();
    for (std::int64_t u = own.first; u < own.last; ++u)
      add_polygon(*file.polygons, triangles->mesh->polygon(triangles->vertex[u]));
    return file;
  }
  const Grid& grid = *cells.lattice();
  file.lattice.cells = grid.cells;
  file.lattice.h = grid.h;
  if (grid.graded())
    for (std::size_t a = 0; a < 2; ++a) // frame coordinates, so that the origin is the variables'
      for (std::int64_t i = 0; i <= grid.cells[a]; ++i)
        file.lattice.faces[a].push_back(grid.coordinate(a, static_cast<double>(i)));
  else
    file.lattice.origin = grid.angle == 0 ? Vec2{grid.corner[0], grid.corner[1]} : grid.point(0, 0);
  file.lattice.angle = grid.angle;
  return file;
}

CellField cell_field(const Cells& cells, const OwnCells& own, const std::string& name,
                     const std::string& units, int components,
                     const std::function<void(std::size_t, double*)>& f) {
  CellField field;
  field.name = name;
  field.units = units;
  field.components = components;
  const auto c = static_cast<std::size_t>(components);
  const auto count = static_cast<std::size_t>(own.last - own.first);
  if (const Grid* grid = cells.lattice()) {
    const Piece rows = own.piece.value_or(Piece{0, 0, grid->cells[1]});
    const std::int64_t begin = grid->cells[0] * rows.first;
    field.values.assign(static_cast<std::size_t>(grid->cells[0] * rows.last - begin) * c,
                        std::numeric_limits<double>::quiet_NaN());
    for (std::size_t k = 0; k < count; ++k)
      f(k, &field.values[static_cast<std::size_t>(grid->cell(own.first + k) - begin) * c]);
    return field;
  }
  field.values.assign(count * c, std::numeric_limits<double>::quiet_NaN());
  for (std::size_t k = 0; k < count; ++k)
    f(k, &field.values[k * c]);
  return field;
}

CellField made_field(std::shared_ptr<const Cells> grid, const OwnCells& own,
                     const std::string& name, const std::string& units, int components,
                     std::function<void(std::size_t, double*)> f) {
  CellField field{name, units, components, {}, {}};
  field.make = [=, grid = std::move(grid), f = std::move(f)] {
    return cell_field(*grid, own, name, units, components, f).values;
  };
  return field;
}

long double log_area(const Cells& grid, std::int64_t u) {
  return std::log(grid.area(static_cast<std::int32_t>(u)));
}

double exp_of(long double log) {
  return static_cast<double>(exp_in_double(log));
}

} // namespace escapade
