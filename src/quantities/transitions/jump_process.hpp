// A Markov jump process between a few states with rates K_ij:
//   stationary law   Σ_i π_i K_ij = π_j Σ_i K_ji, by elimination without subtraction
//                    (Grassmann, Taksar, Heyman 1985, doi:10.1287/opre.33.5.1107)
//   relaxation       eigenvalues of −K, K_ii = −Σ_j K_ij
// Rates by their logarithms: those of rare events leave the range of double.
#pragma once

#include <complex>
#include <vector>

namespace escapade {

struct JumpProcess {
  std::vector<long double> log_stationary;
  std::vector<std::complex<long double>> eigenvalues; // without the 0, least real part first
  long double largest = 0;                            // size of the largest
};

/// `log_rate[i][j]`, −∞ where there is no jump; the diagonal is not read. NotTrusted where states
/// are not all reached from each other.
JumpProcess jump_process(const std::vector<std::vector<long double>>& log_rate);

} // namespace escapade
