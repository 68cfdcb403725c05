#include "escapade/problem/field.hpp"

#include <utility>
#include <vector>

namespace escapade {

Field pointwise(std::size_t components, std::function<void(double x, double y, double* out)> f) {
  return
      [components, f = std::move(f)](std::size_t n, const double* x, const double* y, double* out) {
        std::vector<double> values(components);
        for (std::size_t i = 0; i < n; ++i) {
          f(x[i], y[i], values.data());
          for (std::size_t k = 0; k < components; ++k)
            out[k * n + i] = values[k];
        }
      };
}

} // namespace escapade
