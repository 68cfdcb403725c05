// Private to this room: a gnuplot script with its data, and the PNG it makes.
//
// Script and data go to gnuplot through its standard input, the PNG and the messages come back
// through nameless files: nothing is left on the disk whatever happens, and a gnuplot that dies
// early cannot end this process by SIGPIPE.
#pragma once

#include "output/plot.hpp"

#include <string>
#include <vector>

namespace escapade {

class Gnuplot {
public:
  /// A command; it must not hold text of the user's but through in_quotes().
  void line(const std::string& command);

  /// One element of the plot: what follows '-' and its data, doubles in the machine's order.
  void layer(const std::string& how, const std::vector<double>& data);

  void arrows(const std::vector<double>& rows); ///< rows x y dx dy
  void curve(const std::vector<Vec2>& points, const std::string& label);
  void marker(const Marker& marker);

  /// The bytes of the PNG. Throws CannotWrite, with `name` and gnuplot's message.
  std::string png(const std::string& name) const;

private:
  std::string settings_, elements_, data_;
};

/// 'text' for gnuplot: quotes doubled, control characters (which would end the command) blank.
std::string in_quotes(const std::string& text);

/// Nine points of the palette viridis, as gnuplot's `set palette defined` takes them.
std::string viridis();

} // namespace escapade
