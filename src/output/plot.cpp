#include "output/plot.hpp"

#include "escapade/error.hpp"
#include "output/gnuplot.hpp"
#include "support/atomic_file.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

namespace escapade {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr int arrows_along_longer_side = 25;
// The frame's place, in parts of the picture's width.
constexpr double left = 0.115, right = 0.84, above = 0.06, below = 0.09;

/// The part of the plane that is shown, and how many pixels a unit of each variable takes.
struct View {
  Vec2 low, high;
  double ratio;      ///< height of the frame over its width
  Vec2 scale;        ///< frame widths per unit
  int columns, rows; ///< of the raster
};

/// The cells that are drawn.
struct Surface {
  const FieldFile& file;
  const CellLattice& lattice = file.lattice;
  std::optional<PolygonFinder> polygons = {};

  explicit Surface(const FieldFile& f) : file(f) {
    if (f.polygons)
      polygons.emplace(*f.polygons);
  }
  std::int64_t at(Vec2 p) const { return polygons ? polygons->at(p) : cell_at(lattice, p); }
};

/// Colour value of a cell, NaN where nothing is drawn.
double shade(double value, const Picture& picture) {
  if (!std::isfinite(value) || (picture.log_colour && value <= 0))
    return nan;
  return value;
}

/// The cells that are shown, or in a turned lattice their centres: there cells stick out of the
/// domain by up to a half.
std::array<double, 4> extent_of(const Surface& surface, const CellField& field,
                                const Picture& picture) {
  const CellLattice& g = surface.lattice;
  const double inf = std::numeric_limits<double>::infinity();
  std::array<double, 4> e{inf, -inf, inf, -inf};
  if (const auto& p = surface.file.polygons)
    for (std::size_t k = 0; k + 1 < p->start.size(); ++k)
      for (std::int64_t c = p->start[k]; c < p->start[k + 1]; ++c)
        if (!std::isnan(shade(field.values[k], picture)))
          e = {std::min(e[0], p->corner[c].x), std::max(e[1], p->corner[c].x),
               std::min(e[2], p->corner[c].y), std::max(e[3], p->corner[c].y)};
  for (std::int64_t iy = 0; iy < g.cells[1] && !surface.polygons; ++iy)
    for (std::int64_t ix = 0; ix < g.cells[0]; ++ix)
      if (!std::isnan(shade(field.values[ix + g.cells[0] * iy], picture)))
        for (Vec2 p : {g.angle != 0 ? centre(g, ix, iy) : corner(g, ix, iy),
                       g.angle != 0 ? centre(g, ix, iy) : corner(g, ix + 1, iy + 1)})
          e = {std::min(e[0], p.x), std::max(e[1], p.x), std::min(e[2], p.y), std::max(e[3], p.y)};
  if (!(e[0] < inf))
    throw BadInput("picture of '" + field.name + "': no value to show" +
                   (picture.log_colour ? " is positive" : " is finite"));
  for (int k : {0, 2})
    if (!(e[k] < e[k + 1])) // a single row of turned cells
      e = {e[0] - g.h[0], e[1] + g.h[0], e[2] - g.h[1], e[3] + g.h[1]};
  return e;
}

View view_of(const Surface& g, const CellField& field, const Picture& picture) {
  const std::array<double, 4> all = extent_of(g, field, picture);
  const auto [x0, x1, y0, y1] = picture.domain.value_or(all);
  if (!(x0 < x1 && y0 < y1))
    throw BadInput("picture of '" + field.name + "': empty domain");
  View v{{x0, y0}, {x1, y1}, 1, {}, 0, 0};
  // Equal units on both axes unless that makes a strip.
  v.ratio = std::clamp((y1 - y0) / (x1 - x0), 0.4, 1.6);
  v.scale = {1 / (x1 - x0), v.ratio / (y1 - y0)};
  v.columns = std::max(2, static_cast<int>(std::lround(picture.width * (right - left))));
  v.rows = std::max(2, static_cast<int>(std::lround(v.columns * v.ratio)));
  return v;
}

Vec2 pixel(const View& v, int column, int row) {
  const Vec2 extent = v.high - v.low;
  return {v.low.x + (column + 0.5) / v.columns * extent.x,
          v.low.y + (row + 0.5) / v.rows * extent.y};
}

bool inside(const View& v, Vec2 p) {
  return p.x >= v.low.x && p.x <= v.high.x && p.y >= v.low.y && p.y <= v.high.y;
}

/// The value at a point: of the cell it lies in, or, where that one was dropped because its centre
/// lies outside the view, of the nearest neighbour, so that the rim of a turned lattice is
/// straight.
double value_at(const Surface& surface, const CellField& field, const Picture& picture,
                const View& v, Vec2 p) {
  const CellLattice& g = surface.lattice;
  const std::int64_t i = surface.at(p);
  if (i < 0)
    return nan;
  const double value = shade(field.values[i], picture);
  if (surface.polygons)
    return value;
  const std::int64_t ix = i % g.cells[0], iy = i / g.cells[0];
  if (!std::isnan(value) || inside(v, centre(g, ix, iy)))
    return value;
  double nearest = std::numeric_limits<double>::infinity(), found = nan;
  for (std::int64_t y = std::max<std::int64_t>(iy - 1, 0); y <= iy + 1 && y < g.cells[1]; ++y)
    for (std::int64_t x = std::max<std::int64_t>(ix - 1, 0); x <= ix + 1 && x < g.cells[0]; ++x) {
      const double other = shade(field.values[x + g.cells[0] * y], picture);
      const double distance = norm(centre(g, x, y) - p);
      if (!std::isnan(other) && distance < nearest) {
        nearest = distance;
        found = other;
      }
    }
  return found;
}

/// The colours as a raster of the view: right for every turn of the lattice, where gnuplot would
/// draw turned cells with seams between them.
std::vector<double> raster(const Surface& g, const CellField& field, const Picture& picture,
                           const View& v) {
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(v.columns) * v.rows);
  for (int row = 0; row < v.rows; ++row)
    for (int column = 0; column < v.columns; ++column)
      values.push_back(value_at(g, field, picture, v, pixel(v, column, row)));
  return values;
}

