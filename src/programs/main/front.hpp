// `escapade`: one front of all programs.
#pragma once

namespace escapade {

/// Body of the executable `escapade`: lists the programs, prints their help, and becomes the
/// program that its first word names.
int run_front(int argc, char** argv);

} // namespace escapade
