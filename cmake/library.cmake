# One library of all rooms but the programs. A new file in src/ROOM/ is picked up by itself.
file(GLOB_RECURSE ESCAPADE_SOURCES CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/*.cpp")
list(FILTER ESCAPADE_SOURCES EXCLUDE REGEX "/src/programs/")

# Compiles the given sources of a target as one unit a folder.
function(unite_folders target)
  foreach(source IN LISTS ARGN)
    get_filename_component(folder "${source}" DIRECTORY)
    file(RELATIVE_PATH folder "${PROJECT_SOURCE_DIR}/src" "${folder}")
    string(REPLACE "/" "_" group "${folder}")
    set_source_files_properties("${source}" PROPERTIES UNITY_GROUP "${group}")
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  # GCC takes a unit of several sources for a header, whose types others would see.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  if(ESCAPADE_SANITIZE) # false alarms in instrumented units (GCC bug 105562)
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  endif()
endfunction()

# Rooms that do bookkeeping rather than arithmetic gain nothing from more than -O1 but build time.
# Their folders are compiled as one unit each, so that headers are read once a folder.
set(ESCAPADE_PLAIN_SOURCES ${ESCAPADE_SOURCES})
list(FILTER ESCAPADE_PLAIN_SOURCES INCLUDE REGEX # of expressions: what reads and writes text
  "/src/answers/|/src/output/|/src/problem/expression/(grammar/|c_source\\.cpp$|system_compiler\\.cpp$)")
list(FILTER ESCAPADE_PLAIN_SOURCES EXCLUDE REGEX "/(blocks|first_guess|error_estimate)\\.cpp$") # arithmetic
list(REMOVE_ITEM ESCAPADE_SOURCES ${ESCAPADE_PLAIN_SOURCES})
add_library(escapade_plain OBJECT ${ESCAPADE_PLAIN_SOURCES})
target_compile_options(escapade_plain PRIVATE -O1)
unite_folders(escapade_plain ${ESCAPADE_PLAIN_SOURCES})

add_library(escapade ${ESCAPADE_SOURCES} $<TARGET_OBJECTS:escapade_plain>)
unite_folders(escapade ${ESCAPADE_SOURCES})
# False alarms of GCC 12 in its own header of AVX-512, met through Eigen (GCC bug 105593).
set_source_files_properties("${PROJECT_SOURCE_DIR}/src/quantities/fluctuations/reduced.cpp"
  PROPERTIES COMPILE_OPTIONS $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
add_library(escapade::escapade ALIAS escapade)
set(ESCAPADE_LIBRARIES escapade)
if(BUILD_SHARED_LIBS AND NOT ESCAPADE_NATIVE AND CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  # Beside a library for every processor stand those for processors with AVX2 and with AVX-512: the
  # loader of glibc looks into these folders first where the processor has what their names say.
  set(ESCAPADE_LEVELS x86-64-v3 x86-64-v4)
endif()
foreach(level IN LISTS ESCAPADE_LEVELS)
  add_library(escapade_${level} ${ESCAPADE_SOURCES} $<TARGET_OBJECTS:escapade_plain>)
  set_target_properties(escapade_${level} PROPERTIES OUTPUT_NAME escapade
    LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/glibc-hwcaps/${level}")
  # GCC 12 fuses products and sums of neighbouring lines in spite of -ffp-contract=off; AVX-512 has
  # fused ones of its own.
  target_compile_options(escapade_${level} PRIVATE -march=${level} -mno-fma
    $<$<STREQUAL:${level},x86-64-v4>:-fno-tree-slp-vectorize>)
  list(APPEND ESCAPADE_LIBRARIES escapade_${level})
endforeach()
# The number grows where programs that were linked before would no longer work.
set_target_properties(${ESCAPADE_LIBRARIES} PROPERTIES SOVERSION 1 VERSION 1.0)
foreach(part IN LISTS ESCAPADE_LIBRARIES ITEMS escapade_plain)
  target_include_directories(${part} PUBLIC
    "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>"
    "$<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated>"
    "$<INSTALL_INTERFACE:include>")
  target_include_directories(${part} PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_include_directories(${part} SYSTEM PRIVATE "${CHOLMOD_INCLUDE_DIR}")
  target_link_libraries(${part} PUBLIC PkgConfig::SLEPC PkgConfig::PETSC MPI::MPI_C
    PRIVATE PkgConfig::XXHASH Eigen3::Eigen
            VTK::CommonCore VTK::CommonDataModel VTK::IOCore VTK::IOXML "${CHOLMOD_LIBRARY}"
            OpenMP::OpenMP_CXX ${CMAKE_DL_LIBS})
  # The C++ bindings of MPI are long gone; their headers only cost time and warnings.
  target_compile_definitions(${part} PUBLIC OMPI_SKIP_MPICXX=1 MPICH_SKIP_MPICXX=1)
  # Fronts run side by side; a product inside one must not start threads of its own.
  target_compile_definitions(${part} PRIVATE EIGEN_DONT_PARALLELIZE)
  set_target_properties(${part} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  if(BUILD_SHARED_LIBS) # its own calls are its own: no other program's or library's functions take them
    target_compile_options(${part} PRIVATE -fno-semantic-interposition)
    target_link_options(${part} PRIVATE -Wl,-Bsymbolic-functions)
  endif()
endforeach()

# Flags that every target of this project shares; never exported.
add_library(escapade_flags INTERFACE)
target_compile_options(escapade_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
  -Wno-sign-conversion
  # GCC 12 sees overlaps in std::string that are not there (GCC bug 105651)
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # clang: kernels join conditions without branches; its vectoriser leaves loops to GCC's pragmas; the
  # algorithms of libstdc++ 12 call what it deprecates
  $<$<CXX_COMPILER_ID:Clang>:-Wno-bitwise-instead-of-logical>
  $<$<CXX_COMPILER_ID:Clang>:-Wno-pass-failed>
  $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>
  $<$<BOOL:${ESCAPADE_WERROR}>:-Werror>)
# A build for every processor rounds each product and each sum by itself and fixes their order, so that
# its results are the same bits whatever instructions it is compiled to.
if(ESCAPADE_NATIVE)
  target_compile_options(escapade_flags INTERFACE -march=native)
else()
  target_compile_options(escapade_flags INTERFACE -ffp-contract=off)
  target_compile_definitions(escapade_flags INTERFACE EIGEN_DONT_VECTORIZE)
endif()
if(ESCAPADE_SANITIZE)
  target_compile_options(escapade_flags INTERFACE -fsanitize=address,undefined
    -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(escapade_flags INTERFACE -fsanitize=address,undefined)
endif()
foreach(part IN LISTS ESCAPADE_LIBRARIES)
  target_link_libraries(${part} PRIVATE "$<BUILD_INTERFACE:escapade_flags>")
endforeach()
target_link_libraries(escapade_plain PRIVATE escapade_flags)

# Random numbers and path kernels: arithmetic on finite numbers only; finiteness is tested elsewhere.
set(ESCAPADE_FAST_OPTIONS -O3 -fopenmp-simd)
if(ESCAPADE_NATIVE)
  list(APPEND ESCAPADE_FAST_OPTIONS -ffast-math)
else() # neither another order of sums nor approximate quotients and roots
  list(APPEND ESCAPADE_FAST_OPTIONS -fno-math-errno -fno-trapping-math -ffinite-math-only -fno-signed-zeros)
endif()
file(GLOB ESCAPADE_FAST_SOURCES CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/paths/lanes/kernel_*.cpp")
set_source_files_properties(${ESCAPADE_FAST_SOURCES} PROPERTIES COMPILE_OPTIONS "${ESCAPADE_FAST_OPTIONS}")

# Version and commit, known at run time: git knows the commit of a clone, commit.txt that of an archive.
find_package(Git QUIET)
file(STRINGS "${PROJECT_SOURCE_DIR}/cmake/commit.txt" ESCAPADE_COMMIT LIMIT_COUNT 1)
if(NOT ESCAPADE_COMMIT MATCHES "^[0-9a-f]+$")
  set(ESCAPADE_COMMIT "unknown")
endif()
if(GIT_FOUND AND ESCAPADE_COMMIT STREQUAL "unknown")
  execute_process(COMMAND "${GIT_EXECUTABLE}" rev-parse --short=12 HEAD
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}" OUTPUT_VARIABLE COMMIT_FOUND
    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(COMMIT_FOUND)
    set(ESCAPADE_COMMIT "${COMMIT_FOUND}")
  endif()
endif()
configure_file("${PROJECT_SOURCE_DIR}/cmake/version.hpp.in"
  "${PROJECT_BINARY_DIR}/generated/escapade/version.hpp" @ONLY)
