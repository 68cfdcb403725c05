// The time t in expressions, -period, and what is refused of both.
#include "programs/setup/readers.hpp"

#include "answers/check.hpp"
#include "escapade/error.hpp"
#include "escapade/problem/function.hpp"
#include "escapade/problem/time.hpp"
#include "support/exact.hpp"
#include "support/parse.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <limits>

namespace escapade {

namespace {

constexpr std::size_t places_a_side = 9;

struct Places {
  std::vector<double> x, y;
};

/// Points of the domain outside of the exit set and of holes.
Places places_of(const Setup& setup) {
  const Domain& d = setup.domain;
  Places out;
  for (std::size_t k = 0; k < places_a_side * (d.line ? 1 : places_a_side); ++k) {
    const Vec2 p{d.x0 + d.width() * (static_cast<double>(k % places_a_side) + 0.5) / places_a_side,
                 d.line ? 0
                        : d.y0 + d.height() * (static_cast<double>(k / places_a_side) + 0.5) /
                                     places_a_side};
    if (!d.in_hole(p) && part_at(setup.exit, p) < 0)
      out.x.push_back(p.x), out.y.push_back(p.y);
  }
  return out;
}

std::vector<double> coefficients_at(const Setup& setup, const Places& at, double t) {
  std::vector<double> c(5 * at.x.size());
  const AtTime now(t);
  setup.problem.coefficients(at.x.size(), at.x.data(), at.y.data(), c.data());
  return c;
}

/// The last time of which a run is sure to ask, 0 where there is none.
double last_time(const Options& options, const Setup& setup) {
  if (options.given("t_end") && program_named(options.program()).follows_time)
    return options.number("t_end");
  if (setup.period)
    return *setup.period;
  return options.given("mc_max_time") ? options.number("mc_max_time") : 0;
}

/// BadInput with the time where a coefficient is not finite or the noise is negative.
void check_schedule(const Setup& setup, const Places& at, double end) {
  constexpr std::size_t times = 1024;
  const std::size_t n = at.x.size();
  for (std::size_t k = 0; k <= times; ++k) {
    const double t = end * static_cast<double>(k) / times;
    const std::vector<double> c = coefficients_at(setup, at, t);
    for (std::size_t i = 0; i < n; ++i) {
      const double xx = c[2 * n + i], xy = c[3 * n + i], yy = c[4 * n + i];
      const bool finite = std::isfinite(c[i] + c[n + i] + xx + xy + yy);
      if (finite && xx >= 0 && yy >= 0 && xx * yy - xy * xy >= -1e-14 * xx * yy)
        continue;
      throw BadInput(std::string(finite ? "the diffusion becomes negative"
                                        : "drift or diffusion become infinite or no number") +
                     " by t = " + rounded(t, 4) + ", at " + point_text({at.x[i], at.y[i]}) +
                     "; give a schedule that stays finite and positive until t = " +
                     rounded(end, 4) + ", or an earlier end");
    }
  }
}

/// BadInput where friction is not positive: of a kinetic problem −∂b₂/∂v, b₂ being linear in v.
/// Negative friction times a negative temperature would be noise.
void check_friction(const Setup& setup, const Places& at, double end) {
  constexpr std::size_t times = 64;
  Places up = at, down = at;
  std::fill(up.y.begin(), up.y.end(), 1.0);
  std::fill(down.y.begin(), down.y.end(), -1.0);
  for (std::size_t k = 0; k <= (setup.timed ? times : 0); ++k) {
    const double t = end * static_cast<double>(k) / times;
    const std::vector<double> a = coefficients_at(setup, up, t),
                              b = coefficients_at(setup, down, t);
    const std::size_t n = at.x.size();
    for (std::size_t i = 0; i < n; ++i)
      if (const double friction = (b[n + i] - a[n + i]) / 2; !(friction > 0))
        throw BadInput("the friction is " + rounded(friction, 3) + " at " +
                       setup.symbols.inputs[0] + " = " + rounded(at.x[i], 4) +
                       (setup.timed ? " and t = " + rounded(t, 4) : std::string()) +
                       "; give a -friction that is positive everywhere");
  }
}

/// BadInput where the coefficients at t and t + P differ.
void check_period(const Options& options, const Setup& setup, const Places& at) {
  constexpr std::size_t times = 64;
  const double P = *setup.period;
  const std::size_t n = at.x.size();
  std::vector<double> largest(5, 0.0), off(5, 0.0);
  for (std::size_t k = 0; k < times; ++k) {
    const double t = P * (static_cast<double>(k) + 0.382) / times;
    const std::vector<double> a = coefficients_at(setup, at, t),
                              b = coefficients_at(setup, at, t + P);
    for (std::size_t i = 0; i < 5 * n; ++i) {
      largest[i / n] = std::max(largest[i / n], std::abs(a[i]));
      off[i / n] = std::max(off[i / n], std::abs(b[i] - a[i]));
    }
  }
  for (std::size_t c = 0; c < 5; ++c)
    if (!(off[c] <= 1e-9 * largest[c]))
      throw BadInput("-period " + options.text("period") + ": the " +
                     (c < 2 ? "drift" : "diffusion") + " is another one a period later, by up to " +
                     rounded(off[c], 3) + "; give the period of the expressions, e.g. 2*pi/w of " +
                     "cos(w*t)");
}

/// Noise of one direction at t = 0 may turn later.
void check_direction(const Options& options, Setup& setup, double end) {
  const bool by_nature = setup.domain.line || options.given("potential");
  if (by_nature || !setup.problem.constant_direction)
    return;
  const Sym2 d0 = *setup.problem.constant_direction;
  for (const double share : {0.19, 0.53, 0.87}) {
    const auto now =
        constant_direction_of(at_time(setup.problem, share * end).coefficients, setup.domain);
    if (now && std::abs(now->xx - d0.xx / trace(d0)) < 1e-12 &&
        std::abs(now->xy - d0.xy / trace(d0)) < 1e-12)
      continue;
    if (read_calculus(options) == Calculus::stratonovich && !options.given("noise"))
      throw BadInput("-calculus stratonovich: the diffusion does not determine the noise where its "
                     "direction varies in time; give -noise \"s11, s12, s21, s22\"");
    setup.problem.constant_direction.reset();
    return;
  }
}

} // namespace

Symbols with_time(const Symbols& symbols) {
  Symbols timed = symbols;
  const auto& names = symbols.inputs;
  if (std::find(names.begin(), names.end(), "t") == names.end() && !symbols.constants.count("t") &&
      !symbols.tables.count("t"))
    timed.inputs.emplace_back("t");
  return timed;
}

void take_time(const Options& options, const std::string& name, const Expression& e, Setup& setup) {
  if (!depends_on(e, time_input))
    return;
  const ProgramEntry& program = program_named(options.program());
  const std::string depends = "-" + name + " \"" + options.text(name) + "\" depends on the time t";
  if (!program.follows_time && !(program.knows_periods && options.given("period")))
    throw BadInput(depends + ", of which " + options.program() +
                   " knows nothing: " + (program.knows_periods ? "give its -period, or " : "") +
                   "use fp-evolve, mc-exit or fp-crosscheck, or give -parameters t=VALUE");
  for (const char* other : {"mc_table", "mesh"})
    if (options.given(other) && (program.integrates_trajectories || std::string(other) == "mesh"))
      throw BadInput(depends + ": not with -" + other + "; leave that out");
  if (options.given("mc_scheme") && options.text("mc_scheme") != "euler" &&
      options.text("mc_scheme") != "heun" && options.text("mc_scheme") != "tamed")
    throw BadInput(depends + ": not with -mc_scheme " + options.text("mc_scheme") +
                   "; give euler, heun or tamed");
  setup.timed = true;
}

void refuse_file(const Options& options, const std::string& name, const Setup& setup) {
  const std::string& text = options.text(name);
  const std::string ending = std::filesystem::path(text).extension().string();
  std::error_code none;
  if (ending.size() < 2 || std::isalpha(static_cast<unsigned char>(ending[1])) == 0 ||
      !std::filesystem::is_regular_file(text, none))
    return;
  std::string call = "F(" + setup.symbols.inputs.front();
  if (!on_a_line(setup.symbols))
    call += "," + setup.symbols.inputs[1];
  throw BadInput("-" + name + " " + text + ": is a file, not an expression; for a function known " +
                 "at points give -table \"F=" + text + "\" -" + name + " \"" + call + ")\"");
}

Expression timed_expression(const Options& options, const std::string& name, Setup& setup) {
  refuse_file(options, name, setup);
  const Expression e = parse_expression("-" + name, options.text(name), with_time(setup.symbols));
  take_time(options, name, e, setup);
  return e;
}

double read_learning_rate(const Options& options, Setup& setup, bool itself) {
  const std::string& text = options.text("learning_rate");
  if (const auto number = parse_number(text))
    return *number;
  Symbols symbols = with_time({{"", ""}, setup.symbols.constants});
  if (itself && symbols.inputs.size() == 3 && !symbols.constants.count("k"))
    symbols.inputs.emplace_back("k");
  const Expression rate = parse_expression("-learning_rate", text, symbols);
  if (!itself)
    take_time(options, "learning_rate", rate, setup);
  const Function value({rate}, 4, Compile::never);
  const double at[4] = {0, 0, 0, 0}, *in[4] = {at, at + 1, at + 2, at + 3};
  double first = 0, *out[1] = {&first};
  value(1, in, out);
  if (!(first > 0) || !std::isfinite(first))
    throw BadInput("-learning_rate \"" + text + "\": is " + rounded(first, 4) +
                   " at t = 0; give a schedule that stays finite and positive");
  if (!constant_value(rate))
    setup.learning_rate = rate;
  return first;
}

Problem with_schedule(const Options& options, const SgdSetting& setting, const Setup& setup) {
  if (options.text("calculus") != "ito" || setting.order == 2 || options.given("momentum"))
    throw BadInput("-learning_rate \"" + options.text("learning_rate") +
                   "\": a schedule goes with -calculus ito, -sme_order 1 and no -momentum; leave "
                   "these out, or give one number");
  if (setting.noise == SgdNoise::isotropic)
    return setup.problem; // T does not know of it
  return with_noise_scaled(setup.problem, *setup.learning_rate / constant(setting.learning_rate));
}

void check_time(const Options& options, Setup& setup) {
  const ProgramEntry& program = program_named(options.program());
  if (options.given("period") && program.knows_periods) {
    if (!setup.timed)
      throw BadInput("-period " + options.text("period") +
                     ": nothing in the problem depends on the time t; leave it out");
    setup.period = options.number("period");
    setup.description["period"] = *setup.period;
  }
  if (!setup.problem.coefficients)
    return;
  const double end = last_time(options, setup);
  const Places at = places_of(setup);
  if (options.flag("kinetic"))
    check_friction(setup, at, end);
  if (!setup.timed)
    return;
  check_schedule(setup, at, end);
  check_direction(options, setup, end);
  if (setup.period)
    check_period(options, setup, at);
}

std::optional<double> unbounded_by(const Setup& setup, double dt) {
  constexpr int steps = 100000;
  constexpr double beyond = 1e6;
  if (!setup.timed || !setup.problem.coefficients) // SGD itself has none
    return std::nullopt;
  const Places at = places_of(setup);
  const auto largest = [&](double t) {
    double most = 0;
    for (double c : coefficients_at(setup, at, t))
      most =
          std::isfinite(c) ? std::max(most, std::abs(c)) : std::numeric_limits<double>::infinity();
    return most;
  };
  const double first = largest(0);
  for (int k = 1; k <= steps; ++k)
    if (largest(k * dt) > beyond * first)
      return k * dt;
  return std::nullopt;
}

} // namespace escapade
