// Tables of PLUMED and CSV: refused with a line, or a function that is finite where it says that it
// is known.
#include "escapade/error.hpp"
#include "escapade/problem/table_function.hpp"
#include "memory_file.hpp"

#include <cmath>
#include <cstdlib>

using namespace escapade;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto table = read_table("-table", memory_file(data, size), "");
    const TableValues& v = table->values();
    for (double u : {0.0, 0.31, 0.77}) {
      const Vec2 p{v.first[0] + u * v.step[0] * static_cast<double>(v.points[0] - 1),
                   v.first[1] + u * v.step[1] * static_cast<double>(v.points[1] - 1)};
      if (table->covers(p) && std::isnan(table->at(p)) && std::isfinite(p.x) && std::isfinite(p.y))
        std::abort();
    }
  } catch (const BadInput&) {
  }
  return 0;
}
