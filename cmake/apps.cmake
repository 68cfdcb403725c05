# One executable per file of src/apps: fp_exit.cpp becomes fp-exit.
file(GLOB ESCAPADE_APPS CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/apps/*.cpp")
set(ESCAPADE_PROGRAMS)
foreach(source IN LISTS ESCAPADE_APPS)
  get_filename_component(name "${source}" NAME_WE)
  string(REPLACE "_" "-" name "${name}")
  add_executable(${name} "${source}")
  target_link_libraries(${name} PRIVATE escapade escapade_flags)
  target_compile_options(${name} PRIVATE -O1) # a call into the library
  list(APPEND ESCAPADE_PROGRAMS ${name})
endforeach()
add_custom_target(programs DEPENDS ${ESCAPADE_PROGRAMS}) # all of them, without the tests
