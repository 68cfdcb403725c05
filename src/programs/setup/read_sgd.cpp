#include "programs/setup/readers.hpp"

#include "escapade/error.hpp"
#include "support/exact.hpp"
#include "support/parse.hpp"

#include <algorithm>
#include <cctype>
#include <set>

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
SgdSetting read_setting(const Options& options, const Needs& needs, Setup& setup, bool itself) {
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
      setting.learning_rate = read_learning_rate(options, setup, itself);
  } else if (needs.noise || options.given("learning_rate")) {
    setting.learning_rate = read_learning_rate(options, setup, itself);
  }
  setting.order = options.text("sme_order") == "2" ? 2 : 1;
  if (options.given("batch_size") || (setting.noise != SgdNoise::isotropic && needs.noise))
    setting.batch_size = options.number("batch_size");
  return setting;
}

/// A loss knows of parameters alone.
void refuse_velocity(const Setup& setup, const std::string& option, const Expression& e) {
  if (setup.inertial && depends_on(e, 1))
    throw BadInput(option + ": depends on " + setup.symbols.inputs[1] +
                   ", which is the parameter's velocity with -momentum; give the parameter another "
                   "name, or two -variables and mc-sgd");
}

void read_loss(const Options& options, Setup& setup) {
  refuse_file(options, "loss", setup);
  const Expression loss = parse_expression("-loss", options.text("loss"), setup.symbols);
  refuse_velocity(setup, "-loss", loss);
  setup.loss = loss_of_expression(loss + across(setup), setup.compile);
  setup.description["kind"] = "loss";
  setup.description["loss"] = options.text("loss");
}

/// The names in an expression's text, those of functions too; those in quotes with double ones.
std::set<std::string> names_in(const std::string& text) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto is = [&](std::size_t k, auto what) {
      return k < text.size() && what(static_cast<unsigned char>(text[k])) != 0;
    };
    std::size_t end = i;
    if (text[i] == '"' || text[i] == '\'') {
      end = std::min(text.find(text[i], i + 1), text.size());
      names.insert('"' + text.substr(i + 1, end - i - 1) + '"');
    } else if (is(i, isalpha)) {
      while (is(end + 1, isalnum) || (end + 1 < text.size() && text[end + 1] == '_'))
        ++end;
      names.insert(text.substr(i, end - i + 1));
    }
    i = end;
  }
  return names;
}

bool can_stand_unquoted(const std::string& name) {
  try {
    check_name("", name);
  } catch (const BadInput&) {
    return false;
  }
  return true;
}

/// The variables and parameters, then the columns of the data. A column whose name is no name of an
/// expression, or is that of a variable or parameter, is meant where it stands in quotes.
Symbols with_columns(const Setup& setup, const std::string& option, const std::string& text,
                     std::optional<std::size_t> target) {
  Symbols symbols = setup.symbols;
  const std::set<std::string> used = names_in(text);
  for (std::size_t c = 0; c < setup.data->names.size(); ++c) {
    const std::string& name = setup.data->names[c];
    const std::string quoted = '"' + name + '"';
    const bool taken = std::count(setup.symbols.inputs.begin(), setup.symbols.inputs.end(), name) +
                           setup.symbols.constants.count(name) + setup.symbols.tables.count(name) >
                       0;
    if (taken && c != target && used.contains(name) && !used.contains(quoted))
      throw BadInput(option + " \"" + text + "\": '" + name +
                     "' is a column of the data and a variable or parameter too; write the column "
                     "in quotes, or give other -variables, e.g. -variables a,b");
    symbols.inputs.push_back(taken || !can_stand_unquoted(name) ? quoted : name);
  }
  for (const auto& [name, why] : setup.data->unread)
    if (used.contains('"' + name + '"') || (used.contains(name) && can_stand_unquoted(name)))
      throw BadInput("-data " + setup.data->path + ": " + why);
  return symbols;
}

Expression read_regularization(const Options& options, const Setup& setup) {
  if (!options.given("regularization"))
    return across(setup);
  const Expression R =
      parse_expression("-regularization", options.text("regularization"), setup.symbols);
  refuse_velocity(setup, "-regularization", R);
  return across(setup) + R;
}

void describe_data(const Options& options, const std::string& kind, Setup& setup) {
  setup.description["kind"] = kind;
  setup.description[kind] = options.text(kind);
  setup.description["data"] = {{"file", options.text("data")},
                               {"rows", setup.data->rows()},
                               {"checksum_xxh64", setup.data->checksum}};
}

