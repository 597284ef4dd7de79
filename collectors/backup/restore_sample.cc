#include "collectors/backup/restore_sample.h"

#include <algorithm>
#include <utility>

namespace ght::collectors::backup {

RestoreSample::RestoreSample(std::size_t most, std::uint64_t max_size, std::uint64_t seed)
    : most_(most), max_size_(max_size), random_(seed) {}

void RestoreSample::offer(ListedEntry entry) {
  if (entry.kind == ListedEntry::Kind::other) return;
  ++offered_;
  if (entry.kind == ListedEntry::Kind::damaged) ++damaged_;
  if (entry.file.size > max_size_) ++too_large_;
  if (entry.kind != ListedEntry::Kind::file || entry.file.size > max_size_) return;
  ++eligible_;
  if (kept_.size() < most_) {
    kept_.push_back(std::move(entry.file));
    return;
  }
  // The newcomer stays with the chance most_ / eligible_, in the place of any of the others.
  const auto place = std::uniform_int_distribution<std::uint64_t>(0, eligible_ - 1)(random_);
  if (place < kept_.size()) kept_[place] = std::move(entry.file);
}

std::vector<CopyFile> RestoreSample::files() const {
  std::vector<CopyFile> files = kept_;
  std::ranges::sort(files, {}, &CopyFile::path);
  const auto twice = std::ranges::unique(files, {}, &CopyFile::path);
  files.erase(twice.begin(), twice.end());
  return files;
}

}  // namespace ght::collectors::backup
