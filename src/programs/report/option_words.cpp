#include "programs/report/option_words.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace escapade {

namespace {

OptionWords longest_first(OptionWords pairs) {
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
  return pairs;
}

bool in_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
}

/// Whether `phrase` stands at `position`, not within a longer word.
bool stands_at(std::string_view text, std::size_t position, std::string_view phrase) {
  const std::size_t end = position + phrase.size();
  return text.substr(position, phrase.size()) == phrase &&
         (position == 0 || !in_word(text[position - 1]) || !in_word(phrase.front())) &&
         (end == text.size() || !in_word(text[end]) || !in_word(phrase.back()));
}

} // namespace

const OptionWords& option_words() {
  static const OptionWords pairs = longest_first({
      {"give more cells", "give more -cells"},
      {"compare with trajectories, or give", "compare with trajectories (fp-crosscheck), or give"},
      {"a frame along the noise", "a -frame along the noise"},
      {"give more refinements", "give a larger -refine"},
      {"or no error estimates", "or -error_estimate false"},
      {"the grid's mesh ", "-mesh "},
      {"the grid's cells ", "-cells "},
      {"or fewer refinements", "or a smaller -refine"},
      {"outside the mesh ", "outside -mesh "},
      {"outside the domain; give a point inside it", "outside -domain; give a point inside it"},
      {"that meets the domain", "that meets -domain"},
      {"the sets A and B overlap", "-set_a and -set_b overlap"},
      {"give a wider domain", "give a wider -domain"},
      {"found on a grid only, not on a mesh",
       "found on a grid only: give -domain instead of -mesh"},
      {"take the escape rate at several", "take fp-rate at several"},
      {"the target point (", "-target_point ("},
      {": outside the domain; give a point in it", ": outside -domain; give a point in it"},
      {": outside the mesh; give", ": outside -mesh; give"},
      {"rest point that the start leads to", "rest point that -start leads to"},
      {"the exit set: its boundary was not found inside the domain",
       "-exit: its boundary was not found inside -domain"},
      {"the start (", "-start ("},
      {"no saddle inside the domain leads", "no saddle inside -domain leads"},
      {"give a target point, an exit set, or a wider domain",
       "give -target_point, -exit, or a wider -domain"},
      {"a wider domain", "a wider -domain"},
      {"a tighter domain", "a tighter -domain"},
  });
  return pairs;
}

std::string in_option_words(const std::string& message) {
  const OptionWords& pairs = option_words();
  std::string said;
  bool quoted = false;
  for (std::size_t position = 0; position < message.size();) {
    const auto found = std::find_if(pairs.begin(), pairs.end(), [&](const auto& pair) {
      return !quoted && stands_at(message, position, pair.first);
    });
    if (found != pairs.end()) {
      said += found->second;
      position += found->first.size();
    } else {
      quoted = quoted != (message[position] == '"');
      said += message[position++];
    }
  }
  return said;
}

} // namespace escapade
