#include "collectors/patch/reboot/helper/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace ght::reboot_state {

Failure unreadable(const std::string& path, int error) {
  return {path + ": cannot be read: " + std::strerror(error)};
}

Outcome read_file(const std::string& path, std::size_t most, std::string& text) {
  text.clear();
  // Without O_NONBLOCK a pipe put in a file's place would hold the helper up.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return unreadable(path, errno);
  std::array<char, 16384> block{};
  Outcome outcome;
  while (!outcome) {
    const ssize_t got = ::read(fd, block.data(), block.size());
    if (got == 0) break;
    if (got < 0) {
      if (errno != EINTR) outcome = unreadable(path, errno);
      continue;
    }
    text.append(block.data(), static_cast<std::size_t>(got));
    if (text.size() > most) {
      outcome = Failure{path + ": has more than " + std::to_string(most) + " bytes"};
    }
  }
  ::close(fd);
  return outcome;
}

bool is_absent(int error) {
  return error == ENOENT || error == ENOTDIR;
}

Outcome list_folder(const std::string& path, Listing& listing,
                    const std::function<bool(std::string_view)>& each) {
  listing = Listing::all;
  DIR* folder = ::opendir(path.c_str());
  if (folder == nullptr) {
    if (!is_absent(errno)) return unreadable(path, errno);
    listing = Listing::absent;
    return std::nullopt;
  }
  errno = 0;
  while (const dirent* entry = ::readdir(folder)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != ".." && !each(name)) break;
    errno = 0;
  }
  const int error = errno;
  ::closedir(folder);
  if (error != 0) return unreadable(path, error);
  return std::nullopt;
}

std::optional<struct stat> state_of(const std::string& path) {
  struct stat state{};
  if (::stat(path.c_str(), &state) != 0) return std::nullopt;
  return state;
}

}  // namespace ght::reboot_state
