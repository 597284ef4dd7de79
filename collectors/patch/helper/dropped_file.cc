#include "collectors/patch/helper/dropped_file.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace ght::collectors::patch {
namespace {

constexpr std::uintmax_t catalogue_bytes = 64 << 20;

Error unreadable(const std::string& path, int error) {
  return {path, std::string("cannot be read: ") + std::strerror(error)};
}

}  // namespace

Result<std::ifstream> open_dropped(const std::string& path, std::uintmax_t most) {
  std::error_code error;
  const bool regular = std::filesystem::is_regular_file(path, error);
  if (error) return unreadable(path, error.value());
  if (!regular) return Error{path, "expected a regular file"};
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) return unreadable(path, error.value());
  if (size > most) return Error{path, "has more than " + std::to_string(most) + " bytes"};
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return unreadable(path, errno);
  return file;
}

Result<ExploitedCatalogue> read_exploited_file(const std::string& path) {
  GHT_TRY(std::ifstream file, open_dropped(path, catalogue_bytes));
  std::string text;
  std::array<char, 1 << 16> block{};
  errno = 0;
  do {
    file.read(block.data(), block.size());
    text.append(block.data(), static_cast<std::size_t>(file.gcount()));
  } while (file);
  if (file.bad()) return unreadable(path, errno);
  auto read = read_exploited(text);
  if (!read.ok()) return Error{path, read.error().text()};
  return read;
}

}  // namespace ght::collectors::patch
