#include "programs/setup/readers.hpp"

#include "escapade/error.hpp"
#include "escapade/problem/line.hpp"
#include "escapade/problem/sde.hpp"
#include "support/exact.hpp"
#include "support/parse.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace escapade {

namespace {

template<std::size_t N>
std::array<Expression, N> list_of(const Options& options, Setup& setup, const char* name) {
  refuse_file(options, name, setup);
  const auto e =
      parse_expressions(std::string("-") + name, options.text(name), with_time(setup.symbols));
  if (e.size() != N)
    throw BadInput(
        std::string("-") + name + " \"" + options.text(name) + "\": " + std::to_string(e.size()) +
        (e.size() == 1 ? " expression, give " : " expressions, give ") +
        (N == 1 ? "one, there is one variable" : std::to_string(N) + " separated by commas"));
  for (const Expression& one : e)
    take_time(options, name, one, setup);
  std::array<Expression, N> out;
  std::copy(e.begin(), e.end(), out.begin());
  return out;
}

void check_potential_over(const Options& options, const Setup& setup, const Expression& V,
                          double T) {
  constexpr std::size_t n = 33;
  const Domain& d = setup.domain;
  std::vector<double> x, y, v(n * n);
  for (std::size_t k = 0; k < n * n; ++k) {
    x.push_back(d.x0 + d.width() * static_cast<double>(k % n) / (n - 1));
    y.push_back(d.y0 + d.height() * static_cast<double>(k / n) / (n - 1));
  }
  field_of({V}, Compile::never)(n * n, x.data(), y.data(), v.data());
  double largest = 0;
  for (double value : v)
    if (std::isfinite(value))
      largest = std::max(largest, std::abs(value));
  if (std::isfinite(largest / T))
    return;
  throw BadInput("-temperature " + options.text("temperature") + ": the potential, up to " +
                 printed("%.3g", largest) +
                 " in -domain, is beyond the range of double in units of it; give a larger one");
}

void read_potential(const Options& options, Setup& setup) {
  refuse(options, "potential", {"diffusion", "noise"});
  const Expression V = timed_expression(options, "potential", setup) + across(setup);
  const Expression T = timed_expression(options, "temperature", setup);
  leave_out_holes(setup);
  if (const auto t = constant_value(T); t && !(*t > 0))
    throw BadInput("-temperature " + options.text("temperature") + ": give a positive temperature");
  if (const auto t = constant_value(T)) {
    check_temperature(options, *t);
    check_potential_over(options, setup, V, *t);
  }
  setup.problem = potential_problem(V, T, read_calculus(options), setup.compile);
  setup.description["kind"] = "potential";
  for (const char* name : {"potential", "temperature"})
    setup.description[name] = options.text(name);
}

std::array<Expression, 2> drift_of(const Options& options, Setup& setup) {
  if (on_a_line(setup.symbols))
    return {list_of<1>(options, setup, "drift")[0], -input(1)};
  return list_of<2>(options, setup, "drift");
}

std::array<Expression, 4> noise_of(const Options& options, Setup& setup) {
  if (!on_a_line(setup.symbols))
    return list_of<4>(options, setup, "noise");
  const Expression s = list_of<1>(options, setup, "noise")[0];
  return {s, constant(0), constant(0), s};
}

void read_drift(const Options& options, Setup& setup) {
  refuse(options, "drift", {"temperature"});
  const auto b = drift_of(options, setup);
  const Calculus calculus = read_calculus(options);
  setup.description["kind"] = "drift";
  setup.description["drift"] = options.text("drift");
  if (options.given("noise")) {
    refuse(options, "noise", {"diffusion"});
    const auto noise = noise_of(options, setup);
    leave_out_holes(setup);
    setup.problem = noise_problem(b, noise, calculus, setup.domain, setup.compile);
    setup.description["noise"] = options.text("noise");
    return;
  }
  const auto d =
      parse_expressions("-diffusion", options.text("diffusion"), with_time(setup.symbols));
  for (const Expression& one : d)
    take_time(options, "diffusion", one, setup);
  if (on_a_line(setup.symbols) && d.size() != 1)
    throw BadInput("-diffusion \"" + options.text("diffusion") + "\": " + std::to_string(d.size()) +
                   " expressions, give one, there is one variable");
  if (d.size() != 1 && d.size() != 3)
    throw BadInput("-diffusion \"" + options.text("diffusion") + "\": " + std::to_string(d.size()) +
                   " expressions, give one (isotropic) or three: D11, D12, D22");
  leave_out_holes(setup);
  const std::array<Expression, 3> tensor =
      d.size() == 3 ? std::array{d[0], d[1], d[2]} : std::array{d[0], constant(0), d[0]};
  const auto xx = constant_value(tensor[0]), xy = constant_value(tensor[1]),
             yy = constant_value(tensor[2]);
  if (xx && xy && yy && (*xx < 0 || *yy < 0 || *xx * *yy - *xy * *xy < -1e-14 * *xx * *yy))
    throw BadInput("-diffusion \"" + options.text("diffusion") +
                   "\": not positive semi-definite; give D11, D22 >= 0 with D11*D22 >= D12^2");
  if (xx && xy && yy && *xx == 0 && *yy == 0 && !options.given("noise_floor"))
    throw BadInput("-diffusion \"" + options.text("diffusion") + "\": there is no noise at all");
  setup.problem = drift_problem(b, tensor, calculus, setup.domain, setup.compile);
  setup.description["diffusion"] = options.text("diffusion");
}

} // namespace

