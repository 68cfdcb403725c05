#define BOOST_TEST_MODULE option_words
#include "programs/report/option_words.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace escapade;

BOOST_AUTO_TEST_CASE(phrases_become_options) {
  for (const auto& [phrase, option] : option_words())
    BOOST_TEST(in_option_words(phrase) == option);
}

BOOST_AUTO_TEST_CASE(the_longest_phrase_comes_first_and_each_stands_once) {
  std::set<std::string> seen;
  std::size_t longest = option_words().front().first.size();
  for (const auto& pair : option_words()) {
    BOOST_TEST(pair.first.size() <= longest);
    longest = pair.first.size();
    BOOST_TEST(seen.insert(pair.first).second, pair.first);
  }
}

BOOST_AUTO_TEST_CASE(whole_words_alone_are_meant) {
  BOOST_TEST(in_option_words("too coarse; give more cells.") == "too coarse; give more -cells.");
  BOOST_TEST(in_option_words("forgive more cells") == "forgive more cells");
  BOOST_TEST(in_option_words("give more cellars") == "give more cellars");
}

BOOST_AUTO_TEST_CASE(what_users_wrote_stays) {
  BOOST_TEST(in_option_words("-exit \"give more cells\": give more cells") ==
             "-exit \"give more cells\": give more -cells");
  BOOST_TEST(in_option_words("a \"quote without end: give more cells") ==
             "a \"quote without end: give more cells");
  BOOST_TEST(in_option_words("the noise matrix itself, \"give more cells\"; give more cells") ==
             "the matrix itself with -noise \"give more cells\"; give more -cells");
  BOOST_TEST(in_option_words("") == "");
}
