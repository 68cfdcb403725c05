#define BOOST_TEST_MODULE ranks
#include <boost/test/unit_test.hpp>

#include "escapade/answers/exits.hpp"
#include "escapade/answers/stationary.hpp"
#include "escapade/error.hpp"
#include "generator/chain.hpp"
#include "output/pieces.hpp"
#include "problem/parse_region.hpp"
#include "quantities/interpolate.hpp"
#include "quantities/stationary.hpp"
#include "quantities/way_out.hpp"
#include "solve/solver.hpp"

#include <slepcsys.h>

#include <cmath>
#include <filesystem>
#include <functional>
#include <unistd.h>
#include <vtkCellData.h>
#include <vtkDataArray.h>
#include <vtkDataSet.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkStructuredGrid.h>
#include <vtkXMLPImageDataReader.h>
#include <vtkXMLPStructuredGridReader.h>

using namespace escapade;
namespace fs = std::filesystem;

namespace {

struct Slepc {
  Slepc() { SlepcInitializeNoArguments(); }
  ~Slepc() { SlepcFinalize(); }
};

int rank_of(MPI_Comm comm) {
  int rank = 0;
  MPI_Comm_rank(comm, &rank);
  return rank;
}

/// A circulating drift and noise that turns from place to place: edges of all directions.
Problem turning() {
  Problem p;
  p.variables = {"x", "y"};
  p.coefficients = pointwise(5, [](double x, double y, double* v) {
    v[0] = x - x * x * x + y, v[1] = -y - x;
    v[2] = 0.3 + 0.1 * x * x, v[3] = 0.15 * x * y, v[4] = 0.4 + 0.1 * y * y;
  });
  p.divergence = pointwise(2, [](double x, double y, double* v) {
    v[0] = 0.2 * x + 0.15 * x, v[1] = 0.15 * y + 0.2 * y;
  });
  return p;
}

struct Setup {
  Problem problem = turning();
  Domain domain{-1.5, 1.5, -1.2, 1.2, {}};
  GridShape shape;
  Region exit;
  std::vector<Vec2> starts;
  Effort effort{.errors = false};
};

Setup setup_of(std::array<std::int64_t, 2> cells) {
  Setup setup;
  setup.shape.cells = cells;
  return setup;
}

StationaryAnswer solve_stationary(MPI_Comm comm, const Setup& s,
                                  std::array<std::size_t, 2> blocks = {0, 0}) {
  return stationary(comm, s.problem, s.domain, s.shape, {}, s.effort, blocks);
}

ExitAnswer solve_exits(MPI_Comm comm, const Setup& s) {
  return exits(comm, s.problem, s.domain, s.shape, s.exit, s.starts, s.effort);
}

/// This rank's pieces of the fields against the same rows of those of all cells.
void check_pieces(const FieldFile& whole, const FieldFile& mine, double tolerance) {
  const std::int64_t begin = mine.piece ? mine.lattice.cells[0] * mine.piece->first : 0;
  BOOST_REQUIRE(whole.fields.size() == mine.fields.size());
  for (std::size_t k = 0; k < whole.fields.size(); ++k) {
    const CellField a = held(whole.fields[k]), b = held(mine.fields[k]);
    BOOST_TEST(a.name == b.name);
    double size = 0;
    for (double v : a.values)
      size = std::isnan(v) ? size : std::max(size, std::abs(v));
    for (std::size_t i = 0; i < b.values.size(); ++i) {
      const double u = a.values[begin * a.components + i], v = b.values[i];
      BOOST_TEST((std::isnan(u) ? std::isnan(v) : std::abs(u - v) <= tolerance * size),
                 a.name << " " << i << ": " << v << " for " << u);
    }
  }
}

} // namespace

BOOST_GLOBAL_FIXTURE(Slepc);

BOOST_AUTO_TEST_SUITE(ranks)

