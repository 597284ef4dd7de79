// ght-host-state: file systems, load, memory and start of this machine, as one JSON document on
// standard output.
//
// It needs no right, writes nothing, and ends within `patience` even where a mount hangs. Exit 0:
// the answer is whole. Exit 1: nothing is printed, one line on standard error. Exit 2: wrong
// arguments.
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string_view>

#include "collectors/availability/host/helper/mounts.h"
#include "collectors/availability/host/helper/space.h"
#include "collectors/availability/host/helper/system.h"

namespace ght::host_state {
namespace {

using nlohmann::json;

constexpr std::chrono::milliseconds patience{2000};  // a disk that wakes up may need it
constexpr std::size_t most_mounts = 50;              // each is a process for a moment
constexpr const char* hidden = "hidden from the agent by what is mounted over it";

int fail(const char* line) {
  std::fprintf(stderr, "%s\n", line);
  return 1;
}

const char* name(Wish wish) {
  if (wish == Wish::unknown) return "unknown";
  return wish == Wish::writable ? "writable" : "read_only";
}

json described(const Mount& mount) {
  return {{"path", mount.path},
          {"type", mount.type},
          {"mount_read_only", mount.mount_read_only},
          {"system_read_only", mount.system_read_only},
          {"fstab", name(wish_for(mount.path))}};
}

void fail_at(json& out, const std::string& error) {
  out["state"] = "failed";
  out["error"] = error;
}

void add_space(json& out, const Space& space) {
  if (space.state == Space::State::hung) {
    out["state"] = "hung";
  } else if (space.state == Space::State::failed) {
    fail_at(out, space.error);
  } else {
    out["state"] = "known";
    out["size"] = space.size;
    out["free"] = space.free;
    out["available"] = space.available;
    out["inodes"] = space.inodes;
    out["free_inodes"] = space.free_inodes;
  }
}

// Whether `id` is, as seen from here, a mount of the same file system on the same path; with 0,
// whether there is such a mount at all. A private /tmp hides what is mounted below.
bool is_mount(const std::vector<Mount>& seen_here, const Mount& mount, std::uint64_t id) {
  return std::ranges::any_of(seen_here, [&](const Mount& here) {
    return here.path == mount.path && here.device == mount.device && (id == 0 || here.id == id);
  });
}

json look_at(const std::vector<Mount>& mounts, const std::vector<Mount>& seen_here) {
  json list = json::array();
  std::vector<std::string> paths;
  std::vector<std::size_t> places;
  for (const Mount& mount : mounts) {
    json out = described(mount);
    if (mount.type.empty()) {
      out["state"] = "not_mounted";
    } else if (!is_mount(seen_here, mount, 0)) {
      fail_at(out, hidden);
    } else {
      places.push_back(list.size());
      paths.push_back(mount.path);
    }
    list.push_back(std::move(out));
  }
  const std::vector<Space> spaces = spaces_of(paths, patience);
  for (std::size_t i = 0; i < places.size(); ++i) {
    add_space(list[places[i]], spaces[i]);
    const bool known = spaces[i].state == Space::State::known;
    if (known && !is_mount(seen_here, mounts[places[i]], spaces[i].mount_id)) {
      list[places[i]] = described(mounts[places[i]]);
      fail_at(list[places[i]], hidden);
    }
  }
  return list;
}

// The first process has no sandbox around it. With hidepid it is hidden, and our own table is all
// there is; what is read-only there may be so for us alone.
std::vector<Mount> machines_view(std::vector<Mount> here) {
  if (auto machine = mounts_of("1")) return *std::move(machine);
  for (Mount& mount : here) mount.mount_read_only = false;
  return here;
}

int run(const std::vector<std::string>& wanted, const std::vector<std::string>& ignored) {
  const auto here = mounts_of("self");
  if (!here) return fail("/proc/self/mountinfo: cannot be read");
  const std::vector<Mount> mounts = chosen(machines_view(*here), wanted, ignored);
  if (mounts.size() > most_mounts)
    return fail("more than 50 file systems: name some, or ignore some");
  const auto system = read_system();
  if (!system) return fail("load, memory or start of this machine: cannot be read from /proc");
  const json answer = {{"format", 1},
                       {"load", system->load},
                       {"processors", system->processors},
                       {"memory", system->memory},
                       {"memory_available", system->memory_available},
                       {"booted", system->booted},
                       {"mounts", look_at(mounts, *here)}};
  const std::string out = answer.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  if (std::fwrite(out.data(), 1, out.size(), stdout) != out.size() || std::fflush(stdout) != 0) {
    return fail("standard output: cannot be written");
  }
  return 0;
}

}  // namespace
}  // namespace ght::host_state

int main(int argc, char** argv) {
  std::vector<std::string> wanted, ignored;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view option = argv[i];
    if (i + 1 == argc || (option != "--mount" && option != "--ignore")) {
      std::fprintf(stderr, "usage: ght-host-state [--mount PATH | --ignore PATTERN]...\n");
      return 2;
    }
    (option == "--mount" ? wanted : ignored).emplace_back(argv[i + 1]);
  }
  return ght::host_state::run(wanted, ignored);
}
