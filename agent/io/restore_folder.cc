#include "agent/io/restore_folder.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

namespace ght::io {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = ".ght-restore-test-";
constexpr std::string_view marks = "XXXXXX";

Error failed(const std::string& path, std::string_view doing, int error) {
  return {path, std::string(doing) + ": " + std::generic_category().message(error)};
}

Result<void> nobody_else_may_change(const std::string& folder) {
  struct stat facts{};
  if (::lstat(folder.c_str(), &facts) != 0) return failed(folder, "cannot be used", errno);
  if (!S_ISDIR(facts.st_mode)) return Error{folder, "is not a folder"};
  const uid_t me = ::geteuid();
  if (facts.st_uid != 0 && facts.st_uid != me) {
    return Error{folder, "belongs to user " + std::to_string(facts.st_uid) +
                             ", who could lead the restore elsewhere: run this as that user, or "
                             "choose another place"};
  }
  const bool shared = (facts.st_mode & (S_IWGRP | S_IWOTH)) != 0;
  if (shared && (facts.st_mode & S_ISVTX) == 0) {
    return Error{folder, "can be written to by others, who could lead the restore elsewhere"};
  }
  return {};
}

// Without symbolic links, so that what was judged is what is used.
Result<std::string> judged(const std::string& parent) {
  std::error_code error;
  const std::string real = fs::canonical(parent, error).string();
  if (error) return failed(parent, "cannot be used", error.value());
  for (fs::path folder = real;; folder = folder.parent_path()) {
    GHT_TRY_VOID(nobody_else_may_change(folder.string()));
    if (folder == folder.root_path()) return real;
  }
}

// Closed: somebody else holds it, or it is not ours to hold.
Fd locked(const std::string& path) {
  Fd folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (folder.open() && ::flock(folder.get(), LOCK_EX | LOCK_NB) != 0) folder.reset();
  return folder;
}

// Another run may have taken it for a leftover between its making and its locking.
bool is_there(const std::string& path, const Fd& folder) {
  struct stat by_name{}, by_hand{};
  return ::lstat(path.c_str(), &by_name) == 0 && ::fstat(folder.get(), &by_hand) == 0 &&
         by_name.st_ino == by_hand.st_ino && by_name.st_dev == by_hand.st_dev;
}

// A restored folder may forbid its owner to look into it or to empty it.
void open_up(const std::string& path) {
  std::error_code error;
  fs::recursive_directory_iterator each(path, error);
  while (!error && each != fs::recursive_directory_iterator()) {
    std::error_code refused;
    if (each->symlink_status(refused).type() == fs::file_type::directory) {
      fs::permissions(each->path(), fs::perms::owner_all, fs::perm_options::add, refused);
    }
    each.increment(error);
  }
}

Result<void> remove_all(const std::string& path) {
  open_up(path);
  std::error_code error;
  fs::remove_all(path, error);
  if (error) return failed(path, "cannot be removed; it may hold restored data", error.value());
  return {};
}

bool is_one_of_ours(std::string_view name) {
  return name.size() == prefix.size() + marks.size() && name.starts_with(prefix);
}

Result<void> remove_left(const std::string& path) {
  struct stat facts{};
  if (::lstat(path.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode)) return {};
  if (facts.st_uid != ::geteuid()) {
    return Error{path, "is of a test by user " + std::to_string(facts.st_uid) +
                           "; if none runs, that user's next test there removes it"};
  }
  const Fd lock = locked(path);
  return lock.open() ? remove_all(path) : Result<void>();
}

// The file itself, for reading; nothing is opened that a symbolic link leads to.
Result<Fd> open_below(const std::string& folder, const std::string& relative) {
  constexpr int flags = O_NOFOLLOW | O_CLOEXEC;
  constexpr mode_t needed = S_IRUSR | S_IXUSR;
  struct stat facts{};
  std::string itself;
  Fd at(::open(folder.c_str(), O_PATH | O_DIRECTORY | flags));
  for (const fs::path& part : fs::path(relative)) {
    if (!at.open() || part == ".." || part.is_absolute()) {
      return Error{relative, "is not below the place of the restore"};
    }
    Fd next(::openat(at.get(), part.c_str(), O_PATH | flags));
    if (!next.open()) return failed(relative, "was not restored", errno);
    at = std::move(next);
    if (::fstat(at.get(), &facts) != 0) return failed(relative, "cannot be read", errno);
    itself = "/proc/self/fd/" + std::to_string(at.get());
    const bool plain = S_ISREG(facts.st_mode) || S_ISDIR(facts.st_mode);
    if (plain && (facts.st_mode & needed) != needed) ::chmod(itself.c_str(), needed);
  }
  if (!S_ISREG(facts.st_mode)) return Error{relative, "is not a regular file"};
  Fd file(::open(itself.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) return failed(relative, "cannot be read", errno);
  return file;
}

std::string hexadecimal(const unsigned char* bytes, std::size_t count) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += digits[bytes[i] >> 4];
    text += digits[bytes[i] & 15];
  }
  return text;
}

}  // namespace

