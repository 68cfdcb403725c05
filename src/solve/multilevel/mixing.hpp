// Mixing of the last cycles of the positive multilevel solver (multilevel.hpp): Anderson's
// method in the logarithms, so that masses stay positive.
//
// A cycle takes z = log u to z + f. With the last steps s_j = z_j − z_{j−1} from the start of one
// cycle to that of the next, and their changes of f, y_j = f_j − f_{j−1}, the next cycle starts
// from
//   z + f − Σ_j γ_j (s_j + y_j),   γ = argmin ‖f − Σ_j γ_j y_j‖₂.
// Differences of logarithms only weigh corrections here: what cycles leave as it is, this does,
// too.
//   D. G. Anderson, J. ACM 12 (1965) 547, doi:10.1145/321296.321305
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace escapade::multilevel {

class Mixing {
public:
  /// Steps that are mixed; each but the first takes 8 bytes a cell. Cycles with 1, 2 and 4:
  /// 20, 21 and 20 on 256² cells with oblique noise, fp-stationary -drift "x-x^3-0.5*y, x-y"
  /// -diffusion 0.03875,0.019486,0.01625 -domain -2,2,-2,2 -cells 256,256 -frame 0 -solver
  /// multilevel -error_estimate false; 21 without any mixing. A choice for slower cycles than
  /// these.
  static constexpr std::size_t depth = 2;
  /// y_a · y_b for b ≤ a, then y_a · f, for each a.
  using Sums = std::array<double, depth*(depth + 3) / 2>;

  /// u of `cells` cells after a cycle that began with `before`, replaced by what the next cycle is
  /// to start from. Where ranks share the cells, each gives its own, and `reduce` adds up over
  /// them.
  void mix(const double* before, double* u, std::size_t cells,
           const std::function<void(Sums&)>& reduce = {});
  /// Forgets all cycles.
  void forget() { cycles = 0; }
  std::int64_t memory_bytes() const;

private:
  // In 4 bytes: they only decide how much of what is added.
  struct Past {
    std::vector<float> reach, change; // s_j + y_j, y_j
  };
  std::array<Past, depth - 1> past; // of all steps but the newest
  std::vector<float> last, step;    // the last cycle's f; from its start to this one's
  std::size_t cycles = 0;           // since all was forgotten
};

} // namespace escapade::multilevel
