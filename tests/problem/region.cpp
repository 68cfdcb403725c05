// Regions from text: parts, names, half-planes, order.
#define BOOST_TEST_MODULE region
#include <boost/test/unit_test.hpp>

#include "escapade/error.hpp"
#include "problem/parse_region.hpp"

#include <algorithm>
#include <cmath>

using namespace escapade;

namespace {

const Symbols ab{{"a", "b"}, {{"k", 2}}};

Region read(const std::string& text) {
  return parse_region("-exit", text, ab, Compile::never);
}

int part(const Region& region, double a, double b) {
  int found = 7;
  part_at(region, 1, &a, &b, &found);
  return found;
}

std::string message(const std::string& text, bool named = false) {
  try {
    if (named)
      parse_named_regions("-exit", text, ab, Compile::never);
    else
      read(text);
  } catch (const BadInput& e) {
    return e.what();
  }
  return "accepted";
}

} // namespace

BOOST_AUTO_TEST_SUITE(region)

BOOST_AUTO_TEST_CASE(each_operand_of_the_top_level_or_is_a_part_named_by_its_text) {
  const Region r = read(" a>0.5 or  b >4||a+1  <-  7 and(b<1 or b>2)");
  BOOST_TEST_REQUIRE(r.size() == 3);
  BOOST_TEST(r[0].name == "a > 0.5");
  BOOST_TEST(r[1].name == "b > 4");
  BOOST_TEST(r[2].name == "a+1 < -  7 and (b < 1 or b > 2)");
  BOOST_TEST(read("(a > 1 or b > 2)").size() == 1);
}

BOOST_AUTO_TEST_CASE(the_first_part_that_holds_counts) {
  const Region r = read("a > 0.5 or b > 4");
  BOOST_TEST(part(r, 1, 5) == 0);
  BOOST_TEST(part(r, 0, 5) == 1);
  BOOST_TEST(part(r, 0.5, 5) == 0);
  BOOST_TEST(part(r, 0, 0) == -1);
}

BOOST_AUTO_TEST_CASE(conditions_combine_as_in_logic) {
  for (double a : {-1.5, -0.5, 0.5, 1.5})
    for (double b : {-1.5, -0.5, 0.5, 1.5}) {
      const auto holds = [&](const char* text) { return part(read(text), a, b) == 0; };
      BOOST_TEST(holds("a > 1 and b > 1") == (a > 1 && b > 1));
      BOOST_TEST(holds("(a > 1 or b > 1)") == (a > 1 || b > 1));
      BOOST_TEST(holds("not (a > 1 or b > 1)") == !(a > 1 || b > 1));
      BOOST_TEST(holds("!(a > 1 && b > 1)") == !(a > 1 && b > 1));
      BOOST_TEST(holds("-1 < a < 1") == (-1 < a && a < 1));
      BOOST_TEST(holds("not -1 < a < 1") == !(-1 < a && a < 1));
      BOOST_TEST(holds("(a + 1)*(b - 1) >= 0 and not a < b") == ((a + 1) * (b - 1) >= 0 && a >= b));
      BOOST_TEST(holds("((a)) >= (b)") == (a >= b));
    }
}

BOOST_AUTO_TEST_CASE(half_planes_are_recognised) {
  const auto check = [](const char* text, int axis, double position, bool above) {
    const auto h = read(text)[0].half_plane;
    BOOST_TEST_REQUIRE(h.has_value(), text);
    BOOST_TEST(h->axis == axis);
    BOOST_TEST(h->position == position);
    BOOST_TEST(h->above == above);
  };
  check("a > 0", 0, 0, true);
  check("0.5 < a", 0, 0.5, true);
  check("a < 0.5", 0, 0.5, false);
  check("b >= 4", 1, 4, true);
  check("2*a - 1 > 0", 0, 0.5, true);
  check("1 - 2*a > 0", 0, 0.5, false);
  check("k*b/4 > k + b", 1, -4, false);
  check("not (b < 4)", 1, 4, true);
  for (const char* text :
       {"a^2 > 1", "a > 0 and b > 0", "a + b > 0", "-1 < a < 1", "1 > 0", "a*b > 1", "exp(a) > 1"})
    BOOST_TEST(!read(text)[0].half_plane.has_value(), text);
}

