// fp-modes: slowest relaxation modes.
#include "escapade/answers/modes.hpp"

#include "programs/fp/questions.hpp"
#include "support/exact.hpp"

#include <cmath>

namespace escapade {

namespace {

Json error_of(const Number& n) {
  return n.error ? Json(*n.error) : Json(nullptr);
}

void warn_of_solver(const Session& session, const Options& options) {
  if (options.given("solver") && options.text("solver") != "auto")
    session.notice("-solver " + options.text("solver") +
                   " has no part in this: SLEPc finds the modes, by shift and invert with a direct "
                   "solver; its options begin with -solve_eps_ and -solve_st_");
}

} // namespace

Outcome modes_question(Session& session, const Options& options, const Setup& setup) {
  ModesAnswer a =
      relaxation_modes(session.comm(), setup.problem, setup.domain, setup.shape,
                       static_cast<int>(options.integer("modes")), effort_of(session, setup));
  Outcome out;
  take_answer(session, a, out);
  out.solver = {{"kind", a.solver.kind},
                {"precision", a.solver.precision},
                {"iterations", a.solver.iterations}};
  warn_of_solver(session, options);
  Json values = Json::array(), errors = values, residuals = nullptr;
  for (std::size_t k = 0; k < a.modes.size(); ++k) {
    const Number &re = a.modes[k].real, &im = a.modes[k].imaginary;
    values.push_back({*re.value, *im.value});
    errors.push_back({error_of(re), error_of(im)});
    residuals.push_back(a.modes[k].residual);
    if (k == 0)
      out.must_resolve = {{{"the slowest relaxation rate", re}, {"its frequency", im}}};
    const bool is_real = *im.value == 0 && im.error.value_or(1) < 1e-6 * std::abs(*re.value);
    out.table.emplace_back("mode " + std::to_string(k),
                           to_text(re) + (is_real ? "" : "  and i times " + to_text(im)));
  }
  out.results = {{"eigenvalues", values}, {"eigenvalue_errors", errors}};
  if (!residuals.is_null())
    out.results["residuals"] = residuals;
  if (a.frequency_searched) {
    out.results["frequency_searched"] = *a.frequency_searched;
    std::string near;
    for (const double frequency : a.searched_near) {
      out.results["searched_near"].push_back(frequency);
      near += (near.empty() ? " and near " : ", ") + printed("%.4g", frequency);
    }
    out.table.emplace_back("slow modes are found up to the frequency",
                           to_text(number(*a.frequency_searched)) + near);
  }
  return out;
}

} // namespace escapade
