#include "paths/splitting/crowd.hpp"

#include "escapade/error.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>

namespace escapade::lanes {

Crowd::Crowd(const SplittingSetup& setup)
    : setup_(setup), barriers_(barriers_of(setup.domain, setup.exit)),
      stepper_(setup.problem, nullptr, setup.domain, setup.scheme, setup.dt,
               std::numeric_limits<double>::infinity(), setup.seed, setup.start),
      score_(capacity, 0.0) {
  for (std::size_t k = 0; k < barriers_.size() && watched_ == none; ++k)
    if (const Barrier& b = barriers_[k]; !b.phi_and_gradient) {
      watched_ = k;
      stepper_.watch({b.axis, b.position, b.sign, setup.bridge ? stepper_.step() : 0});
    }
  for (const Barrier& b : barriers_) {
    before_.emplace_back(b.phi_and_gradient ? 3 * capacity : 0);
    after_.emplace_back(before_.back().size());
    distance_.emplace_back(b.phi_and_gradient ? 2 * capacity : 0);
  }
}

void Crowd::place(std::size_t i, const Beginning& b) {
  stepper_.place(i, b.path);
  stepper_.lanes().x[i] = b.at.x;
  stepper_.lanes().y[i] = b.at.y;
  ticket_[i] = b.ticket;
  for (std::size_t k = 0; k < barriers_.size(); ++k)
    if (barriers_[k].phi_and_gradient) {
      double phi[3];
      (*barriers_[k].phi_and_gradient)(1, &b.at.x, &b.at.y, phi);
      for (std::size_t c = 0; c < 3; ++c)
        before_[k][c * capacity + i] = phi[c];
    }
}

void Crowd::close(std::size_t i) {
  --active_;
  if (i == active_)
    return;
  stepper_.move_lane(active_, i);
  ticket_[i] = ticket_[active_];
  for (auto& curve : before_)
    for (std::size_t c = 0; c < 3 && !curve.empty(); ++c)
      curve[c * capacity + i] = curve[c * capacity + active_];
}

/// Lanes that only fill up the last block stand at the start.
void Crowd::idle() {
  for (std::size_t i = active_; i < n_; ++i) {
    stepper_.lanes().x[i] = setup_.start.x;
    stepper_.lanes().y[i] = setup_.start.y;
  }
}

std::uint64_t Crowd::touch(std::uint64_t flags) {
  Lanes& l = stepper_.lanes();
  const double dt = setup_.bridge ? stepper_.step() : 0;
  for (std::size_t k = 0; k < barriers_.size(); ++k) {
    const Barrier& b = barriers_[k];
    if (!b.phi_and_gradient) {
      if (k != watched_)
        flags |= touch_plane(n_, {b.axis, b.position, b.sign, dt}, l);
      continue;
    }
    // the kernel wants stride n; kept with stride `capacity`, since n changes while lanes live on
    double phi0[4 * capacity], phi1[4 * capacity];
    (*b.phi_and_gradient)(n_, l.next_x, l.next_y, phi1);
    for (std::size_t c = 0; c < 3; ++c) {
      std::copy_n(before_[k].data() + c * capacity, n_, phi0 + c * n_);
      std::copy_n(phi1 + c * n_, n_, after_[k].data() + c * capacity);
    }
    for (std::size_t i = active_; i < n_; ++i)
      phi0[i] = phi1[i] = -1, phi0[n_ + i] = phi0[2 * n_ + i] = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      const Vec2 gradient{phi0[n_ + i], phi0[2 * n_ + i]};
      phi0[3 * n_ + i] = dot(gradient, stepper_.noise(i) * gradient);
    }
    flags |= touch_curve(n_, phi0, phi1, dt, l);
  }
  return flags;
}

/// Distances of both ends of the steps of all touched lanes from all curves.
void Crowd::measure() {
  const Lanes& l = stepper_.lanes();
  for (std::size_t b = 0; b < barriers_.size(); ++b) {
    if (!barriers_[b].phi_and_gradient || !setup_.bridge)
      continue;
    std::vector<CurveEnd> ends;
    std::vector<double> found;
    const auto end = [&](const std::vector<double>& curve, double x, double y, std::size_t i) {
      ends.push_back(
          {{x, y}, curve[i], {curve[capacity + i], curve[2 * capacity + i]}, stepper_.noise(i)});
    };
    for (std::size_t i = 0; i < active_; ++i)
      if (l.flag[i] & touched) {
        end(before_[b], l.x[i], l.y[i], i);
        end(after_[b], l.next_x[i], l.next_y[i], i);
      }
    ruler_.measure(*barriers_[b].phi_and_gradient, ends, found);
    std::size_t k = 0;
    for (std::size_t i = 0; i < active_; ++i)
      if (l.flag[i] & touched) {
        distance_[b][2 * i] = found[k++];
        distance_[b][2 * i + 1] = found[k++];
      }
  }
}

/// The part reached first along the chord, of those reached by the end of the step or, with the
/// probability of the Brownian bridge, in between.
int Crowd::exit_of(std::size_t i) const {
  const Lanes& l = stepper_.lanes();
  double u = setup_.bridge ? stepper_.bridge_uniform(i) : 0, earliest = 2;
  int part = -1;
  const Sym2 d = stepper_.noise(i);
  for (std::size_t k = 0; k < barriers_.size(); ++k) {
    const Barrier& b = barriers_[k];
    double phi0, phi1;
    Vec2 gradient;
    if (b.phi_and_gradient) {
      phi0 = before_[k][i];
      phi1 = after_[k][i];
      gradient = {before_[k][capacity + i], before_[k][2 * capacity + i]};
    } else {
      phi0 = b.sign * ((b.axis == 0 ? l.x[i] : l.y[i]) - b.position);
      phi1 = b.sign * ((b.axis == 0 ? l.next_x[i] : l.next_y[i]) - b.position);
      gradient = b.axis == 0 ? Vec2{b.sign, 0} : Vec2{0, b.sign};
    }
    const double g = dot(gradient, d * gradient);
    bool hit = phi1 >= 0;
    if (!hit && setup_.bridge && phi0 < 0 && g > 0) {
      const double d0 = b.phi_and_gradient ? distance_[k][2 * i] : phi0 / std::sqrt(g);
      const double d1 = b.phi_and_gradient ? distance_[k][2 * i + 1] : phi1 / std::sqrt(g);
      const double p = unseen_crossing(d0, d1, stepper_.step());
      hit = u < p;
      u = hit ? u / p : (u - p) / (1 - p);
    }
    const double s = phi1 >= 0 ? phi0 / (phi0 - phi1) : phi0 / (phi0 + phi1);
    if (hit && s < earliest) {
      earliest = s;
      part = b.part;
    }
  }
  return part;
}

void Crowd::refuse_lost(std::size_t i) const {
  if (stepper_.lanes().flag[i] & lost) {
    char text[160];
    std::snprintf(text, sizeof text,
                  "a trajectory diverged: the step is too long for the drift; try -mc_dt %.3g or "
                  "-mc_scheme tamed",
                  setup_.dt / 4);
    throw NotTrusted(text);
  }
  stepper_.refuse_indefinite(i);
}

} // namespace escapade::lanes
