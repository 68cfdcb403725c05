#include "solve/multilevel/halo.hpp"

#include <array>
#include <cmath>
#include <limits>

namespace escapade::multilevel {

std::vector<std::vector<double>> Halo::opposite(const std::vector<double>& per_edge) const {
  std::vector<std::vector<double>> send, receive;
  for (const Border& b : borders) {
    std::vector<double>& out = send.emplace_back();
    for (const std::int64_t e : b.send_edges)
      out.push_back(per_edge[e]);
    receive.emplace_back(b.edges.size());
  }
  swap(send, receive);
  return receive;
}

double Halo::max(double value) const {
  return Ranks::max(std::isnan(value) ? std::numeric_limits<double>::infinity() : value);
}

double Halo::of_largest(double key, double value) const {
  const auto all = each(std::array{key, value});
  return (*std::max_element(all.begin(), all.end(),
                            [](const auto& a, const auto& b) { return a[0] < b[0]; }))[1];
}

} // namespace escapade::multilevel