bool on_a_line(const Symbols& symbols) {
  return symbols.inputs[1].empty();
}

Expression across(const Setup& setup) {
  return on_a_line(setup.symbols) || setup.inertial ? constant(0.5) * input(1) * input(1)
                                                    : constant(0);
}

void refuse(const Options& options, const std::string& with,
            std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (options.given(name))
      throw BadInput(std::string("-") + name + " does not go with -" + with +
                     ": give one kind of problem, see -help");
}

Calculus read_calculus(const Options& options) {
  const std::string& text = options.text("calculus");
  return text == "ito"            ? Calculus::ito
         : text == "stratonovich" ? Calculus::stratonovich
                                  : Calculus::isothermal;
}

void check_temperature(const Options& options, double T) {
  if (!(T >= std::numeric_limits<double>::min()))
    throw BadInput("-temperature " + options.text("temperature") +
                   ": below 2.2e-308 numbers lose their digits; give a larger one, or measure "
                   "energies in a smaller unit");
}

Symbols read_symbols(const Options& options) {
  Symbols symbols;
  for (const std::string& name : split(options.text("variables"), ','))
    symbols.inputs.push_back(trimmed(name));
  if (symbols.inputs.size() > 2 ||
      (symbols.inputs.size() == 2 && symbols.inputs[0] == symbols.inputs[1]))
    throw BadInput("-variables " + options.text("variables") +
                   ": give two different names, e.g. a,b, or one");
  for (const std::string& name : symbols.inputs)
    check_name("-variables", name);
  symbols.inputs.resize(2); // of one variable the other has no name
  if (!options.given("parameters"))
    return symbols;
  for (const std::string& item : split(options.text("parameters"), ',')) {
    const auto equals = item.find('=');
    if (equals == std::string::npos)
      throw BadInput("-parameters \"" + options.text("parameters") +
                     "\": give name=value, separated by commas");
    const std::string name = trimmed(item.substr(0, equals));
    check_name("-parameters", name);
    if (symbols.constants.count(name) || name == symbols.inputs[0] || name == symbols.inputs[1])
      throw BadInput("-parameters: the name '" + name + "' is taken already");
    const auto value = constant_value(
        parse_expression("-parameters", item.substr(equals + 1), {{}, symbols.constants}));
    if (!value)
      throw BadInput("-parameters \"" + trimmed(item) + "\": not a finite number");
    symbols.constants[name] = *value;
  }
  return symbols;
}

void read_problem(const Options& options, const Needs& needs, Setup& setup) {
  std::vector<std::string> kinds;
  for (const char* kind : {"potential", "drift", "loss", "model", "sample_loss"})
    if (options.given(kind))
      kinds.push_back(kind);
  if (kinds.empty())
    throw BadInput("no problem is given: give -potential, -drift, -loss, -model or "
                   "-sample_loss, see -help");
  if (kinds.size() > 1)
    throw BadInput("-" + kinds[0] + " and -" + kinds[1] +
                   " are both given: give one kind of problem at a time");
  setup.description["kind"] = kinds[0];
  std::vector<std::string> names = setup.symbols.inputs;
  std::erase(names, "");
  setup.description["variables"] = names;
  if (options.flag("kinetic") && kinds[0] != "potential")
    throw BadInput("-kinetic does not go with -" + kinds[0] + ": give -potential");
  if (options.given("momentum") && (kinds[0] == "potential" || kinds[0] == "drift"))
    throw BadInput("-momentum does not go with -" + kinds[0] +
                   ": it is SGD's; give -loss, -model or -sample_loss");
  if (options.flag("kinetic"))
    read_kinetic(options, setup);
  else if (options.given("friction"))
    throw BadInput("-friction goes with -kinetic alone");
  else if (kinds[0] == "potential")
    read_potential(options, setup);
  else if (kinds[0] == "drift")
    read_drift(options, setup);
  else
    read_sgd(options, needs, setup);
  if (options.given("noise_floor")) {
    const double floor = options.number("noise_floor");
    if (setup.problem.coefficients)
      setup.problem = with_noise_floor(std::move(setup.problem), {floor, floor});
    setup.description["noise_floor"] = floor;
  }
  setup.description["calculus"] = options.text("calculus");
  if (on_a_line(setup.symbols)) {
    setup.problem = on_a_line(std::move(setup.problem));
    setup.walked = still_across(setup.problem);
  }
  setup.problem.variables = {setup.symbols.inputs[0], setup.symbols.inputs[1]};
}

} // namespace escapade