BOOST_AUTO_TEST_CASE(share_whole_rows_of_a_lattice) {
  const Cells cells = make_grid({0, 1, 0, 1, {}}, {{7, 5}, 0}, {});
  for (int count : {1, 2, 3, 4, 5, 9}) {
    std::int64_t next = 0;
    for (int r = 0; r < count; ++r) {
      const RowRange own = share_of_rank(cells, r, count);
      BOOST_TEST(own.first == next);
      BOOST_TEST(own.first % 7 == 0);
      BOOST_TEST(own.last - own.first <= 7 * (5 / count + 1));
      next = own.last;
    }
    BOOST_TEST(next == 35);
  }
}

BOOST_AUTO_TEST_CASE(give_the_same_stationary_quantities_of_given_masses) {
  // Any masses: nothing is solved here, so that everything agrees to rounding.
  const Setup setup = setup_of({14, 11});
  const Chain whole =
      make_chain(MPI_COMM_SELF, setup.problem, setup.domain, setup.shape, {}, CutRule::killing);
  const Chain mine =
      make_chain(MPI_COMM_WORLD, setup.problem, setup.domain, setup.shape, {}, CutRule::killing);
  const Generator& rows = mine.generator;
  LogVector all;
  for (std::int32_t u = 0; u < whole.grid.unknowns(); ++u)
    all.push_back(-0.3L * std::sin(1.0L + 7 * u) - 5);
  const LogVector own(all.begin() + rows.first, all.begin() + rows.first + rows.rows());
  const Halo halo(MPI_COMM_WORLD, rows);
  const Cells& grid = whole.grid;
  const auto near = [](double a, double b) { return std::abs(a - b) <= 1e-13 * std::abs(b); };

  const Moments m = moments(grid, own, halo), n = moments(grid, all);
  BOOST_TEST((near(m.mean.x, n.mean.x) && near(m.mean.y, n.mean.y)));
  BOOST_TEST((near(m.covariance.xx, n.covariance.xx) && near(m.covariance.yy, n.covariance.yy)));
  BOOST_TEST(near(balance_residual(rows, own, halo), balance_residual(whole.generator, all)));
  const auto J = probability_current(grid, rows, own, halo),
             K = probability_current(grid, whole.generator, all);
  const auto S = entropy_production(grid, rows, own, halo),
             T = entropy_production(grid, whole.generator, all);
  BOOST_TEST(near(S.total, T.total));
  const auto c = curl(grid, J, halo), d = curl(grid, K);
  for (std::size_t k = 0; k < own.size(); ++k) {
    const std::size_t u = static_cast<std::size_t>(rows.first) + k;
    BOOST_TEST(norm(J[k] - K[u]) <= 1e-12 * norm(K[u]));
    BOOST_TEST(near(S.per_area[k], T.per_area[u]));
    BOOST_TEST((std::isnan(d[u]) ? std::isnan(c[k]) : std::abs(c[k] - d[u]) < 1e-11));
  }
  for (Vec2 at : {Vec2{0.1, 0.02}, Vec2{-1.4, -0.43}, Vec2{1.2, 0.41}, Vec2{0.3, 1.15}})
    BOOST_TEST(log_value_at(grid, own, at, halo) == log_value_at(grid, all, at));
}

