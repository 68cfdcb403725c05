#include "programs/setup/problem_key.hpp"

#include "programs/options/option_table.hpp"

namespace escapade {

std::string key_line(const Options& options, const std::string& name) {
  return name + "=" + (options.given(name) ? options.text(name) : "(default)") + "\n";
}

std::string problem_key(const Options& options, const Setup& setup) {
  std::string key;
  for (const OptionEntry& option : option_table())
    if (option.group == option_table().front().group && !option.input_file)
      key += key_line(options, option.name);
  if (setup.data)
    key += "data=" + setup.data->checksum + "\n";
  return key + setup.table_checksums;
}

} // namespace escapade
