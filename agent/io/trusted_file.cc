#include "agent/io/trusted_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>
#include <system_error>

#include "agent/io/process_fd.h"

namespace ght::io {
namespace {

Error failed(const std::string& path, int error) {
  return {path, "cannot be read: " + std::generic_category().message(error)};
}

// Access lists show in the group's bits.
Result<void> only_owners(const std::string& path, const struct stat& facts, const Trust& trust) {
  if (facts.st_uid != trust.owner) {
    return Error{path, "belongs to user " + std::to_string(facts.st_uid) + ", expected " +
                           std::to_string(trust.owner)};
  }
  if ((facts.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return Error{path, "can be written to by others than its owner"};
  }
  return {};
}

// Every folder above `path`, which must not hold symbolic links any more.
Result<void> trusted_folders(const std::string& path, const Trust& trust) {
  const std::string from = trust.from == "/" ? "" : trust.from;
  if (!path.starts_with(from + "/")) return Error{path, "is not below " + trust.from};
  for (std::size_t slash = from.size(); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    const std::string folder = slash == 0 ? "/" : path.substr(0, slash);
    struct stat facts{};
    if (::lstat(folder.c_str(), &facts) != 0) return failed(folder, errno);
    if (!S_ISDIR(facts.st_mode)) return Error{folder, "is not a folder"};
    GHT_TRY_VOID(only_owners(folder, facts, trust));
  }
  return {};
}

Result<std::string> read_all(const std::string& path, int fd, std::size_t max_bytes) {
  std::string content;
  std::array<char, 16384> block{};
  while (true) {
    const ssize_t got = ::read(fd, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(path, errno);
    if (got == 0) return content;
    content.append(block.data(), static_cast<std::size_t>(got));
    if (content.size() > max_bytes) {
      return Error{path, "is larger than " + std::to_string(max_bytes) + " bytes"};
    }
  }
}

}  // namespace

Result<std::string> read_trusted_file(const std::string& path, std::size_t max_bytes,
                                      const Trust& trust) {
  GHT_TRY_VOID(trusted_folders(path, trust));
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd.open()) {
    if (errno == ELOOP) return Error{path, "is a symbolic link"};
    return failed(path, errno);
  }
  struct stat facts{};
  if (::fstat(fd.get(), &facts) != 0) return failed(path, errno);
  if (!S_ISREG(facts.st_mode)) return Error{path, "is not a regular file"};
  GHT_TRY_VOID(only_owners(path, facts, trust));
  return read_all(path, fd.get(), max_bytes);
}

Result<std::string> trusted_program(const std::string& path, const Trust& trust) {
  const std::unique_ptr<char, decltype(&std::free)> found(::realpath(path.c_str(), nullptr),
                                                          std::free);
  if (!found) return failed(path, errno);
  const std::string real = found.get();
  GHT_TRY_VOID(trusted_folders(real, trust));
  struct stat facts{};
  if (::lstat(real.c_str(), &facts) != 0) return failed(real, errno);
  if (!S_ISREG(facts.st_mode)) return Error{real, "is not a regular file"};
  GHT_TRY_VOID(only_owners(real, facts, trust));
  return real;
}

}  // namespace ght::io
