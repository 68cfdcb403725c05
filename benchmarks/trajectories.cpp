// trajectories CASE [DATA.csv]: speed of trajectories on one thread, one "name value" a line.
//   normals      own normal numbers and std::normal_distribution over std::mt19937_64, per second
//   exits        path-steps per second of mc-exit's engine on polynomial drifts
//   data         the same for SGD's diffusion on DATA.csv (columns x, y), with the exact loss and
//                with a table of 512 x 512 cells
// Times are processor seconds; each figure is the best of several repeats.
#include "escapade/problem/data.hpp"
#include "escapade/problem/expression.hpp"
#include "escapade/problem/sde.hpp"
#include "escapade/problem/sgd.hpp"
#include "paths/exits/exits.hpp"
#include "paths/lanes/random.hpp"
#include "paths/table.hpp"
#include "problem/parse_region.hpp"

#include "gth_case.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <random>
#include <vector>

namespace {

using namespace escapade;

constexpr int repeats = 5;

/// Largest of several rates: work per processor second.
double best_rate(const std::function<double()>& work) {
  double best = 0;
  for (int r = 0; r < repeats; ++r) {
    const double begin = benchmark::seconds_on(CLOCK_PROCESS_CPUTIME_ID);
    const double done = work();
    best = std::max(best, done / (benchmark::seconds_on(CLOCK_PROCESS_CPUTIME_ID) - begin));
  }
  return best;
}

void normals() {
  constexpr std::size_t lanes = 256;
  constexpr int rounds = 40000;
  alignas(64) static float z1[2 * lanes], z2[2 * lanes], reach[2 * lanes];
  alignas(64) static std::uint64_t path[lanes], step[lanes];
  for (std::size_t i = 0; i < lanes; ++i)
    path[i] = i;
  double sum = 0;
  const double ours = best_rate([&] {
    for (int k = 0; k < rounds; ++k) {
      std::fill_n(step, lanes, static_cast<std::uint64_t>(2 * k));
      draw_lanes(1, 0, lanes, path, step, {z1, z2, reach}, {z1 + lanes, z2 + lanes, reach + lanes});
      sum += static_cast<double>(z1[k % (2 * lanes)] + z2[k % (2 * lanes)]);
    }
    return 4.0 * lanes * rounds;
  });
  std::mt19937_64 engine(1);
  std::normal_distribution<double> normal;
  const double theirs = best_rate([&] {
    constexpr int n = 5000000;
    for (int k = 0; k < n; ++k)
      sum += normal(engine);
    return double{n};
  });
  std::printf("normals %.4g\nstandard_library %.4g\nratio %.2f\nchecksum %.6f\n", ours, theirs,
              ours / theirs, sum);
}

/// Path-steps per second of exits; the number of steps is the time spent inside over the step.
double path_steps(const ExitSetup& setup) {
  return best_rate([&] {
    double time = 0;
    for (const ExitRecord& r : simulate_exits(setup))
      time += r.time;
    return time / setup.dt;
  });
}

double polynomial(const char* drift_x, const char* drift_y, const char* exit, Vec2 start,
                  bool bridge = true) {
  const Symbols symbols{{"x", "y"}, {}};
  const Domain domain{-3, 3, -3, 3, {}};
  const auto read = [&](const char* text) { return parse_expression("-drift", text, symbols); };
  const Expression d = constant(0.25);
  const Problem problem = drift_problem({read(drift_x), read(drift_y)}, {d, constant(0), d},
                                        Calculus::ito, domain, Compile::automatic);
  const Region region = parse_region("-exit", exit, symbols, Compile::automatic);
  ExitSetup setup;
  setup.problem = &problem;
  setup.domain = domain;
  setup.exit = &region;
  setup.start = start;
  setup.paths = 20000;
  setup.dt = 0.01;
  setup.threads = 1;
  setup.seed = 1;
  setup.bridge = bridge;
  return path_steps(setup);
}

void exits() {
  std::printf("double_well %.4g\n", polynomial("x - x^3", "-y", "x > 0", {-1, 0}));
  std::printf("double_well_ends %.4g\n", polynomial("x - x^3", "-y", "x > 0", {-1, 0}, false));
  std::printf("linear %.4g\n", polynomial("-x - y", "x - y", "x > 1.5", {0, 0}));
  std::printf("disc %.4g\n", polynomial("-x", "-y", "x^2 + y^2 > 1.5", {0, 0}));
}

void data(const char* file) {
  const Table table = read_csv("-data", file);
  const std::size_t target = 1;
  const Expression model =
      parse_expression("-model", "a^2 + x*(1 + b/(1+exp(-a*x)))", {{"a", "b", "x", "y"}, {}});
  const Loss loss = loss_of_data(model, table, target, constant(0), Compile::automatic);
  SgdSetting setting;
  setting.learning_rate = 1e-4;
  const Problem problem = sgd_problem(loss, setting, Vec2{-5.667, 3.205});
  const Region region =
      parse_region("-exit", "a > 0.5 or b > 4", {{"a", "b"}, {}}, Compile::automatic);
  ExitSetup setup;
  setup.problem = &problem;
  setup.domain = {-9, 0.6, -3, 4.2, {}};
  setup.exit = &region;
  setup.start = {-5.667, 3.205};
  setup.paths = 2048;
  setup.dt = 1e-4;
  setup.max_time = 0.5;
  setup.threads = 1;
  setup.seed = 1;
  std::printf("samples %zu\nexact_loss %.4g\n", table.rows(), path_steps(setup));
  const Tabulated tabulated = tabulate(problem, setup.domain, {512, 512});
  setup.problem = &tabulated.problem;
  std::printf("table %.4g\ntable_error %.2g\n", path_steps(setup), tabulated.error);
}

} // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "normals") == 0)
    normals();
  else if (argc == 2 && std::strcmp(argv[1], "exits") == 0)
    exits();
  else if (argc == 3 && std::strcmp(argv[1], "data") == 0)
    data(argv[2]);
  else {
    std::fprintf(stderr, "usage: %s normals|exits|data DATA.csv\n", argv[0]);
    return 2;
  }
}
