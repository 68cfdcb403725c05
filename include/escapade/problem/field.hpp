// Functions on the plane, evaluated at many points at once.
#pragma once

#include <cstddef>
#include <functional>

namespace escapade {

/// Values of c components at n points: out[k * n + i] is component k at (x[i], y[i]).
/// A field may be called from several threads at once. It does not throw for points where it is
/// undefined: it returns NaN there and the caller decides.
using Field = std::function<void(std::size_t n, const double* x, const double* y, double* out)>;

/// Makes a field of a function of one point that writes its components: f(x, y, out[c]).
Field pointwise(std::size_t components, std::function<void(double x, double y, double* out)> f);

} // namespace escapade
