# PETSc must have been configured with real numbers of double precision and indices of 32 bits.
function(check_petsc include_folders)
  set(configure "configure PETSc and SLEPc without it and let PKG_CONFIG_PATH name them, or install Debian's libslepc-real-dev")
  foreach(folder IN LISTS include_folders)
    if(NOT EXISTS "${folder}/petscconf.h")
      continue()
    endif()
    file(STRINGS "${folder}/petscconf.h" settings REGEX "^#define +PETSC_USE_[A-Z0-9_]+")
    foreach(refused IN ITEMS "COMPLEX:complex numbers (--with-scalar-type=complex)"
        "64BIT_INDICES:indices of 64 bits (--with-64-bit-indices)"
        "REAL_SINGLE:single precision (--with-precision=single)"
        "REAL___FLOAT128:quadruple precision (--with-precision=__float128)")
      string(REPLACE ":" ";" refused "${refused}")
      list(GET refused 0 name)
      list(GET refused 1 words)
      if(settings MATCHES "PETSC_USE_${name}( |;|$)")
        message(FATAL_ERROR "The PETSc in ${folder} was built with ${words}, which escapade cannot use: ${configure}.")
      endif()
    endforeach()
  endforeach()
endfunction()