Result<RestoreFolder> RestoreFolder::make(const std::string& parent) {
  GHT_TRY(const std::string real, judged(parent));
  constexpr int attempts = 3;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    std::string path = real + "/" + std::string(prefix) + std::string(marks);
    if (::mkdtemp(path.data()) == nullptr) return failed(real, "cannot be written to", errno);
    Fd lock = locked(path);
    if (lock.open() && is_there(path, lock)) return RestoreFolder(std::move(path), std::move(lock));
  }
  return Error{real, "a folder made there is taken away at once"};
}

RestoreFolder::RestoreFolder(RestoreFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})), lock_(std::move(other.lock_)) {}

RestoreFolder::~RestoreFolder() {
  static_cast<void>(remove());  // whoever wants to know calls it
}

Result<void> RestoreFolder::remove() {
  const std::string path = std::exchange(path_, {});
  return path.empty() ? Result<void>() : remove_all(path);
}

Result<std::string> RestoreFolder::make_folder(const std::string& name) const {
  std::string path = path_ + "/" + name;
  if (::mkdir(path.c_str(), S_IRWXU) != 0) return failed(path, "cannot be made", errno);
  return path;
}

Result<std::string> RestoreFolder::write(const std::string& name, const std::string& text) const {
  std::string path = path_ + "/" + name;
  const Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                       S_IRUSR | S_IWUSR));
  if (!file.open()) return failed(path, "cannot be made", errno);
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t count = ::write(file.get(), text.data() + at, text.size() - at);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed(path, "cannot be written", errno);
    at += static_cast<std::size_t>(count);
  }
  return path;
}

std::vector<Error> remove_left_restores(const std::string& parent) {
  std::vector<Error> left;
  std::error_code error;
  for (fs::directory_iterator each(parent, error); !error && each != fs::directory_iterator();
       each.increment(error)) {
    if (!is_one_of_ours(each->path().filename().string())) continue;
    const Result<void> removed = remove_left(each->path().string());
    if (!removed.ok()) left.push_back(removed.error());
  }
  return left;
}

Result<FileDigest> digest_below(const std::string& folder, const std::string& relative,
                                const std::function<bool()>& go_on) {
  GHT_TRY(const Fd file, open_below(folder, relative));
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  GHT_CHECK(context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1);
  FileDigest digest;
  std::vector<char> block(256 << 10);
  while (go_on()) {
    const ssize_t count = ::read(file.get(), block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed(relative, "cannot be read", errno);
    if (count > 0) {
      digest.size += static_cast<std::uint64_t>(count);
      GHT_CHECK(EVP_DigestUpdate(context.get(), block.data(), static_cast<std::size_t>(count)) ==
                1);
      continue;
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned int length = 0;
    GHT_CHECK(EVP_DigestFinal_ex(context.get(), bytes.data(), &length) == 1);
    digest.sha256 = hexadecimal(bytes.data(), length);
    return digest;
  }
  return Error{relative, "was not read to its end"};
}

}  // namespace ght::io
