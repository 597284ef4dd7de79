// Where a restore test puts what it restores: patient data, perhaps, for as short a time as can be.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "agent/core/result.h"
#include "agent/io/process_fd.h"

namespace ght::io {

// A folder for this user alone (0700), removed with all that is in it at the end. It is locked as
// long as this process lives, so that what a killed one leaves is recognised.
class RestoreFolder {
 public:
  // In `parent`, an absolute path. Every folder on it must belong to root or to this user, and be
  // writable by nobody else unless its entries are their owners' (sticky): otherwise another user
  // could lead a restore by root to a place of his choice.
  static Result<RestoreFolder> make(const std::string& parent);

  ~RestoreFolder();
  RestoreFolder(RestoreFolder&& other) noexcept;
  RestoreFolder& operator=(RestoreFolder&&) = delete;

  const std::string& path() const { return path_; }
  // An absolute path in it, made: a folder, or a file with `text`, both for this user alone.
  Result<std::string> make_folder(const std::string& name) const;
  Result<std::string> write(const std::string& name, const std::string& text) const;

  // Now rather than at the end; an Error says what is left.
  Result<void> remove();

 private:
  RestoreFolder(std::string path, Fd lock) : path_(std::move(path)), lock_(std::move(lock)) {}

  std::string path_;  // empty: removed, or moved from
  Fd lock_;
};

// Removes what processes that do not live any more left in `parent`. One Error for each folder that
// stays; those of another user are among them.
std::vector<Error> remove_left_restores(const std::string& parent);

struct FileDigest {
  std::uint64_t size = 0;
  std::string sha256;  // hexadecimal
};

// Of a regular file below `folder`, whatever its rights say: it is this user's. No symbolic link is
// followed. An Error when it is not there or not regular, or when go_on() says no.
Result<FileDigest> digest_below(const std::string& folder, const std::string& relative,
                                const std::function<bool()>& go_on);

}  // namespace ght::io