BOOST_AUTO_TEST_CASE(trace_the_same_way_out_through_their_shares) {
  Setup setup = setup_of({20, 24});
  setup.problem = {};
  setup.problem.coefficients = pointwise(5, [](double x, double y, double* v) {
    v[0] = -x + y, v[1] = -y - x;
    v[2] = v[4] = 0.03, v[3] = 0;
  });
  setup.problem.constant_direction = Sym2{1, 0, 1};
  setup.domain.boundary = {Boundary::reflecting, Boundary::reflecting, Boundary::reflecting,
                           Boundary::absorbing};
  const Chain whole =
      make_chain(MPI_COMM_SELF, setup.problem, setup.domain, setup.shape, {}, CutRule::killing);
  const Chain mine =
      make_chain(MPI_COMM_WORLD, setup.problem, setup.domain, setup.shape, {}, CutRule::killing);
  const Generator& rows = mine.generator;
  Solver solver(MPI_COMM_SELF, whole.generator, {});
  LogVector source(static_cast<std::size_t>(whole.generator.rows()), -INFINITY);
  source[static_cast<std::size_t>(whole.grid.nearest({-1, -1.1}))] = 0;
  const LogVector mu = solver.forward(source);
  const LogVector own(mu.begin() + rows.first, mu.begin() + rows.first + rows.rows());
  const WayOut a = way_out(whole.grid, whole.generator, mu);
  const WayOut b = way_out(mine.grid, rows, own, Halo(MPI_COMM_WORLD, rows));
  BOOST_TEST((a.points.front().y < 0.3 && a.points.back().y > 1)); // from share to share
  BOOST_REQUIRE(a.points.size() == b.points.size());
  for (std::size_t k = 0; k < a.points.size(); ++k)
    BOOST_TEST(norm(a.points[k] - b.points[k]) < 1e-9);
}

BOOST_AUTO_TEST_CASE(give_the_same_answers_and_fields_as_one_process) {
  const MPI_Comm all = MPI_COMM_WORLD, alone = MPI_COMM_SELF;
  for (double angle : {0.0, 0.5}) {
    Setup setup = setup_of({18, 13});
    setup.shape.angle = angle;
    setup.effort.solve.tolerance = 1e-9;
    const StationaryAnswer a = solve_stationary(alone, setup, {2, 3});
    const StationaryAnswer b = solve_stationary(all, setup, {2, 3});
    BOOST_TEST(std::abs(*a.entropy_production->value / *b.entropy_production->value - 1) < 1e-7);
    BOOST_TEST(std::abs(*a.blocks->circulation.value / *b.blocks->circulation.value - 1) < 1e-7);
    BOOST_TEST(std::abs(*a.blocks->probability[4].value - *b.blocks->probability[4].value) < 1e-9);
    check_pieces(a.fields, b.fields, 1e-6);

    setup.domain.boundary = {Boundary::absorbing, Boundary::absorbing, Boundary::absorbing,
                             Boundary::absorbing};
    setup.starts = {{-0.4, 0.3}};
    const ExitAnswer c = solve_exits(alone, setup), d = solve_exits(all, setup);
    BOOST_TEST(std::abs(*c.at[0].mean_time.value / *d.at[0].mean_time.value - 1) < 1e-8);
    BOOST_TEST(std::abs(c.drift_on_way - d.drift_on_way) < 1e-6);
    check_pieces(c.fields, d.fields, 1e-7);
  }
}

BOOST_AUTO_TEST_CASE(of_more_than_there_are_rows_leave_some_without_cells) {
  Setup setup = setup_of({40, 3});
  setup.domain.boundary[0] = Boundary::absorbing;
  setup.domain.y0 = -0.4, setup.domain.y1 = 0.4;
  setup.exit =
      parse_region("-exit", "y > -0.13", {{"x", "y"}, {}}, Compile::never); // one row stays
  setup.starts = {{0.5, -0.25}};
  const ExitAnswer a = solve_exits(MPI_COMM_WORLD, setup);
  const ExitAnswer b = solve_exits(MPI_COMM_SELF, setup);
  BOOST_TEST(std::abs(*a.at[0].mean_time.value / *b.at[0].mean_time.value - 1) < 1e-6);
}

