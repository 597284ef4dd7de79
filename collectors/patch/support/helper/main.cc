// ght-support-state: which operating system this is, which software of the table of support ends is
// installed, and what the table says about both, as one JSON document on standard output.
//
// It reads os-release, dpkg's status or else an rpm database (through `rpm -qa`), the table that is
// shipped and those that are named. It writes nothing, takes no lock and needs no root.
// Exit 0: all was read and printed. Exit 1: nothing is printed, one line on standard error says
// why. Exit 2: wrong arguments.
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/text.h"
#include "collectors/patch/support/answer.h"
#include "collectors/patch/support/helper/files.h"
#include "collectors/patch/support/helper/rpm_list.h"

namespace ght::support_state {
namespace {

using namespace collectors::support;

constexpr std::size_t os_release_bytes = 64 << 10;
constexpr std::size_t status_bytes = 64 << 20;  // 900 packages have 1 MiB

Error about(const std::string& path, const Error& error) {
  return {.about = path, .message = error.text()};
}

Result<OsRelease> read_os(const Root& root) {
  const std::string own = "/etc/os-release";
  const std::string path = root.has(own) ? own : "/usr/lib/os-release";
  GHT_TRY(const std::string real, root.real_path(path));
  GHT_TRY(const std::string bytes, read_whole(real, os_release_bytes));
  auto os = parse_os_release(bytes);
  if (!os.ok()) return about(real, os.error());
  return os;
}

// The folder of the rpm database; empty when there is none.
std::string rpm_folder(const Root& root) {
  for (const char* folder : {"/usr/lib/sysimage/rpm", "/var/lib/rpm"}) {
    for (const char* name : {"/rpmdb.sqlite", "/Packages.db", "/Packages"}) {
      if (!root.has(std::string(folder) + name)) continue;
      const auto real = root.real_path(folder);
      if (real.ok()) return real.value();
    }
  }
  return {};
}

// An empty status beside an rpm database belongs to a dpkg that manages nothing.
Result<std::vector<Package>> read_packages(const Root& root) {
  const std::string status = "/var/lib/dpkg/status";
  const std::string rpm = rpm_folder(root);
  if (root.has(status)) {
    GHT_TRY(const std::string real, root.real_path(status));
    GHT_TRY(const std::string bytes, read_whole(real, status_bytes));
    if (!bytes.empty() || rpm.empty()) {
      auto packages = parse_dpkg_status(bytes);
      if (!packages.ok()) return about(real, packages.error());
      return packages;
    }
  }
  if (!rpm.empty()) return list_rpm(rpm);
  return Error{status, "no list of packages (expected dpkg's, or an rpm database)"};
}

Result<void> lay(const std::string& path, Table& table) {
  GHT_TRY(const std::string bytes, read_whole(path, table_bytes));
  const auto upper = parse_table(bytes);
  if (!upper.ok()) return about(path, upper.error());
  if (auto laid = overlay(table, upper.value()); !laid.ok()) return about(path, laid.error());
  return {};
}

Result<std::string> answer(const std::string& folder, const std::vector<std::string>& tables) {
  Table table;
  GHT_TRY(const std::string shipped, shipped_table_path());
  GHT_TRY_VOID(lay(shipped, table));
  for (const std::string& path : tables) GHT_TRY_VOID(lay(path, table));
  GHT_TRY(const Root root, Root::open(folder));
  GHT_TRY(const OsRelease os, read_os(root));
  GHT_TRY(const std::vector<Package> packages, read_packages(root));
  GHT_TRY(const Findings findings, match(table, os, packages));
  return write_answer(findings);
}

int run(const std::string& folder, const std::vector<std::string>& tables) {
  const Result<std::string> out = answer(folder, tables);
  if (!out.ok()) {
    std::fprintf(stderr, "%s\n", clean_text(out.error().text(), 600).c_str());
    return 1;
  }
  const std::string& text = out.value();
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    std::fprintf(stderr, "standard output: cannot be written\n");
    return 1;
  }
  return 0;
}

int usage() {
  std::fprintf(stderr, "usage: ght-support-state [--root DIR] [--table FILE]...\n");
  return 2;
}

}  // namespace
}  // namespace ght::support_state

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  std::string root;
  std::vector<std::string> tables;
  for (std::size_t i = 0; i < words.size(); i += 2) {
    if (i + 1 == words.size() || words[i + 1].empty()) return ght::support_state::usage();
    if (words[i] == "--root" && root.empty()) {
      root = words[i + 1];
    } else if (words[i] == "--table" && tables.size() < 8) {
      tables.push_back(words[i + 1]);
    } else {
      return ght::support_state::usage();
    }
  }
  return ght::support_state::run(root, tables);
}
