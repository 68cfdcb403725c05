// fp-evolve: density, survival, exit-time density and moments against time.
#include "answers/evolution/run.hpp"

#include "escapade/error.hpp"
#include "escapade/problem/expression.hpp"
#include "escapade/problem/function.hpp"
#include "parallel/agree.hpp"
#include "parallel/ranks.hpp"
#include "programs/fp/evolve/evolve.hpp"
#include "programs/fp/evolve/frame_files.hpp"
#include "programs/fp/questions.hpp"
#include "programs/main/progress.hpp"

#include <algorithm>
#include <cmath>

namespace escapade {

namespace {

bool is_file(const std::string& text) {
  const char* const endings[] = {".vti", ".vts", ".vtu", ".pvti", ".pvts", ".pvtu"};
  return std::any_of(std::begin(endings), std::end(endings),
                     [&](const char* ending) { return text.ends_with(ending); });
}

Integrator integrator_named(const std::string& name) {
  return name == "uniformisation" ? Integrator::uniformisation
         : name == "implicit"     ? Integrator::implicit
         : name == "ts"           ? Integrator::ts
                                  : Integrator::automatic;
}

/// -start, or the density that -initial gives.
void read_beginning(const Options& options, const Setup& setup, EvolutionSetup& out) {
  if (!options.given("initial")) {
    if (setup.starts.size() != 1)
      static_cast<void>(options.numbers("start", 2)); // missing: says so
    if (setup.starts.size() != 1)
      throw BadInput("-starts: fp-evolve begins at one point; give -start or -initial");
    out.start = setup.starts.front();
    return;
  }
  const std::string& text = options.text("initial");
  if (is_file(text)) {
    out.initial = density_of_file("-initial", text, setup);
    out.initial_name = "-initial " + text;
    return;
  }
  const auto e = parse_expressions("-initial", text, setup.symbols);
  if (e.size() != 1)
    throw BadInput("-initial \"" + text + "\": give one expression, or a .vti, .vts or .vtu file");
  out.initial = field_of({e.front()}, Compile::never); // evaluated once
  out.initial_name = "-initial \"" + text + "\"";
}

EvolutionSetup read_evolution(const Options& options, const Setup& setup) {
  EvolutionSetup out;
  out.t_end = options.number("t_end");
  out.frames = options.integer("frames");
  out.tolerance = options.number("time_tolerance");
  out.timed = setup.timed;
  out.integrator = integrator_named(options.text("integrator"));
  if (out.frames > 1000000)
    throw BadInput("-frames " + options.text("frames") + ": give at most 1000000");
  read_beginning(options, setup, out);
  return out;
}

/// The frames of an evolution as files, and those of a former run that it goes on from.
class Frames {
public:
  Frames(Session& session, const Options& options, const Setup& setup)
      : session_(session), options_(options), setup_(setup), files_(session, options, setup) {}

  /// The frames of a former run that this one goes on from, on all ranks.
  std::vector<EarlierFrame> earlier(const Chain& chain, const EvolutionSetup& evolution) {
    std::vector<EarlierFrame> frames;
    agree(session_.comm(), [&] {
      const std::string& file = options_.text("restart");
      const std::string key = evolution_key(options_, setup_, chain.grid);
      const auto read = [&](const std::string& name) {
        return read_frame(name, chain.grid, setup_.parts.size(), key);
      };
      const Frame last = read(file);
      const double interval = evolution.t_end / static_cast<double>(evolution.frames);
      const double time = last.number == evolution.frames
                              ? evolution.t_end
                              : interval * static_cast<double>(last.number);
      if (last.number >= evolution.frames || std::abs(last.state.time - time) > 1e-9 * interval)
        throw BadInput("-restart " + file + ": frame " + std::to_string(last.number) + " at time " +
                       std::to_string(last.state.time) +
                       " is none of the times of -t_end and -frames; keep t_end/frames, and t_end "
                       "later than the frame");
      for (const std::string& name : frames_until(file, last.number)) {
        Frame one = read(name);
        files_.is_there(one.state.time, name);
        frames.emplace_back(one.number, std::move(one.state));
      }
    });
    return frames;
  }

  /// Collective.
  void add(const Chain& chain, std::int64_t number, const ChainState& state) {
    if (!files_.writes())
      return;
    FieldFile file = frame_file(session_.comm(), chain, setup_, {number, state},
                                evolution_key(options_, setup_, chain.grid));
    for (double p : file.fields.front().values)
      negative_ += p < 0;
    files_.write(file, number, state.time);
  }

  /// Collective.
  void finish(Outcome& out) {
    out.results["negative_cells"] = Ranks(session_.comm()).sum(negative_);
    out.fields.reset(); // the frames have them
    files_.finish(out);
  }

  void write_list() { files_.write_list(); }

private:
  Session& session_;
  const Options& options_;
  const Setup& setup_;
  FrameFiles files_;
  std::int64_t negative_ = 0;
};

EvolutionHooks hooks_of(Session& session, const Options& options, const EvolutionSetup& evolution,
                        Frames& frames, std::optional<Progress>& line) {
  EvolutionHooks hooks;
  if (options.given("restart"))
    hooks.earlier = [&](const Chain& chain) { return frames.earlier(chain, evolution); };
  hooks.frame = [&](const Chain& chain, std::int64_t k, const ChainState& state) {
    frames.add(chain, k, state);
    if (k == evolution.frames)
      frames.write_list();
  };
  hooks.stop = [] { return stop_requested(); };
  hooks.progress = [&, shown = -1](bool finest, std::int64_t k, double time) mutable {
    if (shown != finest) {
      line.reset(); // clears the line before
      line.emplace(finest ? "evolving" : "evolving on a coarser grid", session.rank());
      shown = finest;
    }
    line->show(k, evolution.frames, "t = " + to_text(number(time)));
  };
  return hooks;
}

void tell_of_stop(const Session& session, const Options& options, const EvolutionAnswer& a) {
  if (!a.all_frames)
    session.notice("stopped by a signal at t = " + to_text(number(a.frames.back().time)) + " of " +
                   options.text("t_end") + ": no later frames and no errors");
  else if (a.stopped)
    session.notice("stopped by a signal on a coarser grid: the frames are whole, the numbers "
                   "have no errors");
}

} // namespace

Outcome evolve_question(Session& session, const Options& options, const Setup& setup) {
  EvolutionSetup evolution;
  agree(session.comm(), [&] { evolution = read_evolution(options, setup); });
  Frames frames(session, options, setup);
  std::optional<Progress> line;
  EvolutionAnswer a = escapade::evolution(session.comm(), setup.problem, setup.domain, setup.shape,
                                          setup.exit, evolution, effort_of(session, setup),
                                          hooks_of(session, options, evolution, frames, line));
  line.reset();
  if (!a.all_frames)
    frames.write_list();
  Outcome out;
  take_answer(session, a, out);
  out.partial = a.stopped;
  tell_of_stop(session, options, a);
  out.solver.update(describe(a, session.ranks()));
  report_evolution(out, setup, a);
  for (const char* point : {"start", "starts"})
    if (evolution.initial && options.given(point))
      session.notice("-initial is given, the density begins there and not at -" +
                     std::string(point));
  frames.finish(out);
  return out;
}

} // namespace escapade
