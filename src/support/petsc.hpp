// PETSc and SLEPc from C++: error codes become exceptions, handles have one owner.
#pragma once

#include <petscdm.h>
#include <petscksp.h>
#include <petscts.h>
#include <slepceps.h>

#include <utility>

namespace escapade {

/// Throws unless `code` is 0: BadInput for options that PETSc does not know or accept, CannotWrite
/// for files, NotTrusted for everything else. The message is PETSc's own, on one line. File and
/// line are the caller's (clang 14 lacks std::source_location).
void check(PetscErrorCode code, const char* file = __builtin_FILE(), int line = __builtin_LINE());

/// Makes PETSc keep its error message for check() instead of printing a traceback. run_program
/// does this; a test that starts PETSc itself may.
void keep_petsc_errors();

inline PetscErrorCode destroy(Mat* handle) {
  return MatDestroy(handle);
}
inline PetscErrorCode destroy(Vec* handle) {
  return VecDestroy(handle);
}
inline PetscErrorCode destroy(KSP* handle) {
  return KSPDestroy(handle);
}
inline PetscErrorCode destroy(TS* handle) {
  return TSDestroy(handle);
}
inline PetscErrorCode destroy(DM* handle) {
  return DMDestroy(handle);
}
inline PetscErrorCode destroy(EPS* handle) {
  return EPSDestroy(handle);
}

/// The only owner of a PETSc or SLEPc object: PetscHandle<Mat> a; check(MatCreate(comm, a.put())).
template<class T>
class PetscHandle {
public:
  PetscHandle() = default;
  /// Takes over the caller's reference.
  explicit PetscHandle(T handle) : handle_(handle) {}
  PetscHandle(PetscHandle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  PetscHandle& operator=(PetscHandle&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  PetscHandle(const PetscHandle&) = delete;
  PetscHandle& operator=(const PetscHandle&) = delete;
  ~PetscHandle() { reset(); }

  T get() const { return handle_; }
  operator T() const { return handle_; }

  /// For functions that create: destroys what is held and gives the place of the new object.
  T* put() {
    reset();
    return &handle_;
  }

  /// Gives the reference up to the caller.
  T release() { return std::exchange(handle_, nullptr); }

  void reset() noexcept {
    // an error here has no one to go to, and destroying twice is worse
    if (handle_)
      static_cast<void>(destroy(&handle_));
    handle_ = nullptr;
  }

private:
  T handle_ = nullptr;
};

} // namespace escapade
