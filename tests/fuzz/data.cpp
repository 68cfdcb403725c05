// Data files: refused with a line, or columns of one length whose rows can be grouped.
#include "escapade/problem/data.hpp"
#include "escapade/error.hpp"
#include "memory_file.hpp"

#include <cstdlib>
#include <numeric>

using namespace escapade;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const Table table = read_csv("-data", memory_file(data, size));
    std::vector<std::size_t> keys(table.columns.size());
    std::iota(keys.begin(), keys.end(), std::size_t{0});
    for (const auto& column : table.columns)
      if (column.size() != table.rows())
        std::abort();
    const DistinctRows rows = distinct_rows(table, keys, std::nullopt);
    if (rows.weight.size() > table.rows())
      std::abort();
  } catch (const BadInput&) {
  }
  return 0;
}
