#include "support/log_stage.hpp"

#include "support/petsc.hpp"

#include <petsclog.h>

namespace escapade {

LogStage::LogStage(const char* name) {
  PetscBool running = PETSC_FALSE;
  check(PetscInitialized(&running));
  if (!running)
    return;
  PetscLogStage stage = -1;
  check(PetscLogStageGetId(name, &stage));
  if (stage < 0)
    check(PetscLogStageRegister(name, &stage));
  static PetscClassId owner = 0; // registered anew by each PetscInitialize, hence looked up first
  PetscLogEvent event = -1;
  check(PetscLogEventGetId(name, &event));
  if (event < 0) {
    check(PetscClassIdRegister("escapade", &owner));
    check(PetscLogEventRegister(name, owner, &event));
  }
  check(PetscLogStagePush(stage));
  event_ = event;
  check(PetscLogEventBegin(event_, 0, 0, 0, 0));
}

LogStage::~LogStage() {
  if (event_ < 0)
    return;
  // An error has no one to go to from here.
  static_cast<void>(PetscLogEventEnd(event_, 0, 0, 0, 0));
  static_cast<void>(PetscLogStagePop());
}

} // namespace escapade
