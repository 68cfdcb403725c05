#include "programs/fp/evolve.hpp"

#include "answers/chain_run.hpp"
#include "answers/grid_sequence.hpp"
#include "escapade/error.hpp"
#include "escapade/problem/expression.hpp"
#include "escapade/problem/function.hpp"
#include "generator/distribute.hpp"
#include "output/summary.hpp"
#include "programs/fp/evolve_frames.hpp"
#include "programs/fp/evolve_rows.hpp"
#include "programs/main/progress.hpp"
#include "programs/report/write_pieces.hpp"
#include "quantities/evolution/evolve.hpp"
#include "quantities/evolution/initial_masses.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

namespace escapade {

namespace {

/// What does not change from grid to grid.
struct Plan {
  double t_end = 0;
  std::int64_t frames = 0;
  Integrator integrator = Integrator::automatic;
  double tolerance = 0;
  Field initial;            // empty: the point -start
  std::string initial_text; // the option with its value
  std::string prefix;
  bool write_frames = true;
  double interval() const { return t_end / static_cast<double>(frames); }
  double time(std::int64_t k) const {
    return k == frames ? t_end : interval() * static_cast<double>(k);
  }
};

/// One grid's way through the frames. `grid` of the run: those of its moments and files.
struct Way {
  std::int64_t first = 0;     // frame of rows[0]
  std::vector<FrameRow> rows; // as far as it got
  EvolveWork work;
  Integrator integrator = Integrator::automatic;
  double rate = 0, seconds = 0;
  bool stopped = false;
  LogVector log_mass; // of the last row, this rank's
  std::vector<std::pair<double, std::string>> files;
  std::int64_t negative_cells = 0;
};

bool is_file(const std::string& text) {
  const char* const endings[] = {".vti", ".vts", ".vtu", ".pvti", ".pvts", ".pvtu"};
  return std::any_of(std::begin(endings), std::end(endings),
                     [&](const char* ending) { return text.ends_with(ending); });
}

Plan read_plan(const Options& options, const Setup& setup) {
  Plan plan;
  plan.t_end = options.number("t_end");
  plan.frames = options.integer("frames");
  plan.tolerance = options.number("time_tolerance");
  const std::string& integrator = options.text("integrator");
  plan.integrator = integrator == "uniformisation" ? Integrator::uniformisation
                    : integrator == "implicit"     ? Integrator::implicit
                    : integrator == "ts"           ? Integrator::ts
                                                   : Integrator::automatic;
  plan.prefix = options.text("output");
  plan.write_frames = !options.given("sweep");
  if (plan.frames > 1000000)
    throw BadInput("-frames " + options.text("frames") + ": give at most 1000000");
  if (!options.given("initial")) {
    if (setup.starts.size() != 1)
      static_cast<void>(options.numbers("start", 2)); // missing: says so
    if (setup.starts.size() != 1)
      throw BadInput("-starts: fp-evolve begins at one point; give -start or -initial");
    return plan;
  }
  const std::string& text = options.text("initial");
  if (is_file(text)) {
    plan.initial = density_of_file("-initial", text, setup);
    plan.initial_text = "-initial " + text;
    return plan;
  }
  const auto e = parse_expressions("-initial", text, setup.symbols);
  if (e.size() != 1)
    throw BadInput("-initial \"" + text + "\": give one expression, or a .vti, .vts or .vtu file");
  plan.initial = field_of({e.front()}, Compile::never); // evaluated once
  plan.initial_text = "-initial \"" + text + "\"";
  return plan;
}

ChainState initial_state(Session& session, const Setup& setup, const Plan& plan,
                         const Chain& chain) {
  ChainState state;
  LogVector whole;
  agree(session.comm(), [&] {
    whole = plan.initial ? density_masses(chain.grid, plan.initial, plan.initial_text)
                         : point_masses(chain.grid, setup.starts.front());
  });
  const auto first = whole.begin() + chain.generator.first;
  state.log_mass.assign(first, first + chain.generator.rows());
  state.exited.assign(setup.parts.size(), 0.0L);
  return state;
}

/// Writes frames as they come; whatever ends the run, the series names those that are whole.
class FrameWriter {
public:
  FrameWriter(const Plan& plan, const Options& options, const Setup& setup, std::string key)
      : plan_(plan), setup_(setup), key_(std::move(key)),
        provenance_(provenance_of(options, setup)) {}

