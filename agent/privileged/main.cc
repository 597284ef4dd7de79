// ght-agent-privileged@.service: one connection of the agent on standard input. With --check it
// only says whether the allow-list is understood: 0, or 1.
#include <cstdio>
#include <cstring>
#include <string>

#include "agent/config/allow_list.h"
#include "agent/io/host.h"
#include "agent/io/privileged_server.h"

namespace {

constexpr const char* agent_user = "ght-agent";
constexpr const char* lock_directory = "/run/ght-agent-privileged";

int fail(const ght::Error& error) {
  std::fprintf(stderr, "%s\n", error.text().c_str());
  return 1;
}

int check(const std::string& file) {
  const auto bytes = ght::io::read_trusted_file(file, ght::limits::allow_list_bytes);
  if (!bytes.ok()) return fail(bytes.error());
  const auto list = ght::parse_allow_list(bytes.value(), file);
  if (!list.ok()) return fail(list.error());
  std::printf("%s: valid, %zu commands\n", file.c_str(), list.value().size());
  return 0;
}

int serve() {
  ght::io::settle_process();
  auto socket = ght::io::take_standard_input();
  const auto user = ght::io::user_id(agent_user);
  if (!socket.ok()) return fail(socket.error());
  if (!user.ok()) return fail(user.error());
  ght::io::PrivilegedOptions options;
  options.lock_directory = lock_directory;
  options.users = {0, user.value()};
  // Notice and above pass the unit's LogLevelMax: every command leaves one line in the journal.
  options.log = [](std::string_view line) {
    std::fprintf(stderr, "<5>%.*s\n", static_cast<int>(line.size()), line.data());
  };
  ght::io::serve_privileged(std::move(socket).value(), options);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const ght::io::PrivilegedOptions defaults;
  if (argc == 1) return serve();
  if (argc <= 3 && std::strcmp(argv[1], "--check") == 0) {
    return check(argc == 3 ? argv[2] : defaults.allow_list);
  }
  std::fprintf(stderr, "usage: ght-privileged-run [--check [FILE]]\n");
  return 64;
}
