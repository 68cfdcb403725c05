// C += A B for matrices of doubles: most of the work of the elimination.
#pragma once

#include <cstdint>

namespace escapade::gth {

/// Column-major, with the distance between columns.
struct Panel {
  const double* data;
  std::int64_t stride;
};

/// C += A B, or A Bᵀ where `transposed`; C of rows × columns. Each entry is a sum in the order of
/// `inner`, cut at fixed places, of products that are rounded by themselves: it does not depend on
/// the size of the matrices, on where they lie, or on the processor's instructions.
void add_packed_product(bool transposed, std::int64_t rows, std::int64_t columns,
                        std::int64_t inner, Panel a, Panel b, double* c, std::int64_t stride);

} // namespace escapade::gth
