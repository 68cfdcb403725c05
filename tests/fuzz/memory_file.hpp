// The bytes that a fuzzer made, as a file that a reader can open.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

/// The path of a file in memory that holds the bytes; the one before is gone.
inline std::string memory_file(const std::uint8_t* data, std::size_t size) {
  static int file = -1;
  if (file >= 0)
    ::close(file);
  file = ::memfd_create("fuzz", MFD_CLOEXEC);
  if (::write(file, data, size) != static_cast<ssize_t>(size))
    __builtin_trap();
  return "/proc/self/fd/" + std::to_string(file);
}
