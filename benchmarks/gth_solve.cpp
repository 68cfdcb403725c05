// gth_solve N stationary|exit THREADS [FILE]: times of escapade's direct solver on the benchmark
// matrix, one "name value" a line. With FILE it only writes the matrix there, for other solvers:
// int64 n and entries, then row starts (int64), columns (int32), rates (double).
#include "solve/gth/gth.hpp"

#include "gth_case.hpp"

#include <cstdlib>
#include <fstream>
#include <string>

namespace {

template<class T>
void write(std::ofstream& file, const std::vector<T>& values) {
  file.write(reinterpret_cast<const char*>(values.data()),
             static_cast<std::streamsize>(values.size() * sizeof(T)));
}

/// Seconds of one product M x of the assembled matrix, diagonal included.
double product_seconds(const escapade::Generator& generator) {
  const std::int64_t n = generator.rows();
  std::vector<double> x(n, 1.0), y(n), diagonal(generator.killing);
  for (std::int64_t i = 0; i < n; ++i)
    for (std::int64_t e = generator.row_start[i]; e < generator.row_start[i + 1]; ++e)
      diagonal[i] += generator.rate[e];
  constexpr int repeats = 20;
  const double begin = benchmark::seconds_on(CLOCK_PROCESS_CPUTIME_ID);
  for (int r = 0; r < repeats; ++r) {
    for (std::int64_t i = 0; i < n; ++i) {
      double sum = diagonal[i] * x[i];
      for (std::int64_t e = generator.row_start[i]; e < generator.row_start[i + 1]; ++e)
        sum -= generator.rate[e] * x[generator.column[e]];
      y[i] = sum;
    }
    std::swap(x, y);
  }
  return (benchmark::seconds_on(CLOCK_PROCESS_CPUTIME_ID) - begin) / repeats;
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: %s N stationary|exit THREADS [FILE]\n", argv[0]);
    return 2;
  }
  const std::int32_t n = std::atoi(argv[1]);
  const bool exit = std::string(argv[2]) == "exit";
  benchmark::Laps lap;
  const escapade::Generator generator = benchmark::double_well(n, exit);
  lap("assembly");
  if (argc > 4) {
    std::ofstream file(argv[4], std::ios::binary);
    write(file, std::vector{generator.rows(), generator.row_start.back()});
    write(file, generator.row_start);
    write(file, generator.column);
    write(file, generator.rate);
    write(file, generator.killing);
    return file ? 0 : 4;
  }
  const escapade::Lattice lattice = benchmark::square(n);
  escapade::GthOptions options;
  options.lattice = &lattice;
  options.threads = std::atoi(argv[3]);
  lap.restart();
  escapade::GthSolver solver(generator, options);
  lap("factorise");
  const escapade::LogVector x =
      exit ? solver.backward(escapade::LogVector(generator.rows(), 0.0L)) : solver.stationary();
  lap("solve");
  benchmark::print_peak_memory();
  std::printf("memory.counted %.1f\ngflop %.2f\nproduct %.6f\n",
              static_cast<double>(solver.memory_bytes()) / (1 << 20), solver.flops() * 1e-9,
              product_seconds(generator));
  long double left = 0; // a number to compare: mass of x < 0, or the time from the first cell
  for (std::int64_t c = 0; c < generator.rows(); ++c)
    left += c % n < n / 2 ? std::exp(x[c]) : 0;
  std::printf("answer %.15Lg\n", exit ? std::exp(x[0]) : left);
}
