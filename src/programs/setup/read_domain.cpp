// The box and the points in it.
#include "programs/setup/readers.hpp"

#include "answers/check.hpp"
#include "escapade/answers/network.hpp"
#include "escapade/error.hpp"
#include "problem/parse_region.hpp"
#include "support/parse.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escapade {

namespace {

Domain box_of(const Options& options, bool line) {
  const std::vector<double> v = options.numbers("domain", line ? 2 : 4);
  const Domain d = line ? interval(v[0], v[1]) : Domain{v[0], v[1], v[2], v[3]};
  if (!(d.x0 < d.x1) || !(d.y0 < d.y1))
    throw BadInput("-domain " + options.text("domain") +
                   (line ? ": give a,b with a < b" : ": give x0,x1,y0,y1 with x0 < x1, y0 < y1"));
  return d;
}

} // namespace

Domain read_domain(const Options& options, bool line) {
  Domain d = box_of(options, line);
  const std::size_t sides = line ? 2 : 4;
  const std::vector<std::string> words = split(options.text("boundary"), ',');
  if (words.size() != 1 && words.size() != sides)
    throw BadInput("-boundary " + options.text("boundary") +
                   ": give one of reflecting, absorbing, periodic, or " +
                   (line ? "two for both ends" : "four for x0,x1,y0,y1"));
  for (std::size_t side = 0; side < sides; ++side) {
    const std::string& word = words[words.size() == sides ? side : 0];
    if (word == "reflecting")
      d.boundary[side] = Boundary::reflecting;
    else if (word == "absorbing")
      d.boundary[side] = Boundary::absorbing;
    else if (word == "periodic")
      d.boundary[side] = Boundary::periodic;
    else
      throw BadInput("-boundary " + options.text("boundary") + ": '" + word +
                     "' is not one of reflecting, absorbing, periodic");
  }
  for (std::size_t axis = 0; axis < 2; ++axis)
    if ((d.boundary[2 * axis] == Boundary::periodic) !=
        (d.boundary[2 * axis + 1] == Boundary::periodic))
      throw BadInput("-boundary " + options.text("boundary") +
                     ": a periodic side needs its opposite side periodic too");
  return d;
}

/// The algorithm itself needs no box.
Domain everywhere(bool line) {
  constexpr double far = std::numeric_limits<double>::max() / 4;
  return line ? interval(-far, far) : Domain{-far, far, -far, far};
}

/// Drift and diffusion must agree on periodic sides, else gluing them makes no sense.
void check_periodic(const Setup& setup) {
  const Domain& d = setup.domain;
  if (!setup.problem.coefficients) // the algorithm itself, or the landscape alone
    return;
  // The size of each coefficient inside: on the sides themselves it may vanish to rounding.
  constexpr std::size_t inner = 16;
  std::vector<double> px, py, size(5 * inner * inner);
  for (std::size_t k = 0; k < inner * inner; ++k) {
    px.push_back(d.x0 + d.width() * (static_cast<double>(k % inner) + 0.382) / inner);
    py.push_back(d.y0 + d.height() * (static_cast<double>(k / inner) + 0.236) / inner);
  }
  if (d.periodic(0) || d.periodic(1))
    setup.problem.coefficients(px.size(), px.data(), py.data(), size.data());
  for (int axis = 0; axis < 2; ++axis) {
    if (!d.periodic(axis))
      continue;
    constexpr std::size_t n = 33;
    std::vector<double> x(2 * n), y(2 * n), v(10 * n);
    for (std::size_t k = 0; k < n; ++k) {
      const double t = static_cast<double>(k) / (n - 1);
      x[k] = axis == 0 ? d.x0 : d.x0 + t * d.width();
      x[n + k] = axis == 0 ? d.x1 : x[k];
      y[k] = axis == 0 ? d.y0 + t * d.height() : d.y0;
      y[n + k] = axis == 0 ? y[k] : d.y1;
    }
    setup.problem.coefficients(2 * n, x.data(), y.data(), v.data());
    for (std::size_t c = 0; c < 5; ++c) {
      double scale = 0;
      for (std::size_t k = 0; k < 2 * n; ++k)
        scale = std::max(scale, std::abs(v[2 * n * c + k]));
      for (std::size_t k = 0; k < px.size(); ++k)
        if (std::isfinite(size[px.size() * c + k]))
          scale = std::max(scale, std::abs(size[px.size() * c + k]));
      for (std::size_t k = 0; k < n; ++k)
        if (std::abs(v[2 * n * c + k] - v[2 * n * c + n + k]) > 1e-9 * scale + 1e-300)
          throw BadInput(std::string("-boundary periodic: ") +
                         (c < 2 ? "the drift" : "the diffusion") + " differs between " +
                         point_text({x[k], y[k]}) + " and " + point_text({x[n + k], y[n + k]}) +
                         "; give a -domain of a whole period");
    }
  }
}

