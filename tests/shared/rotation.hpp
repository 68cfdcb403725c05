// Problems that circulate, for answers by flow:
//   dθ = −θ dt + ω Jθ dt + √2 dW in the box |x|, |y| < 6: variance 1, modes n ± iωk
#pragma once

#include "shared/chains.hpp"

#include <slepcsys.h>

#include <string>

namespace escapade::test {

struct Slepc {
  Slepc() { SlepcInitializeNoArguments(); }
  ~Slepc() { SlepcFinalize(); }
};

inline const Domain box_of_six = box(-6, 6, -6, 6);

inline Problem rotating(const std::string& w) {
  return drift("-x - " + w + "*y, " + w + "*x - y", "1, 0, 1", box_of_six);
}

} // namespace escapade::test
