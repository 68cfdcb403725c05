#include "programs/setup/readers.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

namespace escapade {

namespace {

/// θ* for the Hessian models: what descent from -minimum, else from the first start, reaches; the
/// only minimum of the domain where neither is given.
std::optional<Vec2> read_minimum(const Options& options, const Needs& needs, const Setup& setup) {
  const Field& landscape = setup.loss->landscape;
  if (options.given("minimum")) {
    const Vec2 from = read_point(options, "minimum", setup.symbols);
    return descend(landscape, setup.domain, from, "-minimum").position;
  }
  if (!setup.starts.empty())
    return descend(landscape, setup.domain, setup.starts.front(),
                   options.given("starts") ? "-starts" : "-start")
        .position;
  std::vector<Vec2> minima;
  std::string list;
  for (const CriticalPoint& p : critical_points(landscape, setup.domain).points)
    if (p.type == CriticalPoint::Type::minimum) {
      minima.push_back(p.position);
      list += (list.empty() ? "" : ", ") + point_text(p.position);
    }
  if (minima.size() == 1)
    return minima.front();
  if (!needs.noise)
    return std::nullopt; // the list of them is what was asked for
  if (minima.empty())
    throw BadInput("-minimum is missing: the loss has no minimum inside -domain whose Hessian the "
                   "noise could take; give -minimum, or another -sgd_noise");
  throw BadInput("-minimum is missing: the loss has several minima, " + list +
                 ", and the Hessian of one of them shapes the noise; give -minimum, or -sgd_noise "
                 "gauss_newton or covariance");
}

/// -sgd_noise and the numbers that go with it; the algorithm itself needs no model of its noise.
SgdSetting read_setting(const Options& options, const Needs& needs, const Setup& setup,
                        bool itself) {
  SgdSetting setting;
  setting.noise = sgd_noise_named(options.text("sgd_noise"));
  setting.calculus = read_calculus(options);
  if (setting.noise == SgdNoise::isotropic && !itself) {
    setting.temperature =
        constant_value(parse_expression("-temperature", options.text("temperature"), setup.symbols))
            .value_or(0);
    if (!(setting.temperature > 0))
      throw BadInput("-temperature " + options.text("temperature") +
                     ": isotropic SGD noise D = T L I takes a positive number T");
    check_temperature(options, setting.temperature);
    if (options.given("learning_rate"))
      setting.learning_rate = options.number("learning_rate");
  } else if (needs.noise || options.given("learning_rate")) {
    setting.learning_rate = options.number("learning_rate");
  }
  if (options.given("batch_size") || (setting.noise != SgdNoise::isotropic && needs.noise))
    setting.batch_size = options.number("batch_size");
  return setting;
}

void read_loss(const Options& options, Setup& setup) {
  setup.loss = loss_of_expression(parse_expression("-loss", options.text("loss"), setup.symbols) +
                                      across(setup),
                                  setup.compile);
  setup.description["kind"] = "loss";
  setup.description["loss"] = options.text("loss");
}

/// The names in an expression's text, those of functions too.
std::set<std::string> names_in(const std::string& text) {
  std::set<std::string> names;
  std::string name;
  for (const char c : text + " ") {
    const bool letter = std::isalpha(static_cast<unsigned char>(c)) != 0;
    if (letter || (!name.empty() && (std::isdigit(static_cast<unsigned char>(c)) || c == '_')))
      name += c;
    else if (!name.empty())
      names.insert(std::exchange(name, {}));
  }
  return names;
}

void read_model(const Options& options, Setup& setup) {
  setup.data = read_csv("-data", options.text("data"));
  setup.target = column_of(*setup.data, "-target", options.text("target"));
  Symbols with_columns = setup.symbols;
  const std::string& model = options.text("model");
  for (const std::string& name : setup.data->names) {
    const bool taken = std::count(setup.symbols.inputs.begin(), setup.symbols.inputs.end(), name) +
                           setup.symbols.constants.count(name) >
                       0;
    const bool target = name == setup.data->names[setup.target];
    if (taken && target) // no model uses its target
      setup.notices.push_back("'" + name +
                              "' in the model is the variable or parameter of that name; the "
                              "column '" +
                              name + "' of the data is the target alone");
    else if (taken && names_in(model).count(name))
      throw BadInput("-model \"" + model + "\": '" + name +
                     "' is a column of the data and a variable or parameter too; give other "
                     "-variables, e.g. -variables a,b");
    // A column that the model cannot name keeps its place among the inputs.
    with_columns.inputs.push_back(
        taken ? "column" + std::to_string(with_columns.inputs.size()) + "_of_the_data" : name);
  }
  for (const auto& [name, why] : setup.data->unread)
    if (names_in(model).count(name) && why.starts_with("line")) // else pi or a function is meant
      throw BadInput("-data " + options.text("data") + ": " + why);
  setup.model = parse_expression("-model", model, with_columns);
  const Expression R =
      across(setup) +
      (options.given("regularization")
           ? parse_expression("-regularization", options.text("regularization"), setup.symbols)
           : constant(0));
  setup.loss = loss_of_data(*setup.model, *setup.data, setup.target, R, setup.compile);
  setup.description["kind"] = "model";
  setup.description["model"] = options.text("model");
  setup.description["data"] = {{"file", options.text("data")},
                               {"rows", setup.data->rows()},
                               {"checksum_xxh64", setup.data->checksum}};
}

void describe_sgd(const Options& options, const SgdSetting& setting, std::optional<Vec2> minimum,
                  Setup& setup) {
  setup.description["sgd_noise"] = options.text("sgd_noise");
  if (setting.learning_rate > 0)
    setup.description["learning_rate"] = setting.learning_rate;
  setup.description["batch_size"] = setting.batch_size;
  if (!minimum || !setup.problem.sgd->hessian)
    return;
  const Sym2 h = *setup.problem.sgd->hessian;
  if (setup.domain.line) {
    setup.description["theta_star"] = Json(std::vector{minimum->x});
    setup.description["hessian"] = Json(std::vector{Json(std::vector{h.xx})});
    setup.description["hessian_eigenvalues"] = Json(std::vector{h.xx});
    return;
  }
  setup.description["theta_star"] = {minimum->x, minimum->y};
  setup.description["hessian"] = {{h.xx, h.xy}, {h.xy, h.yy}};
  const auto e = eigen(h).value;
  setup.description["hessian_eigenvalues"] = {e[0], e[1]};
}

} // namespace

void read_sgd(const Options& options, const Needs& needs, Setup& setup) {
  refuse(options, options.given("loss") ? "loss" : "model", {"diffusion", "noise"});
  // -minimum and -temperature belong to models of the noise, of which the algorithm needs none
  const bool itself = needs.sgd_itself || (options.text("mc_scheme") == "sgd" &&
                                           program_named(options.program()).knows_sgd_scheme);
  const SgdSetting setting = read_setting(options, needs, setup, itself);
  if (options.given("loss"))
    read_loss(options, setup);
  else
    read_model(options, setup);
  if (itself) {
    setup.problem.landscape = setup.loss->landscape;
    setup.description["learning_rate"] = setting.learning_rate;
    setup.description["batch_size"] = setting.batch_size;
    return;
  }
  const bool takes_minimum =
      setting.noise == SgdNoise::hessian || setting.noise == SgdNoise::hessian_squared;
  std::optional<Vec2> minimum;
  if (takes_minimum)
    minimum = read_minimum(options, needs, setup);
  if (needs.noise || minimum || !takes_minimum)
    setup.problem = sgd_problem(*setup.loss, setting, minimum);
  else
    setup.problem.landscape = setup.loss->landscape;
  describe_sgd(options, setting, minimum, setup);
}

} // namespace escapade
