// A picture of a field as PNG, drawn by the program gnuplot (5.2 or later, terminal pngcairo).
//
// The scalar field is the colour (viridis, whose lightness grows evenly with the value), the vector
// field is drawn as arrows whose length grows with the logarithm of its magnitude, so that a
// current is visible wherever its direction is known. Axes are in the variables, in turned lattices
// too.
#pragma once

#include "escapade/answers/fields.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace escapade {

/// A point worth showing: start, critical point, θ*. An empty label is left out.
struct Marker {
  enum class Shape { dot, cross, star } shape = Shape::dot;
  Vec2 at;
  std::string label;
};

/// A line over the picture: exit set's boundary, escape path. NaN points break it.
struct Curve {
  std::vector<Vec2> points;
  std::string label; ///< in the key; empty: not in it
};

struct Picture {
  std::string scalar = {};       ///< name of the field to colour
  std::string vector = {};       ///< name of the field to draw arrows of; empty: none
  std::string title = {};        ///< above the picture; empty: none
  std::string colour_label = {}; ///< beside the colours; empty: the field's name and units
  bool log_colour = false;       ///< logarithmic colours; values ≤ 0 are left blank
  /// Show only this much below the greatest value (nats of a log density).
  std::optional<double> top = {};
  /// x0, x1, y0, y1 to show; default: all cells with a value (in a turned lattice, their centres).
  std::optional<std::array<double, 4>> domain = {};
  double decades = 4; ///< arrows shorter than 10^-decades of the longest are left out
  std::vector<Marker> markers = {};
  std::vector<Curve> curves = {};
  int width = 1200; ///< pixels
};

/// A line with its standard error, drawn as a band of two of them to either side.
struct ChartLine {
  std::vector<double> x, y, error; ///< of the same length; error may be empty
  std::string label;
};

struct Chart {
  std::string title, x_label, y_label;
  bool log_y = false; ///< points with y ≤ 0 are left out
  std::vector<ChartLine> lines;
  int width = 1200; ///< pixels
};

/// Writes PREFIX.png and returns its name. Throws BadInput (nothing to show), CannotWrite.
std::string plot_chart(const std::string& prefix, const Chart& chart);

/// Writes PREFIX.png and returns its name. Throws BadInput (no such field, or nothing finite to
/// show), CannotWrite (gnuplot absent or failing, folder not writable).
std::string plot_fields(const std::string& prefix, const FieldFile& file, const Picture& picture);

} // namespace escapade
