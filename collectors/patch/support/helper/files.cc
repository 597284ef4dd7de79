#include "collectors/patch/support/helper/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace ght::support_state {
namespace {

Error failed(const std::string& path, const std::string& what) {
  return {.about = path, .message = what + ": " + std::strerror(errno)};
}

Result<std::string> real(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> found(::realpath(path.c_str(), nullptr),
                                                          &std::free);
  if (found == nullptr) return failed(path, "cannot be read");
  return std::string(found.get());
}

class File {
 public:
  explicit File(const std::string& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace

Result<Root> Root::open(const std::string& folder) {
  Root root;
  if (folder.empty()) return root;
  GHT_TRY(root.folder_, real(folder));
  struct stat state{};
  if (::stat(root.folder_.c_str(), &state) != 0 || !S_ISDIR(state.st_mode)) {
    return Error{folder, "not a readable directory"};
  }
  if (root.folder_ == "/") root.folder_.clear();
  return root;
}

Result<std::string> Root::real_path(const std::string& path) const {
  GHT_TRY(std::string found, real(folder_ + path));
  if (!found.starts_with(folder_ + "/")) return Error{folder_ + path, "leads out of the root"};
  return found;
}

Result<std::string> read_whole(const std::string& path, std::size_t most) {
  const File file(path);
  if (file.descriptor() < 0) return failed(path, "cannot be read");
  struct stat state{};
  if (::fstat(file.descriptor(), &state) != 0) return failed(path, "cannot be read");
  if (!S_ISREG(state.st_mode)) return Error{path, "not a file"};
  std::string bytes;
  bytes.resize(std::min(most + 1, static_cast<std::size_t>(state.st_size) + 1));
  std::size_t size = 0;
  while (true) {
    if (size == bytes.size()) {
      if (size > most) return Error{path, "has more than " + std::to_string(most) + " bytes"};
      bytes.resize(std::min(most + 1, size * 2));
    }
    const ssize_t got = ::read(file.descriptor(), bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(path, "cannot be read to its end");
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  bytes.resize(size);
  return bytes;
}

Result<std::string> shipped_table_path() {
  GHT_TRY(const std::string program, real("/proc/self/exe"));
  const std::string folder = program.substr(0, program.rfind('/'));
  const bool installed = folder.ends_with("/libexec/ght-agent");
  return folder +
         (installed ? "/../../share/ght-agent/support-table.json" : "/../share/support-table.json");
}

}  // namespace ght::support_state
