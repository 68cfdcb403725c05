#include "programs/fp/evolve/evolve.hpp"

#include "answers/check.hpp"
#include "escapade/error.hpp"
#include "escapade/output/vtk.hpp"
#include "programs/setup/problem_key.hpp"
#include "support/exact.hpp"
#include "support/parse.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <memory>
#define XXH_STATIC_LINKING_ONLY // the state itself, which goes from rank to rank
#include <xxhash.h>

namespace escapade {

namespace {

std::string all_digits(long double value) {
  return printed("%.21Lg", value);
}

std::string entry(const FieldFile& file, const std::string& where, const std::string& name) {
  const auto found = file.provenance.find(name);
  if (found == file.provenance.end())
    throw BadInput(where + ": has no entry '" + name +
                   "'; give a frame written by fp-evolve, such as out_0010.vti");
  return found->second;
}

std::string text_of(XXH64_hash_t digest) {
  return printed("%016llx", static_cast<unsigned long long>(digest));
}

const std::string checksum_name = "density checksum (xxh64)";

std::string checksum(const std::vector<double>& values) {
  return text_of(XXH64(values.data(), values.size() * sizeof(double), 0));
}

/// Of the values of all ranks, one after the other: the state goes from rank to rank.
std::string checksum(MPI_Comm comm, const std::vector<double>& values) {
  constexpr int tag = 83;
  int rank = 0, ranks = 1;
  MPI_Comm_rank(comm, &rank);
  MPI_Comm_size(comm, &ranks);
  XXH64_state_t state;
  XXH64_reset(&state, 0);
  if (rank > 0)
    MPI_Recv(&state, sizeof state, MPI_BYTE, rank - 1, tag, comm, MPI_STATUS_IGNORE);
  XXH64_update(&state, values.data(), values.size() * sizeof(double));
  if (rank + 1 < ranks)
    MPI_Send(&state, sizeof state, MPI_BYTE, rank + 1, tag, comm);
  std::uint64_t digest = XXH64_digest(&state);
  MPI_Bcast(&digest, 1, MPI_UINT64_T, ranks - 1, comm);
  return text_of(digest);
}

/// "domain is 0,1,0,1 there and 0,2,0,1 here".
std::string first_difference(const std::string& there, const std::string& here) {
  const auto a = split(there, '\n'), b = split(here, '\n');
  for (std::size_t k = 0; k < std::max(a.size(), b.size()); ++k) {
    const std::string u = k < a.size() ? a[k] : "", v = k < b.size() ? b[k] : "";
    if (u == v)
      continue;
    const auto equals = v.find('=');
    if (equals != std::string::npos && u.starts_with(v.substr(0, equals + 1)))
      return v.substr(0, equals) + " is " + u.substr(equals + 1) + " there and " +
             v.substr(equals + 1) + " here";
    return "'" + u + "' there, '" + v + "' here";
  }
  return "nothing";
}

struct Bilinear {
  CellLattice lattice;
  std::vector<double> values;

