// fp-evolve: density, survival, exit-time density and moments against time.
#include "answers/evolution/run.hpp"

#include "escapade/error.hpp"
#include "escapade/problem/expression.hpp"
#include "escapade/problem/function.hpp"
#include "output/pieces.hpp"
#include "parallel/agree.hpp"
#include "programs/exports/units.hpp"
#include "programs/exports/wanted_fields.hpp"
#include "programs/fp/evolve/evolve.hpp"
#include "programs/fp/evolve/frame_files.hpp"
#include "programs/fp/questions.hpp"
#include "programs/main/progress.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

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

/// Files of the frames as they come. Where the run is stopped or the disk is full, those that are
/// whole stay and the series names them; where it fails, none stays.
class Frames {
public:
  Frames(Session& session, const Options& options, const Setup& setup)
      : session_(session), options_(options), setup_(setup), prefix_(options.text("output")),
        writes_(!options.given("sweep") && writes_fields(options)),
        provenance_(provenance_of(options, setup)) {}

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
        files_.emplace_back(one.state.time, name);
        frames.emplace_back(one.number, std::move(one.state));
      }
    });
    return frames;
  }

  /// Collective. Names of files are known on rank 0.
  void add(const Chain& chain, std::int64_t number, const ChainState& state) {
    if (!writes_)
      return;
    FieldFile file = frame_file(session_.comm(), chain, setup_, {number, state},
                                evolution_key(options_, setup_, chain.grid));
    write(file, number, state.time);
  }

  /// The series, and what the run is to name among its files. Collective.
  void finish(Outcome& out) {
    MPI_Allreduce(MPI_IN_PLACE, &negative_, 1, MPI_INT64_T, MPI_SUM, session_.comm());
    out.results["negative_cells"] = negative_;
    out.fields.reset(); // the frames have them
    if (!writes_)
      return;
    std::vector<std::string> names{frame_prefix(prefix_, 0) + " ... (" +
                                       std::to_string(files_.size()) + " frames in all)",
                                   prefix_ + ".pvd"};
    out.write_more = [names = std::move(names), written = written_](const std::string&) {
      written->keep();
      return names;
    };
  }

  /// Names every frame that is whole. Collective.
  void write_list() {
    if (writes_)
      on_first_rank(session_.comm(), [&] {
        write_series(prefix_, files_);
        written_->add(prefix_ + ".pvd", 1);
      });
  }

private:
  void write(FieldFile& file, std::int64_t number, double time) {
    for (double p : file.fields.front().values)
      negative_ += p < 0;
    put_units(options_, file);
    file.provenance.insert(provenance_.begin(), provenance_.end());
    const std::string prefix = frame_prefix(prefix_, number);
    try {
      files_.emplace_back(time, file.piece ? write_pieces(session_.comm(), prefix, file)
                                           : write_fields(prefix, file));
      if (session_.rank() == 0)
        written_->add(files_.back().second, session_.ranks());
    } catch (const CannotWrite&) {
      written_->keep(); // what there was room for can be gone on from
      try {
        if (session_.rank() == 0 && !files_.empty())
          write_series(prefix_, files_);
      } catch (const CannotWrite&) { // no room for that either: the frames themselves are whole
      }
      throw;
    }
  }

  Session& session_;
  const Options& options_;
  const Setup& setup_;
  std::string prefix_;
  bool writes_;
  std::map<std::string, std::string> provenance_;
  std::vector<std::pair<double, std::string>> files_;
  std::shared_ptr<FilesOnTheWay> written_ = std::make_shared<FilesOnTheWay>();
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
