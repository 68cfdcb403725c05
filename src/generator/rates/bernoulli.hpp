// The Bernoulli function Bern(z) = z / (eᶻ − 1), the weight of exponential fitting
// (Scharfetter, Gummel 1969, doi:10.1109/T-ED.1969.16566): Bern(0) = 1, Bern(−z) = z + Bern(z),
// Bern(−z)/Bern(z) = eᶻ.
#pragma once

namespace escapade {

/// Accurate to a few ulp for every z; 0 where the true value underflows (z > 751).
double bernoulli(double z);

/// Rate of the jump along an edge of conductance rho (per unit time, ρ_e in cell units) when the
/// drift over its fraction s in (0, 1] is s·g toward the target: rho · Bern(−s g)/s.
double edge_rate(double rho, double g, double s = 1);

} // namespace escapade
