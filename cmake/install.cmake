# Components: library (with headers and the package configuration) and programs.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
target_compile_features(escapade PUBLIC cxx_std_20) # who uses the headers needs it too
install(TARGETS escapade EXPORT escapadeTargets COMPONENT library)
foreach(level IN LISTS ESCAPADE_LEVELS)
  install(TARGETS escapade_${level} LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/glibc-hwcaps/${level}"
    NAMELINK_SKIP COMPONENT library)
endforeach()
if(ESCAPADE_PROGRAMS)
  install(TARGETS ${ESCAPADE_PROGRAMS} COMPONENT programs)
  install(DIRECTORY "${ESCAPADE_SHARE}/" DESTINATION "${CMAKE_INSTALL_DATADIR}"
    COMPONENT programs PATTERN made EXCLUDE)
endif()
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/escapade" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT library)
install(FILES "${PROJECT_BINARY_DIR}/generated/escapade/version.hpp"
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/escapade" COMPONENT library)
# The Python package: programs find it there, and PYTHONPATH makes `import escapade` work.
install(DIRECTORY "${PROJECT_SOURCE_DIR}/python/escapade"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/escapade/python" COMPONENT programs
  PATTERN __pycache__ EXCLUDE)
set(ESCAPADE_CONFIG_DIR "${CMAKE_INSTALL_LIBDIR}/cmake/escapade")
install(EXPORT escapadeTargets NAMESPACE escapade:: DESTINATION "${ESCAPADE_CONFIG_DIR}"
  COMPONENT library)
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/escapadeConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/escapadeConfig.cmake" INSTALL_DESTINATION "${ESCAPADE_CONFIG_DIR}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/escapadeConfigVersion.cmake"
  COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/escapadeConfig.cmake"
  "${PROJECT_BINARY_DIR}/escapadeConfigVersion.cmake" DESTINATION "${ESCAPADE_CONFIG_DIR}"
  COMPONENT library)
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" "${PROJECT_SOURCE_DIR}/CITATION.cff"
  DESTINATION "${CMAKE_INSTALL_DOCDIR}")
