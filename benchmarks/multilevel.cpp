// The positive multilevel solver: cycles, contraction, work, memory and error over sizes, barriers,
// currents and ratios of the noise.
//
//   benchmark_multilevel [LARGEST [SMALLEST]]     (cells a side, default 1024 and 128)
//   benchmark_multilevel N BARRIER RATIO CURRENT EXIT [ANGLE]     one case, EXIT 0 or 1
//
// Drift (x − x³ − c y, c x − y) on [−2, 2]², reflecting sides, D = T diag(√r, 1/√r), turned by
// ANGLE degrees; the barrier between the wells at x = ±1 is 1/(4T) where c = 0 and r = 1. "exit":
// killed at x > 0, mean exit time.
#include "solve/multilevel/multilevel.hpp"
#include "escapade/error.hpp"
#include "escapade/problem/sde.hpp"
#include "generator/chain.hpp"
#include "problem/parse_region.hpp"
#include "solve/gth/gth.hpp"

#include "gth_case.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <vector>

using namespace escapade;

namespace {

struct Case {
  std::int32_t n;
  double barrier, ratio, current;
  bool exit;
  double angle = 0;
};

/// The same as `straight_chain` for any angle, on the grid and with the edges of the programs.
std::shared_ptr<const Generator> turned_chain(const Case& c, Lattice& lattice) {
  const double t = c.angle * M_PI / 180, T = 0.25 / c.barrier;
  const double a = T * std::sqrt(c.ratio), b = T / std::sqrt(c.ratio);
  const Symbols symbols{{"x", "y"}, {{"c", c.current}}};
  const auto read = [&](const std::string& text) {
    return parse_expression("benchmark", text, symbols);
  };
  const auto constant = [&](double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.17g", value);
    return read(text);
  };
  const Domain box{-2, 2, -2, 2};
  const Problem problem =
      drift_problem({read("x - x^3 - c*y"), read("c*x - y")},
                    {constant(a * std::pow(std::cos(t), 2) + b * std::pow(std::sin(t), 2)),
                     constant((a - b) * std::cos(t) * std::sin(t)),
                     constant(a * std::pow(std::sin(t), 2) + b * std::pow(std::cos(t), 2))},
                    Calculus::ito, box, Compile::never);
  const Region out =
      c.exit ? parse_region("benchmark", "x > 0", symbols, Compile::never) : Region{};
  Chain chain = make_chain(MPI_COMM_WORLD, problem, box, {{c.n, c.n}, 0}, out,
                           c.exit ? CutRule::shortley_weller : CutRule::killing);
  const Grid& grid = *chain.grid.lattice();
  lattice = {grid.cells[0], grid.cells[1], grid.places(0, grid.unknowns()), chain.reach};
  return std::make_shared<Generator>(std::move(chain.generator));
}

std::shared_ptr<const Generator> straight_chain(const Case& c) {
  const std::int32_t n = c.n, nx = c.exit ? n / 2 : n; // left half: x < 0
  const double h = 4.0 / n, T = 0.25 / c.barrier;
  const double along_x = T * std::sqrt(c.ratio), along_y = T / std::sqrt(c.ratio);
  auto G = std::make_shared<Generator>();
  G->size = std::int64_t{nx} * n;
  G->killing.assign(G->size, 0.0);
  G->column.reserve(4 * G->size);
  G->rate.reserve(4 * G->size);
  G->row_start.reserve(G->size + 1);
  for (std::int32_t j = 0; j < n; ++j)
    for (std::int32_t i = 0; i < nx; ++i) {
      const double x = -2 + (i + 0.5) * h, y = -2 + (j + 0.5) * h;
      const std::int32_t cell = i + nx * j;
      const auto bx = [&](double at) { return at - at * at * at - c.current * y; };
      const auto by = [&](double at) { return c.current * x - at; };
      const auto jump = [&](bool inside, std::int32_t to, double work, double diffusion) {
        if (!inside)
          return;
        G->column.push_back(to);
        G->rate.push_back(diffusion / (h * h) * benchmark::bernoulli(-work));
      };
      jump(j > 0, cell - nx, -h * by(y - h / 2) / along_y, along_y);
      jump(i > 0, cell - 1, -h * bx(x - h / 2) / along_x, along_x);
      jump(i + 1 < nx, cell + 1, h * bx(x + h / 2) / along_x, along_x);
      jump(j + 1 < n, cell + nx, h * by(y + h / 2) / along_y, along_y);
      if (c.exit && i + 1 == nx)
        G->killing[cell] =
            2 * along_x / (h * h) * benchmark::bernoulli(-h / 2 * bx(x + h / 2) / along_x);
      G->row_start.push_back(static_cast<std::int64_t>(G->column.size()));
    }
  return G;
}

/// Mean contraction of the changes between 1e-2 and rounding, and the worst.
void print_contraction(const std::vector<double>& changes) {
  double log_sum = 0, worst = 0;
  int count = 0;
  for (std::size_t k = 1; k < changes.size(); ++k)
    if (changes[k - 1] < 1e-2 && changes[k] > 1e-13) {
      const double q = changes[k] / changes[k - 1];
      log_sum += std::log(q);
      worst = std::max(worst, q);
      ++count;
    }
  std::printf("%7.3f %7.3f", count > 0 ? std::exp(log_sum / count) : 0, worst);
}

void run(const Case& c) {
  Lattice lattice;
  const auto G = c.angle != 0 ? turned_chain(c, lattice) : straight_chain(c);
  const std::int64_t cells = G->size;
  if (c.angle == 0) {
    lattice = {cells / c.n, c.n, std::vector<std::int64_t>(cells)};
    std::iota(lattice.position.begin(), lattice.position.end(), std::int64_t{0});
  }
  std::printf("%5d %8g %6g %5g %8g %5s ", c.n, c.barrier, c.ratio, c.angle, c.current,
              c.exit ? "exit" : "-");
  try {
    MultilevelSolver solver(G, {.lattice = &lattice, .tolerance = 1e-6});
    const LogVector ones(c.exit ? cells : 0, 0.0L);
    const LogVector x = c.exit ? solver.backward(ones) : solver.stationary();
    std::printf("%7lld ", static_cast<long long>(solver.report().iterations));
    print_contraction(solver.changes());
    std::printf(" %9.0f %7.2f %8.0f", solver.report().products, solver.report().seconds,
                static_cast<double>(solver.report().memory_bytes) / static_cast<double>(cells));
    if (c.n <= 512) {
      GthSolver gth(*G, {.lattice = &lattice});
      const LogVector y = c.exit ? gth.backward(ones) : gth.stationary();
      long double error = 0;
      for (std::int64_t i = 0; i < cells; ++i)
        error = std::max(error, std::abs(x[i] - y[i]));
      std::printf(" %9.1e", static_cast<double>(error));
    }
    std::printf("\n");
  } catch (const std::runtime_error& e) {
    std::printf("%s\n", e.what());
  }
  std::fflush(stdout);
}

void run_all(int argc, char** argv) {
  const int largest = argc > 1 ? std::atoi(argv[1]) : 1024;
  const int smallest = argc > 2 ? std::max(std::atoi(argv[2]), 16) : 128;
  std::printf("    n  barrier  ratio angle  current  exit  cycles contraction(mean, worst) "
              "products seconds "
              "bytes/cell max|error of log x| to GTH\n");
  if (argc > 5)
    return run({largest, std::atof(argv[2]), std::atof(argv[3]), std::atof(argv[4]),
                std::atoi(argv[5]) != 0, argc > 6 ? std::atof(argv[6]) : 0});
  for (std::int32_t n = smallest; n <= largest; n *= 2)
    for (const double barrier : {5.0, 20.0, 100.0, 200.0})
      run({n, barrier, 1, 0, false});
  for (std::int32_t n = smallest; n <= std::min(largest, 512); n *= 2) {
    for (const double ratio : {1.0, 10.0, 100.0})
      run({n, 10, ratio, 0.7, false});
    for (const double ratio : {10.0, 100.0})
      run({n, 10, ratio, 0, false});
    for (const double barrier : {30.0, 200.0})
      run({n, barrier, 1, 3, false});
    for (const double angle : {10.0, 30.0, 45.0, 60.0})
      for (const double ratio : {10.0, 100.0})
        run({n, 10, ratio, 0.7, false, angle});
    for (const double ratio : {10.0, 100.0})
      run({n, 10, ratio, 0, true});
    run({n, 10, 10, 0, true, 30});
  }
  for (std::int32_t n = smallest; n <= std::min(largest, 1024); n *= 2)
    for (const double barrier : {5.0, 100.0, 200.0})
      if (n < 1024 || barrier == 100)
        run({n, barrier, 1, 0, true});
}

} // namespace

int main(int argc, char** argv) {
  if (argc > 3 && argc != 6 && argc != 7) {
    std::fprintf(stderr, "usage: %s [LARGEST [SMALLEST]] | N BARRIER RATIO CURRENT EXIT [ANGLE]\n",
                 argv[0]);
    return 2;
  }
  MPI_Init(&argc, &argv);
  run_all(argc, argv);
  MPI_Finalize();
}
