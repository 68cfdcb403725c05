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
      {"take fewer cells", "take fewer -cells"},
      {"fewer trajectories or", "fewer -mc_paths or"},
      {"take fewer cells there", "use fewer -cells"},
      {"compare with trajectories, or give", "compare with trajectories (fp-crosscheck), or give"},
      {"a frame along the noise", "a -frame along the noise"},
      {"give more refinements", "give a larger -refine"},
      {"the grid's mesh ", "-mesh "},
      {"or let the drift move over edges", "or -transport edges"},
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
      {"basin; give a target point or an exit set", "basin; give -target_point or -exit"},
      {"give a target point, an exit set, or a wider domain",
       "give -target_point, -exit, or a wider -domain"},
      {"a wider domain", "a wider -domain"},
      {"a tighter domain", "a tighter -domain"},
      {"the time limit", "-mc_max_time"},
      {"longer time limit", "longer -mc_max_time"},
      {"shorter time limit", "shorter -mc_max_time"},
      {"the path count", "-mc_paths"},
      {"give more paths", "give more -mc_paths"},
      {"the first path number", "-mc_first_path"},
      {"another first path number", "another -mc_first_path"},
      {"the path scheme", "-mc_scheme"},
      {"the step size", "-mc_dt"},
      {"a smaller step size", "a smaller -mc_dt"},
      {"a longer step size", "a longer -mc_dt"},
      {"give a step size", "give a -mc_dt"},
      {"needs a gradient on data", "needs -model or -sample_loss, and -data"},
      {"takes its learning rate in time", "takes the time -learning_rate"},
      {"for sgd a smaller learning rate", "for sgd a smaller -learning_rate"},
      {"the learning rate given", "-learning_rate"},
      {"the batch size given", "-batch_size"},
      {"the way of batches", "-mc_batches"},
      {"the data: no rows", "-data: no rows"},
      {"the exit set: missing", "-exit: missing"},
      {"the exit set: more than", "-exit: more than"},
      {"an exit set or an absorbing side", "an exit set or -boundary absorbing"},
      {"an absorbing side: nothing", "-boundary absorbing: nothing"},
      {"the starting point", "-start"},
      {"has no beginning; give a start", "has no beginning; give -start"},
      {"or a starting point at", "or a -start at"},
      {"the diffusion: D is not", "-diffusion: D is not"},
      {"the splitting score", "-score"},
      {"give a splitting score", "give a -score"},
      {"times the repeats", "times -mc_repeats"},
      {"the repeats: give", "-mc_repeats: give"},
      {"give more repeats", "give more -mc_repeats"},
      {"the path table", "-mc_table"},
      {"the path checkpoint", "-mc_checkpoint"},
      {"simulate it directly", "use mc-exit"},
      {"the frame of the noise", "-frame noise"},
      {"add a noise floor, e.g.", "give -noise_floor, e.g."},
      {"the exit set \"", "-exit \""},
      {"restrict the domain to", "restrict -domain to"},
      {"a grid on a rectangle", "a grid (-domain, -cells)"},
      {"the exit set holds", "-exit holds"},
      {"the boundary: ", "-boundary: "},
      {"the exit set covers", "-exit covers"},
      {"the grading: ", "-grade: "},
      {"leave out the grading", "leave out -grade"},
      {"or more cells", "or more -cells"},
      {"the model uses the target", "-model uses the target"},
      {"the batch size ", "-batch_size "},
      {"the noise model ", "-sgd_noise "},
      {"give a model and data", "give -model or -sample_loss, with -data,"},
      {"noise model with the loss", "noise model with -loss"},
      {"the Stratonovich calculus: ", "-calculus stratonovich: "},
      {"give the minimum or a start", "give -minimum or -start"},
      {"the minimum: the Hessian", "-minimum: the Hessian"},
      {"the diffusion does not determine", "-diffusion does not determine"},
      {"the noise matrix itself, \"", "the matrix itself with -noise \""},
      {"the set A holds", "-set_a holds"},
      {"the set B holds", "-set_b holds"},
      {"the sets A and B touch", "-set_a and -set_b touch"},
      {"the integrator ", "-integrator "},
      {"a larger tolerance in time", "a larger -time_tolerance"},
      {"a wider initial density", "a wider -initial density"},
      {"the end and the number of frames make", "-t_end and -frames make"},
      {"and the escape rate for", "and fp-rate for"},
      {"give more frames", "give more -frames"},
      {"the number of modes ", "-modes "},
      {"or fewer modes", "or fewer -modes"},
      {"use the escape rate or the committor for", "use fp-rate or fp-committor for"},
      {"use extended precision", "use -precision extended"},
      {"take noise that needs no isolated minimum, as covariance, or add a regularization",
       "take what needs no isolated minimum, as -sgd_noise covariance, or add a -regularization"},
      {"the output \"", "-output \""},
      {"the solver gth", "-solver gth"},
      {"the solver krylov", "-solver krylov"},
      {"the solver multilevel", "-solver multilevel"},
      {"the solver's tolerance", "-solve_tolerance"},
      {"give an exit set or an absorbing boundary", "give -exit or an absorbing -boundary"},
      {"leave out the exit set", "leave out -exit"},
      {"a grid turned to them", "a grid turned to them (-frame noise)"},
      {"or take the integrator implicit", "or -integrator implicit"},
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
      quoted = std::count(found->first.begin(), found->first.end(), '"') % 2 != 0;
    } else {
      quoted = quoted != (message[position] == '"');
      said += message[position++];
    }
  }
  return said;
}

} // namespace escapade
