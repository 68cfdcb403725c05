#define BOOST_TEST_MODULE data
#include "escapade/problem/data.hpp"

#include "escapade/error.hpp"

#include <boost/test/unit_test.hpp>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

using namespace escapade;

namespace {

/// A file that is gone with the object.
struct Csv {
  std::string path = (std::filesystem::temp_directory_path() /
                      ("escapade-data-" + std::to_string(::getpid()) + ".csv"))
                         .string();
  explicit Csv(const std::string& text) { std::ofstream(path, std::ios::binary) << text; }
  ~Csv() { std::filesystem::remove(path); }
};

Table read(const std::string& text) {
  const Csv file(text);
  return read_csv("-data", file.path);
}

std::string refusal(const std::string& text) {
  try {
    read(text);
  } catch (const BadInput& e) {
    return e.what();
  }
  return "";
}

bool says(const std::string& text, const std::string& part) {
  return text.find("-data ") == 0 && text.find(part) != std::string::npos &&
         text.find('\n') == std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(csv_files)

BOOST_AUTO_TEST_CASE(become_named_columns_of_the_very_numbers) {
  const Table t = read("x,y_1\n1.5,-2e-3\n+0.1,7\n");
  BOOST_REQUIRE(t.rows() == 2);
  BOOST_TEST(t.names[1] == "y_1");
  BOOST_TEST(t.columns[0][1] == 0.1);
  BOOST_TEST(t.columns[1][0] == -2e-3);
}

BOOST_AUTO_TEST_CASE(may_have_blanks_quotes_empty_lines_a_mark_and_either_line_end) {
  const Table t = read("\xEF\xBB\xBF\"x\" , y\r\n 1 ,2\r\n\r\n3,\"4\"");
  BOOST_TEST(t.names[0] == "x");
  BOOST_REQUIRE(t.rows() == 2);
  BOOST_TEST(t.columns[1][1] == 4.0);
}

BOOST_AUTO_TEST_CASE(are_known_by_a_checksum_of_their_bytes) {
  // XXH64 with seed 0 of the nine bytes below is a property of the algorithm, not of this project
  BOOST_TEST(read("x,y\n1,2\n").checksum != read("x,y\n1,3\n").checksum);
  BOOST_TEST(read("x,y\n1,2\n").checksum == read("x,y\n1,2\n").checksum);
}

BOOST_AUTO_TEST_CASE(are_refused_with_the_line_that_is_wrong) {
  BOOST_TEST(says(refusal("x,y\n1,2\n3\n"), "line 3"));
  BOOST_TEST(says(refusal("x,y\n1,2,3\n"), "line 2"));
  BOOST_TEST(says(refusal("x,x\n1,2\n"), "twice"));
  BOOST_TEST(says(refusal("x,y\n"), "no data"));
  BOOST_TEST(says(refusal(""), "no data"));
}

BOOST_AUTO_TEST_CASE(may_have_columns_that_cannot_be_used_until_one_is) {
  const auto flaw = [](const std::string& text, const std::string& name) {
    const Table t = read(text);
    BOOST_TEST(t.names.size() == 1u);
    try {
      column_of(t, "-target", name);
    } catch (const BadInput& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  const auto tells = [&](const std::string& text, const std::string& name, const char* what) {
    return flaw(text, name).find(what) != std::string::npos;
  };
  BOOST_TEST(tells("x,y\n1,nan\n", "y", "'nan' in column 'y'"));
  BOOST_TEST(tells("x,y\n1,inf\n", "y", "not a finite number"));
  BOOST_TEST(tells("x,y\n1,1e999\n", "y", "not a finite number"));
  BOOST_TEST(tells("x,y\n1,2a\n", "y", "line 2: '2a'"));
  BOOST_TEST(tells("x,y\n3,4\n1,\n", "y", "line 3: ''"));
}

BOOST_AUTO_TEST_CASE(may_have_names_of_any_kind) {
  for (const std::string name : {"2y", "exp", "pi", "sepal length", "a.b"}) {
    const Table t = read("x," + name + "\n1,2\n");
    BOOST_TEST(column_of(t, "-target", name) == 1u);
    BOOST_TEST(column_of(t, "-target", '"' + name + '"') == 1u);
  }
}

BOOST_AUTO_TEST_CASE(have_comments_and_any_usual_separator) {
  for (const char* text :
       {"# by hand\nx,y\n1,2\n# more\n3,4\n", "x;y\n1;2\n3;4\n", "x\ty\n1\t2\n3\t4\n",
        "x,y,\n1,2,\n3,4,\n", "x,y\n1,2,\n3,4,\n", ",x,y\n0,1,2\n1,3,4\n",
        "\"x\";\"y\"\n1;2\n3;4\n", "x,\"a, b\",y\n1,\"red, blue\",2\n3,green,4\n"}) {
    const Table t = read(text);
    BOOST_REQUIRE(t.names.size() + t.rows() == 4);
    BOOST_TEST((t.names == std::vector<std::string>{"x", "y"}), text);
    BOOST_TEST((t.columns == std::vector<std::vector<double>>{{1, 3}, {2, 4}}), text);
  }
}

BOOST_AUTO_TEST_CASE(that_are_missing_or_folders_are_refused) {
  BOOST_CHECK_THROW(read_csv("-data", "/nonexistent/file.csv"), BadInput);
  BOOST_CHECK_THROW(read_csv("-data", std::filesystem::temp_directory_path().string()), BadInput);
}

BOOST_AUTO_TEST_CASE(name_their_columns_where_one_is_not_found) {
  const Table t = read("x,y\n1,2\n");
  BOOST_TEST(column_of(t, "-target", "y") == 1u);
  BOOST_CHECK_EXCEPTION(column_of(t, "-target", "z"), BadInput, [](const BadInput& e) {
    return std::string(e.what()).find("it has x, y") != std::string::npos;
  });
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(rows_drawn_together)

BOOST_AUTO_TEST_CASE(have_the_weight_mean_and_variance_of_their_targets) {
  const Table t = read("x,y\n1,2\n3,5\n1,4\n1,9\n3,5\n");
  const DistinctRows rows = distinct_rows(t, {0}, 1);
  BOOST_REQUIRE(rows.weight.size() == 2);
  const std::size_t one = rows.keys[0][0] == 1 ? 0 : 1;
  BOOST_TEST(std::abs(rows.weight[one] - 0.6) < 1e-16);
  BOOST_TEST(rows.mean[one] == 5.0);
  BOOST_TEST(std::abs(rows.variance[one] - 26.0 / 3) < 1e-15);
  BOOST_TEST(rows.variance[1 - one] == 0.0);
}

BOOST_AUTO_TEST_CASE(keep_the_sum_of_squares_over_all_rows) {
  std::string text = "x,z,y\n";
  for (int k = 0; k < 60; ++k)
    text += std::to_string(k % 4) + "," + std::to_string(k % 3) + "," +
            std::to_string(std::sin(k) + 100) + "\n";
  const Table t = read(text);
  const DistinctRows rows = distinct_rows(t, {0, 1}, 2);
  BOOST_TEST(rows.weight.size() == 12u);
  const auto model = [](double x, double z) { return 90 + 3 * x * z; };
  double brute = 0, drawn = 0;
  for (std::size_t r = 0; r < t.rows(); ++r)
    brute += std::pow(model(t.columns[0][r], t.columns[1][r]) - t.columns[2][r], 2) / 60;
  for (std::size_t g = 0; g < 12; ++g)
    drawn += rows.weight[g] * (std::pow(model(rows.keys[0][g], rows.keys[1][g]) - rows.mean[g], 2) +
                               rows.variance[g]);
  BOOST_TEST(std::abs(drawn / brute - 1) < 1e-14);
}

BOOST_AUTO_TEST_SUITE_END()
