// fp-spectrum: power spectral density and correlation function of an observable.
#include "escapade/answers/spectrum.hpp"

#include "escapade/error.hpp"
#include "programs/fp/questions.hpp"
#include "programs/options/range.hpp"
#include "support/exact.hpp"
#include "support/parse.hpp"

#include <algorithm>

namespace escapade {

std::vector<double> read_values(const Options& options, const std::string& name) {
  if (!options.given(name))
    return {};
  const std::string& text = options.text(name);
  const auto fail = [&](const std::string& why) {
    throw BadInput("-" + name + " \"" + text + "\": " + why +
                   "; give e.g. 0:5:51 for 51 values from 0 to 5, or 0.01:10:40:log");
  };
  const auto end = [&](const std::string& word) {
    const auto value = parse_number(word);
    if (!value || *value < 0)
      fail("'" + word + "' is no number of 0 or above");
    return *value;
  };
  constexpr std::size_t most = 10000;
  std::vector<double> values = range_of(text, most, end, fail);
  if (!(values.front() < values.back()))
    fail("the second end is not above the first");
  return values;
}

namespace {

/// [[at, number], …]
Json pairs_of(const std::vector<double>& at, const std::vector<Number>& numbers) {
  Json list = Json::array();
  for (std::size_t k = 0; k < at.size(); ++k) {
    Json pair = Json::array();
    pair.push_back(at[k]);
    pair.push_back(to_json(numbers[k]));
    list.push_back(std::move(pair));
  }
  return list;
}

/// Where the grids leave the spectrum open, most of all at a sharp peak.
void tell_unresolved(const Session& session, const std::vector<double>& at,
                     const std::vector<Number>& power) {
  std::size_t count = 0, first = 0, last = 0, top = 0;
  for (std::size_t k = 0; k < power.size(); ++k) {
    top = power[k].value.value_or(0) > power[top].value.value_or(0) ? k : top;
    if (resolved(power[k]))
      continue;
    first = count == 0 ? k : first, last = k;
    ++count;
  }
  if (count > 0)
    session.notice(printed("the spectrum is not resolved by the grids at %zu of %zu frequencies, "
                           "from %.4g to %.4g%s: its error is as large as itself there; give more "
                           "-cells or more noise",
                           count, power.size(), at[first], at[last],
                           resolved(power[top]) ? "" : ", its peak among them"));
}

/// A few values for the terminal; the files have all.
void add_values(const std::string& what, const std::vector<double>& at,
                const std::vector<Number>& numbers, Outcome& out) {
  constexpr std::size_t shown = 8;
  const std::size_t step = std::max<std::size_t>(1, (at.size() + shown - 2) / (shown - 1));
  for (std::size_t k = 0; k < at.size(); k += step)
    out.table.emplace_back(what + printed("(%.6g)", at[k]), to_line(numbers[k]));
  if (!at.empty() && (at.size() - 1) % step != 0)
    out.table.emplace_back(what + printed("(%.6g)", at.back()), to_line(numbers.back()));
}

} // namespace

Outcome spectrum_question(Session& session, const Options& options, const Setup& setup) {
  const Field observable = read_observable("-observable", options.text("observable"), setup);
  const std::vector<double> frequencies = read_values(options, "frequencies"),
                            lags = read_values(options, "lags");
  if (frequencies.empty() && lags.empty())
    throw BadInput("-frequencies is missing: give a range FROM:TO:N or FROM:TO:N:log of "
                   "frequencies, e.g. 0:5:51, or -lags for the correlation function");
  SpectrumAnswer a = spectrum(session.comm(), setup.problem, setup.domain, setup.shape, observable,
                              frequencies, lags, effort_of(session, setup));
  Outcome out;
  take_answer(session, a, out);
  out.fields.reset(); // there are none
  out.add(out.results["mean"], "mean", a.mean);
  out.add(out.results["variance"], "variance", a.variance);
  out.add(out.results["correlation_time"], "correlation time", a.correlation_time);
  if (!frequencies.empty())
    out.results["power_spectral_density"] = pairs_of(frequencies, a.power);
  if (!lags.empty())
    out.results["correlation"] = pairs_of(lags, a.correlation);
  out.results["sum_rule"] = {{"integral", a.integral},
                             {"variance", a.variance_of_masses},
                             {"difference", a.integral / a.variance_of_masses - 1}};
  out.results["residual"] = a.residual;
  out.solver["krylov_vectors"] = a.vectors;
  out.solver["factorisations"] = a.factorisations;
  add_values("S", frequencies, a.power, out);
  add_values("C", lags, a.correlation, out);
  out.table.emplace_back("integral of S over the variance",
                         printed("%.9f", a.integral / a.variance_of_masses));
  out.must_resolve = {{{"the variance of the observable", a.variance}}};
  if (!frequencies.empty()) {
    tell_unresolved(session, frequencies, a.power);
    out.must_resolve.emplace_back();
    for (std::size_t k = 0; k < frequencies.size(); ++k)
      out.must_resolve.back().emplace_back(printed("the spectrum at %.4g", frequencies[k]),
                                           a.power[k]);
  }
  out.headline = {"correlation_time", a.correlation_time};
  return out;
}

} // namespace escapade