BOOST_AUTO_TEST_CASE(write_pieces_that_vtk_reads_as_the_whole) {
  const MPI_Comm all = MPI_COMM_WORLD, alone = MPI_COMM_SELF;
  std::string folder = (fs::temp_directory_path() / "escapade_ranks_XXXXXX").string();
  folder.resize(folder.size() + 1);
  if (rank_of(all) == 0)
    BOOST_REQUIRE(mkdtemp(folder.data()) != nullptr);
  MPI_Bcast(folder.data(), static_cast<int>(folder.size()), MPI_CHAR, 0, MPI_COMM_WORLD);
  folder.resize(folder.size() - 1);
  for (double angle : {0.0, 0.5}) {
    Setup setup = setup_of({18, 13});
    setup.shape.angle = angle;
    const StationaryAnswer a = solve_stationary(alone, setup);
    const StationaryAnswer b = solve_stationary(all, setup);
    FieldFile mine = b.fields;
    if (!mine.piece) // alone
      mine.piece = Piece{0, 0, mine.lattice.cells[1]};
    const std::string header = write_pieces(MPI_COMM_WORLD, folder + "/out", mine);
    const FieldFile together = gathered_fields(MPI_COMM_WORLD, mine, {"density"});
    if (rank_of(all) != 0)
      continue;
    FieldFile read;
    vtkSmartPointer<vtkDataSet> data;
    const auto take = [&](auto reader) {
      reader->SetFileName(header.c_str());
      reader->Update();
      data = reader->GetOutput();
    };
    if (angle == 0)
      take(vtkNew<vtkXMLPImageDataReader>().Get());
    else
      take(vtkNew<vtkXMLPStructuredGridReader>().Get());
    BOOST_REQUIRE(data->GetNumberOfCells() == size(a.fields.lattice));
    vtkDataArray* density = data->GetCellData()->GetArray("density");
    const auto expected = held(field_named(a.fields, "density")).values;
    const auto& gathered = field_named(together, "density").values;
    BOOST_REQUIRE(gathered.size() == expected.size());
    for (std::size_t k = 0; k < expected.size(); ++k) {
      const double v = density->GetComponent(static_cast<vtkIdType>(k), 0);
      BOOST_TEST((std::isnan(v) ? std::isnan(expected[k]) && std::isnan(gathered[k])
                                : v == gathered[k] && std::abs(v - expected[k]) < 1e-6));
      double at[6];
      data->GetCellBounds(static_cast<vtkIdType>(k), at);
      const auto nx = a.fields.lattice.cells[0];
      const Vec2 middle = centre(a.fields.lattice, static_cast<std::int64_t>(k) % nx,
                                 static_cast<std::int64_t>(k) / nx);
      BOOST_TEST(std::abs(0.5 * (at[0] + at[1]) - middle.x) < 1e-12);
      BOOST_TEST(std::abs(0.5 * (at[2] + at[3]) - middle.y) < 1e-12);
    }
    data = nullptr;
  }
  MPI_Barrier(MPI_COMM_WORLD);
  if (rank_of(all) == 0)
    fs::remove_all(folder);
}

BOOST_AUTO_TEST_CASE(leave_nothing_where_one_cannot_write_its_piece) {
  std::string folder = (fs::temp_directory_path() / "escapade_ranks_XXXXXX").string();
  folder.resize(folder.size() + 1);
  if (rank_of(MPI_COMM_WORLD) == 0)
    BOOST_REQUIRE(mkdtemp(folder.data()) != nullptr);
  MPI_Bcast(folder.data(), static_cast<int>(folder.size()), MPI_CHAR, 0, MPI_COMM_WORLD);
  folder.resize(folder.size() - 1);
  int ranks = 1;
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  const std::string in_the_way = folder + "/out_" + std::to_string(ranks - 1) + ".vti";
  if (rank_of(MPI_COMM_WORLD) == 0)
    fs::create_directory(in_the_way);
  MPI_Barrier(MPI_COMM_WORLD);
  FieldFile file;
  const int rank = rank_of(MPI_COMM_WORLD);
  file.lattice.cells = {2, ranks};
  file.piece = Piece{rank, rank, rank + 1};
  file.fields = {{"u", "", 1, {}, {1.0, 2.0}}};
  BOOST_CHECK_THROW(write_pieces(MPI_COMM_WORLD, folder + "/out", file), CannotWrite);
  MPI_Barrier(MPI_COMM_WORLD);
  if (rank == 0) {
    BOOST_TEST(std::distance(fs::directory_iterator(folder), fs::directory_iterator()) == 1);
    fs::remove_all(folder);
  }
}

BOOST_AUTO_TEST_SUITE_END()
