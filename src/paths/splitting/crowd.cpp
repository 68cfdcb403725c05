#include "paths/splitting/crowd.hpp"

#include "escapade/error.hpp"
#include "support/exact.hpp"

#include <algorithm>
#include <limits>

namespace escapade::lanes {

Crowd::Crowd(const SplittingSetup& setup)
    : setup_(setup), barriers_(barriers_of(setup.domain, setup.exit)),
      stepper_(setup.problem, nullptr, setup.domain, setup.scheme, setup.dt,
               std::numeric_limits<double>::infinity(), setup.seed, setup.start),
      detector_(stepper_, barriers_, setup.start, setup.bridge), score_(capacity, 0.0) {}

void Crowd::place(std::size_t i, const Beginning& b) {
  stepper_.place(i, b.path);
  stepper_.lanes().x[i] = b.at.x;
  stepper_.lanes().y[i] = b.at.y;
  ticket_[i] = b.ticket;
  resize(i + 1);
  detector_.place(i, b.at);
}

/// Blocks for so many lanes.
void Crowd::resize(std::size_t lanes) {
  n_ = (lanes + lane_block - 1) / lane_block * lane_block;
  detector_.resize(n_);
}

void Crowd::close(std::size_t i) {
  --active_;
  if (i == active_)
    return;
  stepper_.move_lane(active_, i);
  detector_.move_lane(active_, i);
  ticket_[i] = ticket_[active_];
}

/// The parts of the lanes that have left, −1 elsewhere: the part reached first along the chord.
void Crowd::find_exits(int* part) {
  std::fill_n(part, active_, -1);
  const std::vector<std::size_t>& near = detector_.look_closely(active_);
  for (std::size_t k = 0; k < near.size(); ++k) {
    double earliest = 2;
    detector_.for_reached(k, [&](std::size_t b, const Touch& t) {
      const double s = t.phi1 >= 0 ? t.phi0 / (t.phi0 - t.phi1) : t.phi0 / (t.phi0 + t.phi1);
      if (!(s < earliest))
        return;
      earliest = s;
      part[near[k]] = static_cast<int>(b);
    });
  }
}

void Crowd::refuse_lost(std::size_t i) const {
  if (stepper_.lanes().flag[i] & lost)
    throw NotTrusted("a trajectory diverged: the step is too long for the drift; try the step "
                     "size " +
                     rounded(setup_.dt / 4, 3) + " or the path scheme tamed");
  stepper_.refuse_indefinite(i);
}

} // namespace escapade::lanes