  /// Collective. Names of files are known on rank 0.
  void write(Session& session, const Chain& chain, const Frame& frame, Way& way) {
    const MPI_Comm comm = session.comm();
    FieldFile file = frame_file(comm, chain, setup_, frame, key_);
    for (double p : file.fields.front().values)
      way.negative_cells += p < 0;
    file.provenance.insert(provenance_.begin(), provenance_.end());
    const std::string prefix = frame_prefix(plan_.prefix, frame.number);
    try {
      std::string name;
      if (file.piece)
        name = write_pieces(comm, prefix, file);
      else
        name = write_fields(prefix, file);
      way.files.emplace_back(frame.state.time, name);
    } catch (const CannotWrite&) {
      try {
        if (session.rank() == 0)
          write_series(plan_.prefix, way.files);
      } catch (const CannotWrite&) { // no room for that either: the frames themselves are whole
      }
      throw;
    }
  }

private:
  const Plan& plan_;
  const Setup& setup_;
  std::string key_;
  std::map<std::string, std::string> provenance_;
};

/// The masses that the frames so far hold, beginning with the first that is there, and the state to
/// go on from.
ChainState restart(Session& session, const Options& options, const Setup& setup, const Plan& plan,
                   const Chain& chain, const std::string& key, const RowMaker& measure, Way& way) {
  std::vector<Frame> frames;
  agree(session.comm(), [&] {
    const std::string& file = options.text("restart");
    const Frame last = read_frame(file, chain.grid, setup.parts.size(), key);
    if (last.number >= plan.frames ||
        std::abs(last.state.time - plan.time(last.number)) > 1e-9 * plan.interval())
      throw BadInput("-restart " + file + ": frame " + std::to_string(last.number) + " at time " +
                     std::to_string(last.state.time) +
                     " is none of the times of -t_end and -frames; keep t_end/frames, and t_end "
                     "later than the frame");
    for (const std::string& name : frames_until(file, last.number)) {
      frames.push_back(read_frame(name, chain.grid, setup.parts.size(), key));
      way.files.emplace_back(frames.back().state.time, name);
    }
  });
  way.first = frames.front().number;
  ChainState state;
  for (Frame& f : frames) {
    state = std::move(f.state);
    const auto begin = state.log_mass.begin() + chain.generator.first;
    state.log_mass = LogVector(begin, begin + chain.generator.rows());
    way.rows.push_back(measure(state));
  }
  return state;
}

Way follow(Session& session, const Options& options, const Setup& setup, const Plan& plan,
           ChainRun& run, bool fine) {
  const MPI_Comm comm = session.comm();
  const Chain& chain = run.chain;
  const Generator& rows = chain.generator;
  const std::size_t parts = setup.parts.size();
  const auto clock = std::chrono::steady_clock::now();
  Way way;
  const RowMaker measure(comm, chain, parts, *run.solver);
  const std::string key = evolution_key(options, setup, chain.grid);
  const bool restarts = fine && options.given("restart");
  ChainState state = restarts ? restart(session, options, setup, plan, chain, key, measure, way)
                              : initial_state(session, setup, plan, chain);
  const auto begin = way.first + static_cast<std::int64_t>(way.rows.size()) - (restarts ? 1 : 0);

  Evolution::Options how{plan.integrator, plan.tolerance, setup.solve};
  const std::optional<Lattice> lattice = cell_places(chain);
  how.solve.lattice = lattice ? &*lattice : nullptr;
  Evolution evolution(comm, rows, parts, plan.t_end, how);
  evolution.require_reach(plan.interval());
  way.rate = evolution.rate();
  way.integrator = evolution.integrator();
  if (evolution.integrator() != Integrator::uniformisation)
    if (auto resting = resting_state(comm, *run.solver, rows, parts))
      evolution.set_resting_state(std::move(*resting));

  FrameWriter writer(plan, options, setup, key);
  const auto record = [&](std::int64_t k) {
    way.rows.push_back(measure(state));
    if (!fine)
      return;
    if (plan.write_frames)
      writer.write(session, chain, {k, state}, way);
    way.log_mass = state.log_mass;
  };
  const auto stop = [&] {
    int wanted = stop_requested();
    MPI_Allreduce(MPI_IN_PLACE, &wanted, 1, MPI_INT, MPI_MAX, comm);
    return wanted != 0;
  };
  Progress progress(fine ? "evolving" : "evolving on a coarser grid", session.rank());
  if (!restarts)
    record(0);
  for (std::int64_t k = begin; k < plan.frames && !way.stopped; ++k) {
    progress.show(k, plan.frames, "t = " + to_text(number(state.time)));
    way.stopped = stop() || !evolution.advance(state, plan.interval(), stop);
    if (way.stopped)
      break;
    state.time = plan.time(k + 1);
    record(k + 1);
  }
  way.work = evolution.work();
  MPI_Allreduce(MPI_IN_PLACE, &way.negative_cells, 1, MPI_INT64_T, MPI_SUM, comm);
  way.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - clock).count();
  if (fine && plan.write_frames)
    on_first_rank(comm, [&] { write_series(plan.prefix, way.files); });
  return way;
}

nlohmann::ordered_json describe(Session& session, const ChainRun& run, const Way& way) {
  nlohmann::ordered_json out = describe_solver(session, run);
  const EvolveWork& w = way.work;
  const auto entries =
      static_cast<double>(run.chain.generator.column.size() + run.chain.generator.killing.size());
  out["integrator"] = w.steps == 0 ? "uniformisation" // implicit runs begin with it
                      : way.integrator == Integrator::ts ? "ts"
                                                         : "implicit";
  out["fastest_rate"] = way.rate;
  out["mat_vecs"] = w.mat_vecs;
  out["mat_vecs_per_frame"] = static_cast<double>(w.mat_vecs) /
                              std::max<double>(1, static_cast<double>(way.rows.size()) - 1);
  out["steps"] = w.steps;
  out["rejected_steps"] = w.rejected;
  out["solves"] = w.solves;
  out["factorisations"] = w.factorisations;
  if (session.ranks() == 1 && out["kind"] == "gth" && w.steps > 0) // each factor's entry once
    out["mat_vecs_per_step"] = static_cast<double>(w.solves) / static_cast<double>(w.steps) *
                               out["memory_bytes"].get<double>() / sizeof(double) / entries;
  if (w.resting_since >= 0)
    out["resting_since"] = w.resting_since;
  out["evolution_seconds"] = way.seconds;
  return out;
}

} // namespace

