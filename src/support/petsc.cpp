#include "support/petsc.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <string>

namespace escapade {

namespace {

/// What PETSc said about the error on its way to check().
std::string& kept_message() {
  thread_local std::string message;
  return message;
}

PetscErrorCode keep_message(MPI_Comm, int, const char*, const char*, PetscErrorCode code,
                            PetscErrorType type, const char* message, void*) {
  if (type == PETSC_ERROR_INITIAL)
    kept_message() = message ? message : "";
  return code;
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  while (!text.empty() && text.back() == ' ')
    text.pop_back();
  return text;
}

} // namespace

void keep_petsc_errors() {
  PetscPushErrorHandler(keep_message, nullptr);
}

void check(PetscErrorCode code, const char* file, int line) {
  if (code == 0)
    return;
  const char* general = nullptr;
  PetscErrorMessage(code, &general, nullptr);
  const std::string said = one_line(std::exchange(kept_message(), {}));
  std::string message = "PETSc: " + (said.empty() ? one_line(general ? general : "error") : said);
  switch (code) {
  case PETSC_ERR_ARG_UNKNOWN_TYPE:
  case PETSC_ERR_USER_INPUT:
  case PETSC_ERR_SUP:
  case PETSC_ERR_SUP_SYS:
  case PETSC_ERR_MISSING_FACTOR:
    throw BadInput(message + "; check the -solve_ and -evolve_ options");
  case PETSC_ERR_FILE_OPEN:
  case PETSC_ERR_FILE_WRITE:
    throw CannotWrite(message);
  case PETSC_ERR_MEM:
    throw NotTrusted("PETSc: out of memory; take fewer cells or more processes");
  default:
    break;
  }
  const std::string path = file;
  throw NotTrusted(message + " (error " + std::to_string(code) + ", " +
                   path.substr(path.rfind('/') + 1) + ":" + std::to_string(line) + ")");
}

} // namespace escapade
