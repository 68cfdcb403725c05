#include "programs/fp/evolve/frame_files.hpp"

#include "escapade/error.hpp"
#include "output/pieces.hpp"
#include "parallel/agree.hpp"
#include "programs/exports/units.hpp"
#include "programs/exports/wanted_fields.hpp"
#include "programs/fp/evolve/evolve.hpp"

#include <filesystem>
#include <system_error>

namespace escapade {

FilesOnTheWay::~FilesOnTheWay() {
  std::error_code ignored;
  for (const std::string& name : names_)
    std::filesystem::remove(name, ignored);
}

void FilesOnTheWay::add(const std::string& name, int ranks) {
  names_.push_back(name);
  const std::filesystem::path path(name);
  const std::string end = path.extension().string(); // ".pvti" of pieces ".vti"
  if (!end.starts_with(".pv") || end == ".pvd")
    return;
  const std::string stem = name.substr(0, name.size() - end.size());
  for (int k = 0; k < ranks; ++k)
    names_.push_back(stem + "_" + std::to_string(k) + "." + end.substr(2));
}

FrameFiles::FrameFiles(Session& session, const Options& options, const Setup& setup)
    : session_(session), options_(options), prefix_(options.text("output")),
      writes_(!options.given("sweep") && writes_fields(options)),
      provenance_(provenance_of(options, setup)) {}

void FrameFiles::write(FieldFile& file, std::int64_t number, double time) {
  put_units(options_, file);
  file.provenance.insert(provenance_.begin(), provenance_.end());
  const std::string prefix = frame_prefix(prefix_, number);
  try {
    files_.emplace_back(time, file.piece ? write_pieces(session_.comm(), prefix, file)
                                         : write_fields(prefix, file));
    if (session_.rank() == 0)
      written_->add(files_.back().second, session_.ranks());
  } catch (const CannotWrite&) {
    written_->keep(); // what there was room for can be gone on from
    try {
      if (session_.rank() == 0 && !files_.empty())
        write_series(prefix_, files_);
    } catch (const CannotWrite&) { // no room for that either: the frames themselves are whole
    }
    throw;
  }
}

void FrameFiles::write_list() {
  if (writes_)
    on_first_rank(session_.comm(), [&] {
      write_series(prefix_, files_);
      written_->add(prefix_ + ".pvd", 1);
    });
}

void FrameFiles::finish(Outcome& out) const {
  if (!writes_)
    return;
  std::vector<std::string> names{frame_prefix(prefix_, 0) + " ... (" +
                                     std::to_string(files_.size()) + " frames in all)",
                                 prefix_ + ".pvd"};
  out.write_more = [names = std::move(names), written = written_](const std::string&) {
    written->keep();
    return names;
  };
}

} // namespace escapade
