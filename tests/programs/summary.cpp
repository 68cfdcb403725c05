#define BOOST_TEST_MODULE summary
#include "programs/report/summary.hpp"

#include "escapade/error.hpp"
#include "programs/options/options.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

using namespace escapade;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

bool near(double a, double b, double tolerance = 1e-14) {
  return std::abs(a - b) <= tolerance * std::abs(b);
}

} // namespace

BOOST_AUTO_TEST_SUITE(json)

BOOST_AUTO_TEST_CASE(pairs_of_a_name_and_a_value_make_a_map_in_their_order) {
  Json json{{"z", 1}, {"a", {0.5, true}}, {"m", {{"k", nullptr}}}};
  json["z"] = "two";
  json["list"].push_back(std::vector<int>{1, 2});
  json.update({{"a", Json::object()}, {"last", Json::array()}});
  const std::string text = R"({"z":"two","a":{},"m":{"k":null},"list":[[1,2]],"last":[]})";
  BOOST_TEST(json.dump() == text);
  BOOST_TEST(Json::parse(text).dump() == text);
  BOOST_TEST((Json{{1.0, 2}, {3, 4}}).dump() == "[[1.0,2],[3,4]]");
}

BOOST_AUTO_TEST_CASE(what_is_no_json_is_null) {
  BOOST_TEST(Json::parse("{").is_null());
  BOOST_TEST(Json::parse("{}").is_object());
  BOOST_TEST(Json().dump() == "null");
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(numbers)

BOOST_AUTO_TEST_CASE(a_positive_value_has_a_logarithm_with_the_relative_error) {
  const Number n = number(2.0, 0.5);
  BOOST_TEST(near(*n.log, std::log(2.0)));
  BOOST_TEST(*n.log_error == 0.25);
  BOOST_TEST(to_json(n).dump() ==
             R"({"value":2.0,"log":0.6931471805599453,"error":0.5,"log_error":0.25})");
}

BOOST_AUTO_TEST_CASE(zero_and_negative_values_have_none) {
  BOOST_TEST(to_json(number(-3.0, 0.5)).dump() == R"({"value":-3.0,"error":0.5})");
  BOOST_TEST(to_json(number(0.0, 0.0)).dump() == R"({"value":0.0,"error":0.0})");
}

BOOST_AUTO_TEST_CASE(an_unknown_error_is_null) {
  BOOST_TEST(to_json(number(-3.0)).dump() == R"({"value":-3.0,"error":null})");
}

BOOST_AUTO_TEST_CASE(a_logarithm_within_the_range_gives_value_and_error) {
  const Number n = positive(std::log(1e300L), 1e-3);
  BOOST_TEST(near(*n.value, 1e300, 1e-15));
  BOOST_TEST(near(*n.error, 1e297, 1e-13));
  BOOST_TEST(*positive(1.0L, 0.0).error == 0.0);
}

BOOST_AUTO_TEST_CASE(values_that_overflow_are_null_and_the_logarithm_stays) {
  BOOST_TEST(to_json(positive(800.5L, 0.01)).dump() ==
             R"({"value":null,"log":800.5,"error":null,"log_error":0.01})");
  BOOST_TEST(to_json(positive(20000.0L, 0.01))["value"].is_null());
  BOOST_TEST(to_json(positive(-20000.0L, 0.01))["value"].is_null());
  BOOST_TEST(to_json(positive(-740.0L))["value"].is_null()); // denormal: digits are lost
}

BOOST_AUTO_TEST_CASE(an_error_may_underflow_alone) {
  const Number n = positive(-700.0L, 1e-10);
  BOOST_TEST(n.value.has_value());
  BOOST_TEST(!n.error.has_value());
  BOOST_TEST(*n.log_error == 1e-10);
}

BOOST_AUTO_TEST_CASE(estimates_carry_standard_error_and_samples) {
  BOOST_TEST(to_json(estimate(1.0, 0.1, 400)).dump() ==
             R"({"value":1.0,"log":0.0,"standard_error":0.1,"samples":400})");
}

BOOST_AUTO_TEST_CASE(order_and_extrapolated_values_stand_last) {
  Number n = positive(800.5L, 0.01);
  n.order = 2;
  n.log_extrapolated = 800.501;
  n.log_extrapolated_error = 0.001;
  BOOST_TEST(to_json(n).dump() ==
             R"({"value":null,"log":800.5,"error":null,"log_error":0.01,"order":2.0,)"
             R"("log_extrapolated":800.501,"log_extrapolated_error":0.001})");
}

BOOST_AUTO_TEST_CASE(what_is_not_finite_is_refused) {
  BOOST_CHECK_THROW(number(not_a_number), NotTrusted);
  BOOST_CHECK_THROW(number(infinity), NotTrusted);
  BOOST_CHECK_THROW(number(1.0, not_a_number), NotTrusted);
  BOOST_CHECK_THROW(number(1.0, -1.0), NotTrusted);
  BOOST_CHECK_THROW(positive(std::numeric_limits<long double>::infinity()), NotTrusted);
  BOOST_CHECK_THROW(positive(1.0L, not_a_number), NotTrusted);
  BOOST_CHECK_THROW(estimate(not_a_number, 1.0, 3), NotTrusted);
  BOOST_CHECK_THROW(estimate(1.0, not_a_number, 3), NotTrusted);
  Number n = number(1.0);
  n.extrapolated = not_a_number;
  BOOST_CHECK_THROW(to_json(n), NotTrusted);
}

BOOST_AUTO_TEST_CASE(tables_show_the_digits_that_the_error_allows) {
  BOOST_TEST(to_text(number(30.82131, 0.00021)) == "30.8213 ± 0.0002");
  BOOST_TEST(to_text(number(30.82131, 0.00014)) == "30.82131 ± 0.00014");
  BOOST_TEST(to_text(number(-5.0, 0.5)) == "-5.0 ± 0.5");
  BOOST_TEST(to_text(number(1234.5, 30)) == "1234 ± 30");
  BOOST_TEST(to_text(number(1.6312e-9, 2e-11)) == "(1.63 ± 0.02)e-09");
  BOOST_TEST(to_text(number(1e12, 2e9)) == "(1.000 ± 0.002)e+12");
  BOOST_TEST(to_text(number(0.0, 0.0)) == "0 ± 0");
  BOOST_TEST(to_text(number(2.5)) == "2.5");
  BOOST_TEST(to_text(number(0.0, 0.02)) == "0.00 ± 0.02");
  BOOST_TEST(to_text(positive(800.8L, 0.03)) == "e^(800.80 ± 0.03)");
  BOOST_TEST(to_text(positive(800.8L)) == "e^800.8");
  BOOST_TEST(to_text(positive(444.2L, 12.5)) == "e^(444 ± 12)");
  BOOST_TEST(to_text(positive(-444.2L, 3.5)) == "e^(-444 ± 4)");
  BOOST_TEST(to_text(number(2.6e-56, 7e-51)) == "(0 ± 7)e-51"); // a covariance of 0
  BOOST_TEST(to_text(number(1e-5, 2e-5)) == "(1 ± 2)e-05");
  BOOST_TEST(to_text(estimate(1.0, 0.1, 3)) == "1.00 ± 0.10");
  BOOST_TEST(to_text(number(1e308, 1e-300)).size() < 400u);
  BOOST_TEST(to_text(number(1e-300, 1e308)).size() < 400u);
}

BOOST_AUTO_TEST_CASE(arrays_are_vectors_or_rows) {
  BOOST_TEST(to_json({number(1, 0.5), number(2, 0.25)}).dump() ==
             R"({"value":[1.0,2.0],"error":[0.5,0.25]})");
  const Number two = number(2);
  BOOST_TEST(to_json({two, two, two, two}, 2).dump() ==
             R"({"value":[[2.0,2.0],[2.0,2.0]],"error":null})");
  BOOST_CHECK_THROW(to_json({two, two, two}, 2), std::logic_error);
}

BOOST_AUTO_TEST_CASE(arrays_hold_null_for_what_a_number_lacks) {
  Number a = number(1, 0.5), b = number(2, 0.25);
  a.order = 2, a.extrapolated = 1.25, a.extrapolated_error = 0.125;
  b.order = 1;
  BOOST_TEST(to_json({a, b}).dump() ==
             R"({"value":[1.0,2.0],"error":[0.5,0.25],"order":[2.0,1.0],)"
             R"("extrapolated":[1.25,null],"extrapolated_error":[0.125,null]})");
  b.error.reset();
  b.error_unknown = "why";
  BOOST_TEST(to_json({b, a}).dump() ==
             R"({"value":[2.0,1.0],"error":[null,0.5],"order":[1.0,2.0],)"
             R"("extrapolated":[null,1.25],"extrapolated_error":[null,0.125],)"
             R"("error_unknown":"why"})");
}

BOOST_AUTO_TEST_CASE(lines_show_what_grids_lead_to_and_why_there_is_no_error) {
  Number n = number(2.5, 0.1);
  n.extrapolated = 2.625, n.extrapolated_error = 0.003;
  BOOST_TEST(to_line(n) == "2.50 ± 0.10  (h -> 0: 2.625 ± 0.003)");
  Number unknown = number(2.5);
  unknown.error_unknown = "nothing is resolved";
  BOOST_TEST(to_line(unknown) == "2.5  (error unknown: nothing is resolved)");
  unknown.error_unknown = one_grid_only;
  BOOST_TEST(to_line(unknown) == "2.5");
}

BOOST_AUTO_TEST_SUITE_END()
BOOST_AUTO_TEST_SUITE(summary_file)

BOOST_AUTO_TEST_CASE(keys_are_those_of_the_interface_in_order) {
  Options options("mc-exit");
  options.record("mc_seed", "7");
  options.record("t_end", "3");
  Summary summary = begin_summary(options, 2);
  summary.results["mean_exit_time"] = to_json(estimate(1.0, 0.1, 400));
  const auto json = nlohmann::ordered_json::parse(to_text(summary));
  std::string keys;
  for (const auto& [key, value] : json.items())
    keys += key + " ";
  BOOST_TEST(keys ==
             "schema program version commit libraries seed options problem grid solver ranks "
             "unused_options results ");
  BOOST_TEST(json["seed"] == 7);
  BOOST_TEST(json["ranks"] == 2);
  BOOST_TEST(json["options"].dump() == R"({"mc_seed":"7","t_end":"3"})");
  BOOST_TEST(json["unused_options"].dump() == R"(["t_end"])");
  BOOST_TEST(json["libraries"].contains("VTK"));
  summary.partial = true;
  BOOST_TEST(nlohmann::ordered_json::parse(to_text(summary))["partial"] == true);
}

BOOST_AUTO_TEST_CASE(a_solver_without_random_numbers_has_no_seed) {
  BOOST_TEST(!begin_summary(Options("fp-exit"), 1).seed.has_value());
  BOOST_TEST(*begin_summary(Options("fp-crosscheck"), 1).seed == 1);
}

BOOST_AUTO_TEST_CASE(a_nan_anywhere_is_named_not_turned_into_null) {
  Summary summary;
  summary.results["a"]["b"] = {1.0, not_a_number};
  BOOST_CHECK_EXCEPTION(to_text(summary), NotTrusted, [](const NotTrusted& e) {
    return std::string(e.what()).find("results.a.b[1]") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(doubles_come_back_bit_for_bit) {
  Summary summary;
  summary.results["x"] = {0.1, 1e-310, 1.7976931348623157e308, -0.0, 1.0 / 3};
  const auto x = nlohmann::json::parse(to_text(summary))["results"]["x"].get<std::vector<double>>();
  BOOST_TEST(x[0] == 0.1);
  BOOST_TEST(x[1] == 1e-310);
  BOOST_TEST(x[2] == 1.7976931348623157e308);
  BOOST_TEST(std::signbit(x[3]));
  BOOST_TEST(x[4] == 1.0 / 3);
}

BOOST_AUTO_TEST_CASE(names_that_are_not_utf8_are_refused) {
  Summary summary;
  summary.results["\xff"] = 1;
  BOOST_CHECK_THROW(to_text(summary), BadInput);
}

BOOST_AUTO_TEST_SUITE_END()
