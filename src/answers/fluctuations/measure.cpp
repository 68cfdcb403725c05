#include "answers/fluctuations/measure.hpp"

#include "escapade/error.hpp"
#include "quantities/fluctuations/observable.hpp"
#include "quantities/fluctuations/unwrapped.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escapade {

namespace {

constexpr long double unknown_value = std::numeric_limits<long double>::quiet_NaN();

/// Why the solve could not be trusted; nothing where it could.
template<class Solve>
std::string unless_trusted(const Solve& solve) {
  try {
    solve();
  } catch (const NotTrusted& e) {
    return e.what();
  }
  return {};
}

MeasuredObservable measure_one(const AtRest& chain, const Reals& f, Resolvent* at_zero) {
  MeasuredObservable out;
  Fluctuation found;
  const bool constant = is_constant(f, chain.halo);
  if (constant)
    out.no_time = "the observable is constant";
  else
    out.no_time = unless_trusted([&] { found = fluctuation(chain, f, at_zero); });
  if (constant || !out.no_time.empty())
    found = fluctuation(chain, f, nullptr);
  out.mean = {found.mean, false, std::sqrt(found.variance)};
  out.variance = {constant ? 0 : found.variance};
  out.correlation_time = {out.no_time.empty() ? found.correlation_time : unknown_value, false,
                          found.scale};
  return out;
}

MeasuredMotion measure_motion(const AtRest& chain, const Cells& grid, std::array<bool, 2> along,
                              Resolvent& at_zero) {
  MeasuredMotion out;
  Unwrapped m;
  out.unknown = unless_trusted([&] { m = unwrapped_motion(chain, grid, along, at_zero); });
  if (!out.unknown.empty())
    return out;
  out.velocity = {Measured{m.velocity.x, false, m.gross.x}, {m.velocity.y, false, m.gross.y}};
  const auto diffusion = [&](double value, double size) {
    constexpr double of_scale = 1e-14; // what with_error takes rounding for
    return Measured{value, false, std::max(size, m.rounding / of_scale)};
  };
  const Sym2 d = m.diffusion;
  out.diffusion = {diffusion(d.xx, d.xx), diffusion(d.xy, std::sqrt(d.xx * d.yy)),
                   diffusion(d.yy, d.yy)};
  return out;
}

} // namespace

WayToSolve::WayToSolve(const GridQuestion& question, const Chain& chain)
    : lattice_(cell_places(chain)), options_(question.effort.solve) {
  options_.lattice = lattice_ ? &*lattice_ : nullptr;
}

MeasuredFluctuations measure_fluctuations(const GridQuestion& q, const Chain& chain,
                                          const LogVector& log_mass, const Halo& halo,
                                          const NamedObservables& observables) {
  MeasuredFluctuations out;
  const WayToSolve way(q, chain);
  const AtRest rest{chain.generator, log_mass, halo, way.options()};
  const std::array<bool, 2> along = {q.domain.periodic(0), q.domain.periodic(1)};
  std::vector<Reals> values;
  bool vary = false;
  for (const auto& [name, field] : observables) {
    values.push_back(values_of("the observable " + name, field, chain.grid, halo));
    vary = vary || !is_constant(values.back(), halo);
  }
  const bool moves = along[0] || along[1];
  std::optional<Resolvent> at_zero; // one factorisation for all
  std::string refused;
  if (vary || moves)
    refused = unless_trusted([&] { at_zero.emplace(rest, 0); });
  for (const Reals& f : values) {
    out.observables.push_back(measure_one(rest, f, at_zero ? &*at_zero : nullptr));
    if (!refused.empty())
      out.observables.back().no_time = refused;
  }
  if (moves && at_zero)
    out.motion = measure_motion(rest, chain.grid, along, *at_zero);
  else if (moves)
    out.motion = MeasuredMotion{{}, {}, refused};
  return out;
}

} // namespace escapade
