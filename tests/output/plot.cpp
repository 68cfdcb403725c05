#define BOOST_TEST_MODULE plot
#include <boost/test/unit_test.hpp>

#include "escapade/error.hpp"
#include "output/plot.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <unistd.h>

using namespace escapade;
namespace fs = std::filesystem;

namespace {

const double missing = std::numeric_limits<double>::quiet_NaN();

boost::test_tools::assertion_result gnuplot_present(boost::unit_test::test_unit_id) {
  boost::test_tools::assertion_result present(
      std::system("gnuplot --version > /dev/null 2> /dev/null") == 0);
  present.message() << "the program gnuplot is not installed";
  return present;
}
const auto needs_gnuplot = boost::unit_test::precondition(gnuplot_present);

/// An empty folder, removed with all it holds at the end.
struct Folder {
  fs::path path;
  Folder() {
    std::string name = (fs::temp_directory_path() / "escapade_plot_XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() { fs::remove_all(path); }
  std::string prefix() const { return (path / "out").string(); }
  std::size_t files() const {
    return std::distance(fs::directory_iterator(path), fs::directory_iterator());
  }
};

/// A Gaussian around `at` with a rotating current, without cells outside the disc of radius 2.
FieldFile hill(double angle, Vec2 at = {}) {
  FieldFile file;
  file.lattice = {{40, 40}, {0.1, 0.1}, {0, 0}, angle, {}, {"a", "b_1"}};
  const Vec2 middle = corner(file.lattice, 20, 20);
  file.lattice.origin = {-middle.x, -middle.y};
  CellField log_density{"log_density", "", 1, {}, {}}, current{"current", "1/s", 2, {}, {}};
  for (int iy = 0; iy < 40; ++iy)
    for (int ix = 0; ix < 40; ++ix) {
      const Vec2 p = centre(file.lattice, ix, iy), d = p - at;
      const double u = norm(p) < 2 ? -4 * dot(d, d) : missing;
      log_density.values.push_back(u);
      current.values.push_back(-d.y * std::exp(u));
      current.values.push_back(d.x * std::exp(u));
    }
  file.fields = {log_density, current};
  return file;
}

struct Png {
  bool signature = false;
  unsigned width = 0, height = 0;
};

Png inspect(const std::string& name) {
  std::ifstream in(name, std::ios::binary);
  const std::string bytes = (std::ostringstream() << in.rdbuf()).str();
  Png png;
  png.signature = bytes.starts_with("\x89PNG\r\n\x1a\n");
  const auto number = [&](std::size_t at) {
    unsigned n = 0;
    for (std::size_t k = at; k < at + 4 && k < bytes.size(); ++k)
      n = 256 * n + static_cast<unsigned char>(bytes[k]);
    return n;
  };
  png.width = number(16);
  png.height = number(20);
  return png;
}

/// Red, green, blue of the pixel at these parts of width (from the left) and height (from below).
std::array<int, 3> colour_at(const std::string& name, double x, double y) {
  const Png png = inspect(name);
  const auto column = std::to_string(std::lround(x * png.width));
  const auto row = std::to_string(std::lround((1 - y) * png.height));
  const std::string command = "gnuplot -d -e \"set table; plot '" + name +
                              "' binary filetype=png every 1:1:" + column + ":" + row + ":" +
                              column + ":" + row + " using 1:2:3 with table\"";
  std::FILE* out = popen(command.c_str(), "r");
  BOOST_REQUIRE(out != nullptr);
  std::array<int, 3> rgb{-1, -1, -1};
  std::array<char, 256> line;
  while (std::fgets(line.data(), line.size(), out) != nullptr) {
    std::istringstream words(line.data());
    double across = 0, up = 0;
    if (line[0] != '#' && words >> across >> up)
      words >> rgb[0] >> rgb[1] >> rgb[2];
  }
  pclose(out);
  return rgb;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_cell_at_its_own_centre_is_the_cell) {
  for (double angle : {0.0, 0.6, -1.2, 2.8}) {
    const CellLattice g{{5, 3}, {0.3, 0.7}, {-2, 1}, angle, {}, {"x", "y"}};
    for (int iy = 0; iy < 3; ++iy)
      for (int ix = 0; ix < 5; ++ix)
        BOOST_TEST(cell_at(g, centre(g, ix, iy)) == ix + 5 * iy);
    BOOST_TEST(cell_at(g, centre(g, -1, 0)) == -1);
    BOOST_TEST(cell_at(g, centre(g, 2, 3)) == -1);
    BOOST_TEST(cell_at(g, {missing, 0}) == -1);
  }
}

BOOST_AUTO_TEST_CASE(a_picture_with_everything_is_a_png_of_the_width_asked_for, *needs_gnuplot) {
  for (double angle : {0.0, 0.6}) {
    const Folder folder;
    Picture picture;
    picture.scalar = "log_density";
    picture.vector = "current";
    picture.title = "it's \"quoted\" $(x) `y` @z \\ {a}^b\nexit";
    picture.markers = {{Marker::Shape::star, {0, 0}, "θ*'\n"}, {Marker::Shape::cross, {1, 1}, ""}};
    picture.curves = {{{{-1, -1}, {missing, missing}, {1, 1}, {1, -1}}, "a > 0.5 'x'"}};
    picture.top = 10;
    picture.width = 700;
    FieldFile file = hill(angle);
    file.time = 0.25;
    const std::string name = plot_fields(folder.prefix(), file, picture);
    BOOST_TEST(name == folder.prefix() + ".png");
    const Png png = inspect(name);
    BOOST_TEST(png.signature);
    BOOST_TEST(png.width == 700u);
    BOOST_TEST(png.height > 400u);
    BOOST_TEST(png.height < 800u);
    BOOST_TEST(folder.files() == 1u);
  }
}

BOOST_AUTO_TEST_CASE(the_greatest_value_is_yellow_at_its_place_in_axes_and_turned, *needs_gnuplot) {
  for (double angle : {0.0, 0.6}) {
    const Folder folder;
    Picture picture;
    picture.scalar = "log_density";
    picture.domain = {{-1, 1, -1, 1}};
    const std::string name = plot_fields(folder.prefix(), hill(angle, {0.5, -0.5}), picture);
    // the frame spans 0.115 … 0.84 of the width; three quarters along, one quarter up
    const Png png = inspect(name);
    const double side = (0.84 - 0.115) * png.width, below = 0.09 * png.width;
    const auto peak = colour_at(name, 0.115 + 0.75 * 0.725, (below + 0.25 * side) / png.height);
    const auto other = colour_at(name, 0.115 + 0.25 * 0.725, (below + 0.75 * side) / png.height);
    BOOST_TEST(peak[0] > 220);
    BOOST_TEST(peak[1] > 210);
    BOOST_TEST(peak[2] < 80);
    BOOST_TEST(other[0] < 100); // half way down: green
  }
}

BOOST_AUTO_TEST_CASE(cells_without_a_value_stay_white, *needs_gnuplot) {
  const Folder folder;
  Picture picture;
  picture.scalar = "log_density";
  picture.domain = {{-3, 3, -3, 3}};
  const std::string name = plot_fields(folder.prefix(), hill(0.6), picture);
  const auto corner_colour = colour_at(name, 0.115 + 0.05, 0.2);
  for (int c : corner_colour)
    BOOST_TEST(c == 255);
}

BOOST_AUTO_TEST_CASE(a_constant_field_and_one_with_logarithmic_colours_are_drawn, *needs_gnuplot) {
  const Folder folder;
  FieldFile file = hill(0);
  file.fields[0].values.assign(1600, 3.0);
  Picture picture;
  picture.scalar = "log_density";
  BOOST_TEST(inspect(plot_fields(folder.prefix(), file, picture)).signature);
  picture.log_colour = true;
  BOOST_TEST(inspect(plot_fields(folder.prefix(), file, picture)).signature);
}

BOOST_AUTO_TEST_CASE(a_picture_of_nothing_or_of_the_wrong_field_is_refused) {
  const Folder folder;
  FieldFile file = hill(0);
  Picture picture;
  picture.scalar = "density";
  BOOST_CHECK_THROW(plot_fields(folder.prefix(), file, picture), BadInput);
  picture.scalar = "current";
  BOOST_CHECK_THROW(plot_fields(folder.prefix(), file, picture), BadInput);
  picture.scalar = "log_density";
  picture.log_colour = true;
  for (double& v : file.fields[0].values)
    v = -1;
  BOOST_CHECK_THROW(plot_fields(folder.prefix(), file, picture), BadInput);
  picture.log_colour = false;
  picture.vector = "log_density";
  BOOST_CHECK_THROW(plot_fields(folder.prefix(), file, picture), BadInput);
  BOOST_TEST(folder.files() == 0u);
}

BOOST_AUTO_TEST_CASE(a_missing_folder_cannot_be_written_to) {
  const Folder folder;
  Picture picture;
  picture.scalar = "log_density";
  const std::string prefix = (folder.path / "no_such_folder" / "out").string();
  BOOST_CHECK_THROW(plot_fields(prefix, hill(0), picture), CannotWrite);
  BOOST_TEST(folder.files() == 0u);
}

BOOST_AUTO_TEST_CASE(the_lack_of_gnuplot_is_named) {
  const Folder folder;
  const char* path = std::getenv("PATH");
  const std::string former = path != nullptr ? path : "";
  setenv("PATH", folder.path.c_str(), 1);
  Picture picture;
  picture.scalar = "log_density";
  BOOST_CHECK_EXCEPTION(
      plot_fields(folder.prefix(), hill(0), picture), CannotWrite, [](const CannotWrite& e) {
        return std::string(e.what()).find("gnuplot is not installed") != std::string::npos;
      });
  setenv("PATH", former.c_str(), 1);
  BOOST_TEST(folder.files() == 0u);
}
