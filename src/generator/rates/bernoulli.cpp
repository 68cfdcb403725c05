#include "generator/rates/bernoulli.hpp"

#include <cmath>

namespace escapade {

double bernoulli(double z) {
  if (z == 0)
    return 1;
  if (z > 700) { // expm1 overflows, and e^{-z} loses digits, before z e^{-z} underflows
    const double root = std::exp(-0.5 * z);
    return z * root * root;
  }
  return z / std::expm1(z);
}

double edge_rate(double rho, double g, double s) {
  return rho * bernoulli(-s * g) / s;
}

} // namespace escapade