void read_model(const Options& options, Setup& setup) {
  setup.data = read_csv("-data", options.text("data"));
  setup.target = column_of(*setup.data, "-target", options.text("target"));
  const std::string& model = options.text("model");
  const std::string& target = setup.data->names[setup.target];
  if (std::count(setup.symbols.inputs.begin(), setup.symbols.inputs.end(), target) +
          setup.symbols.constants.count(target) >
      0) // no model uses its target
    setup.notices.push_back("'" + target +
                            "' in the model is the variable or parameter of that name; the "
                            "column '" +
                            target + "' of the data is the target alone");
  setup.model =
      parse_expression("-model", model, with_columns(setup, "-model", model, setup.target));
  refuse_velocity(setup, "-model", *setup.model);
  setup.loss = loss_of_data(*setup.model, *setup.data, setup.target,
                            read_regularization(options, setup), setup.compile);
  describe_data(options, "model", setup);
}

void read_sample_loss(const Options& options, Setup& setup) {
  setup.data = read_csv("-data", options.text("data"));
  const std::string& text = options.text("sample_loss");
  setup.sample_loss = parse_expression("-sample_loss", text,
                                       with_columns(setup, "-sample_loss", text, std::nullopt));
  if (!depends_on(*setup.sample_loss, 0) && !depends_on(*setup.sample_loss, 1))
    throw BadInput("-sample_loss \"" + text + "\": depends on neither " + setup.symbols.inputs[0] +
                   " nor " + setup.symbols.inputs[1] +
                   "; give the loss of a row in terms of the variables");
  refuse_velocity(setup, "-sample_loss", *setup.sample_loss);
  setup.loss = loss_of_samples(*setup.sample_loss, *setup.data, read_regularization(options, setup),
                               setup.compile);
  describe_data(options, "sample_loss", setup);
}

/// Sums over many rows take long: they are asked at some points of the box, where that is as good.
void sample_sums(Setup& setup) {
  const auto table = sampled(*setup.loss, setup.domain);
  if (!table) {
    if (setup.loss->rows >= 10000)
      setup.notices.push_back("every value is a sum over " + std::to_string(setup.loss->rows) +
                              " rows, too rough a function in -domain to be taken from few points: "
                              "this will take long");
    return;
  }
  setup.description["sums_over_rows"] = {{"rows", setup.loss->rows},
                                         {"points", {table->points[0], table->points[1]}},
                                         {"relative_error", table->error}};
  setup.notices.push_back(printed(
      "the sums over %zu rows are taken from %zu x %zu points of -domain, to %.1g of their size",
      setup.loss->rows, table->points[0], table->points[1], table->error));
  setup.loss = table->loss;
  setup.problem.approximations.push_back(table->coarser);
}

void describe_steps(const Options& options, const SgdSetting& setting, Setup& setup) {
  if (setting.learning_rate > 0)
    setup.description["learning_rate"] = setting.learning_rate;
  if (setup.learning_rate)
    setup.description["learning_rate_schedule"] = options.text("learning_rate");
  if (options.given("momentum"))
    setup.description["momentum"] = options.number("momentum");
  setup.description["batch_size"] = setting.batch_size;
}

void describe_sgd(const Options& options, const SgdSetting& setting, std::optional<Vec2> minimum,
                  Setup& setup) {
  setup.description["sgd_noise"] = options.text("sgd_noise");
  describe_steps(options, setting, setup);
  if (setting.order == 2)
    setup.description["sme_order"] = 2;
  if (!minimum || !setup.problem.sgd->hessian)
    return;
  const Sym2 h = *setup.problem.sgd->hessian;
  if (setup.domain.line || setup.inertial) {
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
  const std::string kind = options.given("loss")    ? "loss"
                           : options.given("model") ? "model"
                                                    : "sample_loss";
  refuse(options, kind, {"diffusion", "noise"});
  // -minimum and -temperature belong to models of the noise, of which the algorithm needs none
  const bool itself = options.runs_sgd_itself();
  check_momentum(options, itself);
  setup.inertial = options.has_velocity();
  const SgdSetting setting = read_setting(options, needs, setup, itself);
  if (kind == "loss")
    read_loss(options, setup);
  else if (kind == "model")
    read_model(options, setup);
  else
    read_sample_loss(options, setup);
  leave_out_holes(setup);
  if (!itself)
    sample_sums(setup);
  const auto approximations = std::move(setup.problem.approximations);
  if (itself) {
    setup.problem.landscape = setup.loss->landscape;
    describe_steps(options, setting, setup);
    return;
  }
  const bool takes_minimum =
      setting.noise == SgdNoise::hessian || setting.noise == SgdNoise::hessian_squared;
  std::optional<Vec2> minimum;
  if (takes_minimum)
    minimum = read_minimum(options, needs, setup);
  if (needs.noise || minimum || !takes_minimum) {
    setup.problem = sgd_problem(*setup.loss, setting, minimum);
    if (setup.learning_rate)
      setup.problem = with_schedule(options, setting, setup);
    if (setup.inertial)
      setup.problem =
          momentum_problem(setup.problem, options.number("momentum"), setting.learning_rate);
  } else
    setup.problem.landscape = setup.loss->landscape;
  setup.problem.approximations = approximations;
  describe_sgd(options, setting, minimum, setup);
}

} // namespace escapade
