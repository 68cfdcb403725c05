#include "paths/exits/exits.hpp"

#include "escapade/error.hpp"
#include "paths/exits/walker.hpp"

#include <omp.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <exception>

namespace escapade {
namespace {

using lanes::Barrier;

std::string given_text(Vec2 p) {
  char text[80];
  std::snprintf(text, sizeof text, "\"%.10g,%.10g\"", p.x, p.y);
  return text;
}

void check(const ExitSetup& s, const std::vector<Barrier>& barriers) {
  check_algorithm(s);
  if (s.paths < 1)
    throw BadInput("the path count " + std::to_string(s.paths) + ": give at least one path");
  if (s.first_path < 0)
    throw BadInput("the first path number " + std::to_string(s.first_path) +
                   ": must not be negative");
  check_step(s.dt);
  if (!(s.max_time > 0))
    throw BadInput("the time limit " + std::to_string(s.max_time) + ": must be positive");
  if (std::isfinite(s.max_time))
    check_steps(s.max_time / s.dt, s.dt);
  if (s.scheme == Scheme::time_changed && !s.problem->constant_direction)
    throw BadInput(
        "the path scheme time_changed: D must be a scalar function times a constant matrix; "
        "use euler");
  if (barriers.empty())
    throw BadInput(
        "the exit set: missing, and no side absorbs; give an exit set or an absorbing side");
  if (barriers.size() > 200)
    throw BadInput("the exit set: more than 200 parts; join some of them");
  if (!s.domain.contains(s.start))
    throw BadInput("the starting point " + given_text(s.start) +
                   ": outside the domain; give a point inside");
  for (const Barrier& b : barriers) {
    double phi[3];
    if (b.phi_and_gradient)
      (*b.phi_and_gradient)(1, &s.start.x, &s.start.y, phi);
    else
      phi[0] = b.sign * ((b.axis == 0 ? s.start.x : s.start.y) - b.position);
    if (!(phi[0] < 0))
      throw BadInput("the starting point " + given_text(s.start) +
                     ": inside the exit set; give a point outside it");
  }
  if (s.scheme == Scheme::sgd)
    return;
  double c[5];
  s.problem->coefficients(1, &s.start.x, &s.start.y, c);
  for (double v : c)
    if (!std::isfinite(v))
      throw BadInput("the starting point " + given_text(s.start) +
                     ": drift or diffusion is not finite there");
  const double length = std::hypot(c[0], c[1]) * s.dt + std::sqrt(std::fabs(c[2] + c[4]) * s.dt);
  if (length > 0)
    check_motion(length, std::fmax(s.domain.width(), s.domain.height()), s.dt);
  if (s.scheme == Scheme::time_changed && !(c[2] + c[4] > 0))
    throw BadInput("the path scheme time_changed: no noise at the start; use euler");
}

/// Calls stop and progress some ten times a second.
class Poll {
public:
  Poll(const ExitSetup& setup, lanes::Queue& queue, const std::vector<ExitRecord>& records)
      : setup_(setup), queue_(queue), records_(records) {}

  void operator()() {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < std::chrono::milliseconds(100))
      return;
    last_ = now;
    if (setup_.stop && setup_.stop())
      queue_.stop = true;
    if (setup_.progress)
      setup_.progress(queue_.done, {records_.data(), static_cast<std::size_t>(whole())});
  }

