// What ght-reboot-state and rpm said, as values.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/result.h"
#include "agent/core/time.h"

namespace ght::collectors::reboot {

// A file that asks for a reboot.
struct Flag {
  std::string file;
  WallTime since{};
  std::vector<std::string> packages;
};

// A kernel that could be booted.
struct InstalledKernel {
  std::string release;
  std::optional<WallTime> since;       // when its package, or else its image came
  std::optional<WallTime> changed;     // last change of the image's inode: it came no later
  std::optional<std::string> package;  // version of its dpkg package
};

// Processors of one kind, for which the vendor's files have microcode.
struct Microcode {
  std::string processor;      // "06-8f-08": family, model and stepping
  std::uint32_t running = 0;  // revisions
  std::uint32_t installed = 0;
  WallTime since{};             // when the file came
  bool loads_for_sure = false;  // a boot with the file loads it
};

// What holds processes that run code of files that were deleted or replaced.
struct StaleUnit {
  std::string kind;  // service, container, session, other
  std::string name;
  Duration started{};  // between boot and the start of its oldest such process
};

struct Answer {
  std::string boot_id;
  WallTime booted{};
  Duration uptime{};
  std::string release;  // of the kernel that runs
  std::string version;  // its text about its build
  std::vector<Flag> flags;
  std::vector<InstalledKernel> installed;
  std::vector<Microcode> microcode;              // empty: nothing can be said
  std::optional<std::string> microcode_problem;  // why what can be said may not be all
  std::optional<std::string> rpm_database;
  std::int64_t processes_read = 0;
  std::int64_t processes_not_read = 0;
  bool processes_hidden = false;
  std::vector<StaleUnit> units;

  // Every process was looked into.
  bool whole() const { return processes_not_read == 0 && !processes_hidden; }
};

// An Error names the part that is not as expected.
Result<Answer> read_answer(std::string_view out);

// One package of those that take effect with a reboot.
struct CorePackage {
  std::string name;
  WallTime installed{};
};

// rpm's line for each name of `asked`, in that order: "NAME SECONDS" (once for each architecture)
// or "package NAME is not installed". rpm's exit status counts the latter. glibc must be there: no
// rpm system is without it.
Result<std::vector<CorePackage>> read_core_packages(std::string_view out, int exit_status,
                                                    std::span<const std::string_view> asked);

}  // namespace ght::collectors::reboot
