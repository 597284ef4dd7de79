// Temporary folders and whole-file reads for tests.
#pragma once

#include <filesystem>
#include <string>

namespace ght::test {

// A fresh folder under the system's temporary directory, removed with all it holds at the end.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  // Writes a file below the folder (parents are made) and returns its whole path.
  std::string write(const std::string& name, const std::string& content) const;

 private:
  std::filesystem::path path_;
};

// The whole file; fails the test when it cannot be read.
std::string read_file(const std::filesystem::path& path);

// A path below the source tree.
std::filesystem::path source(const std::string& relative);

}  // namespace ght::test
