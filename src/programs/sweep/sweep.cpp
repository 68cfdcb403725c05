#include "programs/sweep/sweep.hpp"

#include "escapade/error.hpp"
#include "programs/main/program_table.hpp"
#include "programs/options/constants.hpp"
#include "programs/options/option_table.hpp"
#include "programs/options/range.hpp"
#include "support/exact.hpp"
#include "support/parse.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace escapade {

namespace {

constexpr std::size_t most_runs = 100000;

/// -sweep as it was given, for messages.
struct Given {
  std::string text, parameters;

  BadInput bad(const std::string& why) const {
    return BadInput(
        "-sweep \"" + text + "\": " + why +
        "; give e.g. learning_rate=1e-4,8e-5,6e-5, or k=0.5:2:7 for 7 values from 0.5 to "
        "2, or k=0.01:1:5:log");
  }

  double number(const std::string& piece) const {
    static const OptionEntry any_number{.group = "",
                                        .name = "",
                                        .kind = OptionKind::number,
                                        .value = "",
                                        .default_value = "",
                                        .units = "",
                                        .programs = {},
                                        .help = ""};
    const auto value = parse_number(with_numbers(any_number, piece, parameters));
    if (!value)
      throw bad("'" + piece + "' is not a finite number");
    return *value;
  }
};

/// "k=1,2", "eps=3" of "k=1,2; eps=3"; a piece without '=' goes on with the values of the one
/// before.
std::vector<std::string> pieces_of(const std::string& text) {
  std::vector<std::string> pieces;
  for (const std::string& piece : split(text, ';'))
    if (!pieces.empty() && piece.find('=') == std::string::npos)
      pieces.back() += "," + piece;
    else
      pieces.push_back(piece);
  return pieces;
}

void read_values(const Given& given, const std::string& values, Sweep& sweep) {
  for (const std::string& item : split(values, ',')) {
    if (item.empty())
      throw given.bad("there is no value " +
                      std::string(sweep.values.empty() ? "after '='" : "between the commas"));
    if (item.find(':') != std::string::npos) {
      for (const double value : range_of(
               item, most_runs, [&](const std::string& end) { return given.number(end); },
               [&](const std::string& why) { throw given.bad(why); })) {
        sweep.values.push_back(exact(value));
        sweep.numbers.push_back(value);
      }
      continue;
    }
    const double value = given.number(item);
    sweep.values.push_back(parse_number(item) ? item : exact(value));
    sweep.numbers.push_back(value);
  }
}

/// Whether the name stands as a word in the text.
bool names(const std::string& text, const std::string& name) {
  const auto part_of_name = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at == 0 || !part_of_name(text[at - 1])) &&
        (end == text.size() || !part_of_name(text[end])))
      return true;
  }
  return false;
}

/// Whether an option that the program uses is stated by the parameter, if only by way of others.
bool is_used(const Options& options, const std::string& parameter) {
  for (const auto& [name, value] : options.all_typed()) {
    const OptionEntry* const entry = find_option(name);
    if (!entry || name == "sweep" || !uses(options.program(), *entry))
      continue;
    if (name != "parameters" && names(value, parameter))
      return true;
    if (name == "parameters")
      for (const std::string& piece : split(value, ','))
        if (const auto equals = piece.find('=');
            equals != std::string::npos && names(piece.substr(equals + 1), parameter))
          return true;
  }
  return false;
}

Sweep read_sweep(const Options& options, const Given& given, const std::string& piece) {
  const auto equals = piece.find('=');
  if (equals == std::string::npos)
    throw given.bad("no '=' in it");
  Sweep sweep;
  sweep.name = trimmed(piece.substr(0, equals));
  if (!sweep.name.empty() && sweep.name.front() == '-')
    sweep.name.erase(0, 1);
  if (sweep.name.empty())
    throw given.bad("there is no name before '='");
  const OptionEntry* const entry = find_option(sweep.name);
  sweep.parameter = !entry && has_parameter(given.parameters, sweep.name);
  if (!entry && !sweep.parameter)
    throw given.bad("'" + sweep.name + "' is no option and none of the -parameters");
  if (entry && (entry->kind == OptionKind::flag || entry->kind == OptionKind::boolean ||
                entry->kind == OptionKind::choice || entry->input_file ||
                entry->group == find_option("output")->group))
    throw given.bad("-" + sweep.name + " takes no number");
  if (entry && !uses(options.program(), *entry))
    throw given.bad("-" + sweep.name + " changes nothing in " + options.program());
  if (sweep.parameter && !is_used(options, sweep.name))
    throw given.bad("the parameter '" + sweep.name + "' changes nothing, no expression uses it");
  read_values(given, piece.substr(equals + 1), sweep);
  for (auto value = sweep.numbers.begin(); value != sweep.numbers.end(); ++value)
    if (std::find(sweep.numbers.begin(), value, *value) != value)
      throw given.bad("the value " + rounded(*value, 6) + " of '" + sweep.name +
                      "' stands twice; give each once");
  return sweep;
}

} // namespace

