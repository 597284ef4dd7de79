#include "agent/io/told_run.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "agent/config/site_time.h"
#include "agent/core/limits.h"
#include "agent/core/text.h"
#include "agent/io/backup_reports.h"

namespace ght::io {
namespace {

using nlohmann::json;

std::optional<BackupRun::End> end_named(std::string_view status) {
  if (status == "started") return BackupRun::End::running;
  if (status == "success") return BackupRun::End::success;
  if (status == "partial") return BackupRun::End::partial;
  if (status == "failed") return BackupRun::End::failed;
  return std::nullopt;
}

struct TextMember {
  const char* key;
  std::string ToldRun::* member;
  bool needed;
};

constexpr auto text_members = std::to_array<TextMember>({{"name", &ToldRun::name, true},
                                                         {"status", &ToldRun::status, true},
                                                         {"begun", &ToldRun::begun, false},
                                                         {"duration", &ToldRun::duration, false},
                                                         {"detail", &ToldRun::detail, false}});

Result<void> take_texts(const json& object, ToldRun& told) {
  for (const TextMember& each : text_members) {
    const auto found = object.find(each.key);
    if (found == object.end() && !each.needed) continue;
    if (found == object.end() || !found->is_string() ||
        found->get_ref<const std::string&>().empty()) {
      return Error{each.key, "expected a text that is not empty"};
    }
    told.*each.member = found->get<std::string>();
  }
  return {};
}

Result<void> take_numbers(const json& object, ToldRun& told) {
  if (const auto size = object.find("size"); size != object.end()) {
    if (!size->is_number_unsigned()) return Error{"size", "expected bytes, a whole number"};
    told.size = size->get<std::uint64_t>();
  }
  if (const auto changed = object.find("changed_files"); changed != object.end()) {
    if (!changed->is_number()) return Error{"changed_files", "expected a number from 0 to 1"};
    told.changed_files = changed->get<double>();
  }
  return {};
}

Result<void> refuse_others(const json& object) {
  for (const auto& item : object.items()) {
    const std::string& key = item.key();
    bool known = key == "size" || key == "changed_files";
    for (const TextMember& each : text_members) known = known || key == each.key;
    if (!known) return Error{clean_text(key, limits::reason_value_bytes), "unknown member"};
  }
  return {};
}

}  // namespace

Result<BackupRun> run_of(const ToldRun& told, const std::string& time_zone, WallTime now) {
  const auto end = end_named(told.status);
  if (!end) return Error{"status", "expected started, success, partial or failed"};
  BackupRun run{.begun = now,
                .end = *end,
                .detail = clean_text(told.detail, limits::reason_value_bytes),
                .size = told.size,
                .changed_files = told.changed_files};
  if (run.changed_files && !(*run.changed_files >= 0 && *run.changed_files <= 1)) {
    return Error{"changed_files", "expected a number from 0 to 1"};
  }
  const bool ended = *end != BackupRun::End::running;
  if (!told.begun.empty()) {
    const auto begun = config::parse_site_time(told.begun, time_zone);
    if (!begun.ok()) return Error{"begun", begun.error().message};
    if (!begun.value()) return Error{"begun", "needs a time zone"};
    run.begun = *begun.value();
  }
  if (ended) run.ended = std::max(now, run.begun);
  if (!told.duration.empty()) {
    const auto duration = parse_duration(told.duration);
    if (!duration || *duration < Duration::zero()) {
      return Error{"duration", "expected a duration such as 90m or 2h"};
    }
    const auto length = std::chrono::duration_cast<WallDuration>(*duration);
    if (told.begun.empty()) run.begun -= length;
    if (ended) run.ended = run.begun + length;
  }
  return run;
}

Result<ToldRun> parse_told_run(std::string_view text) {
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) return Error{"", "expected a JSON object"};
  ToldRun told;
  GHT_TRY_VOID(refuse_others(object));
  GHT_TRY_VOID(take_texts(object, told));
  GHT_TRY_VOID(take_numbers(object, told));
  return told;
}

Result<void> tell_run(const std::string& state_directory, const ToldRun& told, BackupRun run) {
  const std::string directory = backup_reports_directory(state_directory);
  GHT_TRY_VOID(prepare_backup_reports(directory));
  // A file that cannot be read is the writer's to put aside.
  const auto known = read_backup_runs(directory, told.name);
  if (known.ok() && told.begun.empty() && told.duration.empty() && run.ended) {
    for (const BackupRun& each : known.value()) {
      if (each.end == BackupRun::End::running) run.begun = each.begun;
    }
  }
  return write_backup_run(directory, told.name, run);
}

}  // namespace ght::io
