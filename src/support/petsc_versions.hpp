// The one place that knows in what the versions of PETSc differ, 3.18 to 3.25.
#pragma once

#include <petscksp.h>

namespace escapade {

/// What a `setfromoptions` of a type is given.
#if PETSC_VERSION_LT(3, 23, 0)
using OptionItems = PetscOptionItems*;
#else
using OptionItems = PetscOptionItems;
#endif

/// Any operation of a shell matrix.
#if PETSC_VERSION_LT(3, 24, 0)
using ShellOperation = void (*)();
#else
using ShellOperation = PetscErrorCodeFn*;
#endif

/// Deletes the T that a pointer at `place` points to; versions differ in the type of the place.
template<class T>
struct Deleter {
  static PetscErrorCode destroy(void** place) {
    delete static_cast<T*>(*place);
    return 0;
  }
  static PetscErrorCode destroy(void* place) { return destroy(static_cast<void**>(place)); }
};

/// The container deletes the T that it points to when it goes.
template<class T>
PetscErrorCode own_content(PetscContainer container) {
#if PETSC_VERSION_LT(3, 23, 0)
  return PetscContainerSetUserDestroy(container, [](void* held) {
    delete static_cast<T*>(held);
    return PetscErrorCode{};
  });
#else
  return PetscContainerSetCtxDestroy(container, Deleter<T>::destroy);
#endif
}

/// The solver's DM makes neither matrix nor right side.
inline PetscErrorCode keep_dm_passive(KSP ksp) {
#if PETSC_VERSION_LT(3, 25, 0)
  return KSPSetDMActive(ksp, PETSC_FALSE);
#else
  return KSPSetDMActive(ksp, KSP_DMACTIVE_ALL, PETSC_FALSE);
#endif
}

} // namespace escapade
