#include "answers/network/members.hpp"

#include "answers/check.hpp"
#include "escapade/error.hpp"
#include "parallel/gather.hpp"
#include "quantities/regions/shares.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace escapade {

Members members_of(MPI_Comm comm, const Cells& cells, const LogVector& log_mass,
                   const Region& region, const std::string& name, const Halo& halo) {
  const std::int64_t first = halo.first(), last = first + std::ssize(log_mass);
  const std::vector<double> share =
      region_shares(cells, region, first, last, [](std::int32_t) { return LogShape{}; });
  long double top = -INFINITY;
  for (std::size_t k = 0; k < share.size(); ++k)
    if (share[k] > 0)
      top = std::max(top, log_mass[k]);
  top = halo.max(top);
  if (!std::isfinite(static_cast<double>(top)))
    throw BadInput("the state " + name +
                   " holds no cell of the grid; give a larger set, or more cells");
  Members mine;
  for (std::size_t k = 0; k < share.size(); ++k)
    if (share[k] > 0)
      mine.push_back({cells.centre(static_cast<std::int32_t>(first + static_cast<std::int64_t>(k))),
                      share[k] * static_cast<double>(std::exp(log_mass[k] - top))});
  Members all = joined(comm, mine);
  double sum = 0;
  for (const Member& m : all)
    sum += m.weight;
  for (Member& m : all)
    m.weight /= sum;
  return all;
}

std::vector<Vec2> points_of(const Cells& cells, const Region& region, const Members& members,
                            std::size_t count) {
  std::vector<double> up_to;
  for (const Member& m : members)
    up_to.push_back(m.weight + (up_to.empty() ? 0 : up_to.back()));
  const auto turn = [](std::size_t k, double step) {
    const double v = 0.5 + static_cast<double>(k) * step;
    return v - std::floor(v);
  };
  const Grid* const grid = cells.lattice();
  std::vector<Vec2> out;
  constexpr std::size_t tries = 16; // of points of a cell that the region's border crosses
  for (std::size_t k = 0; k < count; ++k) {
    const double u = turn(k, 0.6180339887498949) * up_to.back();
    const auto which = static_cast<std::size_t>(
        std::upper_bound(up_to.begin(), up_to.end() - 1, u) - up_to.begin());
    const Vec2 centre = members[which].centre;
    Vec2 p = centre;
    for (std::size_t n = 0; grid && n < tries; ++n) {
      const Vec2 place = grid->place(cells.cell_at(centre));
      const double a = turn(k + n * count, 0.7548776662466927) - 0.5,
                   b = turn(k + n * count, 0.5698402909980532) - 0.5;
      p = grid->point(place.x + a, place.y + (grid->domain.line ? 0 : b));
      if (part_at(region, p) >= 0 && grid->domain.contains(p))
        break;
    }
    if (part_at(region, p) >= 0)
      out.push_back(p);
  }
  return out.empty() ? std::vector{members.front().centre} : out;
}

long double log_total(const LogVector& v, const Halo& halo) {
  long double top = -INFINITY, sum = 0;
  for (const long double l : v)
    top = std::max(top, l);
  top = halo.max(top);
  if (!std::isfinite(top))
    return -INFINITY;
  for (const long double l : v)
    sum += std::exp(l - top);
  return top + std::log(halo.sum(sum));
}

LogVector log_weights(const Cells& cells, const Members& members, const Halo& halo,
                      std::size_t rows) {
  LogVector out(rows, -INFINITY);
  for (const Member& m : members) {
    const std::int32_t cell = cells.cell_at(m.centre);
    const std::int64_t row = cell - halo.first();
    if (cell >= 0 && row >= 0 && row < std::ssize(out) && m.weight > 0)
      out[static_cast<std::size_t>(row)] = std::log(static_cast<long double>(m.weight));
  }
  return out;
}

long double log_mean(const Cells& cells, const LogVector& v, const Members& members,
                     const Halo& halo) {
  LogVector product = log_weights(cells, members, halo, v.size());
  for (std::size_t x = 0; x < v.size(); ++x)
    product[x] += product[x] > -INFINITY ? v[x] : 0;
  return log_total(product, halo);
}

std::vector<int> states_of_cells(const Cells& cells, const std::vector<Region>& states,
                                 const std::vector<std::string>& names) {
  const auto n = static_cast<std::size_t>(cells.unknowns());
  std::vector<double> x(n), y(n);
  for (std::size_t u = 0; u < n; ++u) {
    const Vec2 p = cells.centre(static_cast<std::int32_t>(u));
    x[u] = p.x, y[u] = p.y;
  }
  std::vector<int> state(n, -1), part(n);
  for (std::size_t s = 0; s < states.size(); ++s) {
    part_at(states[s], n, x.data(), y.data(), part.data());
    for (std::size_t u = 0; u < n; ++u) {
      if (part[u] < 0)
        continue;
      if (state[u] >= 0)
        throw BadInput("the states " + names[static_cast<std::size_t>(state[u])] + " and " +
                       names[s] + " overlap at " + point_text({x[u], y[u]}) +
                       "; give disjoint sets");
      state[u] = static_cast<int>(s);
    }
  }
  return state;
}

void check_apart(const Chain& chain, const std::vector<int>& state_of,
                 const std::vector<std::string>& names) {
  const Generator& rows = chain.generator;
  const auto refuse = [&](int a, int b) {
    throw BadInput("the states " + names[static_cast<std::size_t>(std::min(a, b))] + " and " +
                   names[static_cast<std::size_t>(std::max(a, b))] +
                   " touch: an edge of the grid joins them; leave room between them, or give "
                   "more cells");
  };
  for (std::int64_t r = 0; r < rows.rows(); ++r)
    for (std::int64_t q = rows.row_start[r]; q < rows.row_start[r + 1]; ++q) {
      const int a = state_of[static_cast<std::size_t>(rows.first + r)],
                b = state_of[static_cast<std::size_t>(rows.column[q])];
      if (a >= 0 && b >= 0 && a != b)
        refuse(a, b);
    }
}

} // namespace escapade
