#include "collectors/backup/restic/restic_restore.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "agent/core/text.h"
#include "collectors/backup/restic/restic_read.h"
#include "collectors/backup/restic/restic_series.h"
#include "collectors/backup/restic/restic_setup.h"

namespace ght::collectors::restic {
namespace {

using backup::CopyFile;
using backup::FoundCopy;
using backup::ListedEntry;
using backup::RestorePlace;
using Json = nlohmann::json;

constexpr std::size_t most_locks = 8;  // looked at
// restic writes a lock anew every five minutes; one so old is left over, as restic counts it.
constexpr WallDuration stale_lock = std::chrono::minutes(30);

std::vector<backup::Name> names(const Settings& settings) {
  std::vector<backup::Name> all;
  for (Series& series : all_series(settings)) all.push_back(std::move(series.name));
  return all;
}

std::variant<FoundCopy, Reason> find_copy(const Settings& settings, const std::string& wanted,
                                          const HelperResult& listed) {
  const std::array<StepResult, 1> own = {listed};
  const auto answer = backup::helper_answer(own, 0, "restic snapshots", failure_reason);
  if (const auto* reason = std::get_if<Reason>(&answer)) return *reason;
  const auto snapshots = read_snapshots(listed.out);
  if (!snapshots.ok()) return backup::not_understood(snapshots.error().text());
  // restic ends with 0 and leaves out what it could not load: the newest may be missing.
  std::string gap = warning(listed);
  if (!gap.empty()) return Reason{.code = "backup_partly_read", .value = std::move(gap)};
  for (const Series& series : all_series(settings)) {
    if (series.name.backup != wanted) continue;
    const auto newest = newest_of(snapshots.value(), series);
    if (!newest) break;
    return FoundCopy{
        .name = series.name, .id = newest->id, .title = newest->id, .begun = newest->time};
  }
  return Reason{.code = "backup_never"};
}

std::vector<std::string> lock_ids(std::string_view out) {
  std::vector<std::string> ids;
  while (!out.empty()) {
    const std::size_t end = std::min(out.find('\n'), out.size());
    const std::string_view line = out.substr(0, end);
    out.remove_prefix(std::min(end + 1, out.size()));
    const bool is_id =
        line.size() == 64 && line.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    if (is_id) ids.emplace_back(line);
  }
  return ids;
}

Plan look_for_locks(const Settings& settings, const std::vector<HelperResult>& so_far) {
  if (so_far.empty()) return Plan{text_command(settings, {"list", "locks"})};
  Plan plan;
  if (so_far.size() > 1) return plan;
  for (const std::string& id : lock_ids(so_far.front().out)) {
    if (plan.size() < most_locks) plan.emplace_back(text_command(settings, {"cat", "lock", id}));
  }
  return plan;
}

// A lock that is gone when it is looked at, and one that is shared, stand in nobody's way.
bool is_locked(const std::vector<HelperResult>& looked, WallTime now) {
  return std::ranges::any_of(looked, [&](const HelperResult& each) {
    const Json lock = Json::parse(each.out, nullptr, false);
    if (!lock.is_object() || lock.value("exclusive", Json()) != true) return false;
    const Json time = lock.value("time", Json());
    const auto written = time.is_string() ? parse_rfc3339(time.get<std::string>()) : std::nullopt;
    return !written || now - *written < stale_lock;
  });
}

RunHelper list_files(const Settings& settings, const FoundCopy& copy) {
  return json_command(settings, {"ls", copy.id});
}

std::string text(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || !found->is_string() ? "" : found->get<std::string>();
}

// restic's JSON has U+FFFD where a name is no UTF-8.
bool can_be_named(std::string_view path) {
  return !path.contains('\0') && !path.contains("\xEF\xBF\xBD");
}

Result<ListedEntry> read_entry(std::string_view record, const FoundCopy& copy) {
  const Json json = Json::parse(record, nullptr, false);
  if (!json.is_object()) return Error{"restic ls", "expected a JSON object in each line"};
  const std::string kind = text(json, "struct_type");
  if (kind == "snapshot") {
    if (text(json, "id") != copy.id) return Error{"restic ls", "told of another snapshot"};
    return ListedEntry{};
  }
  const std::string type = text(json, "type");
  if (kind != "node" || type.empty()) return Error{"restic ls", "expected nodes with a type"};
  const auto size = json.find("size");
  if (type != "file" || size == json.end()) return ListedEntry{};
  const std::string path = text(json, "path");
  if (!size->is_number_unsigned() || path.size() < 2 || !path.starts_with('/')) {
    return Error{"restic ls", "expected a path and a size"};
  }
  if (size->get<std::uint64_t>() == 0) return ListedEntry{};
  return ListedEntry{
      .kind = can_be_named(path) ? ListedEntry::Kind::file : ListedEntry::Kind::unnamable,
      .file = {.path = path.substr(1), .size = size->get<std::uint64_t>()}};
}

std::string selection(const std::vector<CopyFile>&) {
  return "";
}

// A pattern that this path alone matches.
std::string pattern(const CopyFile& file) {
  std::string result = "/";
  for (const char c : file.path) {
    if (std::string_view("\\*?[").contains(c)) result += '\\';
    result += c;
  }
  return result;
}

RunHelper restore(const Settings& settings, const FoundCopy& copy,
                  const std::vector<CopyFile>& files, const RestorePlace& place) {
  std::vector<std::string> arguments = {"restore", copy.id, "--verify", "--target=" + place.target};
  for (const CopyFile& file : files) arguments.push_back("--include=" + pattern(file));
  return text_command(settings, std::move(arguments));
}

// restic ends with 0 when nothing matched: "finished verifying 0 files in ...".
Result<std::uint64_t> compared(const HelperResult& result) {
  constexpr std::string_view words = "finished verifying ";
  const std::size_t at = result.out.rfind(words);
  if (at != std::string::npos) {
    const std::string_view rest = std::string_view(result.out).substr(at + words.size());
    std::uint64_t count = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), count);
    if (error == std::errc() && rest.substr(end - rest.data()).starts_with(" files in ")) {
      return count;
    }
  }
  return Error{"restic restore --verify", "does not say how many files it has compared"};
}

constexpr auto out_of_reach = std::to_array<std::string_view>(
    {"restic_wrong_password", "restic_password_file", "restic_no_repository", "restic_locked",
     "restic_permission", "restic_unreachable"});

}  // namespace

constexpr backup::RestoreTool restore_tool = {.collector = "restic",
                                              .separator = '\n',
                                              .names = names,
                                              .list_copies = list_snapshots,
                                              .find_copy = find_copy,
                                              .look_for_locks = look_for_locks,
                                              .is_locked = is_locked,
                                              .list_files = list_files,
                                              .read_entry = read_entry,
                                              .hash_files = nullptr,
                                              .read_hash = nullptr,
                                              .selection = selection,
                                              .restore = restore,
                                              .compared = compared,
                                              .why_failed = failure_reason,
                                              .out_of_reach = out_of_reach};

}  // namespace ght::collectors::restic
