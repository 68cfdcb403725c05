#include "output/gnuplot.hpp"

#include "escapade/error.hpp"
#include "support/exact.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace escapade {
namespace {

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

File nameless_file(const std::string& name) {
  File file(std::tmpfile());
  if (!file)
    throw CannotWrite(name + ": no temporary file for gnuplot: " + std::strerror(errno));
  return file;
}

std::string content_of(std::FILE* file) {
  std::string text;
  std::rewind(file);
  std::array<char, 65536> block;
  for (std::size_t n; (n = std::fread(block.data(), 1, block.size(), file)) > 0;)
    text.append(block.data(), n);
  return text;
}

/// Runs gnuplot on these standard streams; the exit status as waitpid() gives it.
int run_gnuplot(const std::string& name, std::FILE* in, std::FILE* out, std::FILE* messages) {
  posix_spawn_file_actions_t streams;
  posix_spawn_file_actions_init(&streams);
  posix_spawn_file_actions_adddup2(&streams, fileno(in), 0);
  posix_spawn_file_actions_adddup2(&streams, fileno(out), 1);
  posix_spawn_file_actions_adddup2(&streams, fileno(messages), 2);
  std::string program = "gnuplot", no_settings_of_the_user = "-d";
  char* arguments[] = {program.data(), no_settings_of_the_user.data(), nullptr};
  pid_t child = 0;
  const int error = posix_spawnp(&child, program.c_str(), &streams, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&streams);
  if (error == ENOENT)
    throw CannotWrite(name + ": the program gnuplot is not installed (package gnuplot-nox); "
                             "install it, or leave out the picture");
  if (error != 0)
    throw CannotWrite(name + ": cannot start gnuplot: " + std::strerror(error));
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR)
      throw CannotWrite(name + ": gnuplot: " + std::strerror(errno));
  return status;
}

/// The first line that says something: gnuplot quotes the command and points at it before.
std::string first_message(const std::string& text) {
  std::size_t from = 0;
  while (from < text.size()) {
    const std::size_t to = std::min(text.find('\n', from), text.size());
    const std::string message = text.substr(from, to - from);
    if (message.find("line ") != std::string::npos || message.find("rror") != std::string::npos)
      return message;
    from = to + 1;
  }
  return text.empty() ? "no message" : text.substr(0, text.find('\n'));
}

} // namespace

void Gnuplot::line(const std::string& command) {
  settings_ += command + "\n";
}

void Gnuplot::layer(const std::string& how, const std::vector<double>& data) {
  elements_ += (elements_.empty() ? "plot '-' " : ", '-' ") + how;
  data_.append(reinterpret_cast<const char*>(data.data()), data.size() * sizeof(double));
}

void Gnuplot::arrows(const std::vector<double>& rows) {
  if (rows.empty())
    return;
  const std::string how = "binary record=" + std::to_string(rows.size() / 4) +
                          " format='%double%double%double%double' using 1:2:3:4 with vectors "
                          "head size graph 0.008,20 filled lw ";
  layer(how + "3.5 lc rgb '#000000' notitle", rows); // a dark rim, to be seen on every colour
  layer(how + "1.5 lc rgb '#ffffff' notitle", rows);
}

void Gnuplot::curve(const std::vector<Vec2>& points, const std::string& label) {
  if (points.empty())
    return;
  std::vector<double> rows;
  for (Vec2 p : points)
    rows.insert(rows.end(), {p.x, p.y});
  const std::string how = "binary record=" + std::to_string(points.size()) +
                          " format='%double%double' using 1:2 with lines lw ";
  layer(how + "5 lc rgb '#ffffff' notitle", rows);
  layer(how + "2.5 lc rgb '#d62728' " + (label.empty() ? "notitle" : "title " + in_quotes(label)),
        rows);
}

void Gnuplot::marker(const Marker& m) {
  const int kind = m.shape == Marker::Shape::dot ? 7 : m.shape == Marker::Shape::cross ? 2 : 3;
  const std::string how = "binary record=1 format='%double%double' using 1:2 with points pt " +
                          std::to_string(kind) + " lc rgb ";
  layer(how + "'#ffffff' lw 5 ps 2.4 notitle", {m.at.x, m.at.y});
  layer(how + "'#d62728' lw 2.5 ps 1.8 notitle", {m.at.x, m.at.y});
  if (!m.label.empty())
    line("set label " + in_quotes(m.label) + " at " + exact(m.at.x) + "," + exact(m.at.y) +
         " offset 1,0.8 front noenhanced textcolor rgb '#000000' boxed");
}

std::string Gnuplot::png(const std::string& name) const {
  const File in = nameless_file(name), out = nameless_file(name), messages = nameless_file(name);
  const std::string script = settings_ + elements_ + "\n" + data_;
  if (std::fwrite(script.data(), 1, script.size(), in.get()) != script.size() ||
      std::fflush(in.get()) != 0)
    throw CannotWrite(name + ": temporary file for gnuplot: " + std::strerror(errno));
  std::rewind(in.get());
  const int status = run_gnuplot(name, in.get(), out.get(), messages.get());
  const std::string picture = content_of(out.get());
  const bool whole = picture.starts_with("\x89PNG\r\n\x1a\n") && picture.size() > 12 &&
                     picture.substr(picture.size() - 8, 4) == "IEND";
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || !whole)
    throw CannotWrite(name + ": gnuplot: " + first_message(content_of(messages.get())));
  return picture;
}

std::string in_quotes(const std::string& text) {
  std::string out = "'";
  for (char c : text)
    if (c == '\'')
      out += "''";
    else
      out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  return out + "'";
}

std::string viridis() {
  return "0 '#440154', 1 '#472d7b', 2 '#3b528b', 3 '#2c728e', 4 '#21918c', "
         "5 '#28ae80', 6 '#5ec962', 7 '#addc30', 8 '#fde725'";
}

} // namespace escapade
