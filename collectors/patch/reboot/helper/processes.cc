#include "collectors/patch/reboot/helper/processes.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <utility>
#include <vector>

#include "collectors/patch/reboot/process_text.h"

namespace ght::reboot_state {
namespace {

using collectors::reboot::deleted_code;
using collectors::reboot::ProcessUnit;
using collectors::reboot::unit_of;
using collectors::reboot::UnitKind;

constexpr std::size_t processes_max = 1 << 16;
constexpr std::size_t units_max = 1000;
constexpr std::size_t maps_bytes = 16 << 20;  // 65,530 mappings, the kernel's limit: 7 MiB
constexpr std::size_t line_bytes = 8 << 10;   // a path has at most 4 KiB, 16 when all is escaped
constexpr std::size_t block_bytes = 64 << 10;
constexpr std::size_t small_file = 64 << 10;
constexpr std::size_t file_name_bytes = 256;
constexpr std::chrono::seconds patience{20};

enum class Found { nothing, deleted, gone, not_read };

bool has_ended(int error) {
  return error == ENOENT || error == ESRCH;
}

// Looks at the lines that are whole, and keeps the beginning of the next in `rest`.
bool look_at(std::string& rest, std::string& file) {
  std::string_view text = rest;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    if (const auto path = deleted_code(text.substr(0, end))) {
      file = path->substr(0, file_name_bytes);
      return true;
    }
    text.remove_prefix(end + 1);
  }
  rest.erase(0, rest.size() - text.size());
  return false;
}

// The first file of deleted code that the process maps.
Found look_at_maps(const std::string& path, std::string& buffer, std::string& file) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return has_ended(errno) ? Found::gone : Found::not_read;
  Found found = Found::nothing;
  std::size_t bytes = 0;
  buffer.clear();
  while (true) {
    const std::size_t kept = buffer.size();
    buffer.resize(kept + block_bytes);
    const ssize_t got = ::read(fd, buffer.data() + kept, block_bytes);
    const int error = errno;
    buffer.resize(kept + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && error == EINTR) continue;
    if (got < 0) found = has_ended(error) ? Found::gone : Found::not_read;
    if (got <= 0) break;
    bytes += static_cast<std::size_t>(got);
    if (look_at(buffer, file)) found = Found::deleted;
    if (bytes > maps_bytes || buffer.size() > line_bytes) found = Found::not_read;
    if (found != Found::nothing) break;
  }
  ::close(fd);
  return found;
}

// Seconds between boot and the start of the process: field 22 of its stat. The name before it, in
// brackets, may hold anything.
std::optional<std::int64_t> started(std::string_view stat) {
  std::size_t at = stat.rfind(')');
  for (int field = 2; field < 22 && at != std::string_view::npos; ++field) {
    at = stat.find(' ', at + 1);
  }
  if (at == std::string_view::npos) return std::nullopt;
  const long ticks = ::sysconf(_SC_CLK_TCK);
  if (ticks <= 0) return std::nullopt;
  return std::strtoll(std::string(stat.substr(at + 1, 20)).c_str(), nullptr, 10) / ticks;
}

struct UnitState {
  std::size_t processes = 0;
  std::int64_t oldest = 0;  // start of the process that has run the longest, since boot
  std::string file;
};

struct Reading {
  std::map<std::pair<UnitKind, std::string>, UnitState> units;
  std::size_t read = 0;
  std::size_t not_read = 0;
};

void add_process(const std::string& folder, const std::string& file, Reading& reading) {
  std::string cgroup;
  std::string stat;
  std::string name;
  const bool bad = read_file(folder + "/cgroup", small_file, cgroup).has_value() ||
                   read_file(folder + "/stat", small_file, stat).has_value() ||
                   read_file(folder + "/comm", small_file, name).has_value();
  const auto start = started(stat);
  if (bad || !start) {
    // It ended meanwhile, or else nobody knows whose it is.
    if (state_of(folder)) ++reading.not_read;
    return;
  }
  ProcessUnit unit = unit_of(cgroup);
  if (unit.name.empty()) unit.name = name.substr(0, name.find('\n'));
  const std::pair key(unit.kind, unit.name);
  if (!reading.units.contains(key) && reading.units.size() >= units_max) {
    ++reading.not_read;
    return;
  }
  ++reading.read;
  UnitState& known = reading.units[key];
  known.oldest = known.processes == 0 ? *start : std::min(known.oldest, *start);
  if (known.processes++ == 0) known.file = file;
}

Outcome list_processes(const std::string& proc, std::vector<std::string>& ids, bool& hidden) {
  Listing listing = Listing::all;
  hidden = true;
  if (Outcome bad = list_folder(proc, listing, [&](std::string_view name) {
        if (name.find_first_not_of("0123456789") != std::string_view::npos) return true;
        hidden = hidden && name != "1";
        ids.emplace_back(name);
        return ids.size() <= processes_max;
      })) {
    return bad;
  }
  if (ids.empty()) return Failure{proc + ": shows no process"};
  return std::nullopt;
}

}  // namespace

Outcome read_processes(const std::string& root, nlohmann::json& state) {
  const std::string proc = root + "/proc";
  std::vector<std::string> ids;
  bool hidden = false;
  if (Outcome bad = list_processes(proc, ids, hidden)) return bad;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  Reading reading;
  std::string buffer;
  std::string file;
  for (const std::string& id : ids) {
    const std::string folder = proc + "/" + id;
    const bool late = std::chrono::steady_clock::now() > deadline;
    const Found found = late ? Found::not_read : look_at_maps(folder + "/maps", buffer, file);
    if (found == Found::nothing) ++reading.read;
    if (found == Found::not_read) ++reading.not_read;
    if (found == Found::deleted) add_process(folder, file, reading);
  }
  // `hidden`: /proc is mounted with hidepid, which leaves out what one may not look at.
  state["processes"] = {{"read", reading.read}, {"not_read", reading.not_read}, {"hidden", hidden}};
  state["units"] = nlohmann::json::array();
  for (const auto& [key, unit] : reading.units) {
    state["units"].push_back({{"kind", collectors::reboot::word_of(key.first)},
                              {"name", key.second},
                              {"processes", unit.processes},
                              {"started", unit.oldest},
                              {"file", unit.file}});
  }
  return std::nullopt;
}

}  // namespace ght::reboot_state
