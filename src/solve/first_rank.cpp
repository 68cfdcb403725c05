#include "solve/first_rank.hpp"

#include "generator/distribute.hpp"

#include <utility>

namespace escapade {

namespace {

class OnFirstRank final : public Method {
public:
  /// `method` on rank 0, null elsewhere.
  OnFirstRank(MPI_Comm comm, std::int64_t rows, std::unique_ptr<Method> method,
              const std::string& notice)
      : comm_(comm), rows_(rows), method_(std::move(method)), notice_(notice) {}

  LogVector backward(const LogVector& log_f) override {
    const LogVector f = gathered(comm_, log_f);
    return solved([&] { return method_->backward(f); });
  }
  LogVector forward(const LogVector& log_f) override {
    const LogVector f = gathered(comm_, log_f);
    return solved([&] { return method_->forward(f); });
  }
  LogVector stationary() override {
    return solved([&] { return method_->stationary(); });
  }

  SolverReport report() const override {
    SolverReport report = method_ ? method_->report() : SolverReport{};
    MPI_Bcast(&report.iterations, 1, MPI_INT64_T, 0, comm_);
    MPI_Bcast(&report.products, 1, MPI_DOUBLE, 0, comm_);
    MPI_Bcast(&report.certificate, 1, MPI_DOUBLE, 0, comm_);
    MPI_Bcast(&report.memory_bytes, 1, MPI_INT64_T, 0, comm_);
    const Ranks ranks(comm_);
    ranks.broadcast(0, report.kind);
    ranks.broadcast(0, report.precision);
    int notices = static_cast<int>(report.notices.size());
    MPI_Bcast(&notices, 1, MPI_INT, 0, comm_);
    report.notices.resize(notices);
    for (std::string& notice : report.notices)
      ranks.broadcast(0, notice);
    if (!notice_.empty())
      report.notices.insert(report.notices.begin(), notice_);
    return report;
  }

  void guess_masses(std::vector<double> log_masses) override {
    log_masses = gathered(comm_, log_masses);
    if (method_)
      method_->guess_masses(std::move(log_masses));
  }
  void guess(std::vector<double> log_x) override {
    log_x = gathered(comm_, log_x);
    if (method_)
      method_->guess(std::move(log_x));
  }
  std::vector<double> masses() const override {
    const std::vector<double> whole = method_ ? method_->masses() : std::vector<double>{};
    return Ranks(comm_).any(!whole.empty()) ? scattered(comm_, whole, rows_)
                                            : std::vector<double>{};
  }

private:
  MPI_Comm comm_;
  std::int64_t rows_;
  std::unique_ptr<Method> method_;
  std::string notice_;

  LogVector solved(const std::function<LogVector()>& solve) {
    LogVector whole;
    on_first_rank(comm_, [&] { whole = solve(); });
    return scattered(comm_, whole, rows_);
  }
};

} // namespace

std::optional<Lattice> whole_lattice(MPI_Comm comm, const Lattice* lattice, const Generator& rows) {
  const auto held = lattice ? static_cast<std::int64_t>(lattice->position.size()) : -1;
  const Ranks ranks(comm);
  if (ranks.all(held == rows.size))
    return *lattice;
  if (!ranks.all(held == rows.rows()))
    return std::nullopt;
  return Lattice{lattice->nx, lattice->ny, gathered(comm, lattice->position), lattice->reach};
}

std::unique_ptr<Method> made_on_first_rank(MPI_Comm comm, std::int64_t rows,
                                           const std::function<std::unique_ptr<Method>()>& make,
                                           const std::string& notice) {
  std::unique_ptr<Method> method;
  on_first_rank(comm, [&] { method = make(); });
  if (Ranks(comm).alone())
    return method;
  return std::make_unique<OnFirstRank>(comm, rows, std::move(method), notice);
}

} // namespace escapade
