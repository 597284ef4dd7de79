#include "collectors/backup/restic/restic_read.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/core/limits.h"
#include "agent/core/text.h"

namespace ght::collectors::restic {
namespace {

using Json = nlohmann::json;

const Json* member(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

Result<std::string> text(const Json& object, const char* key) {
  const Json* value = member(object, key);
  if (value == nullptr || !value->is_string()) return Error{key, "expected a text"};
  return value->get<std::string>();
}

Result<WallTime> time(const Json& object, const char* key) {
  GHT_TRY(const std::string written, text(object, key));
  const auto parsed = parse_rfc3339(written);
  if (!parsed) return Error{key, "expected a time (RFC 3339)"};
  return *parsed;
}

// Absent and null are the empty list: restic leaves out tags that are not there.
Result<std::vector<std::string>> texts(const Json& object, const char* key) {
  std::vector<std::string> list;
  const Json* value = member(object, key);
  if (value == nullptr) return list;
  if (!value->is_array()) return Error{key, "expected a list"};
  for (const Json& each : *value) {
    if (!each.is_string()) return Error{key, "expected a list of texts"};
    list.push_back(each.get<std::string>());
  }
  return list;
}

bool is_id(std::string_view id) {
  return id.size() == 64 && std::ranges::all_of(id, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::optional<double> changed_part(const Json& summary) {
  double changed = 0, all = 0;
  for (const char* key : {"files_new", "files_changed", "files_unmodified"}) {
    const Json* count = member(summary, key);
    if (count == nullptr || !count->is_number_unsigned()) return std::nullopt;
    all += count->get<double>();
    if (std::string_view(key) != "files_unmodified") changed += count->get<double>();
  }
  if (all <= 0) return std::nullopt;
  return changed / all;
}

// A summary that is not understood is not an error: the snapshot itself is there.
void read_summary(const Json& json, Snapshot& snapshot) {
  const Json* summary = member(json, "summary");
  if (summary == nullptr || !summary->is_object()) return;
  const auto begin = time(*summary, "backup_start");
  const auto end = time(*summary, "backup_end");
  if (begin.ok() && end.ok() && end.value() >= begin.value()) {
    const WallDuration taken = end.value() - begin.value();
    if (taken < std::chrono::hours(24) * 365) snapshot.duration = taken;
  }
  const Json* size = member(*summary, "total_bytes_processed");
  if (size != nullptr && size->is_number_unsigned()) snapshot.size = size->get<std::uint64_t>();
  // Without a parent every file is new: that says nothing about a change.
  if (member(json, "parent") != nullptr) snapshot.changed_files = changed_part(*summary);
}

Result<Snapshot> read_snapshot(const Json& json) {
  if (!json.is_object()) return Error{"snapshot", "expected an object"};
  Snapshot snapshot;
  GHT_TRY(snapshot.id, text(json, "id"));
  if (!is_id(snapshot.id)) return Error{"id", "expected 64 hexadecimal digits"};
  GHT_TRY(snapshot.time, time(json, "time"));
  GHT_TRY(snapshot.tags, texts(json, "tags"));
  GHT_TRY(snapshot.paths, texts(json, "paths"));
  if (member(json, "hostname") != nullptr) {
    GHT_TRY(snapshot.host, text(json, "hostname"));
  }
  read_summary(json, snapshot);
  return snapshot;
}

}  // namespace

Result<std::vector<Snapshot>> read_snapshots(std::string_view json) {
  const Json list = Json::parse(json, nullptr, false);
  if (!list.is_array()) return Error{"restic snapshots", "expected a JSON array"};
  std::vector<Snapshot> snapshots;
  for (const Json& each : list) {
    auto snapshot = read_snapshot(each);
    if (!snapshot.ok()) return Error{"restic snapshots", snapshot.error().text()};
    snapshots.push_back(std::move(snapshot).value());
  }
  return snapshots;
}

Result<std::uint64_t> read_size(std::string_view json) {
  const Json stats = Json::parse(json, nullptr, false);
  if (!stats.is_object()) return Error{"restic stats", "expected a JSON object"};
  const Json* count = member(stats, "snapshots_count");
  if (count == nullptr || *count != 1) {
    return Error{"restic stats", "expected the size of one snapshot"};
  }
  const Json* size = member(stats, "total_size");
  if (size == nullptr || !size->is_number_unsigned()) {
    return Error{"restic stats", "expected total_size"};
  }
  return size->get<std::uint64_t>();
}

}  // namespace ght::collectors::restic