namespace {

/// The items of -start or -starts.
std::vector<std::string> start_items(const Options& options) {
  if (options.given("starts"))
    return split(options.text("starts"), ';');
  return {options.text("start")};
}

/// Whether an item is no point: of one variable a number is one, of two it is the number of a well.
bool names_well(const std::string& item, const Symbols& symbols) {
  if (item.find(',') != std::string::npos || trimmed(item).empty())
    return false;
  if (parse_number(item))
    return !on_a_line(symbols) && parse_integer(item);
  if (!is_well_name(item))
    return false;
  try {
    return !constant_value(parse_expression("", item, {{}, symbols.constants}));
  } catch (const BadInput&) {
    return true;
  }
}

std::vector<Vec2> wells_of(const Setup& setup) {
  if (setup.problem.coefficients)
    return wells(setup.problem, setup.domain);
  std::vector<Vec2> minima;
  for (const CriticalPoint& p : critical_points(setup.problem.landscape, setup.domain).points)
    if (p.type == CriticalPoint::Type::minimum)
      minima.push_back(p.position);
  sort_wells(minima, setup.domain);
  return minima;
}

/// The one well in the set of that name; nothing where no set has it.
std::optional<Vec2> well_in_set(const Options& options, const Setup& setup,
                                const std::string& where, const std::string& name,
                                const std::vector<Vec2>& known) {
  for (const char* option : {"sets", "regions"}) {
    if (!options.given(option) || options.text(option) == "wells")
      continue;
    for (const auto& [set, region] : parse_named_regions(
             std::string("-") + option, options.text(option), setup.symbols, setup.compile)) {
      if (set != name)
        continue;
      std::vector<Vec2> within;
      for (const Vec2 p : known)
        if (part_at(region, p) >= 0)
          within.push_back(p);
      if (within.size() != 1)
        throw BadInput(where + ": " + name + " of -" + option + " holds " +
                       (within.empty() ? "no well" : "several wells") + "; give the point itself");
      return within.front();
    }
  }
  return std::nullopt;
}

Vec2 named_well(const Options& options, const Setup& setup, const std::string& where,
                const std::string& item) {
  if (setup.shape.mesh || options.given("mesh"))
    throw BadInput(where + ": wells are looked for in a box; with -mesh give the point itself");
  const std::vector<Vec2> known = wells_of(setup);
  const std::string name = trimmed(item);
  const std::string number = name.starts_with("well") ? trimmed(name.substr(4)) : name;
  const auto n = parse_integer(number);
  if (n && *n >= 1 && *n <= std::ssize(known))
    return known[static_cast<std::size_t>(*n - 1)];
  if (const auto found = n ? std::nullopt : well_in_set(options, setup, where, name, known))
    return *found;
  std::string list;
  for (std::size_t k = 0; k < known.size(); ++k)
    list +=
        (k == 0 ? "" : ", ") + ("well " + std::to_string(k + 1)) + " at " + point_text(known[k]);
  throw BadInput(where + ": neither a point nor a well; " +
                 (known.empty() ? "the domain has no stable rest point: give a point"
                                : "the wells are " + list));
}

} // namespace

std::vector<Vec2> read_starts(const Options& options, const Setup& setup, bool needed) {
  const Symbols& symbols = setup.symbols;
  const bool line = on_a_line(symbols),
             known = setup.problem.coefficients || setup.problem.landscape;
  const std::string points = line ? "\"x; x\"" : "\"x,y; x,y\"";
  if (options.given("start") && options.given("starts"))
    throw BadInput("-start and -starts are both given; give one of them");
  std::vector<Vec2> starts;
  if (!needed && !options.given("start") && !options.given("starts"))
    return starts;
  const std::vector<std::string> items = start_items(options);
  for (const std::string& item : items) {
    if (names_well(item, symbols)) {
      if (!known)
        return {}; // the problem's wells are not, yet
      starts.push_back(named_well(
          options, setup,
          options.given("starts") ? "-starts \"" + item + "\"" : "-start \"" + item + "\"", item));
    } else if (!options.given("starts")) {
      starts.push_back(read_point(options, "start", symbols));
    } else if (!trimmed(item).empty()) {
      const auto e = parse_expressions("-starts", item, {{}, symbols.constants});
      const auto x = constant_value(e.front()), y = constant_value(e.back());
      if (e.size() != (line ? 1 : 2) || !x || !y)
        throw BadInput("-starts \"" + item + "\": give points " + points);
      starts.push_back({*x, line ? 0 : *y});
    }
  }
  if (starts.empty())
    throw BadInput("-starts: give at least one of the points " + points);
  return starts;
}

Vec2 read_point(const Options& options, const std::string& name, const Symbols& symbols) {
  const bool line = on_a_line(symbols);
  const std::vector<double> v = options.numbers(name, line ? 1 : 2);
  return {v[0], line ? 0 : v[1]};
}

} // namespace escapade
