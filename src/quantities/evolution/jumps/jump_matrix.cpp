#include "quantities/evolution/jumps/jump_matrix.hpp"

#include <algorithm>

namespace escapade {

double fastest_rate(MPI_Comm comm, const Generator& rows) {
  double fastest = 0;
  for (std::int64_t x = 0; x < rows.rows(); ++x) {
    long double out = rows.killing[x];
    for (std::int64_t e = rows.row_start[x]; e < rows.row_start[x + 1]; ++e)
      out += rows.rate[e];
    fastest = std::max(fastest, static_cast<double>(out));
  }
  return Ranks(comm).max(fastest);
}

JumpMatrix::JumpMatrix(MPI_Comm comm, const Generator& rows, double rate)
    : JumpMatrix(comm, rows, transposed(comm, rows), rate) {}

JumpMatrix::JumpMatrix(MPI_Comm comm, const Generator& rows, const Generator& in, double rate)
    : ranks_(Ranks(comm).count()), ghosts_(comm, in), row_start_(in.row_start),
      column_(ghosts_.column()) {
  const auto n = static_cast<std::size_t>(rows.rows());
  for (std::size_t x = 0; x < n; ++x)
    widest_ = std::max(widest_, row_start_[x + 1] - row_start_[x] + 1);
  widest_ = Ranks(comm).max(widest_);
  const auto probability = [&](double w) { return rate > 0 ? w / rate : 0.0; };
  jump_.reserve(in.rate.size());
  for (double w : in.rate)
    jump_.push_back(probability(w));
  // What a cell gives away, as it was rounded: columns of P then have the sum 1 to half a rounding.
  stay_.resize(n);
  for (std::size_t x = 0; x < n; ++x) {
    long double away = probability(rows.killing[x]);
    for (std::int64_t e = rows.row_start[x]; e < rows.row_start[x + 1]; ++e)
      away += probability(rows.rate[e]);
    stay_[x] = static_cast<double>(std::max(0.0L, 1.0L - away));
  }
  next_.reserve(n + static_cast<std::size_t>(ghosts_.ghosts()));
}

void JumpMatrix::apply(std::vector<double>& x) const {
  const auto n = static_cast<std::int64_t>(stay_.size());
  if (ranks_ > 1) {
    x.reserve(static_cast<std::size_t>(n + ghosts_.ghosts()));
    ghosts_.update(x);
  }
  next_.resize(stay_.size());
  for (std::int64_t i = 0; i < n; ++i) {
    double sum = stay_[i] * x[i];
    for (std::int64_t e = row_start_[i]; e < row_start_[i + 1]; ++e)
      sum += jump_[e] * x[column_[e]];
    next_[i] = sum;
  }
  x.swap(next_);
  x.resize(stay_.size());
}

} // namespace escapade
