// The box and the points in it.
#include "programs/setup/readers.hpp"

#include "escapade/error.hpp"
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

std::vector<Vec2> read_starts(const Options& options, const Symbols& symbols, bool needed) {
  std::vector<Vec2> starts;
  const bool line = on_a_line(symbols);
  const std::string points = line ? "\"x; x\"" : "\"x,y; x,y\"";
  if (options.given("start") && options.given("starts"))
    throw BadInput("-start and -starts are both given; give one of them");
  if (options.given("starts")) {
    for (const std::string& item : split(options.text("starts"), ';')) {
      if (item.find_first_not_of(" \t") == std::string::npos)
        continue;
      const auto e = parse_expressions("-starts", item, {{}, symbols.constants});
      const auto x = constant_value(e.front()), y = constant_value(e.back());
      if (e.size() != (line ? 1 : 2) || !x || !y)
        throw BadInput("-starts \"" + item + "\": give points " + points);
      starts.push_back({*x, line ? 0 : *y});
    }
    if (starts.empty())
      throw BadInput("-starts: give at least one of the points " + points);
  } else if (needed || options.given("start")) {
    starts.push_back(read_point(options, "start", symbols));
  }
  return starts;
}

Vec2 read_point(const Options& options, const std::string& name, const Symbols& symbols) {
  const bool line = on_a_line(symbols);
  const std::vector<double> v = options.numbers(name, line ? 1 : 2);
  return {v[0], line ? 0 : v[1]};
}

} // namespace escapade
