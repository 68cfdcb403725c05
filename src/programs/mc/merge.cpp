// Slices of mc-exit joined into one answer.
#include "programs/exports/csv.hpp"
#include "programs/mc/questions.hpp"
#include "programs/report/completed.hpp"
#include "programs/report/one_run.hpp"

#include "escapade/error.hpp"
#include "support/atomic_file.hpp"
#include "support/files/read_file.hpp"
#include "support/parse.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <sstream>

namespace escapade {
namespace {

/// PREFIX.records of PREFIX.json, PREFIX.records or PREFIX.
std::string records_name(std::string name) {
  for (const char* const end : {".json", ".records"}) {
    const std::string tail(end);
    if (name.size() > tail.size() && name.ends_with(tail))
      name.resize(name.size() - tail.size());
  }
  return name + ".records";
}

std::vector<std::string> lines_of(const std::string& key, const std::string& name) {
  std::vector<std::string> values;
  std::istringstream text(key);
  for (std::string line; std::getline(text, line);)
    if (line.compare(0, name.size() + 1, name + "=") == 0)
      values.push_back(line.substr(name.size() + 1));
  return values;
}

/// PREFIX.json of PREFIX.records; null where it cannot be read.
Json summary_of(const std::string& records) {
  const std::string name = records.substr(0, records.size() - 8) + ".json";
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(name, ignored))
    return Json::parse("");
  return Json::parse(read_regular_file(name, "-inputs " + name, "give PREFIX.json of a run",
                                       std::int64_t{1} << 30));
}

Json part_of(const std::string& records, const std::string& name) {
  const Json summary = summary_of(records);
  const Json* const part = summary.find(name);
  return part ? *part : Json::object();
}

void check_there(const std::string& given, const std::string& records) {
  std::error_code ignored;
  if (std::filesystem::exists(records, ignored)) // read_records tells what it is
    return;
  const std::string prefix = records.substr(0, records.size() - 8);
  if (!std::filesystem::is_regular_file(prefix + ".json", ignored))
    throw BadInput("-inputs " + given + ": there is no " + records +
                   "; give PREFIX.json of runs of mc-exit with -mc_first_path N");
  const auto summary = summary_of(records);
  const Json* const program = summary.find("program");
  if (program && program->text("") != "mc-exit")
    throw BadInput("-inputs " + given + ": was written by " + program->text("") +
                   "; give PREFIX.json of runs of mc-exit with -mc_first_path N");
  if (summary.find("partial"))
    throw BadInput("-inputs " + given + ": that run was stopped, it has kept no " + records +
                   "; run its slice again, with -mc_checkpoint FILE to go on after a stop");
  throw BadInput("-inputs " + given + ": there is no " + records +
                 " beside it, which mc-exit writes with -mc_first_path N or -mc_records true; "
                 "repeat that run with one of them");
}

/// Consecutive paths of one file.
struct Slice {
  std::int64_t first = 0, end = 0;
  std::string file;
  std::string text() const { return std::to_string(first) + " to " + std::to_string(end - 1); }
};

/// BadInput that names two files which hold the same path.
void check_apart(std::vector<Slice> slices) {
  std::sort(slices.begin(), slices.end(),
            [](const Slice& a, const Slice& b) { return a.first < b.first; });
  for (std::size_t k = 1; k < slices.size(); ++k) {
    const Slice &a = slices[k - 1], &b = slices[k];
    if (b.first >= a.end)
      continue;
    if (a.file == b.file)
      throw BadInput("-inputs: " + a.file + " is given twice; name each file once");
    throw BadInput("-inputs: path " + std::to_string(b.first) + " is in two files, " + a.file +
                   " (paths " + a.text() + ") and " + b.file + " (paths " + b.text() +
                   "); give each slice another -mc_first_path, here " + std::to_string(a.end) +
                   " for the second");
  }
}

/// All pieces of the files, of which the first tells what the others must belong to too.
RecordFile read_slices(const std::vector<std::string>& names) {
  RecordFile all;
  std::vector<Slice> slices; // of the first start; the others have the same
  for (const std::string& name : names) {
    RecordFile one = read_records("-inputs", name);
    if (all.key.empty())
      all.key = one.key;
    check_key("-inputs", name, one.key, all.key);
    all.starts.resize(std::max(all.starts.size(), one.starts.size()));
    for (std::size_t s = 0; s < one.starts.size(); ++s)
      for (RecordPiece& p : one.starts[s]) {
        if (s == 0 && !p.records.empty())
          slices.push_back({p.first, p.end(), name});
        all.starts[s].push_back(std::move(p));
      }
  }
  check_apart(std::move(slices));
  return all;
}

/// The paths of one start, joined in `pieces` too; tells of the first gap between them.
std::vector<ExitRecord> joined_records(const Session& session, std::vector<RecordPiece>& pieces) {
  pieces = joined_pieces(std::move(pieces), false);
  if (pieces.size() > 1)
    session.notice("paths " + std::to_string(pieces[0].end()) + " to " +
                   std::to_string(pieces[1].first - 1) +
                   " are in no file: the slices between are missing");
  std::vector<ExitRecord> records;
  for (const RecordPiece& p : pieces)
    records.insert(records.end(), p.records.begin(), p.records.end());
  return records;
}

/// On rank 0.
void write_merged(Session& session, const Options& options, const RecordFile& all,
                  const Outcome& out, const std::string& first_file) {
  const std::string prefix = options.text("output");
  Summary summary = begin_summary(options, session.ranks());
  summary.problem = part_of(first_file, "problem");
  summary.grid = {{"kind", "none"}};
  summary.solver = out.solver;
  summary.results = out.results;
  std::vector<std::string> names{prefix + ".records", prefix + ".csv", prefix + ".json"};
  write_records(names[0], all); // what was joined can be joined again
  write_file(names[1], csv_of(out.results, {}, {}));
  write_summary(prefix, summary);
  print_table(session, out);
  tell_of_files(session, names);
}

void merge(Session& session, const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  if (options.flag("plot"))
    throw BadInput("-plot: there is nothing to draw in mc-merge; leave it out");
  std::vector<std::string> names;
  for (const std::string& name : split(options.text("inputs"), ',')) {
    names.push_back(records_name(trimmed(name)));
    check_there(trimmed(name), names.back());
  }
  RecordFile all = read_slices(names);
  const BadInput damaged("-inputs " + names.front() + ": damaged; run it again");
  const std::vector<std::string> parts = lines_of(all.key, "part"),
                                 starts = lines_of(all.key, "start"),
                                 steps = lines_of(all.key, "step");
  if (starts.size() != all.starts.size() || steps.size() != 1)
    throw damaged;
  if (session.rank() == 0)
    check_writable(options.text("output"));
  const auto named = all.key.find("\nvariables="), end = all.key.find('\n', named + 1);
  const std::string variables = all.key.substr(named + 11, end - named - 11);
  tell_points_on_a_line(variables != "(default)" && variables.find(',') == std::string::npos);
  Outcome out;
  const double dt = std::stod(steps.front());
  std::int64_t paths = 0;
  for (std::size_t s = 0; s < starts.size(); ++s) {
    const std::vector<ExitRecord> records = joined_records(session, all.starts[s]);
    paths = std::ssize(records);
    Vec2 start;
    if (std::sscanf(starts[s].c_str(), "%lf,%lf", &start.x, &start.y) != 2)
      throw damaged;
    report_exits(session, out, start, starts.size() > 1, parts,
                 whole_statistics(records, parts.size(), dt, {}));
  }
  out.solver = {
      {"kind", "trajectories"}, {"step", dt}, {"files", std::ssize(names)}, {"paths", paths}};
  const Json slice = part_of(names.front(), "solver");
  if (const Json* const tables = slice.find("interpolation_error"))
    out.solver["interpolation_error"] = *tables;
  tell_of_tables_left_out(session, out.solver);
  complete_solver(out.solver,
                  std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  if (session.rank() == 0)
    write_merged(session, options, all, out, names.front());
}

} // namespace

int mc_merge(Session& session, const Options& options) {
  agree(session.comm(), [&] { merge(session, options); });
  return 0;
}

} // namespace escapade