Outcome evolve_study(Session& session, const Options& options, const Setup& setup) {
  Plan plan;
  agree(session.comm(), [&] { plan = read_plan(options, setup); });
  Outcome out;
  std::vector<Level> levels;
  Way fine;
  for (const GridShape& shape : grid_sequence(setup.shape, setup.error_estimate)) {
    ChainRun run = start_level(session, setup, shape, setup.exit, CutRule::killing);
    const Cells& grid = run.chain.grid;
    const bool first = levels.empty();
    Way way = follow(session, options, setup, plan, run, first);
    if (first) {
      out.grid = describe_grid(run);
      out.solver = describe(session, run, way);
      out.partial = way.stopped;
      if (options.flag("plot"))
        out.fields = frame_file(session.comm(), run.chain, setup,
                                {0, {way.rows.back().time, way.log_mass, {}, 0, 0}}, "");
      fine = std::move(way);
      if (fine.stopped)
        session.notice("stopped by a signal at t = " + to_text(number(fine.rows.back().time)) +
                       " of " + options.text("t_end") + ": no later frames and no errors");
      levels.push_back(level_of(grid, fine.rows));
    } else if (way.stopped) {
      session.notice("stopped by a signal on a coarser grid: the frames are whole, the numbers "
                     "have no errors");
      out.partial = true;
    } else {
      way.rows.erase(way.rows.begin(), way.rows.begin() + fine.first);
      way.rows.resize(fine.rows.size());
      levels.push_back(level_of(grid, way.rows));
    }
    if (out.partial) // numbers without errors rather than a wait for coarser grids
      break;
  }
  report_rows(out, setup, levels, fine.rows);
  for (const char* point : {"start", "starts"})
    if (plan.initial && options.given(point))
      session.notice("-initial is given, the density begins there and not at -" +
                     std::string(point));
  out.results["negative_cells"] = fine.negative_cells;
  if (plan.write_frames) { // written as they came; here they are only named
    std::vector<std::string> names{frame_prefix(plan.prefix, 0) + " ... (" +
                                       std::to_string(fine.files.size()) + " frames in all)",
                                   plan.prefix + ".pvd"};
    out.write_more = [names = std::move(names)](const std::string&) { return names; };
  }
  Picture picture;
  picture.scalar = "density";
  picture.title = "density at the last frame";
  out.picture = picture;
  return out;
}

} // namespace escapade