/// Arrows as rows x y dx dy on a square lattice over the view, centred on their points.
std::vector<double> arrows(const Surface& g, const CellField& field, const View& v,
                           double decades) {
  const double step = std::max(1.0, v.ratio) / arrows_along_longer_side;
  struct Sample {
    Vec2 at, direction;
    double magnitude;
  };
  std::vector<Sample> samples;
  double largest = 0;
  for (double y = step / 2; y < v.ratio; y += step)
    for (double x = step / 2; x < 1; x += step) {
      const Vec2 at{v.low.x + x / v.scale.x, v.low.y + y / v.scale.y};
      const std::int64_t i = g.at(at);
      if (i < 0)
        continue;
      const Vec2 j{field.values[2 * i], field.values[2 * i + 1]};
      const double m = norm(j);
      if (!(m > 0) || !std::isfinite(m))
        continue;
      samples.push_back({at, {j.x * v.scale.x, j.y * v.scale.y}, m});
      largest = std::max(largest, m);
    }
  std::vector<double> rows;
  for (const Sample& s : samples) {
    const double strength = 1 + std::log10(s.magnitude / largest) / decades;
    if (strength <= 0)
      continue;
    const double length = 0.95 * step * (0.25 + 0.75 * strength) / norm(s.direction);
    const Vec2 d{length * s.direction.x / v.scale.x, length * s.direction.y / v.scale.y};
    rows.insert(rows.end(), {s.at.x - d.x / 2, s.at.y - d.y / 2, d.x, d.y});
  }
  return rows;
}

std::string label_of(const CellField& f, const Picture& picture) {
  if (!picture.colour_label.empty())
    return picture.colour_label;
  return f.units.empty() ? f.name : f.name + " [" + f.units + "]";
}

