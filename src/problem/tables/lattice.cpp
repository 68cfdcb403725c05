#include "problem/tables/read_table.hpp"

#include "support/exact.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

/// Coordinates in files have few digits: so much of a step they may be off.
constexpr double uneven = 0.01;

/// The distinct ones, ascending.
std::vector<double> distinct(std::vector<double> c) {
  std::sort(c.begin(), c.end());
  const double same = 1e-8 * (c.back() - c.front());
  std::vector<double> out;
  for (double v : c)
    if (out.empty() || v - out.back() > same)
      out.push_back(v);
  return out;
}

struct Axis {
  std::size_t points = 1;
  double first = 0, step = 1;
  bool periodic = false;
};

Axis axis_of(const TableFile& file, const std::string& name, const std::vector<double>& coordinate,
             std::optional<double> period) {
  const std::vector<double> c = distinct(coordinate);
  Axis axis{c.size(), c.front(), 1, period.has_value()};
  if (c.size() < 2)
    throw file.bad("has one value of " + name + " only; a table needs two or more along each axis");
  axis.step = (c.back() - c.front()) / static_cast<double>(c.size() - 1);
  for (std::size_t k = 0; k < c.size(); ++k)
    if (std::abs(c[k] - axis.first - axis.step * static_cast<double>(k)) > uneven * axis.step)
      throw file.bad("the values of " + name + " are not evenly spaced at " + rounded(c[k], 6) +
                     ": points are missing, or the steps differ; give a full grid of even steps");
  if (!period)
    return axis;
  const double n = *period / axis.step, off = std::abs(n - static_cast<double>(c.size()));
  if (std::abs(n - static_cast<double>(c.size() - 1)) < 0.5 && c.size() > 2)
    --axis.points; // the last one is the first again
  else if (off > 0.5)
    throw file.bad(name + " is periodic with the period " + rounded(*period, 6) + ", but has " +
                   std::to_string(c.size()) + " points " + rounded(axis.step, 6) +
                   " apart; give a grid of whole periods, one point for each of nbins");
  const double even = *period / static_cast<double>(axis.points);
  if (std::abs(even - axis.step) > uneven * even)
    throw file.bad("the period of " + name + ", " + rounded(*period, 6) +
                   ", is no whole number of its steps of " + rounded(axis.step, 6) +
                   "; give a grid of whole periods");
  axis.step = even;
  return axis;
}

/// The axis that the points make against what the file says of it. Bins are points, or one less
/// where the axis ends at walls: both are written. Points may stand in the middle of the bins.
void compare_with_stated(const TableFile& file, const std::string& name,
                         const std::vector<double>& coordinate, const Axis& axis,
                         const StatedAxis& stated) {
  const auto [least, greatest] = std::minmax_element(coordinate.begin(), coordinate.end());
  const std::string remedy = "; give the whole grid, and what #! SET says of it";
  const double points = static_cast<double>(axis.points);
  if (stated.bins && *stated.bins != points && (axis.periodic || *stated.bins != points - 1))
    throw file.bad("#! SET nbins_" + name + " is " + rounded(*stated.bins, 6) + ", but " + name +
                   " has " + std::to_string(axis.points) + " values" + remedy);
  const auto differs = [&](double off, double most) {
    return off < -uneven * axis.step || off > (most + uneven) * axis.step;
  };
  if (stated.low && differs(*least - *stated.low, 0.5))
    throw file.bad("#! SET min_" + name + " is " + rounded(*stated.low, 6) + ", but " + name +
                   " begins at " + rounded(*least, 6) + remedy);
  if (stated.high && differs(*stated.high - *greatest, 1))
    throw file.bad("#! SET max_" + name + " is " + rounded(*stated.high, 6) + ", but " + name +
                   " ends at " + rounded(*greatest, 6) + remedy);
}

} // namespace

TableValues on_lattice(const TableFile& file, const TablePoints& p) {
  if (p.value.empty())
    throw file.bad("holds no points; give coordinates and a value in every line");
  const bool plane = !p.axes[1].empty();
  const Axis x = axis_of(file, p.axes[0], p.coordinate[0], p.period[0]);
  const Axis y = plane ? axis_of(file, p.axes[1], p.coordinate[1], p.period[1]) : Axis{};
  compare_with_stated(file, p.axes[0], p.coordinate[0], x, p.stated[0]);
  if (plane)
    compare_with_stated(file, p.axes[1], p.coordinate[1], y, p.stated[1]);
  const std::size_t count = x.points * y.points;
  TableValues out{file.option + " " + file.path,
                  p.axes,
                  {x.points, y.points},
                  {x.first, y.first},
                  {x.step, y.step},
                  {x.periodic, y.periodic},
                  std::vector<double>(count)};
  std::vector<char> seen(count, 0);
  const auto point = [&](std::size_t k) {
    return "(" + rounded(p.coordinate[0][k], 6) +
           (plane ? ", " + rounded(p.coordinate[1][k], 6) : "") + ")";
  };
  for (std::size_t k = 0; k < p.value.size(); ++k) {
    const auto i = static_cast<std::size_t>(std::llround((p.coordinate[0][k] - x.first) / x.step));
    const auto j =
        plane ? static_cast<std::size_t>(std::llround((p.coordinate[1][k] - y.first) / y.step)) : 0;
    if (i >= x.points || j >= y.points)
      continue; // the first point of a period again
    if (seen[i + x.points * j])
      throw file.bad("the point " + point(k) + " stands twice; give each once");
    seen[i + x.points * j] = 1;
    out.value[i + x.points * j] = p.value[k];
  }
  const auto missing = std::count(seen.begin(), seen.end(), 0);
  if (missing > 0) {
    const auto k = static_cast<std::size_t>(std::find(seen.begin(), seen.end(), 0) - seen.begin());
    throw file.bad(
        std::to_string(missing) + " of the " + std::to_string(count) +
        " points of the grid are missing, the first (" +
        rounded(x.first + x.step * static_cast<double>(k % x.points), 6) +
        (plane ? ", " + rounded(y.first + y.step * static_cast<double>(k / x.points), 6) : "") +
        "); give every point, with the value nan where it is not known");
  }
  return out;
}

std::size_t column_named(const TableFile& file, const std::string& wanted,
                         const std::vector<std::string>& names) {
  const auto found = std::find(names.begin(), names.end(), wanted);
  if (found != names.end())
    return static_cast<std::size_t>(found - names.begin());
  std::string known;
  for (const std::string& name : names)
    known += (known.empty() ? "" : ", ") + name;
  throw file.bad("there is no column '" + wanted + "'; it has " + known);
}

} // namespace escapade
