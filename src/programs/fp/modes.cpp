#include "programs/fp/modes.hpp"

#include "answers/chain_run.hpp"
#include "answers/grid_sequence.hpp"
#include "answers/memory.hpp"
#include "generator/chain.hpp"
#include "output/summary.hpp"
#include "quantities/modes.hpp"

#include <cmath>

namespace escapade {

Outcome modes_study(Session& session, const Options& options, const Setup& setup) {
  const auto count = static_cast<int>(options.integer("modes"));
  const MPI_Comm comm = session.comm();
  Setup direct = setup; // what memory is reckoned by
  direct.solve.kind = SolverKind::automatic;
  Outcome out;
  std::vector<Level> levels;
  std::size_t found = 0;
  for (const GridShape& shape : grid_sequence(setup.shape, setup.error_estimate)) {
    ChainRun run;
    check_memory(session, direct, shape, Region{});
    run.chain = make_chain(comm, setup.problem, setup.domain, shape, {}, CutRule::killing);
    const Cells& grid = run.chain.grid;
    const Modes modes = relaxation_modes(comm, run.chain.generator, count);
    if (levels.empty()) {
      found = modes.eigenvalue.size();
      out.grid = describe_grid(run);
      out.solver = {{"kind", "slepc"}, {"precision", "double"}, {"iterations", modes.iterations}};
      const OwnCells own = own_cells(comm, run.chain);
      out.fields = field_file(grid, own, setup.problem);
      for (std::size_t k = 0; k < found; ++k) {
        out.results["residuals"].push_back(modes.residual[k]);
        for (bool imaginary : {false, true}) {
          if (imaginary && modes.eigenvalue[k].imag() == 0)
            continue;
          out.fields->fields.push_back(
              cell_field(grid, own, "mode_" + std::to_string(k) + (imaginary ? "_imaginary" : ""),
                         "", 1, [&](std::size_t u, double* v) {
                           *v = imaginary ? modes.mode[k][u].imag() : modes.mode[k][u].real();
                         }));
        }
      }
    }
    Level level{{}, grid.spacing(), has_oblique_walls(grid)};
    for (std::size_t k = 0; k < found; ++k) {
      // A coarser grid may cut a pair at the end of the list: no error can be given there.
      const bool there = k < modes.eigenvalue.size();
      level.measured.push_back({"re", there ? modes.eigenvalue[k].real() : NAN, false});
      level.measured.push_back({"im", there ? modes.eigenvalue[k].imag() : NAN, false});
    }
    levels.push_back(std::move(level));
  }
  if (options.given("solver") && options.text("solver") != "auto")
    session.notice("-solver " + options.text("solver") +
                   " has no part in this: SLEPc finds the modes, by shift and invert with a direct "
                   "solver; its options begin with -solve_eps_ and -solve_st_");
  const auto numbers = with_errors(levels);
  nlohmann::ordered_json values = nlohmann::ordered_json::array(), errors = values;
  for (std::size_t k = 0; k < found; ++k) {
    const Number &re = numbers[2 * k].second, &im = numbers[2 * k + 1].second;
    values.push_back({*re.value, *im.value});
    const auto error_of = [](const Number& n) {
      return n.error ? nlohmann::ordered_json(*n.error) : nlohmann::ordered_json(nullptr);
    };
    errors.push_back({error_of(re), error_of(im)});
    out.table.emplace_back("mode " + std::to_string(k),
                           to_text(re) + (*im.value != 0 ? "  and i times " + to_text(im) : ""));
  }
  nlohmann::ordered_json first{{"eigenvalues", values}, {"eigenvalue_errors", errors}};
  first.update(out.results);
  out.results = std::move(first);
  Picture picture;
  picture.scalar = "mode_0";
  picture.title = "slowest relaxation mode";
  out.picture = picture;
  return out;
}

} // namespace escapade