  double operator()(double x, double y) const {
    const CellLattice& g = lattice;
    if (cell_at(g, {x, y}) < 0)
      return 0;
    const Vec2 place = place_of(g, {x, y});
    const double i = place.x, j = place.y;
    double sum = 0, weights = 0;
    for (int b : {0, 1})
      for (int a : {0, 1}) {
        const double u = std::floor(i) + a, v = std::floor(j) + b;
        const double w = (1 - std::abs(i - u)) * (1 - std::abs(j - v));
        if (!(w > 0) || u < 0 || v < 0 || u >= static_cast<double>(g.cells[0]) ||
            v >= static_cast<double>(g.cells[1]))
          continue;
        const double value =
            values[static_cast<std::size_t>(v) * g.cells[0] + static_cast<std::size_t>(u)];
        if (!std::isnan(value)) // no cell of the grid
          sum += w * value, weights += w;
      }
    return weights > 0 ? sum / weights : 0;
  }
};

/// Refuses a density that has mass where the chain has no cells: it would be lost without a word.
void require_mass_inside(const std::string& where, const CellLattice& lattice,
                         const std::vector<double>& density, const Setup& setup) {
  double inside = 0, total = 0;
  for (std::int64_t j = 0; j < lattice.cells[1]; ++j)
    for (std::int64_t i = 0; i < lattice.cells[0]; ++i) {
      const double p = density[static_cast<std::size_t>(i + lattice.cells[0] * j)];
      if (std::isnan(p))
        continue;
      const Vec2 at = centre(lattice, i, j);
      const double mass = p * area_of(lattice, i, j);
      total += mass;
      inside += setup.domain.contains(at) && part_at(setup.exit, at) < 0 ? mass : 0;
    }
  if (inside >= (1 - 1e-6) * total)
    return;
  throw BadInput(
      where +
      printed(
          ": %.3g of its mass lies outside -domain or inside -exit; give a density within them, "
          "or the -domain and -exit it was made with",
          1 - inside / total));
}

} // namespace

std::string evolution_key(const Options& options, const Setup& setup, const Cells& grid) {
  std::string key = problem_key(options, setup);
  for (const char* name : {"domain", "boundary", "exit", "initial", "start", "grade", "refine"})
    if (!(options.given("initial") && std::string(name) == "start"))
      key += key_line(options, name);
  if (const Grid* g = grid.lattice())
    key += printed("cells=%lld,%lld\nangle=%.17g\n", static_cast<long long>(g->cells[0]),
                   static_cast<long long>(g->cells[1]), g->angle);
  if (const MeshCells* cells = grid.triangles())
    key += "mesh (checksum)=" + mesh_checksum(*cells->mesh) + "\n";
  return key + "unknowns=" + std::to_string(grid.unknowns());
}

FieldFile frame_file(MPI_Comm comm, const Chain& chain, const Setup& setup, const Frame& frame,
                     const std::string& key) {
  const ChainState& s = frame.state;
  FieldFile file = density_file(comm, chain, setup.problem, s);
  file.provenance[checksum_name] = checksum(comm, file.fields.back().values);
  file.provenance["evolution"] = key;
  file.provenance["frame"] = std::to_string(frame.number);
  file.provenance["survival_time"] = all_digits(s.survival_time);
  file.provenance["time_stepping_error"] = all_digits(s.error);
  for (std::size_t k = 0; k < s.exited.size(); ++k)
    file.provenance["exited " + std::to_string(k)] = all_digits(s.exited[k]);
  return file;
}

std::string frame_prefix(const std::string& prefix, std::int64_t number) {
  return prefix + printed("_%04lld", static_cast<long long>(number));
}

Frame read_frame(const std::string& file, const Cells& grid, std::size_t parts,
                 const std::string& key) {
  const std::string where = "-restart " + file;
  const FieldFile fields = read_fields("-restart", file);
  if (const std::string there = entry(fields, where, "evolution"); there != key)
    throw BadInput(where + ": is a frame of another evolution: " + first_difference(there, key) +
                   "; repeat the options of the run that wrote it");
  const auto number = [&](const std::string& name) {
    const std::string text = entry(fields, where, name);
    char* end = nullptr;
    const long double value = std::strtold(text.c_str(), &end);
    if (end == text.c_str() || *end != '\0' || !(value >= 0) || !std::isfinite(value))
      throw BadInput(where + ": damaged: '" + name + "' is " + text);
    return value;
  };
  Frame frame;
  frame.number = static_cast<std::int64_t>(number("frame"));
  frame.state.survival_time = number("survival_time");
  frame.state.error = static_cast<double>(number("time_stepping_error"));
  for (std::size_t k = 0; k < parts; ++k)
    frame.state.exited.push_back(number("exited " + std::to_string(k)));
  if (!fields.time)
    throw BadInput(where + ": damaged: it has no time");
  frame.state.time = *fields.time;
  const CellField& density = field_named(fields, "density");
  if (entry(fields, where, checksum_name) != checksum(density.values))
    throw BadInput(where + ": damaged: the checksum of its density does not match; restart from an "
                           "earlier frame");
  const Grid* lattice = grid.lattice();
  const std::size_t cells =
      static_cast<std::size_t>(lattice ? lattice->cells[0] * lattice->cells[1] : grid.unknowns());
  if (density.values.size() != cells)
    throw BadInput(where + ": has another number of cells than this run's grid");
  for (std::size_t u = 0; u < static_cast<std::size_t>(grid.unknowns()); ++u) {
    const double p = density.values[lattice ? static_cast<std::size_t>(lattice->cell(u)) : u];
    if (!(p >= 0) || !std::isfinite(p))
      throw BadInput(where + ": damaged: a density is " + std::to_string(p));
    frame.state.log_mass.push_back(p > 0 ? std::log(static_cast<long double>(p)) +
                                               log_area(grid, static_cast<std::int64_t>(u))
                                         : -std::numeric_limits<long double>::infinity());
  }
  return frame;
}

std::vector<std::string> frames_until(const std::string& file, std::int64_t number) {
  const std::filesystem::path path(file);
  const std::string suffix = frame_prefix("", number), stem = path.stem().string();
  std::error_code ignored;
  if (!stem.ends_with(suffix))
    return {file};
  const std::string base =
      (path.parent_path() / stem.substr(0, stem.size() - suffix.size())).string();
  std::vector<std::string> all;
  for (std::int64_t k = 0; k < number; ++k) {
    all.push_back(frame_prefix(base, k) + path.extension().string());
    if (!std::filesystem::is_regular_file(all.back(), ignored))
      return {file};
  }
  all.push_back(file);
  return all;
}

Field density_of_file(const std::string& option, const std::string& file, const Setup& setup) {
  FieldFile fields = read_fields(option, file);
  const auto named = [&](const char* name) {
    return std::find_if(fields.fields.begin(), fields.fields.end(),
                        [&](const CellField& f) { return f.name == name; });
  };
  auto found = named("density");
  if (found == fields.fields.end())
    found = named("quasi_stationary_density");
  if (found == fields.fields.end() && fields.fields.size() == 1)
    found = fields.fields.begin();
  if (found == fields.fields.end())
    throw BadInput(option + " " + file +
                   ": has no field 'density' or 'quasi_stationary_density'; give a file of "
                   "fp-evolve, fp-stationary or fp-rate");
  // frames tell the checksum of their density: pieces of several frames would pass for one without
  const auto told = fields.provenance.find(checksum_name);
  if (found->name == "density" && told != fields.provenance.end() &&
      told->second != checksum(found->values))
    throw BadInput(option + " " + file +
                   ": damaged: the checksum of its density does not match; give another frame");
  if (fields.polygons)
    return density_on_mesh(option + " " + file, fields, *found, setup);
  require_mass_inside(option + " " + file, fields.lattice, found->values, setup);
  const auto bilinear =
      std::make_shared<const Bilinear>(Bilinear{fields.lattice, std::move(found->values)});
  return pointwise(1, [bilinear](double x, double y, double* out) { *out = (*bilinear)(x, y); });
}

} // namespace escapade
