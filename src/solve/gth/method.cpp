// Elimination without subtraction as one of Solver's methods.
#include "generator/distribute.hpp"
#include "solve/first_rank.hpp"
#include "solve/gth/gth.hpp"
#include "support/log_stage.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace escapade {

namespace {

std::string name_of(Precision precision) {
  switch (precision) {
  case Precision::double_precision:
    return "double";
  case Precision::long_double:
    return "long double";
  case Precision::extended:
    return "extended";
  case Precision::automatic:
    break;
  }
  return "automatic";
}

class GthMethod final : public Method {
public:
  GthMethod(const Generator& generator, Precision precision, const Lattice* lattice)
      : solver_(generator, GthOptions{.precision = precision, .lattice = lattice}) {}

  LogVector backward(const LogVector& log_f) override { return solver_.backward(log_f); }
  LogVector forward(const LogVector& log_f) override { return solver_.forward(log_f); }
  LogVector stationary() override { return solver_.stationary(); }
  SolverReport report() const override {
    SolverReport report;
    report.kind = "gth";
    report.precision = name_of(solver_.precision());
    report.seconds = solver_.seconds();
    report.memory_bytes = solver_.memory_bytes();
    if (const std::string widened = solver_.notice(); !widened.empty())
      report.notices.push_back(widened);
    return report;
  }

private:
  GthSolver solver_;
};

} // namespace

std::unique_ptr<Method> gth_method(MPI_Comm comm, const Generator& rows,
                                   const SolveOptions& options) {
  const auto made = [&](const Generator& whole, const Lattice* lattice) {
    return std::make_unique<GthMethod>(whole, options.precision, lattice);
  };
  if (Ranks(comm).alone())
    return made(rows, options.lattice);
  const LogStage stage("factorisation");
  const Generator whole = gathered(comm, rows);
  const std::optional<Lattice> lattice = whole_lattice(comm, options.lattice, rows);
  return made_on_first_rank(comm, rows.rows(),
                            [&] { return made(whole, lattice ? &*lattice : nullptr); });
}

std::int64_t gth_memory(std::int64_t cells, int reach, Precision precision, bool diagonal_edges) {
  const auto n = static_cast<double>(std::max<std::int64_t>(cells, 2));
  const double entry =
      precision == Precision::long_double || precision == Precision::extended ? 16 : 8;
  // Entries of factors and contributions grow like n log n. Fitted to the solver's own counts from
  // 64² to 2048² cells: 3.5 without diagonal edges; 5.9, 6.6 and 11.2 with edges of reach 1, 2
  // and 4. Of jumps along a flow that reach over 11, 22 and 33 cells 31, 39 and 101.
  const double coefficient = reach > 8        ? 3 + 3 * reach
                             : reach > 1      ? 3 + 2.1 * reach
                             : diagonal_edges ? 6
                                              : 3.6;
  return static_cast<std::int64_t>(entry * coefficient * n * std::log2(n) + 200 * n);
}

} // namespace escapade