  /// Records in the leading batches of which every path has finished.
  std::int64_t whole() {
    while (whole_ < queue_.paths) {
      const std::int64_t size = std::min(exit_batch, queue_.paths - whole_);
      if (queue_.batch_done[whole_ / exit_batch].load(std::memory_order_acquire) < size)
        break;
      whole_ += size;
    }
    return whole_;
  }

private:
  const ExitSetup& setup_;
  lanes::Queue& queue_;
  const std::vector<ExitRecord>& records_;
  std::int64_t whole_ = 0;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

using Observer = std::function<void(std::int64_t, double, Vec2)>;

std::vector<ExitRecord> run(const ExitSetup& setup, const Observer& observer) {
  const auto barriers = lanes::barriers_of(setup.domain, setup.exit);
  check(setup, barriers);
  std::vector<ExitRecord> records(static_cast<std::size_t>(setup.paths));
  const std::int64_t batches = (setup.paths + exit_batch - 1) / exit_batch;
  std::vector<std::atomic<std::int64_t>> batch_done(static_cast<std::size_t>(batches));
  lanes::Queue queue;
  queue.paths = setup.paths;
  queue.records = records.data();
  queue.batch_done = batch_done.data();
  Poll poll(setup, queue, records);

  const int wanted = setup.threads > 0 ? setup.threads : omp_get_max_threads();
  const int useful = static_cast<int>(std::min<std::int64_t>(
      wanted, (setup.paths + lane_block - 1) / static_cast<std::int64_t>(lane_block)));
  std::exception_ptr failure;
#pragma omp parallel num_threads(observer ? 1 : useful)
  {
    try {
      lanes::Walker walker(setup, barriers, queue);
      walker.observer = observer;
      const bool main_thread = omp_get_thread_num() == 0;
      for (std::int64_t count = 0; !walker.finished() && !queue.stop; ++count) {
        walker.step();
        if (main_thread && count % 64 == 0)
          poll();
      }
      // the main thread goes on polling for the others
      while (main_thread && !queue.stop && queue.done < queue.paths)
        poll();
    } catch (...) {
#pragma omp critical(escapade_paths_failure)
      if (!failure)
        failure = std::current_exception();
      queue.stop = true;
    }
  }
  if (failure)
    std::rethrow_exception(failure);
  if (queue.stop)
    records.resize(static_cast<std::size_t>(poll.whole()));
  return records;
}

} // namespace

std::vector<ExitRecord> simulate_exits(const ExitSetup& setup) {
  return run(setup, {});
}

std::vector<SavedPath> trace_paths(const ExitSetup& setup, std::int64_t max_points) {
  ExitSetup few = setup;
  few.paths = std::min<std::int64_t>(setup.saved_paths, setup.paths);
  few.progress = {};
  few.stop = {};
  if (few.paths < 1)
    return {};
  std::vector<SavedPath> saved(static_cast<std::size_t>(few.paths));
  std::vector<std::int64_t> stride(saved.size(), 1), seen(saved.size(), 0);
  for (std::size_t k = 0; k < saved.size(); ++k)
    saved[k].path = setup.first_path + static_cast<std::int64_t>(k);
  const auto observer = [&](std::int64_t index, double time, Vec2 point) {
    const auto k = static_cast<std::size_t>(index);
    SavedPath& p = saved[k];
    if (seen[k]++ % stride[k] != 0)
      return;
    p.time.push_back(time);
    p.point.push_back(point);
    if (static_cast<std::int64_t>(p.time.size()) > std::max<std::int64_t>(max_points, 2)) {
      std::size_t kept = 0; // every other one from here on
      for (std::size_t i = 0; i < p.time.size(); i += 2, ++kept) {
        p.time[kept] = p.time[i];
        p.point[kept] = p.point[i];
      }
      p.time.resize(kept);
      p.point.resize(kept);
      stride[k] *= 2;
    }
  };
  const auto records = run(few, observer);
  for (std::size_t k = 0; k < records.size(); ++k) // the last point is never thinned away
    if (saved[k].time.empty() || saved[k].time.back() < records[k].time) {
      saved[k].time.push_back(records[k].time);
      saved[k].point.push_back(records[k].where);
    }
  saved.resize(records.size());
  return saved;
}

std::size_t exit_parts(const Domain& domain, const Region* exit) {
  return lanes::barriers_of(domain, exit).size();
}

std::vector<std::string> exit_part_names(const Domain& domain, const Region* exit) {
  std::vector<std::string> names;
  if (exit)
    for (const Part& part : *exit)
      names.push_back(part.name);
  for (std::size_t side = 0; side < 4; ++side)
    if (domain.boundary[side] == Boundary::absorbing)
      names.emplace_back(side_names[side]);
  return names;
}

} // namespace escapade
