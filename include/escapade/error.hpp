// Failures and the exit status each one ends a program with.
//
// A message is one line: what was given, what is allowed, what to do. The program's name is put
// before it by the program itself, so messages start with the option concerned where there is one:
//   -exit "a >": expected an expression after '>' (column 4)
#pragma once

#include <stdexcept>
#include <string>

namespace escapade {

/// Input that cannot be used: exit status 2, nothing written.
struct BadInput : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A solve that did not converge or whose answer cannot be trusted: exit status 3.
struct NotTrusted : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// An output that could not be written: exit status 4.
struct CannotWrite : std::runtime_error {
  using std::runtime_error::runtime_error;
};

} // namespace escapade
