// Expressions: whatever the text, it is refused with a line or has one meaning. The interpreter has
// to give what folding of constants gives if the inputs are constants themselves.
#include "escapade/problem/expression.hpp"
#include "escapade/error.hpp"
#include "escapade/problem/function.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

using namespace escapade;

namespace {

/// Both finite and more than rounding apart. What is not finite may be simplified away on one side.
bool differ(double a, double b) {
  return std::isfinite(a) && std::isfinite(b) &&
         std::abs(a - b) > 1e-9 * (1 + std::abs(a) + std::abs(b));
}

void check_value(const std::string& text, double x, double y, double value) {
  const Expression folded = parse_expression("-f", text, {{}, {{"x", x}, {"y", y}}});
  if (const auto constant = constant_value(folded); constant && differ(*constant, value)) {
    std::fprintf(stderr, "%s at (%.17g, %.17g): %.17g interpreted, %.17g folded\n", text.c_str(), x,
                 y, value, *constant);
    std::abort();
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 400)
    return -1;
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const Expression f = parse_expression("-f", text, {{"x", "y"}, {}});
    const Function function({f, derivative(f, 0), derivative(f, 1)}, 2, Compile::never);
    const std::array<double, 4> x{0.7, -1.3, 0, 2.1}, y{-0.4, 0.9, 1.5, 0};
    std::array<std::array<double, 4>, 3> out{};
    const std::array<const double*, 2> in{x.data(), y.data()};
    const std::array<double*, 3> to{out[0].data(), out[1].data(), out[2].data()};
    function(x.size(), in.data(), to.data());
    for (std::size_t k = 0; k < x.size(); ++k)
      check_value(text, x[k], y[k], out[0][k]);
  } catch (const BadInput& refused) {
    if (std::string(refused.what()).find('\n') != std::string::npos)
      std::abort(); // one line
  }
  return 0;
}
