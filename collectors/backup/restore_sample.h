// Which files of a copy are tried.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "agent/core/result.h"
#include "collectors/backup/restore.h"

namespace ght::collectors::backup {

// A few files out of a list of any length, each with the same chance (reservoir sampling): always
// the same ones would say nothing of the others, and whoever makes the backup shall not know in
// advance which ones will be looked at.
class RestoreSample {
 public:
  RestoreSample(std::size_t most, std::uint64_t max_size, std::uint64_t seed);

  void offer(ListedEntry entry);

  // In the order of their paths, each path once.
  std::vector<CopyFile> files() const;

  std::uint64_t offered() const { return offered_; }      // files with content, of any kind
  std::uint64_t too_large() const { return too_large_; }  // of these
  std::uint64_t damaged() const { return damaged_; }      // of these

 private:
  std::size_t most_;
  std::uint64_t max_size_;
  std::mt19937_64 random_;
  std::vector<CopyFile> kept_;
  std::uint64_t eligible_ = 0;
  std::uint64_t offered_ = 0;
  std::uint64_t too_large_ = 0;
  std::uint64_t damaged_ = 0;
};

// Cuts a stream into records, each ended by `separator`.
class Records {
 public:
  static constexpr std::size_t most_bytes = 64 << 10;  // of one; a path has 4 KiB at most

  explicit Records(char separator) : separator_(separator) {}

  // False: a record was too long, or `record` refused it.
  template <class Each>
  bool take(std::string_view piece, Each record) {
    while (!piece.empty()) {
      const std::size_t end = piece.find(separator_);
      if (end == std::string_view::npos) {
        begun_ += piece;
        return begun_.size() <= most_bytes;
      }
      begun_ += piece.substr(0, end);
      piece.remove_prefix(end + 1);
      if (begun_.size() > most_bytes || !record(std::string_view(begun_))) return false;
      begun_.clear();
    }
    return true;
  }

  bool whole() const { return begun_.empty(); }  // nothing without its separator is left

 private:
  char separator_;
  std::string begun_;
};

}  // namespace ght::collectors::backup
