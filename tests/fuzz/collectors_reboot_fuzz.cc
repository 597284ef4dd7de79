// Any bytes as what ght-reboot-state and rpm print, as names of kernels and as the kernel's texts
// about a process: read whole or not at all, and ordered one way only.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "agent/core/limits.h"
#include "collectors/patch/reboot/answer.h"
#include "collectors/patch/reboot/judge.h"
#include "collectors/patch/reboot/kernel_name.h"
#include "collectors/patch/reboot/memory.h"
#include "collectors/patch/reboot/process_text.h"

namespace {

using namespace ght;
using namespace ght::collectors::reboot;

constexpr std::array<std::string_view, 2> asked = {"glibc", "systemd"};

bool shows(const Observation& observation, const Family& family) {
  return std::ranges::any_of(observation.samples,
                             [&](const Sample& each) { return each.family == &family; });
}

void read(const std::string& bytes) {
  const auto packages = read_core_packages(bytes, 0, asked);
  GHT_CHECK(!packages.ok() || packages.value().size() >= asked.size());
  remembered_of({bytes}, "boot");
  const auto answer = read_answer(bytes);
  if (!answer.ok()) {
    GHT_CHECK(!answer.error().text().empty());
    return;
  }
  const WallTime now = wall_from_unix_ms(1'795'417'200'000);
  const Rules rules = {.max_reboot_age = std::chrono::hours(24),
                       .max_service_age = std::chrono::hours(24),
                       .ignored_units = {"a*"}};
  const Observation observation = judge(answer.value(), {}, rules, {bytes}, now);
  GHT_CHECK(observation.memory.json.size() <= limits::memory_bytes ||
            observation.memory.json == bytes);
  GHT_CHECK(!shows(observation, services_family) || answer.value().whole());
  if (observation.verdict != Verdict::good) return;
  GHT_CHECK(answer.value().whole() && !answer.value().installed.empty());
  GHT_CHECK(answer.value().flags.empty() || shows(observation, since_family));
}

void compare(std::string_view bytes) {
  const std::size_t cut = std::min(bytes.find('\n'), bytes.size());
  const std::string_view left = bytes.substr(0, cut);
  const std::string_view right = bytes.substr(std::min(cut + 1, bytes.size()));
  const auto order = compare_versions(left, right);
  GHT_CHECK(compare_versions(right, left) == (0 <=> order));
  GHT_CHECK(compare_versions(left, left) == 0);
  compare_builds(left, right);
  const auto name = parse_kernel(left);
  GHT_CHECK(!name || (!name->version.empty() && name->version.size() <= left.size()));
}

void look_at(std::string_view bytes) {
  const auto file = deleted_code(bytes);
  GHT_CHECK(!file || (file->starts_with('/') && bytes.ends_with(" (deleted)")));
  const ProcessUnit unit = unit_of(bytes);
  GHT_CHECK(unit.name.size() <= unit_name_bytes);
  GHT_CHECK(!unit.name.empty() || unit.kind == UnitKind::other);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(data, data + size);
  read(bytes);
  compare(bytes);
  look_at(bytes);
  return 0;
}
