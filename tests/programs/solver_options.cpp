// Options that are not escapade's own: passed on to PETSc, or refused.
#define BOOST_TEST_MODULE solver_options
#include "shared/command_lines.hpp"

#include "programs/options/option_table.hpp"

using namespace escapade;

BOOST_AUTO_TEST_CASE(options_of_petsc_are_passed_on_unchanged) {
  const CommandLine line = read({"-solve_ksp_type", "cg", "-log_view", "-solve_ksp_rtol", "-1",
                                 "-info", "-cells", "4,4", "-log_view", ":a.txt"});
  const Words expected{"-solve_ksp_type", "cg", "-log_view", ":a.txt",
                       "-solve_ksp_rtol", "-1", "-info"};
  BOOST_TEST(line.petsc_arguments == expected, boost::test_tools::per_element());
  BOOST_TEST(line.options.all_given().size() == 5u);
}

BOOST_AUTO_TEST_CASE(nothing_loads_libraries) {
  BOOST_TEST(says(refusal({"-dll_append", "a.so"}), "refused"));
  BOOST_TEST(says(refusal({"-skip_petscrc", "false"}), "refused"));
}

BOOST_AUTO_TEST_CASE(the_environment_is_for_petsc_alone) {
  const Environment set("-dll_append a.so -cells 3,3 -log_view ':a b.txt' -other_program 5 "
                        "-solve_ksp_rtol '1e-3'");
  const CommandLine line = read({"-log_view", ":b.txt"});
  const Words expected{"-solve_ksp_rtol", "1e-3", "-log_view", ":b.txt"};
  BOOST_TEST(line.petsc_arguments == expected, boost::test_tools::per_element());
  BOOST_TEST(line.notices.size() == 4u);
  BOOST_TEST(!line.options.given("cells"));
  BOOST_TEST(read({}).petsc_arguments.size() == 2u);
}

BOOST_AUTO_TEST_CASE(options_that_were_not_typed_tune_solvers_and_nothing_else) {
  const std::pair<const char*, const char*> harmless[] = {
      {"solve_ksp_type", "gmres"},
      {"solve_ksp_rtol", "1e-10"},
      {"solve_pc_factor_mat_solver_type", "mumps"},
      {"solve_mat_mumps_icntl_14", "80"},
      {"solve_ksp_monitor", ""},
      {"solve_ksp_view", "::ascii_info_detail"},
      {"solve_ksp_monitor_true_residual", "ascii"},
      {"evolve_ts_monitor", "true"},
      {"evolve_ts_adapt_type", "none"},
      {"pc_hypre_type", "boomeramg"},
      {"log_view", ""},
      {"log_view", "::ascii_xml"},
      {"info", ""},
      {"options_left", "no"}};
  for (const auto& [name, value] : harmless)
    BOOST_TEST(danger_of(name, value) == "", name << " " << value);
  const std::pair<const char*, const char*> dangers[] = {
      {"python", "X"},
      {"dll_append", "a.so"},
      {"solve_pc_type", "python"},
      {"solve_pc_python_type", "m.f"},
      {"start_in_debugger", ""},
      {"on_error_attach_debugger", "gdb"},
      {"on_error_emacs", "here"},
      {"options_file", "other"},
      {"options_file_yaml", "other"},
      {"prefix_push", "py"},
      {"history", "f"},
      {"log_view", ":f"},
      {"log_view", "ascii:f:ascii_xml"},
      {"log_view", "f"},
      {"log_trace", "f"},
      {"log_mpe", ""},
      {"info", "ascii"},
      {"malloc_dump", "f"},
      {"solve_ksp_view", "f"},
      {"solve_ksp_view_mat", "binary"},
      {"solve_ksp_view_mat", "binary:f"},
      {"solve_eps_view_vectors", "hdf5:f"},
      {"solve_ksp_monitor", "ascii:f"},
      {"evolve_ts_monitor_solution_vtk", "f-%03D.vts"},
      {"evolve_ts_save_trajectory", ""},
      {"evolve_ts_trajectory_dirname", "f"},
      {"solve_mat_mumps_ooc_tmpdir", "f"},
      {"solve_mat_mumps_icntl_1", "7"},
      {"solve_pc_type", "/f"},
      {"solve_ksp_type", "-python"},
      {"ksp_type -python", "X"},
      {"viewer_binary_filename", "f"},
      {"draw_save", "f"},
      {"saws_port", "1"},
      {"tmp", "f"},
      {"anything", ""}};
  for (const auto& [name, value] : dangers)
    BOOST_TEST(danger_of(name, value) != "", name << " " << value);
}

BOOST_AUTO_TEST_CASE(a_file_of_options_is_read_before_petsc_and_loses_to_what_is_typed) {
  const Folder folder;
  const std::string file =
      folder.file("o", "# -python X\n-solve_ksp_type cg # cg\n  --solve_ksp_rtol 1e-3 -info\n");
  const CommandLine line = read({"-solve_ksp_type", "bcgs", "-options_file", file});
  const Words expected{"-solve_ksp_type", "bcgs", "-solve_ksp_rtol", "1e-3", "-info"};
  BOOST_TEST(line.petsc_arguments == expected, boost::test_tools::per_element());
  BOOST_TEST(line.options.all_given().size() == 3u); // a rerun needs no file
  const auto message = [&](const std::string& text) {
    return refusal({"-options_file", folder.file("bad", text)});
  };
  BOOST_TEST(says(message("\n-python X\n"), "bad:2: -python \"X\": refused, it would run"));
  BOOST_TEST(says(message("-options_file o\n"), "would read more options"));
  BOOST_TEST(says(message("-cells 3,3\n"), "-problem file"));
  BOOST_TEST(says(message("words\n"), "bad:1: \"words\": not an option"));
  BOOST_TEST(says(refusal({"-options_file_yaml", "x"}), "refused"));
}

BOOST_AUTO_TEST_CASE(names_of_solvers_under_our_prefixes_are_told_from_slips_in_them) {
  for (const char* known :
       {"solve_ksp_type", "solve_pc_type", "solve_mat_type", "solve_vec_type", "solve_eps_all",
        "solve_eps_converged_reason", "solve_mg_levels_ksp_type", "solve_mg_coarse_sub_pc_type",
        "solve_st_pc_factor_mat_solver_type", "evolve_ts_type", "evolve_ts_adapt_type",
        "evolve_ts_positive_sequences", "ksp_tipe"})
    BOOST_TEST(is_petsc_option(known), known);
  const std::pair<const char*, const char*> slips[] = {
      {"evolve_ts_typo", "evolve_ts_type"},     {"solve_ksp_tipe", "solve_ksp_type"},
      {"solve_kps_type", "solve_ksp_type"},     {"solve_ksp_rtoll", "solve_ksp_rtol"},
      {"solve_ksp_maxit", "solve_ksp_max_it"},  {"evolve_ts_max_step", "evolve_ts_max_steps"},
      {"evolv_ts_monitor", "evolve_ts_monitor"}};
  for (const auto& [slip, meant] : slips) {
    BOOST_TEST(!is_petsc_option(slip), slip);
    BOOST_TEST(nearest_option(slip) == meant, slip);
  }
  BOOST_TEST(!is_petsc_option("solve_"));
  BOOST_TEST(!is_petsc_option("solve_anything"));
  BOOST_TEST(!is_petsc_option("solve_ksp" + std::string(1000000, '_')));
}
