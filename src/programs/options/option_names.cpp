// Names of PETSc and SLEPc, and the nearest known name.
#include "escapade/error.hpp"
#include "programs/options/option_table.hpp"
#include "programs/options/sources.hpp"
#include "support/parse.hpp"

#include <algorithm>
#include <array>

namespace escapade {

namespace {

/// Options with these beginnings belong to PETSc, SLEPc or a solver under our prefix.
const std::vector<std::string> petsc_prefixes =
    split("log_ info_ options_ malloc on_error_ ksp_ pc_ mat_ vec_ eps_ st_ ts_ snes_ dm_ sys_ "
          "viewer cuda hip petsc draw x_virtual svd_ pep_ nep_ mfn_ bv_ ds_ fn_ rg_ tao_ sf_ is_ "
          "ao_ debugger sub_ mg_ objects_ blas_ saws device memory_ vecscatter",
          ' ');

const std::vector<std::string> petsc_names =
    split("info no_signal_handler fp_trap use_gpu_aware_mpi nox nox_warning get_total_flops "
          "check_pointer_intensity stop_for_debugger start_in_debugger debug_terminal skip_petscrc "
          "display tmp shared_tmp not_shared_tmp omp_num_threads random_seed random_type",
          ' ');

/// Names often typed, so that a slip in them is recognised too.
const std::vector<std::string> petsc_examples =
    split("log_view options_file options_left ksp_type pc_type", ' ');

/// Beginnings of all names of our own solvers' options.
constexpr std::array<std::string_view, 2> own_prefixes{"solve_", "evolve_"};

/// Of these, after the prefix, those often typed. No other name of PETSc 3.18 or SLEPc 3.18 that
/// begins with the same word is within the distance that a_slip allows.
const std::vector<std::string> solver_examples =
    split("ksp_type ksp_rtol ksp_atol ksp_divtol ksp_max_it ksp_monitor ksp_view "
          "ksp_converged_reason ksp_gmres_restart pc_type pc_factor_mat_solver_type pc_hypre_type "
          "pc_hypre_boomeramg_strong_threshold eps_type eps_tol eps_nev eps_ncv eps_mpd eps_max_it "
          "eps_monitor eps_view st_type st_ksp_type st_pc_type ts_type ts_dt ts_rtol ts_atol "
          "ts_max_steps ts_max_time ts_monitor ts_view ts_adapt_type ts_adapt_dt_min "
          "ts_adapt_dt_max ts_positive_sequences",
          ' ');

std::string_view first_word(std::string_view name) {
  return name.substr(0, name.find('_'));
}

/// Whether any word between underscores names a kind of object: options of solvers within solvers
/// have more words before it.
bool names_an_object(std::string_view name) {
  constexpr std::array<std::string_view, 18> objects{"ksp", "pc", "mat", "vec",  "eps", "st",
                                                     "ts",  "bv", "ds",  "fn",   "rg",  "svd",
                                                     "sub", "dm", "is",  "snes", "ao",  "sf"};
  for (;;) {
    const std::string_view word = first_word(name);
    if (std::find(objects.begin(), objects.end(), word) != objects.end())
      return true;
    if (word.size() == name.size())
      return false;
    name.remove_prefix(word.size() + 1);
  }
}

/// Whether the name, without our prefix, is nearly one that is often typed, yet is not.
bool a_slip(std::string_view name) {
  const std::size_t allowed = name.size() < 8 ? 1 : 2;
  bool slip = false;
  for (const std::string& known : solver_examples) {
    if (name == known)
      return false;
    slip = slip || (first_word(name) == first_word(known) && edit_distance(name, known) <= allowed);
  }
  return slip;
}

} // namespace

bool is_petsc_option(std::string_view name) {
  if (name.size() > 300) // no name is nearly as long
    return false;
  for (const std::string_view prefix : own_prefixes)
    if (name.starts_with(prefix)) {
      const std::string_view rest = name.substr(prefix.size());
      return names_an_object(rest) && !a_slip(rest);
    }
  return std::any_of(petsc_prefixes.begin(), petsc_prefixes.end(),
                     [&](std::string_view prefix) { return name.starts_with(prefix); }) ||
         std::find(petsc_names.begin(), petsc_names.end(), name) != petsc_names.end();
}

std::vector<std::string> solver_prefixes() {
  std::vector<std::string> prefixes(own_prefixes.begin(), own_prefixes.end());
  prefixes.insert(prefixes.end(), petsc_prefixes.begin(), petsc_prefixes.end());
  return prefixes;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] != b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::string nearest_option(std::string_view name) {
  if (name.size() > 100) // no name is nearly as long, and the distance costs its length
    return {};
  std::string nearest;
  // half of a short name may not change, and no more than three letters of a long one
  std::size_t least = std::min<std::size_t>(3, name.size() / 2) + 1;
  const auto consider = [&](std::string_view known) {
    const std::size_t distance = edit_distance(name, known);
    if (distance < least) {
      least = distance;
      nearest = known;
    }
  };
  for (const OptionEntry& entry : option_table())
    consider(entry.name);
  for (const std::string& known : petsc_names)
    consider(known);
  for (const std::string& known : petsc_examples)
    consider(known);
  for (const std::string_view prefix : own_prefixes)
    for (const std::string& known : solver_examples)
      consider(std::string(prefix) + known);
  return nearest;
}

bool classify(const std::string& name, const std::string& where, const std::string& dash) {
  if (find_option(name))
    return false;
  if (name.starts_with("dll_") || name == "skip_petscrc")
    throw BadInput(where +
                   ": refused; escapade loads no libraries and reads no rc files by option");
  if (name.starts_with("options_file_") || name.starts_with("options_string"))
    throw BadInput(where + ": refused; give -options_file FILE, or -problem FILE.yaml");
  const std::string nearest = nearest_option(name);
  if (is_petsc_option(name)) {
    // -solve_tolerence begins like an option of a solver, but is a slip in one of ours
    if (name.size() < 8 || !find_option(nearest) || edit_distance(name, nearest) > 2)
      return true;
  }
  throw BadInput(where + ": unknown option; " +
                 (nearest.empty() ? "-help lists those that are known"
                                  : "did you mean " + dash + nearest + "?"));
}

} // namespace escapade