BOOST_AUTO_TEST_CASE(sets_with_corners_are_known) {
  for (const char* text : {"a > 0 and b > 0", "not (a < 0 or b < 0)", "abs(a) > 1", "min(a, b) > 0",
                           "a^2 + b^2 < 1 or (a > 0 and b > 0)"}) {
    const Region r = read(text);
    BOOST_TEST(std::ranges::any_of(r, &Part::corners), text);
  }
  for (const char* text : {"a > 0", "a^2 + b^2 > 1", "a > 1 or a < -1", "exp(a) > b"}) {
    const Region r = read(text);
    BOOST_TEST(std::ranges::none_of(r, &Part::corners), text);
  }
}

BOOST_AUTO_TEST_CASE(phi_is_the_deciding_difference_and_has_its_gradient) {
  const Region r = read("a^2 > b and b > 1");
  const double a[3] = {3, 3, 0}, b[3] = {2, 8.5, 5};
  double phi[3], all[9];
  r[0].phi(3, a, b, phi);
  r[0].phi_and_gradient(3, a, b, all);
  const double expected[9] = {1, 0.5, -5, 0, 6, 0, 1, -1, -1};
  for (std::size_t i = 0; i < 9; ++i)
    BOOST_TEST(all[i] == expected[i]);
  for (std::size_t i = 0; i < 3; ++i)
    BOOST_TEST(phi[i] == expected[i]);
}

BOOST_AUTO_TEST_CASE(undefined_comparisons_count_only_where_they_decide) {
  const Region r = read("a > 0 and log(a) > 1 or (b > 0 or sqrt(a) > 2)");
  BOOST_TEST(part(r, -1, 1) == 1);
  BOOST_TEST(part(r, -1, -1) == -1);
  double a = -1, b = 1, phi = 0;
  r[0].phi(1, &a, &b, &phi);
  BOOST_TEST(phi == -1);
  b = -1;
  r[1].phi(1, &a, &b, &phi);
  BOOST_TEST(std::isnan(phi));
}

BOOST_AUTO_TEST_CASE(named_regions_are_read) {
  const auto regions =
      parse_named_regions("-regions", "left: a < 0; right: a > 0 or b > 3;", ab, Compile::never);
  BOOST_TEST_REQUIRE(regions.size() == 2);
  BOOST_TEST(regions[0].first == "left");
  BOOST_TEST(regions[1].second.size() == 2);
  BOOST_TEST(part(regions[0].second, -1, 0) == 0);
}

BOOST_AUTO_TEST_CASE(errors_name_the_column) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"a >", "expected an expression after '>' (column 4)"},
      {"a > 1 or", "expected an expression after 'or' (column 9)"},
      {"a", "expected a comparison (<, <=, > or >=) after 'a' (column 2)"},
      {"a > 1 and b", "expected a comparison (<, <=, > or >=) after 'b' (column 12)"},
      {"a > (b > 1)", "expected an expression before the end, not a condition (column 12)"},
      {"a == 1", "'==' is not allowed: conditions compare with <, <=, > or >= (column 3)"},
      {"a > 1 or a>1", "the part 'a > 1' is given twice (column 10)"},
      {"a > 1 b", "expected an operator between '1' and 'b' (column 7)"},
      {"a > 1; b", "expected the end, not ';' (column 6)"},
      {"c > 1", "unknown name 'c'; known names: a, b, k, pi (column 1)"}};
  for (const auto& [text, expected] : cases)
    BOOST_TEST(message(text) == "-exit \"" + text + "\": " + expected);
  const std::vector<std::pair<std::string, std::string>> named{
      {"", "expected the name of a region, not the end (column 1)"},
      {"left a", "expected ':' after the name of a region, not 'a' (column 6)"},
      {"r: a<0; r: a>0", "the region 'r' is given twice (column 9)"},
      {"sin: a<0", "the name 'sin' is reserved (column 1)"},
      {"r: a<0; s: a>", "expected an expression after '>' (column 14)"}};
  for (const auto& [text, expected] : named)
    BOOST_TEST(message(text, true) == "-exit \"" + text + "\": " + expected);
}

BOOST_AUTO_TEST_CASE(pointwise_fields_have_their_components_one_after_another) {
  const Field f = pointwise(2, [](double x, double y, double* out) {
    out[0] = x + y;
    out[1] = x * y;
  });
  const double x[2] = {1, 2}, y[2] = {3, 4};
  double out[4];
  f(2, x, y, out);
  BOOST_TEST(out[1] == 6);
  BOOST_TEST(out[2] == 3);
}

BOOST_AUTO_TEST_SUITE_END()
