// Options of PETSc that were not typed (in a problem file, a rerun, an options file, PETSC_OPTIONS)
// may tune solvers and nothing else: what is let through is listed by kind, not what is refused.
#include "escapade/error.hpp"
#include "support/files/read_file.hpp"
#include "support/parse.hpp"

#include "programs/options/option_table.hpp"
#include "programs/options/sources.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>

namespace escapade {

namespace {

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool is_boolean(std::string_view value) {
  return is_one_of(value, {"", "true", "false", "yes", "no", "on", "off", "1", "0"});
}

/// Letters, digits and what numbers and names of methods are made of.
bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) ||
           is_one_of({&c, 1}, {"_", ".", ",", "+", "-"});
  });
}

bool has_word(std::string_view name, std::initializer_list<std::string_view> list) {
  const auto words = split(name, '_');
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return is_one_of(word, list); });
}

bool begins(std::string_view name, std::initializer_list<std::string_view> list) {
  return std::any_of(list.begin(), list.end(),
                     [&](std::string_view beginning) { return name.starts_with(beginning); });
}

/// A viewer that prints: nothing, or "ascii::FORMAT" without a file between the colons.
bool prints_only(std::string_view value) {
  if (is_boolean(value))
    return true;
  const auto parts = split(value, ':');
  return is_one_of(parts[0], {"", "ascii"}) && (parts.size() < 2 || parts[1].empty()) &&
         std::all_of(parts.begin(), parts.end(), is_plain);
}

/// Options of solvers, under our prefixes and bare.
bool of_a_solver(std::string_view name) {
  return begins(name, {"solve_", "evolve_", "ksp_", "pc_", "mat_", "vec_",       "eps_",  "st_",
                       "ts_",    "bv_",     "ds_",  "fn_", "rg_",  "svd_",       "snes_", "dm_",
                       "is_",    "sf_",     "sub_", "mg_", "ao_",  "vecscatter_"});
}

/// Names of MUMPS that redirect its messages, or keep factors in files.
bool of_mumps_files(std::string_view name) {
  return name.ends_with("mumps_icntl_1") || name.ends_with("mumps_icntl_2") ||
         name.ends_with("mumps_icntl_3") || name.ends_with("mumps_icntl_22");
}

constexpr auto writes = "could write a file";

std::string danger_of_solver_option(const std::string& name, const std::string& value) {
  if (has_word(name, {"file", "filename", "files",  "dir",    "dirname",    "tmpdir",   "ooc",
                      "path", "tmp",      "save",   "load",   "trajectory", "template", "dump",
                      "hdf5", "vtk",      "matlab", "exodus", "output",     "history"}) ||
      of_mumps_files(name))
    return writes;
  if (has_word(name, {"view", "monitor", "viewer"}))
    return prints_only(value) || (name.ends_with("_frequency") && parse_integer(value))
               ? std::string()
               : writes;
  return is_plain(value) ? std::string() : writes;
}

} // namespace

std::string danger_of(const std::string& name, const std::string& value) {
  if (!is_plain(name) || begins_option(value))
    return "is not one option and its value";
  if (begins(name, {"dll_"}))
    return "would load a library";
  if (has_word(name, {"python"}) || value.find("python") != std::string::npos)
    return "would run a program in Python";
  if (begins(name, {"start_in_debugger", "stop_for_debugger", "debugger", "debug_terminal",
                    "on_error_attach", "on_error_emacs"}))
    return "would start a debugger";
  if (begins(name, {"options_file", "options_string", "options_yaml"}))
    return "would read more options";
  if (of_a_solver(name))
    return danger_of_solver_option(name, value);
  if (is_one_of(name, {"log_view", "options_view"}))
    return prints_only(value) ? "" : writes;
  if (is_one_of(name,
                {"info", "log_trace", "log_all", "malloc_dump", "malloc_view", "memory_view"}))
    return value.empty() ? "" : writes; // any value is the name of a file
  if (is_one_of(name,
                {"options_left", "malloc", "malloc_debug", "malloc_test", "fp_trap", "nox",
                 "nox_warning", "get_total_flops", "no_signal_handler", "log_sync",
                 "log_view_memory", "on_error_abort", "on_error_mpiabort", "use_gpu_aware_mpi"}))
    return is_boolean(value) ? "" : writes;
  return begins(name, {"log_", "malloc", "history", "info", "viewer", "draw", "tmp", "shared_tmp"})
             ? writes
             : "is no option of a solver";
}

void check_petsc_option(const FoundOption& option) {
  const std::string danger = danger_of(option.name, option.value);
  if (danger.empty())
    return;
  throw BadInput(option.where + (option.value.empty() ? "" : " \"" + option.value + "\"") +
                 ": refused, it " + danger + "; type it on the command line if that is meant");
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  char quote = 0;
  bool open = false;
  for (const char c : text) {
    if (quote != 0 ? c == quote : c == '"' || c == '\'') {
      quote = quote == 0 ? c : '\0';
      if (!open)
        words.emplace_back();
      open = true;
    } else if (quote == 0 && std::isspace(static_cast<unsigned char>(c))) {
      open = false;
    } else {
      if (!open)
        words.emplace_back();
      open = true;
      words.back() += c;
    }
  }
  return words;
}

std::vector<FoundOption> read_options_file(const std::string& path, const std::string& where) {
  const std::string text =
      read_regular_file(path, where + " \"" + path + "\"",
                        "give a file of lines \"-name value\" for PETSc", std::int64_t{1} << 24);
  std::vector<FoundOption> found;
  const auto lines = split(text, '\n');
  for (std::size_t k = 0; k < lines.size(); ++k) {
    const std::string place = path + ":" + std::to_string(k + 1) + ": ";
    check_text(lines[k], place + "the line");
    const auto words = words_of(lines[k].substr(0, lines[k].find('#')));
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (!begins_option(words[i]))
        throw BadInput(place + "\"" + words[i] + "\": not an option; expected \"-name value\"");
      FoundOption option{words[i].substr(words[i][1] == '-' ? 2 : 1), "", true, place + words[i]};
      if (i + 1 < words.size() && !begins_option(words[i + 1]))
        option.value = words[++i];
      if (find_option(option.name))
        throw BadInput(option.where + ": is not for PETSc; give it on the command line or in a "
                                      "-problem file");
      check_petsc_option(option);
      found.push_back(option);
    }
  }
  return found;
}

} // namespace escapade
