# One executable per file of src/programs/main: fp_exit.cpp becomes fp-exit.
file(GLOB ESCAPADE_APPS CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/programs/main/[fm][pc]_*.cpp")
set(ESCAPADE_PROGRAMS)
foreach(source IN LISTS ESCAPADE_APPS)
  get_filename_component(name "${source}" NAME_WE)
  string(REPLACE "_" "-" name "${name}")
  add_executable(${name} "${source}")
  target_link_libraries(${name} PRIVATE escapade escapade_flags)
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_compile_options(${name} PRIVATE -O1) # a call into the library
  list(APPEND ESCAPADE_PROGRAMS ${name})
endforeach()
add_custom_target(programs DEPENDS ${ESCAPADE_PROGRAMS}) # all of them, without the tests
