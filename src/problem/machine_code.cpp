#include "machine_code.hpp"

#include "escapade/problem/function.hpp"

#include <mutex>

namespace escapade {
namespace {

std::mutex notice_mutex;
std::optional<std::string> notice;

} // namespace

std::string c_source(const Program&) {
  return {};
}
std::string c_source(const SplitProgram&) {
  return {};
}

std::shared_ptr<const MachineCode> compile(const std::string&) {
  return nullptr;
}

void set_compile_notice(const std::string& reason) {
  const std::lock_guard lock(notice_mutex);
  notice = reason;
}

std::optional<std::string> compile_notice() {
  const std::lock_guard lock(notice_mutex);
  return notice;
}

} // namespace escapade
