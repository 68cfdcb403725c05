# What stands under all programs: options, setup, reports, questions. Not installed.
file(GLOB_RECURSE ESCAPADE_PROGRAM_SOURCES CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/programs/*.cpp")
list(FILTER ESCAPADE_PROGRAM_SOURCES EXCLUDE REGEX "/programs/main/(front_)?main.cpp$")
add_library(escapade_programs STATIC ${ESCAPADE_PROGRAM_SOURCES})
target_include_directories(escapade_programs PUBLIC "${PROJECT_SOURCE_DIR}/src")
target_link_libraries(escapade_programs PUBLIC escapade
  PRIVATE escapade_flags nlohmann_json::nlohmann_json PkgConfig::YAMLCPP PkgConfig::XXHASH VTK::CommonCore)
# Bookkeeping gains nothing from more than -O1 but build time; arithmetic among it keeps -O3.
target_compile_options(escapade_programs PRIVATE -O1)
set(ESCAPADE_PROGRAM_ARITHMETIC ${ESCAPADE_PROGRAM_SOURCES})
list(FILTER ESCAPADE_PROGRAM_ARITHMETIC INCLUDE REGEX "splitting_score|sgd_sampler")
set_source_files_properties(${ESCAPADE_PROGRAM_ARITHMETIC} PROPERTIES
  COMPILE_OPTIONS "$<$<CONFIG:Release>:-O3>")
list(REMOVE_ITEM ESCAPADE_PROGRAM_SOURCES ${ESCAPADE_PROGRAM_ARITHMETIC})
unite_folders(escapade_programs ${ESCAPADE_PROGRAM_SOURCES})

# One executable per entry of the program table.
set(ESCAPADE_PROGRAM_TABLE "${PROJECT_SOURCE_DIR}/src/programs/main/program_table.cpp")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${ESCAPADE_PROGRAM_TABLE}")
file(STRINGS "${ESCAPADE_PROGRAM_TABLE}" ESCAPADE_PROGRAMS REGEX "\\.name = \"")
list(TRANSFORM ESCAPADE_PROGRAMS REPLACE ".*\\.name = \"([^\"]*)\".*" "\\1")
foreach(name IN LISTS ESCAPADE_PROGRAMS)
  add_executable(${name} "${PROJECT_SOURCE_DIR}/src/programs/main/main.cpp")
  target_link_libraries(${name} PRIVATE escapade_programs escapade_flags)
  target_compile_definitions(${name} PRIVATE ESCAPADE_PROGRAM="${name}")
endforeach()

# `escapade`, the front of all; the library's target has that name.
add_executable(escapade_front "${PROJECT_SOURCE_DIR}/src/programs/main/front_main.cpp")
target_link_libraries(escapade_front PRIVATE escapade_programs escapade_flags)
set_target_properties(escapade_front PROPERTIES OUTPUT_NAME escapade)
list(APPEND ESCAPADE_PROGRAMS escapade_front)

# Manual pages, completion, the options' page and schemas, from the table of options.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
file(GLOB ESCAPADE_REFERENCE CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/scripts/reference/*.py")
set(ESCAPADE_SHARE "${PROJECT_BINARY_DIR}/share")
add_custom_command(OUTPUT "${ESCAPADE_SHARE}/made"
  COMMAND "${CMAKE_COMMAND}" -E rm -rf "${ESCAPADE_SHARE}"
  COMMAND "${Python3_EXECUTABLE}" -B "${PROJECT_SOURCE_DIR}/scripts/reference"
    "$<TARGET_FILE:escapade_front>" "${ESCAPADE_SHARE}"
  COMMAND "${CMAKE_COMMAND}" -E touch "${ESCAPADE_SHARE}/made"
  DEPENDS escapade_front ${ESCAPADE_REFERENCE} VERBATIM)
add_custom_target(reference ALL DEPENDS "${ESCAPADE_SHARE}/made")
# The page of the options stands in the sources, too, for those who read them there.
add_custom_target(update_reference DEPENDS reference
  COMMAND "${CMAKE_COMMAND}" -E copy "${ESCAPADE_SHARE}/doc/escapade/options.md"
    "${PROJECT_SOURCE_DIR}/docs/reference/options.md")
add_custom_target(programs DEPENDS ${ESCAPADE_LIBRARIES} ${ESCAPADE_PROGRAMS} reference) # all of them, without the tests