std::string colour_range(const std::vector<double>& shown, const Picture& picture) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (double v : shown)
    if (!std::isnan(v)) {
      low = std::min(low, v);
      high = std::max(high, v);
    }
  if (picture.top && high - *picture.top > low)
    low = high - *picture.top;
  if (!(low < high)) { // gnuplot refuses an empty range
    const double pad = picture.log_colour ? 0 : std::max(1e-300, 1e-6 * std::abs(high));
    low = picture.log_colour ? low / 2 : low - pad;
    high = picture.log_colour ? high * 2 : high + pad;
  }
  return "[" + exact(low) + ":" + exact(high) + "]";
}

void set_up(Gnuplot& plot, const FieldFile& file, const Picture& picture, const View& view) {
  const double height = above + below + (right - left) * view.ratio; // in widths
  const int font = std::max(8, picture.width / 66);
  plot.line("set terminal pngcairo enhanced size " + std::to_string(picture.width) + "," +
            std::to_string(std::lround(picture.width * height)) + " font 'sans," +
            std::to_string(font) + "'");
  plot.line("set encoding utf8");
  plot.line("set lmargin at screen " + exact(left));
  plot.line("set rmargin at screen " + exact(right));
  plot.line("set tmargin at screen " + exact(1 - above / height));
  plot.line("set bmargin at screen " + exact(below / height));
  plot.line("set border lw 1.5");
  plot.line("set tics out nomirror");
  plot.line("set xrange [" + exact(view.low.x) + ":" + exact(view.high.x) + "]");
  plot.line("set yrange [" + exact(view.low.y) + ":" + exact(view.high.y) + "]");
  plot.line("set xlabel " + in_quotes(file.lattice.variables[0]) + " noenhanced");
  plot.line("set ylabel " + in_quotes(file.lattice.variables[1]) + " noenhanced");
  plot.line("set palette defined (" + viridis() + ")");
  if (picture.log_colour)
    plot.line("set logscale cb\nset format cb '10^{%L}'");
  std::string title = picture.title;
  if (file.time)
    title += (title.empty() ? "t = " : ", t = ") + exact(*file.time);
  if (!title.empty())
    plot.line("set title " + in_quotes(title) + " noenhanced");
  plot.line("set key at screen " + exact(right) +
            ",0.01 right bottom horizontal noenhanced"); // below the frame, hiding nothing
  plot.line("set style textbox opaque fillcolor rgb '#50ffffff' noborder margins 0.6,0.6");
}

} // namespace

std::string plot_fields(const std::string& prefix, const FieldFile& file, const Picture& picture) {
  check(file);
  const Surface g(file);
  const CellField& scalar = field_named(file, picture.scalar);
  if (scalar.components != 1)
    throw BadInput("picture of '" + scalar.name + "': only a field of one component has a colour");
  const View view = view_of(g, scalar, picture);
  const std::vector<double> colours = raster(g, scalar, picture, view);

  Gnuplot plot;
  set_up(plot, file, picture, view);
  plot.line("set cblabel " + in_quotes(label_of(scalar, picture)) + " noenhanced");
  plot.line("set cbrange " + colour_range(colours, picture));

  const Vec2 first = pixel(view, 0, 0), next = pixel(view, 1, 1);
  plot.layer("binary array=(" + std::to_string(view.columns) + "," + std::to_string(view.rows) +
                 ") dx=" + exact(next.x - first.x) + " dy=" + exact(next.y - first.y) +
                 " origin=(" + exact(first.x) + "," + exact(first.y) +
                 ") format='%double' with image notitle",
             colours);
  if (!picture.vector.empty()) {
    const CellField& vector = field_named(file, picture.vector);
    if (vector.components != 2)
      throw BadInput("picture of '" + vector.name + "': arrows need a field of two components");
    const std::vector<double> rows = arrows(g, vector, view, picture.decades);
    plot.arrows(rows);
  }
  for (const Curve& c : picture.curves)
    plot.curve(c.points, c.label);
  for (const Marker& m : picture.markers)
    plot.marker(m);
  const std::string name = prefix + ".png";
  write_file(name, plot.png(name));
  return name;
}

} // namespace escapade
