#include "answers/hidden_sets.hpp"

#include "generator/stepped_over.hpp"
#include "parallel/ranks.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

void tell_hidden_sets(MPI_Comm comm, const Cells& cells, const Generator& rows,
                      const std::vector<char>& touched, const Region& region, GridAnswer& answer) {
  const Grid* const grid = cells.lattice();
  if (!grid)
    return;
  const Ranks ranks(comm);
  for (std::size_t k = 0; k < region.size(); ++k) {
    const std::int32_t cell = ranks.max(stepped_over(region[k], *grid, rows, touched));
    if (cell >= 0)
      answer.unresolved =
          stepped_over_text(region[k], grid->centre(cell)) + ", so that no grid tells an error";
  }
}

void tell_hidden_sets(const GridQuestion& question, const ChainRun& run, GridAnswer& answer) {
  const Generator& rows = run.chain.generator;
  std::vector<char> touched(rows.killing.size());
  for (std::size_t u = 0; u < touched.size(); ++u)
    touched[u] = rows.killing[u] > 0;
  tell_hidden_sets(question.comm, run.chain.grid, rows, touched, question.exit, answer);
}

} // namespace escapade
