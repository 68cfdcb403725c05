#include "output/curve.hpp"

#include "support/atomic_file.hpp"
#include "support/exact.hpp"

#include <cmath>

namespace escapade {

std::string write_curve(const std::string& prefix, const FieldFile& line) {
  const CellLattice& lattice = line.lattice;
  const std::vector<double>& face = lattice.faces[0];
  std::vector<CellField> fields;
  std::string text = lattice.variables[0];
  for (const CellField& field : line.fields) {
    fields.push_back(held(field));
    text += "," + field.name;
  }
  text += "\n";
  for (std::size_t i = 0; i < static_cast<std::size_t>(lattice.cells[0]); ++i) {
    const double x = face.empty() ? lattice.origin.x + lattice.h[0] * (static_cast<double>(i) + 0.5)
                                  : 0.5 * (face[i] + face[i + 1]);
    std::string row;
    bool any = false;
    for (const CellField& field : fields) {
      const double value = field.values[i * static_cast<std::size_t>(field.components)];
      any = any || !std::isnan(value);
      row += "," + (std::isnan(value) ? std::string() : exact(value));
    }
    if (any)
      text += exact(x) + row + "\n";
  }
  std::string name = prefix + "_fields.csv";
  write_file(name, text);
  return name;
}

} // namespace escapade
