#include "programs/report/sweep.hpp"

#include "escapade/error.hpp"
#include "programs/options/constants.hpp"
#include "programs/options/option_table.hpp"
#include "support/parse.hpp"

#include <cmath>

namespace escapade {

Sweep read_sweep(const Options& options) {
  const std::string& text = options.text("sweep");
  const auto equals = text.find('=');
  const auto bad = [&](const std::string& why) {
    return BadInput("-sweep \"" + text + "\": " + why + "; give e.g. learning_rate=1e-4,8e-5,6e-5");
  };
  if (equals == std::string::npos)
    throw bad("no '=' in it");
  Sweep sweep;
  sweep.name = trimmed(text.substr(0, equals));
  if (!sweep.name.empty() && sweep.name.front() == '-')
    sweep.name.erase(0, 1);
  const OptionEntry* const entry = find_option(sweep.name);
  sweep.parameter = !entry && options.given("parameters") &&
                    has_parameter(options.text("parameters"), sweep.name);
  if ((!entry && !sweep.parameter) || sweep.name == "sweep")
    throw bad("'" + sweep.name + "' is no option and none of the -parameters");
  if (entry && !uses(options.program(), *entry))
    throw bad("-" + sweep.name + " changes nothing in " + options.program());
  for (const std::string& item : split(text.substr(equals + 1), ',')) {
    const auto value = parse_number(item);
    if (!value)
      throw bad("'" + item + "' is not a finite number");
    sweep.values.push_back(item);
    sweep.numbers.push_back(*value);
  }
  return sweep;
}

Options with_value(const Options& options, const Sweep& sweep, std::size_t k) {
  if (!sweep.parameter)
    return options.with(sweep.name, sweep.values[k]);
  return options.with("parameters", merged_parameters(options.text("parameters"),
                                                      sweep.name + "=" + sweep.values[k]));
}

void read_values(const Options& options, const Sweep& sweep,
                 const std::function<void(const Options&)>& read) {
  for (std::size_t k = 0; k < sweep.values.size(); ++k)
    read(with_value(options, sweep, k));
}

std::optional<LineFit> fit_against_inverse(const std::vector<std::pair<double, Number>>& points) {
  const auto n = static_cast<double>(points.size());
  if (points.size() < 2)
    return std::nullopt;
  double sx = 0, sy = 0, sxx = 0, sxy = 0;
  for (const auto& [value, number] : points) {
    if (!number.log || value == 0)
      return std::nullopt;
    sx += 1 / value, sy += *number.log;
  }
  const double mx = sx / n, my = sy / n;
  for (const auto& [value, number] : points) {
    sxx += (1 / value - mx) * (1 / value - mx);
    sxy += (1 / value - mx) * (*number.log - my);
  }
  if (!(sxx > 0))
    return std::nullopt;
  LineFit fit{sxy / sxx, 0, 0};
  fit.intercept = my - fit.slope * mx;
  double rest = 0;
  for (const auto& [value, number] : points)
    rest += std::pow(*number.log - fit.intercept - fit.slope / value, 2);
  if (points.size() > 2)
    fit.slope_error = std::sqrt(rest / (n - 2) / sxx);
  return fit;
}

} // namespace escapade
