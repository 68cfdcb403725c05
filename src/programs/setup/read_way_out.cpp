#include "programs/setup/read_way_out.hpp"

#include "escapade/error.hpp"
#include "problem/parse_region.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <numbers>

namespace escapade {

namespace {

bool leaves(const Setup& setup) {
  return !setup.exit.empty() || setup.domain.absorbing();
}

PathEnds ends_of(const Options& options, const Setup& setup) {
  if (leaves(setup))
    return {setup.starts.empty() ? well_beside(setup.problem, setup.domain, setup.exit)
                                 : setup.starts.front(),
            {},
            setup.exit};
  const auto set = [&](const char* name) {
    return parse_region(std::string("-") + name, options.text(name), setup.symbols, setup.compile);
  };
  return {well_within(setup.problem, setup.domain, set("set_a")), {}, set("set_b")};
}

WayOutFrame way_out_of(const Options& options, const Setup& setup) {
  return way_out_frame(setup.problem, setup.domain, ends_of(options, setup), setup.shape);
}

[[noreturn]] void refuse_way_out(const std::exception& e) {
  throw BadInput(std::string("-frame way_out: ") + e.what());
}

} // namespace

bool wants_way_out(const Options& options) {
  if (!options.given("frame") || options.text("frame") != "way_out")
    return false;
  const std::vector<std::string> unused = options.unused();
  return std::find(unused.begin(), unused.end(), "frame") == unused.end();
}

void check_way_out(const Options& options, const Setup& setup) {
  const bool committor = options.given("set_a") && options.given("set_b");
  if (!leaves(setup) && !committor)
    throw BadInput("-frame way_out: " + options.program() +
                   " has no way out to follow here; give axes, noise or an angle in degrees");
  try {
    check_way_out(setup.domain, leaves(setup) ? setup.exit : Region{Part{}}, setup.shape);
  } catch (const BadInput& e) {
    refuse_way_out(e);
  }
}

Setup turned_to_way_out(const Session& session, const Options& options, const Setup& setup) {
  Setup turned = setup;
  try {
    turned.way_out = way_out_of(options, setup);
  } catch (const BadInput& e) {
    refuse_way_out(e);
  } catch (const NotTrusted& e) { // nothing is solved yet: another frame is all it takes
    refuse_way_out(e);
  }
  turned.shape = turned.way_out->shape;
  if (!turned.way_out->turned)
    session.notice(
        "-frame way_out: on the way out a turned grid would gain nothing; the grid stays "
        "as it is without the option");
  return turned;
}

std::optional<WayOutFrame> better_way_out(const Options& options, const Setup& setup) {
  if (setup.way_out)
    return std::nullopt;
  try {
    const WayOutFrame frame = way_out_of(options, setup);
    return frame.turned ? std::optional(frame) : std::nullopt;
  } catch (const BadInput&) { // no advice, then
    return std::nullopt;
  } catch (const NotTrusted&) {
    return std::nullopt;
  }
}

std::string text_of(const WayOutFrame& frame) {
  return printed("-frame way_out (%.6g degrees, %lld x %lld cells)",
                 frame.shape.angle * 180 / std::numbers::pi,
                 static_cast<long long>(frame.shape.cells[0]),
                 static_cast<long long>(frame.shape.cells[1]));
}

} // namespace escapade