std::vector<Sweep> read_sweeps(const Options& options) {
  const Given given{options.text("sweep"),
                    options.given("parameters") ? options.text("parameters") : ""};
  std::vector<Sweep> sweeps;
  for (const std::string& piece : pieces_of(given.text)) {
    sweeps.push_back(read_sweep(options, given, piece));
    if (sweeps.size() > 2)
      throw given.bad("three names are varied; vary two at most");
    if (sweeps.size() == 2 && sweeps[0].name == sweeps[1].name)
      throw given.bad("'" + sweeps[0].name + "' is varied twice; give all its values at once");
  }
  if (runs_of(sweeps) > most_runs)
    throw given.bad(std::to_string(runs_of(sweeps)) + " runs; give at most " +
                    std::to_string(most_runs));
  return sweeps;
}

std::size_t runs_of(const std::vector<Sweep>& sweeps) {
  std::size_t runs = 1;
  for (const Sweep& sweep : sweeps)
    runs *= sweep.values.size();
  return runs;
}

std::vector<std::size_t> place_of(const std::vector<Sweep>& sweeps, std::size_t run) {
  std::vector<std::size_t> place(sweeps.size());
  for (std::size_t s = sweeps.size(); s-- > 0; run /= sweeps[s].values.size())
    place[s] = run % sweeps[s].values.size();
  return place;
}

Options options_of(const Options& options, const std::vector<Sweep>& sweeps, std::size_t run) {
  const auto place = place_of(sweeps, run);
  Options one = options;
  // Chains ask for each point a few times: less than machine code of new expressions costs.
  if (!options.given("compile") && !options.given("data") &&
      !program_named(options.program()).integrates_trajectories)
    one = one.with("compile", "never");
  for (std::size_t s = 0; s < sweeps.size(); ++s) {
    const std::string& value = sweeps[s].values[place[s]];
    one = sweeps[s].parameter
              ? one.with("parameters",
                         merged_parameters(one.text("parameters"), sweeps[s].name + "=" + value))
              : one.with(sweeps[s].name, value);
  }
  return one;
}

std::string title_of(const std::vector<Sweep>& sweeps, std::size_t run) {
  const auto place = place_of(sweeps, run);
  std::string title;
  for (std::size_t s = 0; s < sweeps.size(); ++s)
    title += (s == 0 ? "" : ", ") + sweeps[s].name + " = " + sweeps[s].values[place[s]];
  return title;
}

std::optional<LineFit>
fit_against_inverse(const std::vector<std::pair<double, std::optional<double>>>& logs) {
  const auto n = static_cast<double>(logs.size());
  if (logs.size() < 2)
    return std::nullopt;
  double sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (const auto& [value, log] : logs) {
    if (!log || value == 0)
      return std::nullopt;
    sx += 1 / value, sy += *log;
  }
  const double mx = sx / n, my = sy / n;
  for (const auto& [value, log] : logs) {
    sxx += (1 / value - mx) * (1 / value - mx);
    sxy += (1 / value - mx) * (*log - my);
  }
  if (!(sxx > 0))
    return std::nullopt;
  LineFit fit{sxy / sxx, 0, {}};
  fit.intercept = my - fit.slope * mx;
  double rest = 0;
  for (const auto& [value, log] : logs)
    rest += std::pow(*log - fit.intercept - fit.slope / value, 2);
  if (logs.size() > 2)
    fit.slope_error = std::sqrt(rest / (n - 2) / sxx);
  return fit;
}

} // namespace escapade
